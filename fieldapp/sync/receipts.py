"""The signed receipt: what of a visit is with us for good. Only against it does a phone let an original go.

Each record and each stored file comes with its leaf of the ledger's log, promised to be in it by a time.
"""

from collections.abc import Iterable
from functools import cache
from typing import Any

from flask import current_app
from sqlalchemy import Row, Select, bindparam
from sqlalchemy.orm import joinedload, lazyload

from fieldapp.accounts.models import Device, Person
from fieldapp.blobs.models import Blob
from fieldapp.clock import iso, now
from fieldapp.db import db
from fieldapp.errors import NotFound
from fieldapp.evidence import opening
from fieldapp.evidence.models import Reading
from fieldapp.keys import canonical_row
from fieldapp.ledger.proving import leaves_of
from fieldapp.sync.models import Record
from fieldapp.sync.reading import Claim, claims_in


def receipt(by: Person, device: Device | None, sent_id: str) -> dict[str, Any]:
    """Whatever was kept under this id, found by who sent it and not by what they may see today. Raises NotFound."""
    records = _sent(by, device, sent_id)
    if not records:
        raise NotFound
    claims = _claims(records)
    found = _found(by.organisation_id, {claim.original.sha256 for claim in claims})
    leaves = leaves_of(
        [("record", record.id) for record in records] + [_blob(by, digest) for digest in found]
    )
    evidence = [
        _part(claim, found.get(claim.original.sha256), leaves.get(_blob(by, claim.original.sha256)))
        for claim in claims
    ]
    _tell_of_envelopes(by.organisation_id, zip(claims, evidence, strict=True))
    body = canonical_row(
        {
            "visit_id": sent_id,
            "organisation_id": by.organisation_id,
            "made_at": iso(now()),
            "records": [
                {
                    "sha256": record.sha256,
                    "state": record.state,
                    "leaf": leaves.get(("record", record.id)),
                }
                for record in records
            ],
            "evidence": evidence,
        }
    )
    key = current_app.extensions["signing_key"]
    return {
        "body": body.decode(),
        "signature": key.sign(body),
        "key_id": key.id,
        "complete": all(_is_here(part) for part in evidence),
    }


def _is_here(part: dict[str, Any]) -> bool:
    """An envelope that cannot be opened is here as well: byte for byte what the phone has, and a person's matter now."""
    return part["stored_at"] is not None or part["intake"] == "unopened"


def _sent(by: Person, device: Device | None, sent_id: str) -> list[Record]:
    """All records of the id, once one of them is the caller's or came from this very phone."""
    asked = {"owner": by.organisation_id, "sent_id": sent_id}
    records = list(db.session.scalars(_all_of_the_id(), asked).unique())
    phone = device and device.sent_id
    mine = any(r.sent_by_id == by.id or (r.device and r.device.sent_id == phone) for r in records)
    return records if mine else []


@cache
def _all_of_the_id() -> Select[Record]:
    return (
        db.select(Record)
        .where(Record.organisation_id == bindparam("owner"), Record.sent_id == bindparam("sent_id"))
        .order_by(Record.received_at, Record.id)
        .options(lazyload("*"), joinedload(Record.judgements).lazyload("*"))
    )


def _claims(records: list[Record]) -> list[Claim]:
    claims: dict[tuple[str, str], Claim] = {}
    for record in records:
        for claim in claims_in(record.body):
            claims.setdefault((claim.evidence_id, claim.original.sha256), claim)
    return list(claims.values())


def _blob(by: Person, sha256: str) -> tuple[str, str]:
    """The stored file as the ledger names it."""
    return "blob", f"{by.organisation_id}/{sha256}"


def _found(organisation_id: str, hashes: set[str]) -> dict[str, Row[Any]]:
    """What is stored of these and what was read of it, by hash: a receipt tells little of each, and changes none."""
    asked = {"owner": organisation_id, "hashes": list(hashes)}
    return {row.sha256: row for row in db.session.execute(_by_hash(), asked)}


@cache
def _by_hash() -> Select[Any]:
    same = (Reading.organisation_id == Blob.organisation_id) & (Reading.sha256 == Blob.sha256)
    return (
        db.select(Blob.sha256, Blob.size, Blob.stored_at, Reading.state, Reading.reason)
        .outerjoin(Reading, same)
        .where(
            Blob.organisation_id == bindparam("owner"),
            Blob.sha256.in_(bindparam("hashes", expanding=True)),
        )
    )


def _tell_of_envelopes(organisation_id: str, parts: Iterable[tuple[Claim, dict[str, Any]]]) -> None:
    """Of what came sealed: the envelope, and why it gave no content where it did not."""
    sealed = [(claim.envelope.sha256, claim, part) for claim, part in parts if claim.envelope]
    openings = opening.all_of(organisation_id, {sha256 for sha256, _, _ in sealed})
    for sha256, claim, part in sealed:
        part["envelope"] = {"sha256": sha256}
        why = opening.fault_of(openings.get(sha256), claim.original.sha256)
        if why is not None and part["stored_at"] is None:
            part["intake"], part["reason"] = "unopened", why


def _part(claim: Claim, found: Row[Any] | None, leaf: dict[str, Any] | None) -> dict[str, Any]:
    # A size that differs from the stored bytes was a wrong claim: what is said is what is here.
    return {
        "id": claim.evidence_id,
        "sha256": claim.original.sha256,
        "size": found.size if found else claim.original.size,
        "stored_at": iso(found.stored_at) if found else None,
        "intake": (found and found.state) or "waiting",
        "reason": found and found.reason,
        "leaf": leaf,
    }
