"""Opening envelopes: a worker turns what a phone sealed to our key into the content that the evidence names.

The envelope stays beside its content: it is what the phone's seal speaks of, and what can be opened again.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from flask import current_app

from fieldapp import jobs
from fieldapp.blobs import erasing, keeping
from fieldapp.blobs.keeping import BlobsStored
from fieldapp.blobs.store import current_store
from fieldapp.clock import now
from fieldapp.config import Config
from fieldapp.db import db, transaction
from fieldapp.envelopes.format import MEDIA_TYPE, Opener, Unopened, read_head
from fieldapp.envelopes.keeping import openers
from fieldapp.evidence.models import Evidence, Opening

CONTENT_TYPE = "application/octet-stream"
"""What the content is, its bytes say when intake reads them."""


def ask_when_stored(stored: BlobsStored) -> None:
    """An envelope has come, whether or not a record names it yet: a quarantined visit's is opened too."""
    for blob in stored.blobs:
        if blob.media_type == MEDIA_TYPE:
            ask(blob.organisation_id, blob.sha256)


def ask(organisation_id: str, sha256: str) -> None:
    """Have this envelope opened; once more, where that failed before. Inside the caller's transaction."""
    opening = find(organisation_id, sha256)
    if opening is None:
        opening = Opening(organisation_id=organisation_id, sha256=sha256)
        db.session.add(opening)
        db.session.flush()
    if opening.outcome != "opened":
        jobs.enqueue("open_envelope", opening.id)


def find(organisation_id: str, sha256: str) -> Opening | None:
    return db.session.scalar(
        db.select(Opening).where(
            Opening.organisation_id == organisation_id, Opening.sha256 == sha256
        )
    )


def all_of(organisation_id: str, hashes: Collection[str]) -> dict[str, Opening]:
    """By the envelope's SHA-256, those that have arrived."""
    if not hashes:
        return {}
    rows = db.session.scalars(
        db.select(Opening).where(
            Opening.organisation_id == organisation_id, Opening.sha256.in_(hashes)
        )
    )
    return {row.sha256: row for row in rows}


def fault_of(opening: Opening | None, content_sha256: str) -> str | None:
    """Why an envelope does not give the content that its evidence claims; None while it may still, or does."""
    if opening is None or opening.outcome is None:
        return None
    if opening.outcome == "failed":
        return opening.reason
    return None if opening.content_sha256 == content_sha256 else "other_content"


def faults_in(shown: Sequence[Evidence]) -> dict[str, str]:
    """The same of these, by the evidence's id; only where there is one."""
    by_sender = defaultdict[str, set[str]](set)
    for evidence in shown:
        if evidence.envelope_sha256 is not None:
            by_sender[evidence.organisation_id].add(evidence.envelope_sha256)
    openings = {sender: all_of(sender, hashes) for sender, hashes in by_sender.items()}
    found = {
        evidence.id: fault_of(
            openings[evidence.organisation_id].get(evidence.envelope_sha256), evidence.sha256
        )
        for evidence in shown
        if evidence.envelope_sha256 is not None
    }
    return {evidence_id: why for evidence_id, why in found.items() if why is not None}


def retry_with(known: set[str]) -> None:
    """At a worker's start: what no key could open, and one that is here now can. Opens its own transaction."""
    with transaction():
        waiting = db.select(Opening).where(Opening.reason == "unknown_key")
        for opening in db.session.scalars(waiting.where(Opening.key_id.in_(known))):
            jobs.enqueue("open_envelope", opening.id)


@dataclass(frozen=True)
class _Came:
    """What came of one try."""

    outcome: str
    reason: str | None = None
    key_id: str | None = None
    content: bytes | None = None


@jobs.handles("open_envelope")
def open_envelope(opening_id: str) -> None:
    """Open, store the content, then say so: bytes first, row second."""
    with transaction(write=False):
        opening = db.session.get_one(Opening, opening_id)
        place = f"{opening.organisation_id}/{opening.sha256}"
        organisation_id, is_open = opening.organisation_id, opening.outcome == "opened"
        erasure = erasing.find(organisation_id, opening.sha256)
    if is_open or erasure is not None:
        return
    with current_store().open(place) as stored:
        came = _tried(stored.read(), openers(_config()))
    digest = came.content and keeping.put_bytes(organisation_id, came.content)
    with transaction():
        opening = db.session.get_one(Opening, opening_id)
        opening.outcome, opening.reason, opening.key_id = came.outcome, came.reason, came.key_id
        opening.tried_at = now()
        if came.content is not None and digest:
            opening.content_sha256 = digest
            keeping.record(organisation_id, digest, len(came.content), CONTENT_TYPE)


def _tried(envelope: bytes, keys: dict[str, Opener]) -> _Came:
    named = None
    try:
        named = read_head(envelope).key_id
        key = keys.get(named)
        if key is None:
            return _Came("failed", "unknown_key", named)
        return _Came("opened", key_id=named, content=key.open(envelope))
    except Unopened as fault:
        return _Came("failed", fault.reason, named)


def _config() -> Config:
    config: Config = current_app.config_object  # type: ignore[attr-defined]
    return config
