"""Whether the store still holds what the rows say: there, of that size and, when asked, of that hash."""

import hashlib
from collections.abc import Iterator

from sqlalchemy import exists

from fieldapp.blobs.erasing_models import BlobErasure
from fieldapp.blobs.models import Blob
from fieldapp.blobs.store import CHUNK, BadKey, NotStored, current_store
from fieldapp.db import db, transaction
from fieldapp.ledger.auditing import Fault, Progress

PAGE = 500


class BytesAudit:
    """Opens its own transactions: no network inside one."""

    def __init__(self, progress: Progress, *, rehash: bool) -> None:
        self.count = self.erased = 0
        self._progress, self._rehash = progress, rehash

    def faults(self) -> Iterator[Fault]:
        for page in _pages():
            for organisation_id, sha256, size, is_erased in page:
                key = f"{organisation_id}/{sha256}"
                if is_erased:
                    self.erased += 1
                    yield from _looked_for_in_vain(key)
                else:
                    yield from _looked_at(key, size, rehash=self._rehash)
                self.count += 1
            self._progress("objects", self.count)


def _looked_at(key: str, size: int, *, rehash: bool) -> Iterator[Fault]:
    store = current_store()
    try:
        found = store.size(key)
        if found != size:
            yield Fault("object_differs", "blob", key, f"has {found} bytes, was stored with {size}")
        elif rehash and rehashed(key)[0] != key.rpartition("/")[2]:
            yield Fault("object_differs", "blob", key, "its bytes hash to something else")
    except (NotStored, BadKey):
        yield Fault("object_missing", "blob", key, "the store holds no such object")


def _looked_for_in_vain(key: str) -> Iterator[Fault]:
    if current_store().has(key):
        yield Fault("object_not_erased", "blob", key, "was erased by law and is still in the store")


def rehashed(key: str) -> tuple[str, int]:
    """SHA-256 and size of what the store holds there, read anew. Raises NotStored."""
    digest, size = hashlib.sha256(), 0
    with current_store().open(key) as stream:
        while chunk := stream.read(CHUNK):
            digest.update(chunk)
            size += len(chunk)
    return digest.hexdigest(), size


def _pages() -> Iterator[list[tuple[str, str, int, bool]]]:
    key = (Blob.organisation_id, Blob.sha256)
    erased = exists().where(
        BlobErasure.organisation_id == Blob.organisation_id,
        BlobErasure.sha256 == Blob.sha256,
        BlobErasure.erased_at.is_not(None),
    )
    after: tuple[str, str] | None = None
    while True:
        wanted = db.select(*key, Blob.size, erased).order_by(*key).limit(PAGE)
        if after is not None:
            wanted = wanted.where(db.tuple_(*key) > db.tuple_(*after))
        with transaction(write=False):
            page = [(row[0], row[1], row[2], row[3]) for row in db.session.execute(wanted)]
        if not page:
            return
        yield page
        after = page[-1][:2]
