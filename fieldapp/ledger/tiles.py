"""The log's hashes in rows of up to 256, a row per 256 leaves and per 256 rows of the level below: a proof reads a few rows.

Tile (level, position) holds the roots of complete subtrees of 2**(8 * level) leaves, those numbered from 256 * position.
"""

from collections.abc import Iterable

from fieldapp.db import db
from fieldapp.ledger.merkle import root_of_hashes
from fieldapp.ledger.models import LedgerTile

STEP = 8  # levels of the tree in one tile
WIDTH = 1 << STEP
HASH = 32


class MissingTile(LookupError):
    """The log's hashes have a hole: somebody took rows away."""


class Tiles:
    """The stored hashes, read once each. Needs a transaction; make a new one in each."""

    def __init__(self) -> None:
        self._read: dict[tuple[int, int], bytes] = {}
        self._changed: set[tuple[int, int]] = set()

    def node(self, level: int, index: int) -> bytes:
        """The root of a complete subtree. Raises MissingTile."""
        below = level % STEP
        first = index << below
        hashes = self._hashes(level // STEP, first // WIDTH)
        start = (first % WIDTH) * HASH
        wanted = hashes[start : start + (HASH << below)]
        if len(wanted) != HASH << below:
            raise MissingTile(f"tile {level // STEP}/{first // WIDTH} is too short")
        return _root(wanted)

    def leaf(self, number: int) -> bytes:
        return self.node(0, number)

    def append(self, size: int, leaves: Iterable[bytes]) -> None:
        """Write further leaf hashes after the first `size`."""
        for number, hashed in enumerate(leaves, size):
            self._put(0, number, hashed)
        self._write()

    def _put(self, level: int, index: int, hashed: bytes) -> None:
        position, place = divmod(index, WIDTH)
        before = self._hashes(level, position) if place else b""
        if len(before) < place * HASH:
            raise MissingTile(f"tile {level}/{position} is too short")
        # A row left longer than the log by a cut write cannot be: both are one transaction.
        self._read[level, position] = before[: place * HASH] + hashed
        self._changed.add((level, position))
        if place == WIDTH - 1:
            self._put(level + 1, position, _root(self._read[level, position]))

    def _hashes(self, level: int, position: int) -> bytes:
        key = (level, position)
        if key not in self._read:
            row = db.session.get(LedgerTile, key)
            if row is None:
                raise MissingTile(f"tile {level}/{position} is not there")
            self._read[key] = row.hashes
        return self._read[key]

    def _write(self) -> None:
        for level, position in sorted(self._changed):
            row = db.session.get(LedgerTile, (level, position))
            if row is None:
                row = LedgerTile(level=level, position=position)
                db.session.add(row)
            row.hashes = self._read[level, position]
        self._changed.clear()
        db.session.flush()


def _root(hashes: bytes) -> bytes:
    return root_of_hashes([hashes[at : at + HASH] for at in range(0, len(hashes), HASH)])
