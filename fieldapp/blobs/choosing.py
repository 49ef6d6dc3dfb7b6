from flask import Flask

from fieldapp.blobs.disk import DiskStore
from fieldapp.blobs.disk_routes import signed_urls
from fieldapp.config import Config


def choose(app: Flask, config: Config) -> None:
    """Give the application its store; nothing else ever asks which one it is."""
    if config.s3 is not None:
        from fieldapp.blobs.s3 import S3Store  # some 30 MB of libraries that a folder does not need

        app.extensions["store"] = S3Store(config.s3, scratch=config.data_dir / "scratch")
        return
    app.extensions["store"] = DiskStore(config.store_dir, config.secret_key)
    app.register_blueprint(signed_urls)
