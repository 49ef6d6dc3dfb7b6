"""May this person see this inspection, this finding? Asked as: find it among what they may see."""

from typing import TypeVar

from sqlalchemy import Select

from fieldapp.accounts.models import Person
from fieldapp.accounts.permissions import Act, Kind, Scheme
from fieldapp.db import db
from fieldapp.errors import NotFound
from fieldapp.oversight.models import AuthorityFinding, RecordedFact, SpotInspection
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


def fact_for(person: Person, fact_id: str) -> RecordedFact:
    """Who scores the insurer sees what was put on record against it, and so does the insurer. Raises NotFound."""
    schemes = [scheme.value for scheme in person.schemes(Act.LEDGER_READ)]
    rows = db.select(RecordedFact).where(
        RecordedFact.id == fact_id, RecordedFact.scheme.in_(schemes)
    )
    if person.kind is Kind.INSURER:
        rows = rows.where(RecordedFact.insurer_id == person.organisation_id)
    else:
        sites = ties(person, Scheme.LIABILITY).union(ties(person, Scheme.INJURY))
        rows = rows.where(
            (RecordedFact.authority_id == person.organisation_id)
            | RecordedFact.project_id.in_(sites)
        )
    return _found(db.session.scalar(rows))


def _found(row: Row | None) -> Row:
    if row is None:
        raise NotFound
    return row
