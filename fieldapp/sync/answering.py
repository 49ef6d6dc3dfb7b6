"""What a phone is told about its record, and where to send the bytes that are still missing."""

import logging
from typing import Any

from fieldapp.accounts.models import Person
from fieldapp.blobs import uploads
from fieldapp.blobs.models import Blob
from fieldapp.blobs.store import StoreFull, StoreUnreachable
from fieldapp.db import db, transaction
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
    """Keep and judge the record, then promise its uploads. Opens its own transactions: the store is asked outside."""
    with transaction():
        kept = receiving.keep(by, sent_id, body, device_id=device_id, signature=signature)
        answer = _answer(kept)
        organisation_id = kept.organisation_id
    claims = claims_in(body)
    if not claims:
        return {**answer, "uploads": []}
    with transaction(write=False):
        missing = _missing(organisation_id, claims)
    return {**answer, "uploads": _promised(by, missing)}


def _answer(kept: Record) -> dict[str, Any]:
    return {
        "id": kept.sent_id,
        "record_sha256": kept.sha256,
        "state": kept.state,
        "reasons": kept.judgement.reasons,
        "received_at": kept.received_at,
        "receipt_url": f"/api/visits/{kept.sent_id}/receipt",
    }


def _promised(by: Person, missing: list[uploads.Wanted]) -> list[uploads.Target]:
    try:
        return uploads.wanted(by, missing).uploads
    except (StoreUnreachable, StoreFull):
        # The record is safe and must be acknowledged; the phone sees by the receipt that bytes are missing and asks.
        log.warning("no upload targets: the store is away or full")
        return []


def _missing(organisation_id: str, claims: tuple[Claim, ...]) -> list[uploads.Wanted]:
    """Previews first, since people wait for something to look at."""
    files: dict[str, tuple[File, str, list[str]]] = {}
    for purpose in ("preview", "original"):
        for claim in claims:
            file = claim.preview if purpose == "preview" else claim.sent
            if file is not None:
                files.setdefault(file.sha256, (file, purpose, []))[2].append(claim.evidence_id)
    stored = set(
        db.session.scalars(
            db.select(Blob.sha256).where(
                Blob.organisation_id == organisation_id, Blob.sha256.in_(files)
            )
        )
    )
    waiting = [
        uploads.Wanted(file.sha256, file.size, file.media_type, purpose, tuple(dict.fromkeys(ids)))
        for file, purpose, ids in files.values()
        if file.sha256 not in stored
    ]
    return waiting[:AT_ONCE]
