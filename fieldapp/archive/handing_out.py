"""Downloading an ordered bundle: a link that begins one download, goes on after a cut, and is over soon.

The link alone opens nothing: whoever follows it must be signed in as who asked for it. The bytes pass through this program, or nobody could
say whether a link was used.
"""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import IO

from flask import Response, request

from fieldapp.archive.models import Bundle
from fieldapp.archive.order_models import BundleLink, BundleOrder
from fieldapp.archive.ordering import refusal
from fieldapp.archive.settling import key_of
from fieldapp.blobs.store import CHUNK, current_store
from fieldapp.clock import now
from fieldapp.db import db
from fieldapp.errors import Conflict, NotAllowed, Problem
from fieldapp.keys import sha256
from fieldapp.ledger.recording import record_export

LINK_LIVES = timedelta(hours=1)
PLAIN, SEALED = "application/zip", "application/octet-stream"


class BundleNotReady(Conflict):
    zh = "证据包还没有生成，或已经移除。"
    en = "The bundle is not made yet, or was removed."


class LinkOver(Problem):
    status = 410
    zh = "下载链接已用过或已过期，请重新获取。"
    en = "This link was used, or is too old. Ask for a fresh one."


class RangeUnfit(Problem):
    status = 416
    zh = "请求的位置超出文件范围。"
    en = "The file has no such range."


@dataclass(frozen=True)
class Wanted:
    """Which bytes of which file; `last` inclusive."""

    key: str
    sha256: str
    size: int
    first: int
    last: int
    filename: str
    media_type: str
    is_part: bool


def allow(ordered: BundleOrder) -> tuple[str, datetime]:
    """One download: the token and until when. Raises NotAllowed, BundleNotReady."""
    _require_allowed(ordered)
    _require_ready(ordered)
    token, ends = secrets.token_urlsafe(32), now() + LINK_LIVES
    db.session.add(
        BundleLink(
            bundle_id=ordered.bundle_id, token_sha256=sha256(token.encode()), expires_at=ends
        )
    )
    return token, ends


def take(ordered: BundleOrder, token: str) -> Wanted:
    """What this request may have; the first one begins the download, later ones go on with it. In a writer's transaction.

    Raises NotAllowed, BundleNotReady, LinkOver, RangeUnfit.
    """
    _require_allowed(ordered)
    _require_ready(ordered)
    link = db.session.scalar(
        db.select(BundleLink)
        .where(
            BundleLink.bundle_id == ordered.bundle_id,
            BundleLink.token_sha256 == sha256(token.encode()),
        )
        .with_for_update()
    )
    if link is None or link.expires_at < now():
        raise LinkOver
    wanted = _wanted(ordered)
    if link.begun_at is None:
        link.begun_at = now()
        record_export(db.session.get_one(Bundle, ordered.bundle_id), "download")
    elif not wanted.is_part or wanted.first == 0:
        raise LinkOver
    return wanted


def send(wanted: Wanted) -> Response:
    """The bytes as a stream, in constant memory."""
    length = wanted.last - wanted.first + 1
    response = Response(
        _chunks(current_store().open(wanted.key, wanted.first), length),
        status=206 if wanted.is_part else 200,
        mimetype=wanted.media_type,
        direct_passthrough=True,
    )
    response.content_length = length
    response.set_etag(wanted.sha256)
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Disposition"] = f'attachment; filename="{wanted.filename}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    if wanted.is_part:
        response.headers["Content-Range"] = f"bytes {wanted.first}-{wanted.last}/{wanted.size}"
    return response


def _require_allowed(ordered: BundleOrder) -> None:
    """The office that a bundle was ordered in may be over by the time it is fetched."""
    if refusal(ordered) is not None:
        raise NotAllowed


def _require_ready(ordered: BundleOrder) -> None:
    is_kept = ordered.expires_at is not None and ordered.expires_at > now()
    if ordered.outcome != "ready" or not is_kept:
        raise BundleNotReady


def _wanted(ordered: BundleOrder) -> Wanted:
    assert ordered.size is not None, "it is ready"
    assert ordered.sha256 is not None, "it is ready"
    asked = request.range if _is_of_this(ordered.sha256) else None
    first, last, is_part = 0, ordered.size - 1, False
    if asked is not None and asked.units == "bytes":
        found = asked.range_for_length(ordered.size)
        if found is None:
            raise RangeUnfit(headers={"Content-Range": f"bytes */{ordered.size}"})
        first, last, is_part = found[0], found[1] - 1, True
    redacted = ordered.bundle.redacted
    return Wanted(
        key=key_of(ordered),
        sha256=ordered.sha256,
        size=ordered.size,
        first=first,
        last=last,
        filename=f"fieldapp-{ordered.bundle_id}{'' if redacted else '.full'}.zip",
        media_type=PLAIN if redacted else SEALED,
        is_part=is_part,
    )


def _is_of_this(sha256: str) -> bool:
    """A download of other bytes is not gone on with: it begins anew."""
    condition = request.if_range
    return condition.etag is None or condition.etag == sha256


def _chunks(stream: IO[bytes], length: int) -> Iterator[bytes]:
    with stream:
        while length > 0 and (chunk := stream.read(min(CHUNK, length))):
            length -= len(chunk)
            yield chunk
