"""Sealing: the one sequencer gives every new entry its leaf and signs the log's new root."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import cast

from sqlalchemy import Table, bindparam, update

from fieldapp.clock import iso, now
from fieldapp.db import db, new_id, transaction
from fieldapp.keys import SigningKey
from fieldapp.ledger import checkpoints, merkle
from fieldapp.ledger.checkpoints import Statement
from fieldapp.ledger.committing import Entry, leaf_of
from fieldapp.ledger.models import Checkpoint, LedgerEntry, LedgerKey, SequencerLease
from fieldapp.ledger.tiles import MissingTile, Tiles

SEALED_WITHIN = timedelta(seconds=60)
LEASE = timedelta(seconds=60)
MOST_AT_ONCE = 5000


class LogRewritten(Exception):
    """The database's log is not the one that this sequencer signed: it must not sign it any further."""


class UnknownKey(Exception):
    """The log is signed by another key, which has not handed over to this one."""


@dataclass(frozen=True)
class Head:
    """The last root that this sequencer signed, kept where nobody but it can write."""

    origin: str
    size: int
    root: str
    at: str | None = None  # a memory of before this was kept has none


@dataclass
class Sequencer:
    """Who seals: its key, the folder of its own memory, and the key that it took over from, if it did."""

    key: SigningKey
    memory: Path
    previous: SigningKey | None = None
    strict: bool = False  # a log of another origin is refused, not begun anew

    def seal(self) -> Checkpoint | None:
        """Take up to 5000 entries into the log and sign; None when there are none or another sequencer holds the lease.

        Opens its own transaction. Raises LogRewritten, UnknownKey.
        """
        with transaction():
            if not _leased(self.key.id, self.previous.id if self.previous else ""):
                return None
            last = checkpoints.latest()
            tiles = Tiles()
            self._require_own_log(last, tiles)
            if not _unsealed(1):
                return None
            self._introduce(last)
            checkpoint = self._sign(last, _unsealed(MOST_AT_ONCE), tiles)
        # After the commit: a memory that lags is still the beginning of the log, one that is ahead is of no log.
        self._remember(checkpoint)
        return checkpoint

    def seal_all(self) -> Checkpoint | None:
        """Until nothing is left; the last checkpoint made."""
        made = None
        while (checkpoint := self.seal()) is not None:
            made = checkpoint
        return made

    def _require_own_log(self, last: Checkpoint | None, tiles: Tiles) -> None:
        head = self._recalled()
        if head is None:
            return
        origin = checkpoints.read(last.body).origin if last else None
        if head.origin != origin and not self.strict and (last or not _has_leaves()):
            return  # a database begun anew, in a demonstration
        if last is None or head.origin != origin or last.size < head.size:
            raise LogRewritten(f"the log of {head.size} leaves that was signed is not there")
        try:
            found = merkle.root(head.size, tiles.node).hex()
        except MissingTile as missing:
            raise LogRewritten(str(missing)) from missing
        if found != head.root:
            raise LogRewritten(f"the first {head.size} leaves are not what was signed")

    def _introduce(self, last: Checkpoint | None) -> None:
        """Put this key on record, endorsed by the one before it; the entry of that is sealed with the rest."""
        if last is not None and last.key_id == self.key.id:
            return
        if db.session.get(LedgerKey, self.key.id) is not None:
            raise UnknownKey(f"{self.key.id} has handed over to {last and last.key_id}")
        row = LedgerKey(id=self.key.id, public_key=self.key.public_key)
        if last is not None:
            if self.previous is None or self.previous.id != last.key_id:
                raise UnknownKey(f"the log is signed by {last.key_id}, not by {self.key.id}")
            row.previous_id = last.key_id
            row.endorsement = self.previous.sign(
                checkpoints.rotation_text(self.key.public_key, last.key_id)
            )
        db.session.add(row)
        db.session.flush()

    def _sign(self, last: Checkpoint | None, entries: Sequence[Entry], tiles: Tiles) -> Checkpoint:
        before = last.size if last else 0
        tiles.append(before, [leaf_of(entry) for entry in entries])
        _number(entries, before)
        size = before + len(entries)
        at = max(now(), last.at) if last else now()
        statement = Statement(
            origin=checkpoints.read(last.body).origin if last else f"fieldapp/{new_id()}",
            previous=before,
            size=size,
            root=merkle.root(size, tiles.node).hex(),
            at=iso(at) or "",
            complete=len(entries) < MOST_AT_ONCE,
            key_id=self.key.id,
        )
        body = statement.signed_text()
        checkpoint = Checkpoint(
            size=size, at=at, body=body.decode(), key_id=self.key.id, signature=self.key.sign(body)
        )
        db.session.add(checkpoint)
        db.session.flush()
        return checkpoint

    def _recalled(self) -> Head | None:
        return recalled(self.memory)

    def _remember(self, checkpoint: Checkpoint) -> None:
        said = checkpoints.read(checkpoint.body)
        remember(self.memory, Head(said.origin, said.size, said.root, said.at))


