"""May this person see this inspection, this finding? Asked as: find it among what they may see."""

from typing import TypeVar

from sqlalchemy import Select

from fieldapp.accounts.models import Person
from fieldapp.accounts.permissions import Kind, Scheme
from fieldapp.db import db
from fieldapp.errors import NotFound
from fieldapp.oversight.models import AuthorityFinding, SpotInspection
from fieldapp.projects.access import ties

Row = TypeVar("Row")


def inspections_for(officer: Person) -> Select[SpotInspection]:
    """Of every authority, on sites in the officer's area."""
    sites = ties(officer, Scheme.LIABILITY)
    return db.select(SpotInspection).where(SpotInspection.project_id.in_(sites))


def inspection_for(officer: Person, inspection_id: str) -> SpotInspection:
    """Raises NotFound for outsiders."""
    rows = inspections_for(officer).where(SpotInspection.id == inspection_id)
    return _found(db.session.scalar(rows))


def findings_for(person: Person) -> Select[AuthorityFinding]:
    """An authority sees those of its area, an insurer only those against itself."""
    rows = db.select(AuthorityFinding)
    if person.kind is Kind.INSURER:
        return rows.where(AuthorityFinding.insurer_id == person.organisation_id)
    inspections = inspections_for(person).with_only_columns(SpotInspection.id)
    return rows.where(AuthorityFinding.inspection_id.in_(inspections))


def finding_for(person: Person, finding_id: str, *, lock: bool = False) -> AuthorityFinding:
    """Raises NotFound for outsiders. `lock`: nobody else answers or records it meanwhile."""
    rows = findings_for(person).where(AuthorityFinding.id == finding_id)
    if lock:
        rows = rows.with_for_update(of=AuthorityFinding)
    return _found(db.session.scalar(rows))


def _found(row: Row | None) -> Row:
    if row is None:
        raise NotFound
    return row
