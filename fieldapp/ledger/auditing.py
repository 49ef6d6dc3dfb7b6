"""Whether the log and its checkpoints are still what was signed. Reads everything, changes nothing."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from fieldapp.clock import iso
from fieldapp.db import db
from fieldapp.keys import verifies
from fieldapp.ledger import checkpoints
from fieldapp.ledger.checkpoints import NotACheckpoint, Statement
from fieldapp.ledger.committing import leaf_of
from fieldapp.ledger.merkle import node_hash, root_of_hashes
from fieldapp.ledger.models import Checkpoint, LedgerEntry, LedgerTile
from fieldapp.ledger.sealing import Head
from fieldapp.ledger.tiles import HASH, WIDTH

PAGE = 1000
LATE_TRANSACTION = timedelta(minutes=15)
"""An entry may be this much older than the checkpoint before it: transactions take a while to commit."""

Progress = Callable[[str, int], None]


@dataclass(frozen=True)
class Fault:
    """One thing that is not as committed: which table and row, and what about it."""

    kind: str
    table: str
    row: str
    detail: str


@dataclass
class Counts:
    leaves: int = 0
    checkpoints: int = 0
    rows: int = 0


class Frontier:
    """The complete subtrees at the log's end: enough to tell the root after every leaf."""

    def __init__(self) -> None:
        self._stack: list[tuple[int, bytes]] = []

    def add(self, hashed: bytes) -> None:
        level = 0
        while self._stack and self._stack[-1][0] == level:
            hashed = node_hash(self._stack.pop()[1], hashed)
            level += 1
        self._stack.append((level, hashed))

    @property
    def root(self) -> bytes:
        found = self._stack[-1][1]
        for _, left in reversed(self._stack[:-1]):
            found = node_hash(left, found)
        return found


