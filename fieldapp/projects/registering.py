"""The project's register of equipment and dangerous works: adding a unit, changing it, taking it off and back on.

A unit is never deleted: old visits speak of it. What it was called and when stays in its changes.
"""

from typing import Any

from fieldapp.accounts.models import Person
from fieldapp.clock import now
from fieldapp.db import db
from fieldapp.errors import Conflict, Fault, Invalid
from fieldapp.projects.kinds import DATES, SYSTEMS
from fieldapp.projects.models import Project, Unit, UnitChange


class UnitExists(Conflict):
    zh = "登记中已有同名的设备或部位。"
    en = "The register holds a unit of this name already."


class UnitRemoved(Conflict):
    zh = "该设备或部位已退场。如需修改，请先恢复登记。"
    en = "This unit is off the register. Put it back on first."


def add(project: Project, by: Person | None, given: dict[str, Any]) -> Unit:
    """Raises UnitExists, or Invalid for a system that this kind does not have."""
    _require_sound(given["kind"], given["sub"])
    _require_new_name(project, given["name"], None)
    last = max((unit.position for unit in project.units), default=-1)
    unit = Unit(
        kind=given["kind"],
        sub=given["sub"],
        name=given["name"],
        details=_filled(given["details"]),
        position=last + 1,
    )
    project.units.append(unit)
    _keep(unit, by, "added")
    return unit


def change(unit: Unit, by: Person, given: dict[str, Any]) -> Unit:
    """Everything but the kind: a crane does not become a pit."""
    if unit.removed_at is not None:
        raise UnitRemoved
    _require_sound(unit.kind, given["sub"])
    _require_new_name(unit.project, given["name"], unit)
    unit.sub, unit.name, unit.details = given["sub"], given["name"], _filled(given["details"])
    _keep(unit, by, "changed")
    return unit


def remove(unit: Unit, by: Person) -> Unit:
    """Off site from now on: no check asks about it any more."""
    if unit.removed_at is None:
        unit.removed_at = now()
        _keep(unit, by, "removed")
    return unit


def put_back(unit: Unit, by: Person) -> Unit:
    if unit.removed_at is not None:
        _require_new_name(unit.project, unit.name, unit)
        unit.removed_at = None
        _keep(unit, by, "put_back")
    return unit


def _keep(unit: Unit, by: Person | None, what: str) -> None:
    change_ = UnitChange(by_id=by and by.id, what=what, name=unit.name, sub=unit.sub)
    change_.details = unit.details
    unit.changes.append(change_)
    db.session.flush()


def _require_sound(kind: str, sub: str | None) -> None:
    if sub is not None and sub not in SYSTEMS[kind]:
        said = "这类设备或部位没有这种体系。"
        raise Invalid(
            said, "A unit of this kind has no such system.", faults=[Fault("/sub", "kind", said)]
        )


def _require_new_name(project: Project, name: str, own: Unit | None) -> None:
    there = [unit for unit in project.units if unit.removed_at is None and unit is not own]
    if any(unit.name == name for unit in there):
        raise UnitExists(faults=[Fault("/name", "exists", UnitExists.zh)])


def _filled(details: dict[str, Any]) -> dict[str, str]:
    return {
        name: value.isoformat() if name in DATES else value
        for name, value in details.items()
        if value not in (None, "")
    }
