"""Proofs as everybody may have them: they hold hashes and signatures, nothing about anybody."""

from collections.abc import Collection
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam

from fieldapp.clock import iso
from fieldapp.db import db
from fieldapp.errors import Conflict, Invalid, NotFound
from fieldapp.keys import SigningKey, canonical, to_text
from fieldapp.ledger import checkpoints, merkle
from fieldapp.ledger.committing import Entry, leaf_of
from fieldapp.ledger.models import Checkpoint, LedgerEntry, Timestamp
from fieldapp.ledger.recording import LARGEST_EXACT
from fieldapp.ledger.sealing import SEALED_WITHIN
from fieldapp.ledger.tiles import Tiles

Json = dict[str, Any]
Row = tuple[str, str]  # table, row id
PROMISE = "fieldapp promise"


class NotSealedYet(Conflict):
    zh = "这一条目尚未封存，请在一分钟后再试。"
    en = "This entry has not been sealed yet. Try again in a minute."


class NoSuchCheckpoint(NotFound):
    zh = "没有这一大小的检查点。"
    en = "There is no checkpoint of this size."


def checkpoint_json(checkpoint: Checkpoint) -> Json:
    return {
        "size": checkpoint.size,
        "body": checkpoint.body,
        "signature": checkpoint.signature,
        "key_id": checkpoint.key_id,
        "stamps": [
            {"at": iso(stamp.at), "token": to_text(stamp.token)} for stamp in _stamps(checkpoint)
        ],
    }


def latest() -> Json:
    found = checkpoints.latest()
    if found is None:
        raise NoSuchCheckpoint
    return checkpoint_json(found)


def of_size(size: int) -> Json:
    return checkpoint_json(_checkpoint(size))


def consistency(first: int, second: int) -> Json:
    """That the log of the second checkpoint begins with that of the first."""
    _checkpoint(first)
    _checkpoint(second)
    if first > second:
        raise Invalid(where="/from")
    return {
        "from": first,
        "to": second,
        "proof": _hex(merkle.consistency_proof(first, second, Tiles().node)),
    }


def inclusion(leaf: int, size: int | None = None) -> Json:
    """That the leaf is in the log of the checkpoint (the latest by default)."""
    checkpoint = checkpoints.latest() if size is None else _checkpoint(size)
    if checkpoint is None or not 0 <= leaf < checkpoint.size:
        raise NotFound
    tiles = Tiles()
    return {
        "leaf": leaf,
        "hash": tiles.leaf(leaf).hex(),
        "proof": _hex(merkle.inclusion_proof(leaf, checkpoint.size, tiles.node)),
        "checkpoint": checkpoint_json(checkpoint),
    }


def inclusion_of_entry(entry_id: str, size: int | None = None) -> Json:
    entry = db.session.get(LedgerEntry, entry_id)
    if entry is None:
        raise NotFound
    if entry.leaf is None:
        raise NotSealedYet
    return {"entry": entry_id, **inclusion(entry.leaf, size)}


def leaves_of(rows: Collection[Row]) -> dict[Row, Json]:
    """The leaf of the first entry of each row: {"entry", "hash", "number" or null, "by"}: in the log no later than `by`."""
    asked = {
        "tables": list({table for table, _ in rows}),
        "row_ids": [row_id for _, row_id in rows],
    }
    found = db.session.execute(_first_entries(), asked)
    return {(entry.table_name, entry.row_id): leaf_json(entry) for entry in found}


@cache
def _first_entries() -> Select[Any]:
    return db.select(LedgerEntry.__table__).where(
        LedgerEntry.table_name.in_(bindparam("tables", expanding=True)),
        LedgerEntry.row_id.in_(bindparam("row_ids", expanding=True)),
        LedgerEntry.act == "insert",
    )


def leaf_json(entry: Entry) -> Json:
    return {
        "entry": entry.id,
        "hash": leaf_of(entry).hex(),
        "number": entry.leaf,
        "by": iso(entry.at + SEALED_WITHIN),
    }


def promise(entry: LedgerEntry, key: SigningKey) -> Json:
    """Our signed word that this entry will be in the log by then: who holds it can prove that it was left out."""
    body = canonical({"kind": PROMISE, **leaf_json(entry)})
    return {"body": body.decode(), "signature": key.sign(body), "key_id": key.id}


def _checkpoint(size: int) -> Checkpoint:
    found = db.session.get(Checkpoint, size) if size < LARGEST_EXACT else None
    if found is None:
        raise NoSuchCheckpoint
    return found


def _stamps(checkpoint: Checkpoint) -> list[Timestamp]:
    stamps = db.select(Timestamp).where(Timestamp.size == checkpoint.size)
    return list(db.session.scalars(stamps.order_by(Timestamp.at)))


def _hex(hashes: list[bytes]) -> list[str]:
    return [hashed.hex() for hashed in hashes]
