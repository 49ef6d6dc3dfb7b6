"""Signed checkpoints: what they say, who may sign the next one, and whether a signature holds."""

import argparse
import json
import re
from dataclasses import dataclass
from typing import Any

from fieldapp.db import db
from fieldapp.keys import canonical, from_text, sha256, verifies
from fieldapp.ledger.models import Checkpoint, LedgerKey

KIND = "fieldapp checkpoint"
ROTATION = "fieldapp ledger key"
FIELDS = ("origin", "previous", "size", "root", "at", "complete", "key_id")


@dataclass(frozen=True)
class Statement:
    """What a checkpoint says: the log called `origin` had `size` leaves and this root (hex) at that instant (ISO).

    `previous` is the size of the checkpoint before it, or 0, so that none can be taken out unnoticed. `complete`: all
    that was committed by then is in it, so that nothing older may come after.
    """

    origin: str
    previous: int
    size: int
    root: str
    at: str
    complete: bool
    key_id: str

    def signed_text(self) -> bytes:
        return canonical({"kind": KIND, "format": 1, **vars(self)})


class NotACheckpoint(ValueError):
    """Text that is no checkpoint of ours."""


def read(body: str) -> Statement:
    """The statement of a checkpoint's body. Raises NotACheckpoint for any text that we would not have written."""
    try:
        said = json.loads(body)
        statement = Statement(*(said[name] for name in FIELDS))
        written = statement.signed_text().decode()
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise NotACheckpoint(str(error)) from error
    if written != body or not isinstance(statement.size, int):
        raise NotACheckpoint("not the canonical text of a checkpoint")
    return statement


def latest() -> Checkpoint | None:
    return db.session.scalar(db.select(Checkpoint).order_by(Checkpoint.size.desc()).limit(1))


def covering(size: int) -> Checkpoint | None:
    """The first checkpoint over at least `size` leaves."""
    wanted = db.select(Checkpoint).where(Checkpoint.size >= size).order_by(Checkpoint.size)
    return db.session.scalar(wanted.limit(1))


def rotation_text(public_key: str, previous_id: str) -> bytes:
    """What the old key signs to hand over to the new one."""
    return canonical({"kind": ROTATION, "public_key": public_key, "previous_id": previous_id})


def fingerprint(public_key: str) -> str:
    """SHA-256 of the key's SPKI bytes, hex: what people compare and keep apart from the data."""
    return sha256(from_text(public_key))


def as_fingerprint(text: str) -> str:
    """For argparse: a slip of the pen must not look like a log signed by somebody else."""
    if not re.fullmatch(r"(?:[0-9A-Fa-f]:?){64}", text):
        raise argparse.ArgumentTypeError(f"{text!r}: a fingerprint is 64 hex digits")
    return text.replace(":", "").lower()


def endorsed(key: dict[str, Any], known: dict[str, str]) -> bool:
    """Whether a key that we know (`known`: id to public key) handed over to this one."""
    before = known.get(key.get("previous_id") or "")
    if before is None or not key.get("endorsement"):
        return False
    text = rotation_text(key["public_key"], key["previous_id"])
    return verifies(before, key["endorsement"], text)


def trusted_keys(keys: list[dict[str, Any]], trust: str | None) -> dict[str, str]:
    """The keys (id to public key) that follow from the one with the trusted fingerprint; without one, from the first."""
    roots = [
        k
        for k in keys
        if (fingerprint(k["public_key"]) == trust if trust else not k["previous_id"])
    ]
    return grown_from({key["id"]: key["public_key"] for key in roots[:1]}, keys)


def grown_from(known: dict[str, str], keys: list[dict[str, Any]]) -> dict[str, str]:
    """`known` and every key that one of them, or one of those, handed over to."""
    new = [k for k in keys if k["id"] not in known and endorsed(k, known)]
    own = {k["id"]: k["public_key"] for k in new if own_id_of(k["public_key"]) == k["id"]}
    return grown_from(known | own, keys) if own else known


def own_id_of(public_key: str) -> str:
    return fingerprint(public_key)[:16]


def keys_as_json() -> list[dict[str, Any]]:
    rows = db.session.scalars(db.select(LedgerKey).order_by(LedgerKey.since, LedgerKey.id))
    return [
        {
            "id": row.id,
            "public_key": row.public_key,
            "use": "checkpoint",
            "previous_id": row.previous_id,
            "endorsement": row.endorsement,
        }
        for row in rows
    ]
