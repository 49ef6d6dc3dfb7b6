"""The RFC 3161 stamps that a bundle carries: for each of its entries the earliest stamped checkpoint that has it, where there is one.

A third party's clock then says by when each was there, and a proof leads from that checkpoint to the bundle's own.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import Any

from fieldapp.db import db
from fieldapp.ledger import merkle, proving
from fieldapp.ledger.models import Checkpoint, Timestamp
from fieldapp.ledger.tiles import Tiles

Json = dict[str, Any]


class Stamps:
    """Up to the checkpoint of `size`, which everything in the bundle leads to. Made and asked within a transaction."""

    def __init__(self, size: int) -> None:
        self._size = size
        stamped = db.select(Timestamp.size).where(Timestamp.size <= size).distinct()
        self._stamped = sorted(db.session.scalars(stamped))
        self._used: set[int] = set()

    def note(self, leaves: Iterable[int]) -> None:
        for leaf in leaves:
            place = bisect_right(self._stamped, leaf)
            if place < len(self._stamped):
                self._used.add(self._stamped[place])

    def files(self) -> Iterator[tuple[str, bytes]]:
        """What `openssl ts -verify` wants: each checkpoint as it was signed, and the tokens over it."""
        for size in sorted(self._used):
            yield f"stamps/{size}.checkpoint", _checkpoint(size).body.encode()
            for nth, stamp in enumerate(_of(size), 1):
                yield _file_of(size, nth), stamp.token

    def as_json(self) -> list[Json]:
        return [self._stamped_checkpoint(size) for size in sorted(self._used)]

    def _stamped_checkpoint(self, size: int) -> Json:
        proof = merkle.consistency_proof(size, self._size, Tiles().node)
        checkpoint = proving.checkpoint_json(_checkpoint(size))
        return checkpoint | {
            "consistency": [step.hex() for step in proof],
            "stamps": [
                {"file": _file_of(size, nth), "by": stamp.url}
                for nth, stamp in enumerate(_of(size), 1)
            ],
        }


def _file_of(size: int, nth: int) -> str:
    return f"stamps/{size}-{nth}.tsr"


def _checkpoint(size: int) -> Checkpoint:
    return db.session.get_one(Checkpoint, size)


def _of(size: int) -> list[Timestamp]:
    wanted = db.select(Timestamp).where(Timestamp.size == size)
    return list(db.session.scalars(wanted.order_by(Timestamp.at, Timestamp.id)))
