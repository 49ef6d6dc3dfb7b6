"""Filing: what a phone claims of one photo becomes a row. Filing it twice is one filing."""

import json
import re
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.exc import IntegrityError

from fieldapp.accounts.models import Device
from fieldapp.clock import local_date
from fieldapp.db import db, own_id
from fieldapp.errors import Conflict
from fieldapp.evidence import blind, intake
from fieldapp.evidence.models import Evidence
from fieldapp.keys import sha256 as digest
from fieldapp.keys import verifies
from fieldapp.projects.access import service_of

DIGEST = re.compile(r"[0-9a-f]{64}")
DEGREE, TENTH = Decimal("0.0000001"), Decimal("0.1")
MOST = Decimal(10_000_000)  # metres or seconds; beyond it a position says nothing any more


class EvidenceDiffers(Conflict):
    zh = "同一编号的照片此前已收到，但内容不同。已收到的保留不变。"
    en = "A photo of this id was received before with other bytes. What was received stays."


def file(  # noqa: PLR0913 - one argument for each thing the phone claims, so that none is forgotten
    *,
    organisation_id: str,
    sent_id: str,
    subject_kind: str,
    subject_id: str,
    scheme: str,
    project_id: str,
    personal: bool,
    question: str | None,
    category: str | None,
    finding_sent_id: str | None,
    shot: str,
    position: int,
    capture: str,
    captured_at: datetime,
    clock_offset_ms: int | None,
    task_issued_at: datetime | None,
    captured_by_id: str,
    device: Device | None,
    fix: dict[str, Any] | None,
    sha256: str,
    size: int,
    media_type: str,
    preview_sha256: str | None,
    seal: str | None,
    seal_signature: str | None,
    envelope_sha256: str | None = None,
) -> Evidence:
    """The evidence of this sent id; the one there, if the same bytes were filed under it before.

    `subject_kind`: visit | case. `fix` is the contract's Fix. Raises EvidenceDiffers for other bytes under the id.
    """
    evidence_id = own_id(organisation_id, sent_id)
    already = db.session.get(Evidence, evidence_id)
    if already is not None:
        return _same(already, sha256)
    service = service_of(project_id, scheme, local_date(captured_at)) or service_of(
        project_id, scheme
    )
    evidence = Evidence(
        id=evidence_id,
        sent_id=sent_id,
        organisation_id=organisation_id,
        subject_kind=subject_kind,
        subject_id=subject_id,
        scheme=scheme,
        project_id=project_id,
        service_insurer_id=service.service_insurer_id if service else None,
        personal=personal,
        question=question,
        category=category,
        finding_sent_id=finding_sent_id,
        shot=shot,
        position=position,
        capture=capture,
        captured_at=captured_at,
        clock_offset_ms=clock_offset_ms,
        task_issued_at=task_issued_at,
        captured_by_id=captured_by_id,
        device_id=device.id if device else None,
        sha256=sha256,
        size=size,
        media_type=media_type,
        preview_sha256=preview_sha256,
        envelope_sha256=envelope_sha256,
        seal=seal,
        seal_signature=seal_signature,
        seal_state=seal_state(seal, seal_signature, device, sent_id, sha256, envelope_sha256),
        seal_sha256=digest(seal.encode()) if seal else None,
        seal_previous=_previous(seal),
        **_position(fix),
    )
    return _added(evidence)


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


def _added(evidence: Evidence) -> Evidence:
    try:
        with db.session.begin_nested():
            db.session.add(evidence)
    except IntegrityError:  # the same record, sent twice at once: the other request filed it
        return _same(db.session.get_one(Evidence, evidence.id), evidence.sha256)
    intake.ask(evidence)
    blind.draw(evidence)
    return evidence


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
