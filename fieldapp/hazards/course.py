"""A hazard's whole course, as those read it who answer for it."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy.orm import selectinload

from fieldapp.accounts.models import Person
from fieldapp.checklists import publishing
from fieldapp.db import db
from fieldapp.evidence import blind
from fieldapp.evidence.judging import latest_of
from fieldapp.evidence.models import Evidence
from fieldapp.hazards.models import Hazard
from fieldapp.hazards.schemas import STEPS
from fieldapp.hazards.showing import shown_hazards
from fieldapp.projects.models import Unit
from fieldapp.visits.models import Visit

Step = dict[str, Any]


def with_course(hazard: Hazard, viewer: Person) -> dict[str, Any]:
    """The hazard with {"scheme", "item", "unit", "surveyor", "course"}; the course from the finding on.

    What happened at the same moment stands in the order of STEPS.
    """
    shown = shown_hazards([hazard])[0]
    found = db.session.get_one(Visit, hazard.finding.visit_id)
    visits = _visits(hazard, found)
    photos = _photos(hazard, visits, viewer)
    steps = [
        *_of_finding(hazard, found, photos),
        *_of_severity(hazard),
        *_of_re_inspections(hazard, visits, photos),
        *_of_endings(hazard),
    ]
    if shown["task"] is not None:
        task = shown["task"]
        name = task["surveyor"].name if task["surveyor"] else task["organisation"].name
        steps.append(_step("re_inspection_due", task["due_at"], name))
    return {
        **shown,
        "scheme": found.scheme,
        "item": _item(hazard, found),
        "unit": _unit(hazard),
        "surveyor": found.surveyor,
        "course": sorted(steps, key=lambda step: (step["at"], STEPS.index(step["step"]))),
    }


def _step(step: str, at: datetime, by: str | None, **more: Any) -> Step:
    plain: Step = dict.fromkeys(("words", "outcome", "due_at", "visit_id"))
    return {"step": step, "at": at, "by": by, **plain, "photos": [], **more}


def _of_finding(hazard: Hazard, visit: Visit, photos: dict[str, list[Step]]) -> Iterator[Step]:
    finding = hazard.finding
    yield _step(
        "found",
        finding.found_at,
        visit.surveyor.name,
        words=finding.words,
        due_at=finding.deadline_at,
        visit_id=visit.id,
        photos=photos[visit.id],
    )
    signed = visit.signature
    if signed is not None:
        # 签字、拒签、无人: the site's representative was shown the list of findings on the spot.
        yield _step(
            "notice",
            signed.signed_at,
            signed.name,
            outcome=signed.outcome,
            words=signed.reason,
            visit_id=visit.id,
        )


def _of_severity(hazard: Hazard) -> Iterator[Step]:
    decision = hazard.finding.severity_decision
    if decision is not None:
        yield _step(
            "severity",
            decision.decided_at,
            decision.decided_by.name,
            outcome=decision.severity,
            words=decision.words,
        )


def _of_re_inspections(
    hazard: Hazard, visits: dict[str, Visit], photos: dict[str, list[Step]]
) -> Iterator[Step]:
    for seen in hazard.re_inspections:
        yield _step(
            "re_inspection",
            seen.inspected_at,
            visits[seen.visit_id].surveyor.name,
            outcome="refused" if seen.refused else seen.outcome,
            words=seen.words,
            due_at=seen.due_at,
            visit_id=seen.visit_id,
            photos=photos[seen.visit_id],
        )


def _of_endings(hazard: Hazard) -> Iterator[Step]:
    for closure in hazard.closures:
        yield _step("closed", closure.closed_at, closure.closed_by.name, words=closure.words)
    for fell in hazard.reopenings:
        yield _step("reopened", fell.reopened_at, fell.reopened_by.name, words=fell.words)


def _visits(hazard: Hazard, found: Visit) -> dict[str, Visit]:
    ids = {seen.visit_id for seen in hazard.re_inspections}
    rows = db.session.scalars(db.select(Visit).where(Visit.id.in_(ids))).unique()
    return {found.id: found, **{visit.id: visit for visit in rows}}


def _photos(hazard: Hazard, visits: dict[str, Visit], viewer: Person) -> dict[str, list[Step]]:
    """By visit id: what was photographed of this hazard, with the service insurer's verdict where the viewer may know it."""
    rows = db.session.scalars(
        db.select(Evidence)
        .where(
            Evidence.subject_kind == "visit",
            Evidence.subject_id.in_(visits),
            Evidence.question == hazard.finding.question,
        )
        .options(selectinload(Evidence.verdicts), selectinload(Evidence.blind_draw))
        .order_by(Evidence.position, Evidence.id)
    ).unique()
    found: dict[str, list[Step]] = defaultdict(list)
    for photo in rows:
        of_finding = photo.subject_id == hazard.finding.visit_id
        if of_finding and photo.finding_sent_id != hazard.finding.sent_id:
            continue
        known = [] if blind.is_withheld(photo, viewer) else photo.verdicts
        verdict = latest_of(known, photo.service_insurer_id or "")
        found[photo.subject_id].append(
            {
                "id": photo.id,
                "shot": photo.shot,
                "thumb_url": f"/api/evidence/{photo.id}/renditions/320",
                "captured_at": photo.captured_at,
                "verdict": verdict and verdict.outcome,
            }
        )
    return found


def _item(hazard: Hazard, visit: Visit) -> dict[str, str] | None:
    edition = publishing.read(publishing.published(visit.checklist, visit.edition))
    for category in edition.categories:
        for item in category.items:
            if item.id == hazard.finding.item_id:
                return {"id": item.id, "zh": item.zh, "en": item.en}
    return None


def _unit(hazard: Hazard) -> dict[str, str] | None:
    unit = db.session.get(Unit, hazard.finding.unit_id) if hazard.finding.unit_id else None
    return {"id": unit.id, "name": unit.name} if unit else None
