"""Declaring that an older database was put back: the sequencer says so over its signature, and goes on from there."""

import json
from collections.abc import Iterator
from pathlib import Path

from fieldapp.clock import iso, now, parse
from fieldapp.db import db, new_id, transaction
from fieldapp.keys import verifies
from fieldapp.ledger import checkpoints, merkle
from fieldapp.ledger.checkpoints import Statement
from fieldapp.ledger.models import Checkpoint, Restoration
from fieldapp.ledger.restorations import Break, Root, read
from fieldapp.ledger.sealing import Head, Sequencer, recalled, remember
from fieldapp.ledger.tiles import MissingTile, Tiles

KEPT = "restorations.jsonl"
"""Beside what was signed last: a later restoration may take an earlier one's row away."""


class NotDeclarable(Exception):
    """There is no break here that this sequencer could honestly declare."""


def declare(sequencer: Sequencer, reason: str, words: str) -> Restoration:
    """The break, on record and in the log; the same one again is the one that is there. Opens its own transactions.

    Where the copy is so fresh that no signed leaf is lost, what had not been sealed yet still is. Raises NotDeclarable.
    """
    head = recalled(sequencer.memory)
    if head is None:
        raise NotDeclarable("this sequencer remembers nothing that it signed")
    with transaction():
        last, said = _latest()
        _require_own(sequencer, head, last, said)
        _bring_back_earlier(sequencer.memory)
        row = _declared_already(head, said) or _declared(sequencer, head, said, reason, words)
    _keep(sequencer.memory, row)
    remember(sequencer.memory, Head(said.origin, said.size, said.root))
    sequencer.seal_all()
    return row


def _latest() -> tuple[Checkpoint, Statement]:
    last = checkpoints.latest()
    if last is None:
        raise NotDeclarable("the database that was put back has no checkpoint")
    return last, checkpoints.read(last.body)


def _require_own(sequencer: Sequencer, head: Head, last: Checkpoint, said: Statement) -> None:
    """The log that was put back is an earlier state of the one that this key signed: its last root is signed and holds."""
    own = [key for key in (sequencer.key, sequencer.previous) if key is not None]
    known = {key.id: key.public_key for key in own}
    if said.origin != head.origin:
        raise NotDeclarable(f"the database has the log {said.origin}; {head.origin} was signed")
    if said.key_id not in known or not verifies(
        known[said.key_id], last.signature, last.body.encode()
    ):
        raise NotDeclarable(f"its last checkpoint, of {said.size} leaves, is not by this key")
    if said.size > head.size or (said.size == head.size and said.root != head.root):
        raise NotDeclarable(
            f"it has {said.size} leaves and {head.size} were signed: not an earlier state"
        )
    try:
        found = merkle.root(said.size, Tiles().node).hex()
    except MissingTile as missing:
        raise NotDeclarable(str(missing)) from missing
    if found != said.root:
        raise NotDeclarable(f"its first {said.size} leaves are not what was signed")


def _declared(
    sequencer: Sequencer, head: Head, said: Statement, reason: str, words: str
) -> Restoration:
    declared = Break(
        id=new_id(),
        origin=said.origin,
        at=iso(now()) or "",
        reason=reason,
        kept=Root(said.size, said.root, said.at),
        lost=Root(head.size, head.root, head.at or said.at),
        key_id=sequencer.key.id,
    )
    text = declared.signed_text()
    row = Restoration(
        id=declared.id,
        at=parse(declared.at),
        body=text.decode(),
        key_id=declared.key_id,
        signature=sequencer.key.sign(text),
        words=words,
    )
    db.session.add(row)
    db.session.flush()
    return row


def _declared_already(head: Head, said: Statement) -> Restoration | None:
    """By a try that was cut before the sequencer's own memory followed."""
    for row in db.session.scalars(db.select(Restoration)):
        declared = read(row.body)
        same_end = (declared.lost.size, declared.lost.root) == (head.size, head.root)
        if same_end and (declared.kept.size, declared.kept.root) == (said.size, said.root):
            return row
    return None


def _bring_back_earlier(memory: Path) -> None:
    for earlier in _kept(memory):
        if db.session.get(Restoration, earlier["id"]) is None:
            db.session.add(Restoration(**earlier | {"at": parse(earlier["at"])}))
    db.session.flush()


def _keep(memory: Path, row: Restoration) -> None:
    if any(earlier["id"] == row.id for earlier in _kept(memory)):
        return
    names = ("id", "body", "key_id", "signature", "words")
    told = {name: getattr(row, name) for name in names} | {"at": iso(row.at)}
    with (memory / KEPT).open("a", encoding="utf-8") as file:
        file.write(json.dumps(told, ensure_ascii=False) + "\n")


def _kept(memory: Path) -> Iterator[dict[str, str]]:
    file = memory / KEPT
    if file.exists():
        yield from map(json.loads, file.read_text(encoding="utf-8").splitlines())
