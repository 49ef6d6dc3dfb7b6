"""May this person see this visit? Asked as: find it among what they may see."""

from sqlalchemy import ColumnElement, Select, exists, false, or_

from fieldapp.accounts.models import Person
from fieldapp.accounts.permissions import Act, Kind, Scheme
from fieldapp.db import ChinaDay, db
from fieldapp.errors import NotFound
from fieldapp.projects.access import in_force, pooled_for, ties
from fieldapp.projects.models import Service
from fieldapp.visits.models import Task, Visit


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


def tasks_for(person: Person) -> Select[Task]:
    """The tasks that the person gives out and follows up: of their own organisation, and an insurer's of what it serves.

    Of a project that changed its insurer, each sees what was issued in its own time.
    """
    issued_on = ChinaDay(Task.issued_at)
    served = db.select(Service.project_id).where(
        Service.service_insurer_id == person.organisation_id,
        Service.scheme == Task.scheme,
        Service.starts_on <= issued_on,
        or_(Service.ends_on.is_(None), Service.ends_on >= issued_on),
    )
    ours = or_(Task.organisation_id == person.organisation_id, Task.project_id.in_(served))
    return db.select(Task).where(Task.scheme.in_(person.schemes(Act.TASK_DISPATCH)), ours)


def task_for(person: Person, task_id: str) -> Task:
    """Raises NotFound for outsiders."""
    task: Task | None = db.session.scalar(tasks_for(person).where(Task.id == task_id))
    if task is None:
        raise NotFound
    return task


def is_with_server() -> ColumnElement[bool]:
    """Of the task of the query: it lies with an organisation that serves its project today."""
    return exists().where(
        Service.project_id == Task.project_id,
        Service.scheme == Task.scheme,
        in_force(),
        or_(
            Service.service_insurer_id == Task.organisation_id,
            Service.agency_id == Task.organisation_id,
        ),
    )


def handed_over_by(condition: ColumnElement[bool]) -> None:
    """The cases' room says when an accident's survey has left the insurer; create_app introduces it here."""
    _handed_over[:] = [condition]


_handed_over: list[ColumnElement[bool]] = []


def _tie(person: Person, scheme: Scheme) -> ColumnElement[bool]:
    if person.kind not in (Kind.INSURER, Kind.SERVICE_AGENCY):
        # An accident's survey is the insurer's work until it is handed over.
        mature = or_(Visit.case_id.is_(None), *_handed_over)
        return Visit.project_id.in_(ties(person, scheme)) & mature
    sent = Visit.organisation_id == person.organisation_id
    if person.kind is Kind.SERVICE_AGENCY:
        return sent
    return or_(
        sent,
        Visit.service_insurer_id == person.organisation_id,
        Visit.project_id.in_(pooled_for(person.organisation_id, scheme)),
    )
