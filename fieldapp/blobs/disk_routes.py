"""The disk store's signed URLs. On S3 these routes do not exist: photos never pass through this program."""

from typing import cast

from flask import Blueprint, Response, request, send_file

from fieldapp.accounts.access import by_token, own_transaction
from fieldapp.blobs.disk import DiskStore, PartClaim
from fieldapp.blobs.partial import WrongLength, WrongOffset
from fieldapp.blobs.store import FILE_LINK, current_store

STALLED_SECONDS = 60

signed_urls = Blueprint("signed_urls", __name__)

MOST_DIGITS = 15  # of an offset


@signed_urls.put("/uploads/<token>")
@by_token
@own_transaction
def receive(token: str) -> Response:
    """Take one part of an upload; again is harmless."""
    return _received(_store().part_claim(token), 0)


@signed_urls.patch("/uploads/<token>")
@by_token
@own_transaction
def go_on(token: str) -> Response:
    """Take the rest of a part that was cut, from `Upload-Offset` on; only where the bytes held end there or later."""
    offset = request.headers.get("Upload-Offset", "")
    if not offset.isascii() or not offset.isdigit() or len(offset) > MOST_DIGITS:
        raise WrongOffset(held=None)
    return _received(_store().part_claim(token), int(offset))


@signed_urls.route("/uploads/<token>", methods=["HEAD"])
@by_token
@own_transaction
def held(token: str) -> Response:
    """How many bytes of a part are here (`Upload-Offset`), and its ETag once it is whole."""
    size, etag = _store().held(_store().part_claim(token))
    return Response(headers={"Upload-Offset": str(size), **({"ETag": f'"{etag}"'} if etag else {})})


def _received(claim: PartClaim, offset: int) -> Response:
    if (request.content_length or 0) != claim.size - offset:
        raise WrongLength(expected=claim.size - offset, received=request.content_length)
    _do_not_wait_for_ever()
    etag = _store().receive(claim, request.stream, offset)
    return Response(status=200, headers={"ETag": f'"{etag}"'})


def _do_not_wait_for_ever() -> None:
    """A phone that drove into a tunnel never says that it is gone: its thread is wanted by others."""
    connection = request.environ.get("gunicorn.socket")
    if connection is not None:
        connection.settimeout(STALLED_SECONDS)


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
