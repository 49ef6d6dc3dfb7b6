"""What a leaf of the log commits to: one entry, under a salt of its own that is derived from the entry's.

Showing the leaf's salt proves the entry and still hides what `digest` commits to; only the entry's own salt opens that.
"""

import hashlib
import hmac
from typing import Any

from sqlalchemy import Row

from fieldapp.clock import iso
from fieldapp.keys import canonical_row
from fieldapp.ledger.merkle import leaf_hash
from fieldapp.ledger.models import LedgerEntry

Entry = LedgerEntry | Row[Any]
"""An entry, or its bare row: where thousands are taken in, their objects would cost more than their hashes."""


def entry_as_json(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "at": iso(entry.at),
        "actor_kind": entry.actor_kind,
        "actor_id": entry.actor_id,
        "organisation_id": entry.organisation_id,
        "act": entry.act,
        "table": entry.table_name,
        "row_id": entry.row_id,
        "digest": entry.digest,
        "purpose": entry.purpose,
        "signed_act_id": entry.signed_act_id,
    }


def leaf_salt(entry: Entry) -> bytes:
    return hmac.new(bytes.fromhex(entry.salt), b"fieldapp leaf", hashlib.sha256).digest()


def leaf_of(entry: Entry) -> bytes:
    """The entry's leaf hash: leaf_hash(SHA-256(leaf salt ‖ canonical JSON of the entry))."""
    return leaf_hash(commitment(leaf_salt(entry), entry_as_json(entry)))


def commitment(salt: bytes, entry: dict[str, Any]) -> bytes:
    return hashlib.sha256(salt + canonical_row(entry)).digest()
