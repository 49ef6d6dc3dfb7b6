"""Filing evidence: what the phone claims of a photo, beside what its seal proves."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from fieldapp.accounts.models import Device
from fieldapp.db import db, own_id
from fieldapp.errors import Conflict
from fieldapp.evidence.models import Evidence
from fieldapp.keys import verifies


class EvidenceDiffers(Conflict):
    zh = "该照片编号已用于其他内容。"
    en = "This id is already used for other bytes."


def file(
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
) -> Evidence:
    """Add one evidence; the same id with the same bytes again is the same filing. Raises EvidenceDiffers."""
    known = db.session.get(Evidence, own_id(organisation_id, sent_id))
    if known is not None:
        if known.sha256 != sha256:
            raise EvidenceDiffers()
        return known
    place = fix or {}
    evidence = Evidence(
        id=own_id(organisation_id, sent_id),
        sent_id=sent_id,
        organisation_id=organisation_id,
        subject_kind=subject_kind,
        subject_id=subject_id,
        scheme=scheme,
        project_id=project_id,
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
        device_id=device and device.id,
        lon=_decimal(place.get("lon"), 7),
        lat=_decimal(place.get("lat"), 7),
        datum=place.get("datum"),
        accuracy_m=_decimal(place.get("accuracy_m"), 1),
        fix_age_s=_decimal(place.get("age_s"), 1),
        sha256=sha256,
        size=size,
        media_type=media_type,
        preview_sha256=preview_sha256,
        seal=seal,
        seal_signature=seal_signature,
        seal_state=_seal_state(device, seal, seal_signature),
    )
    db.session.add(evidence)
    db.session.flush()
    return evidence


def _seal_state(device: Device | None, seal: str | None, signature: str | None) -> str:
    if not seal or not signature:
        return "missing"
    return "valid" if device and verifies(device.public_key, signature, seal.encode()) else "invalid"


def _decimal(number: float | None, places: int) -> Decimal | None:
    """As the column keeps it, so that the row's digest is the same when it is loaded again."""
    return None if number is None else round(Decimal(repr(number)), places)
