"""The month's checks: which of the projects served are covered, and giving out at once what is not."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_

from fieldapp import jobs
from fieldapp.accounts.models import Organisation, Person
from fieldapp.accounts.permissions import Act
from fieldapp.checklists.publishing import newest
from fieldapp.clock import at_local, end_of_month, month_of, now
from fieldapp.db import db, transaction
from fieldapp.errors import Invalid
from fieldapp.paging import page
from fieldapp.projects.access import in_force
from fieldapp.projects.models import Project, Service
from fieldapp.visits.dispatching import who_goes_again
from fieldapp.visits.models import MonthIssue, Task, Visit
from fieldapp.visits.monthly import (
    MONTHLY,
    SCHEME,
    is_waiting,
    last_checks,
    month_tasks,
    take_back_orphans,
)
from fieldapp.visits.tasking import issue
from fieldapp.visits.wholeness import is_whole, most_whole, still_lacking

JOB = "issue_month"
FIRST_MORNING = time(6)


class NotThisMonth(Invalid):
    zh = "只能派发本月或下月的检查。"
    en = "Only this month's checks, or the next month's, can be issued."


def overview(person: Person, period: str, asked: dict[str, Any]) -> dict[str, Any]:
    """{"period", "counts", "whole", "last_issue", "items", "next"}: the projects that the person's organisation serves, by name."""
    served = _served(person.organisation_id)
    states = _states(period)
    shown = served if asked["state"] is None else served.where(states[asked["state"]])
    found = page(shown, Project.name, Project.id, asked)
    return {
        "period": period,
        **_counts(served, states, period),
        "last_issue": _last_issue(person.organisation_id, period),
        "items": _items(found["items"], period, person.organisation_id),
        "next": found["next"],
    }


def issue_month(organisation: Organisation, period: str, by: Person | None) -> MonthIssue:
    """A task for each project that the organisation serves and that has neither task nor visit; nobody twice.

    Who went last goes again; else the agency names somebody, else the organisation itself. Raises NotThisMonth.
    """
    if by is not None:
        by.require(Act.TASK_DISPATCH, SCHEME)
    if period not in _issuable():
        raise NotThisMonth(where="/period")
    # Locked in one order: two who press at once take turns instead of waiting for each other.
    services = (
        db.session.scalars(
            db.select(Service)
            .where(
                _by(organisation.id),
                in_force(),
                _reaches(period),
                Service.scheme == SCHEME,
            )
            .order_by(Service.id)
            .with_for_update(of=Service)
        )
        .unique()
        .all()
    )
    last = last_checks([service.project_id for service in services])
    made = [
        _issue_one(service, period, last.get(service.project_id), organisation, by)
        for service in services
        if _is_missing(service.project_id, period)
    ]
    done = MonthIssue(
        organisation_id=organisation.id,
        period=period,
        by=by,
        issued=len(made),
        unassigned=sum(task.assignee is None for task in made),
        already=len(services) - len(made),
    )
    db.session.add(done)
    db.session.flush()
    return done


@jobs.handles(JOB)
def issue_for_everybody(period: str) -> None:
    """On the first morning of a month: every service insurer's checks. Then it waits for the next month."""
    with transaction():
        period = max(period, month_of(now()))  # nobody goes to a month that is over
        for organisation in _service_insurers():
            issue_month(organisation, period, None)
        jobs.enqueue(JOB, month_after(period), after=_first_morning(month_after(period)) - now())


def await_next_month() -> None:
    """See to it that the monthly job waits: a new installation has none yet."""
    waits = db.select(jobs.Job.id).where(jobs.Job.kind == JOB, jobs.Job.finished_at.is_(None))
    if db.session.scalar(waits.limit(1)) is None:
        period = month_after(month_of(now()))
        jobs.enqueue(JOB, period, after=_first_morning(period) - now())


def month_after(period: str) -> str:
    """`2026-12` after `2026-11`."""
    first = date.fromisoformat(f"{period}-01")
    return f"{first + timedelta(days=31):%Y-%m}"


def _issue_one(
    service: Service, period: str, last: Visit | None, organisation: Organisation, by: Person | None
) -> Task:
    take_back_orphans(service.project_id, period, by)
    return issue(
        kind=MONTHLY,
        scheme=service.scheme,
        project=service.project,
        assignee=_again(service, last, organisation.id),
        organisation=service.agency or organisation,
        edition=newest(MONTHLY),
        due_at=end_of_month(period),
        by=by,
        period=period,
    )


def _again(service: Service, last: Visit | None, organisation_id: str) -> Person | None:
    """Who did the last check, where they still may; an agency gives work to its own people alone."""
    if last is None:
        return None
    found = who_goes_again(service, last.surveyor_id)
    of_agency = organisation_id == service.agency_id
    return None if found and of_agency and found.organisation_id != organisation_id else found


def _is_missing(project_id: str, period: str) -> bool:
    visited = db.select(Visit.id).where(
        Visit.project_id == project_id,
        Visit.scheme == SCHEME,
        Visit.kind == MONTHLY,
        Visit.period == period,
    )
    return (
        db.session.scalar(visited.limit(1)) is None
        and db.session.scalar(month_tasks(project_id, period).limit(1)) is None
    )