class LogAudit:
    """One walk over all leaves in order.

    `known`: the trusted keys, id to public key. `erased`: entries whose salt an erasure took. `head`: what the
    sequencer remembers to have signed last, kept outside the database.
    """

    def __init__(
        self, known: dict[str, str], erased: set[str], head: Head | None, progress: Progress
    ) -> None:
        self.counts = Counts()
        self._known, self._erased, self._progress = known, erased, progress
        self._head = head
        self._frontier = Frontier()
        self._tiles: dict[int, bytes] = {}
        self._last: Statement | None = None
        self._last_at: datetime | None = None

    def faults(self) -> Iterator[Fault]:
        signed = list(db.session.scalars(db.select(Checkpoint).order_by(Checkpoint.size)))
        sealed_at = iter(signed)
        due = next(sealed_at, None)
        for entry in _by_leaf():
            yield from self._entry(entry)
            while due is not None and due.size <= self.counts.leaves:
                yield from self._checkpoint(due)
                due = next(sealed_at, None)
        for ahead in (due, *sealed_at) if due else ():
            detail = f"signs {ahead.size} leaves; there are {self.counts.leaves}"
            yield Fault("leaves_missing", "checkpoint", str(ahead.size), detail)
        covered = signed[-1].size if signed else 0
        if covered < self.counts.leaves:
            detail = f"{self.counts.leaves - covered} leaves have no checkpoint"
            yield Fault("checkpoint_missing", "checkpoint", "latest", detail)
        yield from self._remembered()
        yield from self._tile_rows()

    def _remembered(self) -> Iterator[Fault]:
        head = self._head
        if head is None:
            return
        row = db.session.get(Checkpoint, head.size)
        if row is None or f'"root":"{head.root}"' not in row.body:
            detail = f"the sequencer signed {head.size} leaves with root {head.root}: not this log"
            yield Fault("checkpoint_missing", "checkpoint", str(head.size), detail)

    def _entry(self, entry: LedgerEntry) -> Iterator[Fault]:
        number = self.counts.leaves
        stored = self._stored(number)
        if entry.leaf != number:
            detail = f"leaf {number} is not there; the next is {entry.leaf}"
            yield Fault("entry_missing", "ledger_entry", f"leaf {number}", detail)
            # What stands in the tiles lets the walk go on, so that one loss is one fault.
            while stored is not None and self.counts.leaves < (entry.leaf or 0):
                self._take(stored)
                stored = self._stored(self.counts.leaves)
        if not entry.salt:
            if entry.id not in self._erased:
                detail = "its salt was taken away and no erasure says so"
                yield Fault("salt_missing", "ledger_entry", entry.id, detail)
            own = stored or b"\x00" * HASH
        else:
            own = _leaf_of(entry)
        if stored != own:
            what = f"{entry.act} of {entry.table_name} {entry.row_id} at {iso(entry.at)}"
            detail = f"{what} is not what leaf {entry.leaf} committed to"
            yield Fault("entry_differs", "ledger_entry", entry.id, detail)
        yield from self._dated(entry)
        self._take(own)
        if self.counts.leaves % PAGE == 0:
            self._progress("leaves", self.counts.leaves)

    def _dated(self, entry: LedgerEntry) -> Iterator[Fault]:
        if self._last_at is not None and entry.at < self._last_at - LATE_TRANSACTION:
            detail = f"dated {iso(entry.at)}, sealed only after {iso(self._last_at)}"
            yield Fault("back_dated", "ledger_entry", entry.id, detail)

    def _take(self, hashed: bytes) -> None:
        self._frontier.add(hashed)
        self.counts.leaves += 1

    def _checkpoint(self, row: Checkpoint) -> Iterator[Fault]:
        self.counts.checkpoints += 1
        name = str(row.size)
        try:
            said = checkpoints.read(row.body)
        except NotACheckpoint as error:
            yield Fault("checkpoint_differs", "checkpoint", name, f"cannot be read: {error}")
            return
        if (said.size, said.at, said.key_id) != (row.size, iso(row.at), row.key_id):
            yield Fault("checkpoint_differs", "checkpoint", name, "columns and signed text differ")
        if said.size == self.counts.leaves and said.root != self._frontier.root.hex():
            detail = f"its root is {said.root}, the leaves give {self._frontier.root.hex()}"
            yield Fault("root_differs", "checkpoint", name, detail)
        if said.size != self.counts.leaves:
            detail = f"signs {said.size} leaves and stands after leaf {self.counts.leaves - 1}"
            yield Fault("checkpoint_differs", "checkpoint", name, detail)
        yield from self._signature(row, said)
        yield from self._order(name, said)
        self._last = said
        if said.complete:
            self._last_at = row.at

    def _order(self, name: str, said: Statement) -> Iterator[Fault]:
        before = self._last.size if self._last else 0
        if said.previous != before:
            detail = f"follows the checkpoint of {said.previous} leaves; here it follows {before}"
            yield Fault("checkpoint_missing", "checkpoint", str(said.previous), detail)
        if self._last and (said.origin != self._last.origin or said.at < self._last.at):
            detail = f"{said.origin} at {said.at} follows {self._last.origin} at {self._last.at}"
            yield Fault("checkpoint_order", "checkpoint", name, detail)

    def _signature(self, row: Checkpoint, said: Statement) -> Iterator[Fault]:
        key = self._known.get(said.key_id)
        if key is None:
            detail = f"signed by {said.key_id}, a key that no trusted key handed over to"
            yield Fault("unknown_key", "checkpoint", str(row.size), detail)
        elif not verifies(key, row.signature, row.body.encode()):
            yield Fault("bad_signature", "checkpoint", str(row.size), f"not signed by {key[:24]}…")

    def _stored(self, number: int) -> bytes | None:
        position, place = divmod(number, WIDTH)
        if position not in self._tiles:
            row = db.session.get(LedgerTile, (0, position))
            self._tiles = {position: row.hashes if row else b""}
        return self._tiles[position][place * HASH : (place + 1) * HASH] or None

    def _tile_rows(self) -> Iterator[Fault]:
        """Upper tiles are made of lower ones; proofs are made of all."""
        level, width = 1, self.counts.leaves // WIDTH
        while width:
            for index in range(width):
                below = db.session.get(LedgerTile, (level - 1, index))
                above = db.session.get(LedgerTile, (level, index // WIDTH))
                place = index % WIDTH * HASH
                made = _root(below.hashes) if below else b""
                if above is None or above.hashes[place : place + HASH] != made:
                    name, detail = f"{level}/{index // WIDTH}", f"hash {index % WIDTH} differs"
                    yield Fault("tile_differs", "ledger_tile", name, detail)
            db.session.expunge_all()
            level, width = level + 1, width // WIDTH


def _leaf_of(entry: LedgerEntry) -> bytes:
    try:
        return leaf_of(entry)
    except ValueError:  # a salt that is no longer hex
        return b"\xff" * HASH


def _by_leaf() -> Iterator[LedgerEntry]:
    after = -1
    while True:
        wanted = db.select(LedgerEntry).where(LedgerEntry.leaf > after)
        page = list(db.session.scalars(wanted.order_by(LedgerEntry.leaf).limit(PAGE)))
        yield from page
        if len(page) < PAGE:
            return
        after = page[-1].leaf or 0
        db.session.expunge_all()


def _root(hashes: bytes) -> bytes:
    return root_of_hashes([hashes[at : at + HASH] for at in range(0, len(hashes), HASH)])
