"""Organisations: entering one, and changing what it is called or where it is in charge."""

from typing import Any

from fieldapp.accounts.models import Organisation
from fieldapp.accounts.permissions import Kind
from fieldapp.db import db
from fieldapp.errors import Conflict, Fault, Invalid

WITH_AREA = frozenset(
    {
        Kind.CONSTRUCTION_AUTHORITY,
        Kind.SOCIAL_INSURANCE_AGENCY,
        Kind.INJURY_DETERMINATION_AUTHORITY,
        Kind.LABOR_CAPACITY_COMMITTEE,
        Kind.SAFETY_SUPERVISION_BODY,
        Kind.EMERGENCY_AUTHORITY,
    }
)
"""Authorities: what they see is cut by level and area."""


class OrganisationExists(Conflict):
    zh = "已有同名机构，请直接使用。"
    en = "There is an organisation of this name already; use that one."


def enter(
    name: str, short_name: str, kind: str, level: str | None = None, area: str | None = None
) -> Organisation:
    """Raises OrganisationExists with the `id` that is there, or Invalid for an authority without level or area."""
    _require_sound(Kind(kind), level, area)
    _require_new_name(name, but=None)
    organisation = Organisation(
        name=name, short_name=short_name, kind=Kind(kind).value, level=level, area=area
    )
    db.session.add(organisation)
    db.session.flush()
    return organisation


def change(organisation: Organisation, given: dict[str, Any]) -> Organisation:
    """Everything but the kind: people's powers hang on that."""
    _require_sound(Kind(organisation.kind), given["level"], given["area"])
    _require_new_name(given["name"], but=organisation.id)
    for name in ("name", "short_name", "level", "area"):
        setattr(organisation, name, given[name])
    db.session.flush()
    return organisation


def _require_new_name(name: str, but: str | None) -> None:
    there = db.session.scalar(db.select(Organisation).where(Organisation.name == name))
    if there is not None and there.id != but:
        raise OrganisationExists(
            faults=[Fault("/name", "exists", OrganisationExists.zh)], id=there.id
        )


def _require_sound(kind: Kind, level: str | None, area: str | None) -> None:
    if kind not in WITH_AREA:
        return
    faults = [
        Fault(f"/{name}", "required", sentence)
        for name, value, sentence in (
            ("level", level, "主管部门须选市级或县级。"),
            ("area", area, "主管部门须填行政区划代码。"),
        )
        if not value
    ]
    if faults:
        raise Invalid(faults=faults)
