"""Serving the two built front ends: hashed assets for ever, everything else asked for again, strict CSP."""

import mimetypes
from pathlib import Path

from flask import Flask, Response, redirect, request, send_file

from fieldapp.config import Config
from fieldapp.errors import NotFound
from fieldapp.routing import public

LONGEST_PATH = 200  # no file system takes a name of any length, and none of ours is longer
ENCODINGS = (("br", ".br"), ("gzip", ".gz"))
mimetypes.add_type("application/manifest+json", ".webmanifest")
mimetypes.add_type("text/javascript", ".js")
mimetypes.add_type("font/woff2", ".woff2")


def register(app: Flask, config: Config) -> None:
    policy = content_security_policy(config)

    @app.get("/")
    @public
    def home() -> Response:
        """Phones go to the field app, desktops to the console."""
        agent = request.user_agent.string
        on_phone = "Mobile" in agent or "Android" in agent
        return redirect("/field/" if on_phone else "/console/")  # type: ignore[return-value]

    @app.get("/<any(field, console):name>/", defaults={"path": "index.html"})
    @app.get("/<any(field, console):name>/<path:path>")
    @public
    def page(name: str, path: str) -> Response:
        """A file of a front end; any other path is a screen of it."""
        file = _file(config.static_dir / name, path)
        response = _send(file)
        response.headers["Content-Security-Policy"] = policy
        hashed = "assets" in file.parts
        response.headers["Cache-Control"] = (
            "public, max-age=31536000, immutable" if hashed else "no-cache"
        )
        return response


def content_security_policy(config: Config) -> str:
    store = f" {config.s3.browser_origin}" if config.s3 else ""
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; manifest-src 'self'; "
        f"img-src 'self' blob: data:{store}; media-src 'self' blob:{store}; connect-src 'self'{store}; "
        "worker-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
    )


def _file(root: Path, path: str) -> Path:
    """The only place a URL becomes a file of the front end."""
    if "\x00" in path or len(path) > LONGEST_PATH:
        raise NotFound
    file = (root / path).resolve()
    inside = file.is_relative_to(root.resolve())
    if inside and file.is_file():
        return file
    if Path(path).suffix in ("", ".html") and (root / "index.html").is_file():
        return root / "index.html"
    raise NotFound(
        "页面文件不存在。请先运行 make setup 生成前端。",
        "No such file; build the front end with make setup.",
    )


def _send(file: Path) -> Response:
    accepted = request.headers.get("Accept-Encoding", "")
    for encoding, suffix in ENCODINGS:
        packed = file.with_name(file.name + suffix)
        if encoding in accepted and packed.is_file():
            response = send_file(packed, mimetype=mimetypes.guess_type(file.name)[0], etag=True)
            response.headers["Content-Encoding"] = encoding
            break
    else:
        response = send_file(file, mimetype=mimetypes.guess_type(file.name)[0], etag=True)
    response.headers["Vary"] = "Accept-Encoding"
    return response
