"""Declared breaks of the log: what such a declaration says, and what it excuses."""

import json
from dataclasses import asdict, dataclass
from typing import Any

from fieldapp.db import db
from fieldapp.keys import canonical
from fieldapp.ledger.models import Restoration

KIND = "fieldapp restoration"
REASONS = ("disk_failure", "operator_error", "software_fault", "move", "drill", "other")


@dataclass(frozen=True)
class Root:
    """The log at one size (root in hex), as signed at that instant (ISO)."""

    size: int
    root: str
    at: str


@dataclass(frozen=True)
class Break:
    """At `at` a database was put back whose log ends at `kept`; the log had been signed up to `lost`.

    What was signed between the two is not in the log any more; phones offer it again. The log goes on from `kept`.
    """

    id: str
    origin: str
    at: str
    reason: str
    kept: Root
    lost: Root
    key_id: str

    def signed_text(self) -> bytes:
        return canonical({"kind": KIND, "format": 1, **asdict(self)})


class NotARestoration(ValueError):
    """Text that declares no break as we do."""


def read(body: str) -> Break:
    """Raises NotARestoration for any text that we would not have written."""
    try:
        said = json.loads(body)
        kept, lost = Root(**said["kept"]), Root(**said["lost"])
        plain = {name: said[name] for name in ("id", "origin", "at", "reason", "key_id")}
        declared = Break(**plain, kept=kept, lost=lost)
        written = declared.signed_text().decode()
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise NotARestoration(str(error)) from error
    if written != body or not isinstance(declared.kept.size, int):
        raise NotARestoration("not the canonical text of a restoration")
    return declared


def all_declared() -> list[Restoration]:
    """The earliest first."""
    rows = db.select(Restoration).order_by(Restoration.at, Restoration.id)
    return list(db.session.scalars(rows))


def as_json(row: Restoration) -> dict[str, Any]:
    return {"body": row.body, "signature": row.signature, "key_id": row.key_id}
