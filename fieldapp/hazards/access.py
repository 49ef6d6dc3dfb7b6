"""Findings and hazards are found through the visits that a person may see."""

from datetime import datetime

from sqlalchemy import ColumnElement, Select

from fieldapp.accounts.models import Person
from fieldapp.accounts.permissions import Act
from fieldapp.db import db
from fieldapp.errors import NotFound
from fieldapp.hazards.models import Finding, Hazard
from fieldapp.visits.access import may_see
from fieldapp.visits.models import Visit


def hazards_for(person: Person) -> Select[Hazard]:
    return db.select(Hazard).where(Hazard.finding_id.in_(_findings(person)))


def finding_for(person: Person, finding_id: str) -> Finding:
    """Raises NotFound for outsiders."""
    finding = db.session.scalar(
        db.select(Finding).where(Finding.id == finding_id, Finding.id.in_(_findings(person)))
    )
    if finding is None:
        raise NotFound
    return finding


def in_state(state: str, at: datetime) -> ColumnElement[bool]:
    """open: due later · overdue: due and not closed · closed."""
    if state == "closed":
        return Hazard.closure.has()
    due = Hazard.due_at < at if state == "overdue" else Hazard.due_at >= at
    return ~Hazard.closure.has() & due


def _findings(person: Person) -> Select[str]:
    return (
        db.select(Finding.id)
        .join(Visit, Visit.id == Finding.visit_id)
        .where(may_see(person, Act.HAZARD_READ))
    )
