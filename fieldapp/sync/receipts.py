"""The signed receipt: what of a visit is with us for good. Only against it does a phone let an original go.

Each record and each stored file comes with its leaf of the ledger's log, promised to be in it by a time.
"""

from collections.abc import Iterable
from functools import cache
from typing import Any

from flask import current_app
from sqlalchemy import Row, Select, bindparam
from sqlalchemy.orm import lazyload, selectinload

from fieldapp.accounts.models import Device, Person
from fieldapp.blobs.models import Blob
from fieldapp.clock import iso, now
from fieldapp.db import db
from fieldapp.errors import NotFound
from fieldapp.evidence import opening
from fieldapp.evidence.models import Reading
from fieldapp.keys import canonical
from fieldapp.ledger.proving import leaves_of
from fieldapp.sync.models import Record
from fieldapp.sync.reading import Claim, claims_in


def receipt(by: Person, device: Device | None, sent_id: str) -> dict[str, Any]:
    """Whatever was kept under this id, found by who sent it and not by what they may see today. Raises NotFound."""
    records = _sent(by, device, sent_id)
    if not records:
        raise NotFound
    evidence = _evidence(by.organisation_id, records)
    leaves = leaves_of("record", {record.id for record in records})
    body = canonical(
        {
            "visit_id": sent_id,
            "organisation_id": by.organisation_id,
            "made_at": iso(now()),
            "records": [
                {"sha256": record.sha256, "state": record.state, "leaf": leaves.get(record.id)}
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
    records = list(db.session.scalars(_all_of_the_id(), asked))
    phone = device and device.sent_id
    mine = any(r.sent_by_id == by.id or (r.device and r.device.sent_id == phone) for r in records)
    return records if mine else []


@cache
def _all_of_the_id() -> Select[Record]:
    return (
        db.select(Record)
        .where(Record.organisation_id == bindparam("owner"), Record.sent_id == bindparam("sent_id"))
        .order_by(Record.received_at, Record.id)
        .options(lazyload("*"), selectinload(Record.judgements).lazyload("*"))
    )


def _evidence(organisation_id: str, records: list[Record]) -> list[dict[str, Any]]:
    claims: dict[tuple[str, str], Claim] = {}
    for record in records:
        for claim in claims_in(record.body):
            claims.setdefault((claim.evidence_id, claim.original.sha256), claim)
    hashes = {claim.original.sha256 for claim in claims.values()}
    blobs = _rows_of(Blob, ("size", "stored_at"), organisation_id, hashes)
    readings = _rows_of(Reading, ("state", "reason"), organisation_id, hashes)
    leaves = leaves_of("blob", {f"{organisation_id}/{sha256}" for sha256 in blobs})
    parts = [_part(organisation_id, claim, blobs, readings, leaves) for claim in claims.values()]
    _tell_of_envelopes(organisation_id, zip(claims.values(), parts, strict=True))
    return parts


def _rows_of(
    kind: type[Blob] | type[Reading],
    columns: tuple[Any, ...],
    organisation_id: str,
    hashes: set[str],
) -> dict[str, Row[Any]]:
    """These columns by hash: a receipt tells little of each, and changes none."""
    asked = {"owner": organisation_id, "hashes": list(hashes)}
    return {row.sha256: row for row in db.session.execute(_by_hash(kind, columns), asked)}


@cache
def _by_hash(kind: type[Blob] | type[Reading], columns: tuple[str, ...]) -> Select[Any]:
    return db.select(kind.sha256, *(getattr(kind, name) for name in columns)).where(
        kind.organisation_id == bindparam("owner"),
        kind.sha256.in_(bindparam("hashes", expanding=True)),
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


def _part(
    organisation_id: str,
    claim: Claim,
    blobs: dict[str, Row[Any]],
    readings: dict[str, Row[Any]],
    leaves: dict[str, dict[str, Any]],
) -> dict[str, Any]:
    blob, read = blobs.get(claim.original.sha256), readings.get(claim.original.sha256)
    # A size that differs from the stored bytes was a wrong claim: what is said is what is here.
    return {
        "id": claim.evidence_id,
        "sha256": claim.original.sha256,
        "size": blob.size if blob else claim.original.size,
        "stored_at": iso(blob.stored_at) if blob else None,
        "intake": read.state if read else "waiting",
        "reason": read.reason if read else None,
        "leaf": leaves.get(f"{organisation_id}/{claim.original.sha256}") if blob else None,
    }
