from flask import Flask

from fieldapp.blobs.disk import DiskStore
from fieldapp.blobs.disk_routes import signed_urls
from fieldapp.blobs.s3 import S3Store
from fieldapp.config import Config


def choose(app: Flask, config: Config) -> None:
    """Give the application its store; nothing else ever asks which one it is."""
    if config.s3 is not None:
        app.extensions["store"] = S3Store(config.s3, scratch=config.data_dir / "scratch")
        return
    app.extensions["store"] = DiskStore(config.store_dir, config.secret_key)
    app.register_blueprint(signed_urls)
