"""What a phone is told about its record, and where to send the bytes that are still missing."""

import logging
from typing import Any

from fieldapp.accounts.models import Person
from fieldapp.blobs import uploads
from fieldapp.blobs.store import StoreFull, StoreUnreachable
from fieldapp.db import db, straight_first, transaction
from fieldapp.sync import receiving
from fieldapp.sync.models import Record
from fieldapp.sync.reading import Claim, File, claims_in

AT_ONCE = 200
"""Targets in one answer; the phone asks for the rest when these are sent."""

log = logging.getLogger(__name__)


def receive(
    by: Person,
    sent_id: str,
    body: bytes,
    *,
    device_id: str | None = None,
    signature: str | None = None,
) -> dict[str, Any]:
    """Keep and judge the record, and promise its uploads. Opens its own transactions: the store is asked outside."""

    def kept() -> tuple[dict[str, Any], uploads.Order]:
        with transaction():
            record = receiving.keep(by, sent_id, body, device_id=device_id, signature=signature)
            return _answer(record), _order(by, body)

    answer, order = straight_first(kept)
    return {**answer, "uploads": _promised(order)}


def _order(by: Person, body: bytes) -> uploads.Order:
    with db.session.no_autoflush:  # nothing of the record is asked for
        order = uploads.sort_out(by, _files(claims_in(body)))
    del order.missing[AT_ONCE:]
    uploads.promise_ahead(order)
    return order


def _answer(kept: Record) -> dict[str, Any]:
    return {
        "id": kept.sent_id,
        "record_sha256": kept.sha256,
        "state": kept.state,
        "reasons": kept.judgement.reasons,
        "received_at": kept.received_at,
        "receipt_url": f"/api/visits/{kept.sent_id}/receipt",
    }


def _promised(order: uploads.Order) -> list[uploads.Target]:
    try:
        return uploads.targets(order).uploads
    except (StoreUnreachable, StoreFull):
        # The record is safe and must be acknowledged; the phone sees by the receipt that bytes are missing and asks.
        log.warning("no upload targets: the store is away or full")
        return []


def _files(claims: tuple[Claim, ...]) -> list[uploads.Wanted]:
    """Previews first, since people wait for something to look at."""
    files: dict[str, tuple[File, str, list[str]]] = {}
    for purpose in ("preview", "original"):
        for claim in claims:
            file = claim.preview if purpose == "preview" else claim.sent
            if file is not None:
                files.setdefault(file.sha256, (file, purpose, []))[2].append(claim.evidence_id)
    return [
        uploads.Wanted(file.sha256, file.size, file.media_type, purpose, tuple(dict.fromkeys(ids)))
        for file, purpose, ids in files.values()
    ]
