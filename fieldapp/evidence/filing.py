"""Filing: what a phone claims of one photo becomes a row. Filing it twice is one filing."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import lazyload

from fieldapp.accounts.models import Device
from fieldapp.clock import local_date
from fieldapp.db import db, own_id, savepoint
from fieldapp.errors import Conflict
from fieldapp.evidence import blind, intake
from fieldapp.evidence.models import Evidence
from fieldapp.keys import sha256 as digest
from fieldapp.keys import verifies
from fieldapp.projects.access import service_of

DIGEST = re.compile(r"[0-9a-f]{64}")
DEGREE, TENTH = Decimal("0.0000001"), Decimal("0.1")
Served = tuple[str, str, date]
"""Project, scheme, day."""
MOST = Decimal(10_000_000)  # metres or seconds; beyond it a position says nothing any more


class EvidenceDiffers(Conflict):
    zh = "同一编号的照片此前已收到，但内容不同。已收到的保留不变。"
    en = "A photo of this id was received before with other bytes. What was received stays."


@dataclass(frozen=True, kw_only=True)
class Claim:
    """What a phone, or a console, claims of one photo. `subject_kind`: visit | case | sighting. `fix` is the contract's Fix.

    `service_insurer_id`: whom it concerns, where the room knows; else who served the project on the day of the capture.
    """

    organisation_id: str
    sent_id: str
    subject_kind: str
    subject_id: str
    scheme: str
    project_id: str
    personal: bool
    question: str | None
    category: str | None
    finding_sent_id: str | None
    shot: str
    position: int
    capture: str
    captured_at: datetime
    clock_offset_ms: int | None
    task_issued_at: datetime | None
    captured_by_id: str
    device: Device | None
    fix: dict[str, Any] | None
    sha256: str
    size: int
    media_type: str
    preview_sha256: str | None
    seal: str | None
    seal_signature: str | None
    envelope_sha256: str | None = None
    service_insurer_id: str | None = None

    @property
    def id(self) -> str:
        return own_id(self.organisation_id, self.sent_id)


def file(claim: Claim) -> Evidence:
    """The evidence of this claim; the one there, if the same bytes were filed under its id before.

    Raises EvidenceDiffers for other bytes under the id.
    """
    return file_all([claim])[0]


def file_all(
    claims: Sequence[Claim],
    insurers: Mapping[Served, str | None] | None = None,
    *,
    are_new: bool = False,
) -> list[Evidence]:
    """The evidence of each claim, in their order: as `file`, with as few questions to the database as one claim needs.

    `insurers`: who is known to have answered for a project on a day. `are_new`: none was filed a moment ago.
    """
    filed = {} if are_new else _filed(claims)
    found = _Services(insurers or {})
    new = {c.id: _evidence(c, found.insurer_of(c)) for c in claims if c.id not in filed}
    try:
        _add(new.values())
    except IntegrityError:
        # The same record, sent twice at once: the other request filed some of it.
        filed = _filed(claims)
        new = {id_: evidence for id_, evidence in new.items() if id_ not in filed}
        _add(new.values())
    intake.ask_for(new.values())
    for evidence in new.values():
        blind.draw(evidence)
    return [_same((filed | new)[claim.id], claim.sha256) for claim in claims]


def _add(new: Iterable[Evidence]) -> None:
    with savepoint():
        db.session.add_all(new)


def _filed(claims: Sequence[Claim]) -> dict[str, Evidence]:
    named = db.select(Evidence).where(Evidence.id.in_([claim.id for claim in claims]))
    found = db.session.scalars(named.options(lazyload("*")))
    return {evidence.id: evidence for evidence in found}


class _Services:
    """Who answered for a project on a day, asked once."""

    def __init__(self, known: Mapping[Served, str | None]) -> None:
        self._known = dict(known)

    def insurer_of(self, claim: Claim) -> str | None:
        if claim.service_insurer_id is not None:
            return claim.service_insurer_id
        key = (claim.project_id, claim.scheme, local_date(claim.captured_at))
        if key not in self._known:
            service = service_of(*key) or service_of(*key[:2])
            self._known[key] = service.service_insurer_id if service else None
        return self._known[key]


def _evidence(claim: Claim, service_insurer_id: str | None) -> Evidence:
    device, seal, signature = claim.device, claim.seal, claim.seal_signature
    return Evidence(
        id=claim.id,
        service_insurer_id=service_insurer_id,
        device_id=device.id if device else None,
        seal_state=seal_state(
            seal, signature, device, claim.sent_id, claim.sha256, claim.envelope_sha256
        ),
        seal_sha256=digest(seal.encode()) if seal else None,
        seal_previous=_previous(seal),
        **{name: getattr(claim, name) for name in PLAIN},
        **_position(claim.fix),
    )


PLAIN = tuple(
    f.name for f in fields(Claim) if f.name not in ("device", "fix", "service_insurer_id")
)
"""What is kept as it is claimed."""


def seal_state(
    seal: str | None,
    signature: str | None,
    device: Device | None,
    sent_id: str,
    sha256: str,
    envelope_sha256: str | None = None,
) -> str:
    """valid | invalid | missing. A seal of another photo, or of a phone that nobody enrolled, is invalid."""
    if not seal or not signature:
        return "missing"
    signed = device is not None and verifies(device.public_key, signature, seal.encode())
    return "valid" if signed and _names(seal) == (sent_id, sha256, envelope_sha256) else "invalid"


def _same(already: Evidence, sha256: str) -> Evidence:
    if already.sha256 != sha256:
        raise EvidenceDiffers(evidence_id=already.sent_id)
    return already


def _previous(seal: str | None) -> str | None:
    """The digest of the seal before this one on its phone, as the seal says; None for the first, or for nonsense."""
    said = _sealed(seal or "").get("previous")
    return said if isinstance(said, str) and DIGEST.fullmatch(said) else None


def _names(seal: str) -> tuple[Any, Any, Any]:
    sealed = _sealed(seal)
    envelope = sealed.get("envelope")
    inside = envelope.get("sha256") if isinstance(envelope, dict) else envelope
    return sealed.get("evidence_id"), sealed.get("sha256"), inside


def _sealed(seal: str) -> dict[str, Any]:
    try:
        sealed = json.loads(seal)
    except (ValueError, RecursionError):
        return {}
    return sealed if isinstance(sealed, dict) else {}


def _position(fix: dict[str, Any] | None) -> dict[str, Any]:
    if fix is None:
        return {}
    return {
        "lon": _decimal(fix["lon"], DEGREE),
        "lat": _decimal(fix["lat"], DEGREE),
        "datum": fix.get("datum", "WGS-84"),
        "accuracy_m": _decimal(fix.get("accuracy_m"), TENTH),
        "fix_age_s": _decimal(fix.get("age_s"), TENTH),
    }


def _decimal(number: Decimal | float | str | None, step: Decimal) -> Decimal | None:
    """Cut to what the column keeps, so that the row's digest is the same when it is loaded again."""
    return None if number is None else min(Decimal(str(number)), MOST).quantize(step)
