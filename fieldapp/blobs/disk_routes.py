"""The disk store's signed URLs. On S3 these routes do not exist: photos never pass through this program."""

from typing import cast

from flask import Blueprint, Response, request, send_file

from fieldapp.accounts.access import by_token, own_transaction
from fieldapp.blobs.disk import DiskStore, WrongLength
from fieldapp.blobs.store import FILE_LINK, current_store

signed_urls = Blueprint("signed_urls", __name__)


@signed_urls.put("/uploads/<token>")
@by_token
@own_transaction
def receive(token: str) -> Response:
    """Take one part of an upload; again is harmless."""
    claim = _store().part_claim(token)
    if request.content_length != claim.size:
        raise WrongLength(expected=claim.size, received=request.content_length)
    etag = _store().receive(claim, request.stream)
    return Response(status=200, headers={"ETag": f'"{etag}"'})


@signed_urls.get("/files/<token>")
@by_token
@own_transaction
def serve(token: str) -> Response:
    """Send stored bytes, whole or a range of them, under the headers that the link promises."""
    claim = _store().file_claim(token)
    response = send_file(
        claim.path,
        mimetype=claim.media_type,
        as_attachment=claim.disposition == "attachment",
        download_name=claim.filename,
        etag=claim.sha256,
        conditional=True,
        max_age=int(FILE_LINK.total_seconds()),
    )
    response.cache_control.public = False
    response.cache_control.private = True
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def _store() -> DiskStore:
    return cast("DiskStore", current_store())