def _service_insurers() -> Sequence[Organisation]:
    serving = db.select(Service.service_insurer_id).where(in_force(), Service.scheme == SCHEME)
    return db.session.scalars(
        db.select(Organisation).where(Organisation.id.in_(serving)).order_by(Organisation.id)
    ).all()


def _served(organisation_id: str) -> Select[Project]:
    serving = db.select(Service.project_id).where(
        _by(organisation_id), in_force(), Service.scheme == SCHEME
    )
    return db.select(Project).where(Project.id.in_(serving))


def _by(organisation_id: str) -> ColumnElement[bool]:
    return or_(Service.service_insurer_id == organisation_id, Service.agency_id == organisation_id)


def _reaches(period: str) -> ColumnElement[bool]:
    """The service has a day left in that month: whoever serves then gives out its checks."""
    first = date.fromisoformat(f"{period}-01")
    return or_(Service.ends_on.is_(None), Service.ends_on >= first)


def _states(period: str) -> dict[str, ColumnElement[bool]]:
    """done: a check was received · issued, unassigned: a task is open · missing: neither."""
    done = _checked(period)
    of_month = and_(Task.project_id == Project.id, is_waiting(period))
    assigned = exists().where(of_month, Task.assignee_id.is_not(None))
    waiting = exists().where(of_month, Task.assignee_id.is_(None))
    return {
        "missing": ~done & ~assigned & ~waiting,
        "unassigned": ~done & waiting & ~assigned,
        "issued": ~done & assigned,
        "done": done,
    }


def _checked(period: str, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """A check of the project of the query around was received, one that fits the conditions."""
    return exists().where(
        Visit.project_id == Project.id,
        Visit.scheme == SCHEME,
        Visit.kind == MONTHLY,
        Visit.period == period,
        *conditions,
    )


def _counts(
    served: Select[Project], states: dict[str, ColumnElement[bool]], period: str
) -> dict[str, Any]:
    conditions = [*states.values(), _checked(period, is_whole())]
    counted = [func.count().filter(condition) for condition in conditions]
    *by_state, whole = db.session.execute(served.with_only_columns(*counted)).one()
    return {"counts": dict(zip(states, by_state, strict=True)), "whole": whole}


def _last_issue(organisation_id: str, period: str) -> MonthIssue | None:
    last: MonthIssue | None = db.session.scalar(
        db.select(MonthIssue)
        .where(MonthIssue.organisation_id == organisation_id, MonthIssue.period == period)
        .order_by(MonthIssue.at.desc(), MonthIssue.id.desc())
        .limit(1)
    )
    return last


def _items(projects: Sequence[Project], period: str, organisation_id: str) -> list[dict[str, Any]]:
    ids = [project.id for project in projects]
    checks, tasks, last = _checks(ids, period), _tasks(ids, period), last_checks(ids)
    services = _services(ids, organisation_id)
    lacking = still_lacking([visit.id for visit in checks])
    visits = most_whole(checks, lacking)
    found = []
    for project in projects:
        visit, task = visits.get(project.id), tasks.get(project.id)
        again = _again(services[project.id], last.get(project.id), organisation_id)
        found.append(
            {
                "project": project,
                "state": _state(visit, task),
                "visit": visit,
                "lacking": lacking.get(visit.id, 0) if visit else 0,
                "task": task,
                "last": last.get(project.id),
                "next_surveyor": again,
                "agency": services[project.id].agency,
            }
        )
    return found


def _state(visit: Visit | None, task: Task | None) -> str:
    if visit is not None:
        return "done"
    if task is None:
        return "missing"
    return "issued" if task.assignee_id else "unassigned"


def _checks(project_ids: list[str], period: str) -> Sequence[Visit]:
    of_month = (Visit.scheme == SCHEME, Visit.kind == MONTHLY, Visit.period == period)
    rows = db.session.scalars(db.select(Visit).where(Visit.project_id.in_(project_ids), *of_month))
    return rows.unique().all()


def _tasks(project_ids: list[str], period: str) -> dict[str, Task]:
    rows = db.session.scalars(
        db.select(Task)
        .where(Task.project_id.in_(project_ids), is_waiting(period))
        .order_by(Task.issued_at)
    ).unique()
    return {task.project_id: task for task in rows}


def _services(project_ids: list[str], organisation_id: str) -> dict[str, Service]:
    rows = db.session.scalars(
        db.select(Service)
        .where(
            Service.project_id.in_(project_ids),
            Service.scheme == SCHEME,
            _by(organisation_id),
            in_force(),
        )
        .order_by(Service.starts_on)
    ).unique()
    return {service.project_id: service for service in rows}


def _issuable() -> tuple[str, str]:
    this = month_of(now())
    return this, month_after(this)


def _first_morning(period: str) -> datetime:
    return at_local(date.fromisoformat(f"{period}-01"), FIRST_MORNING)
