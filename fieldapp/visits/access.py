"""May this person see this visit? Asked as: find it among what they may see."""

from sqlalchemy import ColumnElement, Select, false, or_

from fieldapp.accounts.models import Person
from fieldapp.accounts.permissions import Act, Kind, Scheme
from fieldapp.db import db
from fieldapp.errors import NotFound
from fieldapp.projects.access import pooled_for, ties
from fieldapp.visits.models import Visit


def visits_for(person: Person, act: Act = Act.VISIT_READ) -> Select[Visit]:
    """The visits that the person may see in a scheme where they may do this."""
    return db.select(Visit).where(may_see(person, act))


def may_see(person: Person, act: Act = Act.VISIT_READ) -> ColumnElement[bool]:
    """The same as a condition on Visit, for rows that hang on a visit."""
    return or_(
        false(),
        *((Visit.scheme == scheme) & _tie(person, scheme) for scheme in person.schemes(act)),
    )


def visit_for(person: Person, id: str, act: Act = Act.VISIT_READ) -> Visit:
    """By row id, or by the sent id that the person's own organisation gave it. Raises NotFound for outsiders."""
    own = (Visit.organisation_id == person.organisation_id) & (Visit.sent_id == id)
    visit: Visit | None = db.session.scalar(visits_for(person, act).where(or_(Visit.id == id, own)))
    if visit is None:
        raise NotFound
    return visit


def _tie(person: Person, scheme: Scheme) -> ColumnElement[bool]:
    if person.kind not in (Kind.INSURER, Kind.SERVICE_AGENCY):
        return Visit.project_id.in_(ties(person, scheme))
    sent = Visit.organisation_id == person.organisation_id
    if person.kind is Kind.SERVICE_AGENCY:
        return sent
    return or_(
        sent,
        Visit.service_insurer_id == person.organisation_id,
        Visit.project_id.in_(pooled_for(person.organisation_id, scheme)),
    )
