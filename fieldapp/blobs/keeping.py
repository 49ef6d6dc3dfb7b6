"""Bytes first, row second: a Blob row exists only once its bytes are in the store."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from sqlalchemy import Select, bindparam
from sqlalchemy.exc import IntegrityError

from fieldapp.blobs import erasing
from fieldapp.blobs.models import Blob
from fieldapp.blobs.store import current_store
from fieldapp.db import db, goes_straight, savepoint, transaction
from fieldapp.events import announce
from fieldapp.keys import sha256


@dataclass(frozen=True)
class BlobsStored:
    """Announced in the transaction that adds the Blob rows, once for each row."""

    organisation_id: str
    blobs: tuple[Blob, ...]

    @property
    def hashes(self) -> list[str]:
        return [blob.sha256 for blob in self.blobs]


@dataclass(frozen=True)
class Kept:
    """Bytes that are in the store."""

    sha256: str
    size: int
    media_type: str


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
    """The row of bytes that are in the store, in the present transaction; the one there, if there is one."""
    return record_all(organisation_id, [Kept(digest, size, media_type)])[digest]


def record_all(organisation_id: str, kept: Iterable[Kept]) -> dict[str, Blob]:
    """The same of several, by their hashes.

    Bytes whose erasure was asked for are not kept because they came again.
    """
    by_hash = {one.sha256: one for one in kept}
    # Where all is done again after a clash, one look less is taken at first: hardly ever is it there.
    there = {} if goes_straight() else _there(organisation_id, by_hash)
    for digest in there:
        erasing.repeat(organisation_id, digest)
    try:
        new = _add(organisation_id, [one for one in by_hash.values() if one.sha256 not in there])
    except IntegrityError:  # somebody stored some of the same bytes meanwhile: theirs are as good
        there = _there(organisation_id, by_hash)
        new = _add(organisation_id, [one for one in by_hash.values() if one.sha256 not in there])
    if new:
        announce(BlobsStored(organisation_id, tuple(new)))
    return there | {blob.sha256: blob for blob in new}


def _there(organisation_id: str, hashes: Iterable[str]) -> dict[str, Blob]:
    asked = {"owner": organisation_id, "hashes": list(hashes)}
    with db.session.no_autoflush:  # who stored it may have changed other rows, and no blob
        return {blob.sha256: blob for blob in db.session.scalars(_named(), asked)}


@cache
def _named() -> Select[Blob]:
    return db.select(Blob).where(
        Blob.organisation_id == bindparam("owner"),
        Blob.sha256.in_(bindparam("hashes", expanding=True)),
    )


def _add(organisation_id: str, kept: Iterable[Kept]) -> list[Blob]:
    """In the order of their hashes: two who store the same never wait for each other."""
    new = [
        Blob(organisation_id=organisation_id, **vars(one))
        for one in sorted(kept, key=lambda one: one.sha256)
    ]
    if new:
        with savepoint():
            db.session.add_all(new)
    return new
