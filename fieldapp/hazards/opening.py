"""What a visit found: a finding for each observation, a hazard for each that was not put right on the spot."""

from collections.abc import Iterable, Mapping
from typing import Any

from fieldapp.db import db, own_id
from fieldapp.hazards.deadlines import due_at
from fieldapp.hazards.models import Finding, Hazard
from fieldapp.hazards.re_inspecting import await_deadline, await_proof
from fieldapp.visits.models import Visit


def open_from(
    visit: Visit, said: Iterable[Mapping[str, Any]], evidence: Iterable[Mapping[str, Any]]
) -> list[Finding]:
    """The new findings of a visit's accepted record, with their hazards. One that is there already stays as it is.

    现场已整改 is believed with a photo of 整改后; without one it is a hazard like any other.
    """
    proven = {part["finding_id"] for part in evidence if part["shot"] == "after"}
    return [
        finding
        for part in said
        if (finding := _find(visit, part, proven=part["id"] in proven)) is not None
    ]


def _find(visit: Visit, said: Mapping[str, Any], *, proven: bool) -> Finding | None:
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
    if finding.fixed_on_site and proven:
        await_proof(visit)
    else:
        finding.hazard = Hazard(
            project_id=visit.project_id,
            opened_at=finding.found_at,
            due_at=until,
            due_kind=deadline["kind"],
        )
        db.session.flush()
        await_deadline(finding.hazard)
    return finding
