"""May this person see this case? Asked as: find it among what they may see."""

from typing import Any

from sqlalchemy import ColumnElement, Select, true

from fieldapp.accounts.models import Person
from fieldapp.accounts.permissions import Act, Kind, Scheme
from fieldapp.cases.models import AccidentCase, HandOver
from fieldapp.db import db
from fieldapp.errors import NotFound
from fieldapp.evidence.models import Evidence
from fieldapp.projects.access import ties
from fieldapp.visits.models import Visit


def cases_for(person: Person) -> Select[AccidentCase]:
    """An insurer sees the cases that it serves; an authority of the injury scheme those of its area."""
    rows = db.select(AccidentCase)
    if not person.may(Act.CASE_READ, Scheme.INJURY):
        return rows.where(db.false())
    if person.kind is Kind.INSURER:
        return rows.where(AccidentCase.service_insurer_id == person.organisation_id)
    return rows.where(AccidentCase.project_id.in_(ties(person, Scheme.INJURY)))


def is_handed_over() -> ColumnElement[bool]:
    """Of the visit of the query: whether the case that it surveyed has been handed over."""
    return db.select(HandOver.case_id).where(HandOver.case_id == Visit.case_id).exists()


def survey_media_open_to(person: Person) -> ColumnElement[bool]:
    """A condition on Evidence of visits: an accident's survey is the insurer's work until it is handed over."""
    if person.kind in (Kind.INSURER, Kind.SERVICE_AGENCY):
        return true()
    kept_back = db.select(Visit.id).where(Visit.case_id.is_not(None), ~is_handed_over())
    return Evidence.subject_id.not_in(kept_back)


def media_open_to(person: Person) -> ColumnElement[bool]:
    """A condition on Evidence of cases: an authority sees what was handed over, and nothing before it was."""
    if person.kind in (Kind.INSURER, Kind.SERVICE_AGENCY):
        return true()
    return Evidence.subject_id.in_(db.select(HandOver.case_id))


def media_of(case_id: Any) -> ColumnElement[bool]:
    """A condition on Evidence: of the case itself, or of a visit that surveyed it. `case_id`: one, or the outer query's."""
    handed_in = (Evidence.subject_kind == "case") & (Evidence.subject_id == case_id)
    visits = db.select(Visit.id).where(Visit.case_id == case_id)
    return handed_in | ((Evidence.subject_kind == "visit") & Evidence.subject_id.in_(visits))


def case_for(person: Person, case_id: str, *, lock: bool = False) -> AccidentCase:
    """Raises NotFound for outsiders. `lock`: nobody else hands it over meanwhile."""
    rows = cases_for(person).where(AccidentCase.id == case_id)
    if lock:
        rows = rows.with_for_update(of=AccidentCase)
    case = db.session.scalar(rows)
    if case is None:
        raise NotFound
    return case
