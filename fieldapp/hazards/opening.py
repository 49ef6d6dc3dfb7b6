"""What a visit found: a finding for each observation, a hazard for each that was not put right on the spot."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from fieldapp.clock import end_of_day, local_date
from fieldapp.db import db, own_id
from fieldapp.hazards.models import Finding, Hazard
from fieldapp.visits.models import Visit


def open_from(visit: Visit, said: Iterable[Mapping[str, Any]]) -> list[Finding]:
    """The new findings of a visit's accepted record, with their hazards. One that is there already stays as it is."""
    return [finding for part in said if (finding := _find(visit, part)) is not None]


def due_at(kind: str | None, at: datetime | None, found_at: datetime) -> datetime:
    """立即 means when it was found; 当日, or a deadline left open, the end of that day in China."""
    if kind == "immediately":
        return found_at
    if kind == "date" and at is not None:
        return at
    return end_of_day(local_date(found_at))


def _find(visit: Visit, said: Mapping[str, Any]) -> Finding | None:
    finding_id = own_id(visit.organisation_id, said["id"])
    if db.session.get(Finding, finding_id) is not None:
        return None
    item_id, _, unit_id = said["question"].rpartition("@")
    deadline = said["deadline"] or {"kind": None, "at": None}
    until = due_at(deadline["kind"], deadline["at"], said["found_at"])
    finding = Finding(
        id=finding_id,
        sent_id=said["id"],
        organisation_id=visit.organisation_id,
        visit_id=visit.id,
        project_id=visit.project_id,
        item_id=item_id,
        unit_id=None if unit_id == "site" else unit_id,
        deadline_kind=deadline["kind"],
        deadline_at=until if deadline["kind"] else None,
        **{
            name: said[name]
            for name in ("question", "severity", "words", "place", "fixed_on_site", "found_at")
        },
    )
    db.session.add(finding)
    if not finding.fixed_on_site:
        finding.hazard = Hazard(
            project_id=visit.project_id, opened_at=finding.found_at, due_at=until
        )
    return finding
