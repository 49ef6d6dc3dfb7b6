"""Findings and hazards are found through the visits that a person may see."""

from datetime import datetime

from sqlalchemy import ColumnElement, Select, exists, func

from fieldapp.accounts.models import Person
from fieldapp.accounts.permissions import Act
from fieldapp.db import db
from fieldapp.errors import NotFound
from fieldapp.hazards.models import Finding, Hazard, HazardClosure, HazardReopening, ReInspection
from fieldapp.visits.access import may_see
from fieldapp.visits.models import Visit


def hazards_for(person: Person) -> Select[Hazard]:
    return db.select(Hazard).where(Hazard.finding_id.in_(_findings(person)))


def hazard_for(person: Person, hazard_id: str) -> Hazard:
    """Raises NotFound for outsiders."""
    hazard: Hazard | None = db.session.scalar(hazards_for(person).where(Hazard.id == hazard_id))
    if hazard is None:
        raise NotFound
    return hazard


def finding_for(person: Person, finding_id: str) -> Finding:
    """Raises NotFound for outsiders."""
    finding = db.session.scalar(
        db.select(Finding).where(Finding.id == finding_id, Finding.id.in_(_findings(person)))
    )
    if finding is None:
        raise NotFound
    return finding


def in_state(state: str, at: datetime) -> ColumnElement[bool]:
    """open: due later · overdue: due and not closed · refused: not closed, and the last look met a refusal · closed · unclosed
    · undecided: 疑似重大, and no reviewer decided yet, closed or not.
    """
    if state == "undecided":
        return Hazard.finding.has(is_undecided())
    closed = is_closed()
    if state in ("closed", "unclosed"):
        return closed if state == "closed" else ~closed
    if state == "refused":
        return ~closed & _is_refused()
    due = Hazard.due_at < at if state == "overdue" else Hazard.due_at >= at
    return ~closed & due


def is_undecided() -> ColumnElement[bool]:
    """Of the finding of the outer query: 疑似重大 that no reviewer has confirmed or lowered."""
    return (Finding.severity == "suspected_major") & ~Finding.severity_decision.has()


def is_closed() -> ColumnElement[bool]:
    """Of the hazard of the outer query: it has a closure that stands."""
    fell = exists().where(HazardReopening.closure_id == HazardClosure.id)
    return exists().where(HazardClosure.hazard_id == Hazard.id, ~fell)


def _is_refused() -> ColumnElement[bool]:
    last = (
        db.select(func.max(ReInspection.inspected_at))
        .where(ReInspection.hazard_id == Hazard.id)
        .correlate(Hazard)
        .scalar_subquery()
    )
    return exists().where(
        ReInspection.hazard_id == Hazard.id,
        ReInspection.refused,
        ReInspection.inspected_at == last,
    )


def _findings(person: Person) -> Select[str]:
    return (
        db.select(Finding.id)
        .join(Visit, Visit.id == Finding.visit_id)
        .where(may_see(person, Act.HAZARD_READ))
    )
