"""What a test asks of a deletion: a lawful reason, and what the store still holds after it."""

from fieldapp.blobs.models import Blob
from fieldapp.blobs.store import current_store
from fieldapp.db import db, transaction
from fieldapp.evidence.models import Evidence

LAWFUL = {"reason": "person_asked", "words": "张某 2026-11 号申请"}


def kept_of(photo: str) -> list[str]:
    """Which bytes of the photo's organisation the store still holds."""
    with transaction(write=False):
        owner = db.session.get_one(Evidence, photo).organisation_id
        keys = [blob.key for blob in db.session.scalars(db.select(Blob))]
    return [key for key in keys if key.startswith(owner) and current_store().has(key)]
