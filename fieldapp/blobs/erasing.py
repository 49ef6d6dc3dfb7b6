"""Bytes that must not be kept any longer: the decision is a row, the store follows, and whoever audits knows of it."""

from collections.abc import Iterable
from datetime import timedelta

from fieldapp import jobs
from fieldapp.blobs.erasing_models import BlobErasure
from fieldapp.blobs.models import Blob
from fieldapp.blobs.store import StillLocked, current_store
from fieldapp.clock import now
from fieldapp.db import db, transaction

JOB = "erase_bytes"
LOCKED_PAUSE = timedelta(days=1)


def ask(organisation_id: str, hashes: Iterable[str]) -> None:
    """Have the store forget these bytes of the organisation, as far as it has them. In the caller's transaction."""
    for sha256 in sorted(set(hashes)):
        is_kept = db.session.get(Blob, (organisation_id, sha256)) is not None
        if is_kept and find(organisation_id, sha256) is None:
            erasure = BlobErasure(organisation_id=organisation_id, sha256=sha256)
            db.session.add(erasure)
            db.session.flush()
            jobs.enqueue(JOB, erasure.id)


def is_here(organisation_id: str, sha256: str) -> bool:
    """Whether these bytes are kept and nobody asked for their erasure; nobody can until the transaction ends."""
    key = (organisation_id, sha256)
    kept = db.session.get(Blob, key, with_for_update={"key_share": True}, populate_existing=True)
    return kept is not None and find(organisation_id, sha256) is None


def repeat(organisation_id: str, sha256: str) -> None:
    """The bytes came once more: what was to be erased goes once more. In the caller's transaction."""
    erasure = find(organisation_id, sha256)
    if erasure is not None:
        jobs.enqueue(JOB, erasure.id)


def find(organisation_id: str, sha256: str) -> BlobErasure | None:
    return db.session.scalar(
        db.select(BlobErasure).where(
            BlobErasure.organisation_id == organisation_id, BlobErasure.sha256 == sha256
        )
    )


@jobs.handles(JOB)
def erase(erasure_id: str) -> None:
    """Bytes first, row second. What a lock of the store still holds is tried again every day."""
    with transaction(write=False):
        erasure = db.session.get_one(BlobErasure, erasure_id)
    try:
        current_store().erase(f"{erasure.organisation_id}/{erasure.sha256}")
    except StillLocked:
        with transaction():
            jobs.enqueue(JOB, erasure_id, after=LOCKED_PAUSE)
        return
    with transaction():
        db.session.get_one(BlobErasure, erasure_id).erased_at = now()