def recalled(memory: Path) -> Head | None:
    """What the sequencer that keeps its memory there signed last."""
    file = memory / "head.json"
    return Head(**json.loads(file.read_text())) if file.exists() else None


def remember(memory: Path, head: Head) -> None:
    temporary = memory / "head.new"
    temporary.write_text(json.dumps(asdict(head)))
    temporary.replace(memory / "head.json")


def want_sealed() -> None:
    """Ask for a checkpoint at once: before something is published or handed out. In the present transaction."""
    lease = db.session.get(SequencerLease, 1)
    if lease is None:
        lease = SequencerLease(id=1, holder="", until=now())
        db.session.add(lease)
    lease.wanted_at = now()


def is_due(every: timedelta) -> bool:
    """Whether entries wait longer than `every`, or somebody asked for a checkpoint. Opens its own transaction."""
    with transaction(write=False):
        oldest = db.session.scalar(
            db.select(LedgerEntry.at)
            .where(LedgerEntry.leaf.is_(None))
            .order_by(LedgerEntry.at)
            .limit(1)
        )
        lease = db.session.get(SequencerLease, 1)
        return oldest is not None and (
            oldest < now() - every or (lease is not None and lease.wanted_at is not None)
        )


def unsealed() -> tuple[int, datetime | None]:
    """How many entries have no leaf yet, and the time of the oldest. Needs a transaction."""
    count, oldest = db.session.execute(
        db.select(db.func.count(), db.func.min(LedgerEntry.at)).where(LedgerEntry.leaf.is_(None))
    ).one()
    return count, oldest


def _leased(holder: str, before: str) -> bool:
    """Whether `holder`, who took over from `before`, may seal now; from here to the commit nobody else does."""
    lease = db.session.get(SequencerLease, 1, with_for_update=True)
    if lease is None:
        lease = SequencerLease(id=1, holder=holder, until=now())
        db.session.add(lease)
    if lease.holder not in ("", before, holder) and lease.until > now():
        return False
    lease.holder, lease.until, lease.wanted_at = holder, now() + LEASE, None
    db.session.flush()
    return True


def _has_leaves() -> bool:
    sealed = db.select(LedgerEntry.id).where(LedgerEntry.leaf.is_not(None)).limit(1)
    return db.session.scalar(sealed) is not None


def _unsealed(most: int) -> Sequence[Entry]:
    waiting = db.select(LedgerEntry.__table__).where(LedgerEntry.leaf.is_(None))
    return db.session.execute(waiting.order_by(LedgerEntry.at, LedgerEntry.id).limit(most)).all()


def _number(entries: Sequence[Entry], before: int) -> None:
    """The one change that an entry ever sees: its place, given once."""
    table = LedgerEntry.__table__
    place = update(cast("Table", table)).where(
        table.c.id == bindparam("entry"), table.c.leaf.is_(None)
    )
    db.session.execute(
        place.values(leaf=bindparam("number")),
        [{"entry": entry.id, "number": number} for number, entry in enumerate(entries, before)],
        execution_options={"sealing": True},
    )
