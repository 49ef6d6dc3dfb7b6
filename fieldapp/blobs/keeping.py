"""Bytes first, row second: a Blob row exists only once its bytes are in the store."""

from dataclasses import dataclass

from sqlalchemy.exc import IntegrityError

from fieldapp.blobs import erasing
from fieldapp.blobs.models import Blob
from fieldapp.blobs.store import current_store
from fieldapp.db import db, transaction
from fieldapp.events import announce
from fieldapp.keys import sha256


@dataclass(frozen=True)
class BlobStored:
    """Announced in the transaction that adds the Blob row, once for each row."""

    organisation_id: str
    sha256: str


def prepare_store() -> None:
    """At the start of a program: a store that is empty against the rows is not there. Opens its own transaction."""
    with transaction(write=False):
        holds_something = db.session.scalar(db.select(Blob.sha256).limit(1)) is not None
    current_store().prepare(holds_something=holds_something)


def put(organisation_id: str, data: bytes, media_type: str) -> Blob:
    """Keep bytes of our own (renditions, demo photos) with their row. Outside a transaction: opens its own."""
    digest = put_bytes(organisation_id, data)
    with transaction():
        return record(organisation_id, digest, len(data), media_type)


def put_bytes(organisation_id: str, data: bytes) -> str:
    """Only the bytes, outside a transaction; their SHA-256, for `record` inside the caller's."""
    digest = sha256(data)
    current_store().put(f"{organisation_id}/{digest}", data)
    return digest


def record(organisation_id: str, digest: str, size: int, media_type: str) -> Blob:
    """The row of bytes that are in the store, in the present transaction; the one there, if there is one.

    Bytes whose erasure was asked for are not kept because they came again.
    """
    there = db.session.get(Blob, (organisation_id, digest))
    if there is not None:
        erasing.repeat(organisation_id, digest)
        return there
    blob = Blob(organisation_id=organisation_id, sha256=digest, size=size, media_type=media_type)
    try:
        with db.session.begin_nested():
            db.session.add(blob)
    except IntegrityError:  # somebody stored the same bytes meanwhile: theirs is as good
        return db.session.get_one(Blob, (organisation_id, digest))
    announce(BlobStored(organisation_id, digest))
    return blob
