"""Tasks as those read them who give them out and follow them up."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func
from sqlalchemy.orm import selectinload

from fieldapp.accounts.models import Organisation, Person
from fieldapp.accounts.permissions import Act, Kind
from fieldapp.clock import now
from fieldapp.db import db
from fieldapp.paging import Shelf, page_shelves
from fieldapp.projects.access import project_for, service_of
from fieldapp.visits import planned
from fieldapp.visits.about import told
from fieldapp.visits.access import tasks_for
from fieldapp.visits.dispatching import surveyors
from fieldapp.visits.models import Task, TaskClosure, Visit
from fieldapp.visits.showing_calls import at_desk

_PLAIN = (
    "id", "kind", "scheme", "period", "project", "organisation", "issued_at", "issued_by", "due_at", "note",
    "hazard_id", "case_id", "questions", "assignments",
)  # fmt: skip
OVER = ("done", "withdrawn")


def issued(person: Person, asked: dict[str, Any]) -> dict[str, Any]:
    """{"counts", "items", "next"}: what waits by its deadline, what is over by when it was issued, newest first."""
    found = tasks_for(person)
    for name, column in (
        ("project", Task.project_id),
        ("surveyor", Task.assignee_id),
        ("kind", Task.kind),
        ("period", Task.period),
    ):
        if asked[name] is not None:
            found = found.where(column == asked[name])
    states = _states(now())
    counted = found.with_only_columns(*(func.count().filter(at) for at in states.values()))
    counts = dict(zip(states, db.session.execute(counted.order_by(None)).one(), strict=True))
    if asked["state"] is not None:
        found = found.where(states[asked["state"]])
    loaded = found.options(selectinload(Task.assignments), selectinload(Task.issued_by))
    waiting = Shelf(loaded.where(~Task.closure.has()), Task.due_at, Task.id, newest_first=False)
    over = Shelf(loaded.where(Task.closure.has()), Task.issued_at, Task.id)
    over_only, waiting_only = asked["state"] in OVER, asked["state"] not in (None, *OVER)
    shelves = [over] if over_only else [waiting] if waiting_only else [waiting, over]
    listed = page_shelves(shelves, asked)
    tasks = [task for _, task in listed["items"]]
    return {"counts": counts, "items": shown(tasks, person), "next": listed["next"]}


def shown(tasks: Sequence[Task], viewer: Person) -> list[dict[str, Any]]:
    late, at, about = _late_visits(tasks), now(), told("re_inspection", tasks)
    calls = at_desk(tasks)
    insured = {key: service_of(*key) for key in {(task.project_id, task.scheme) for task in tasks}}
    return [
        {
            **{name: getattr(task, name) for name in _PLAIN},
            **_ending(task),
            "state": task.state(at),
            "surveyor": task.assignee,
            "about": about[task.id]["words"] if task.id in about else None,
            "came_after_all": late.get(task.id),
            "acknowledgement": calls.get(task.id),
            "etag": etag(task),
            "may": _may(task, viewer, insured[task.project_id, task.scheme], calls.get(task.id)),
        }
        for task in tasks
    ]


def etag(task: Task) -> str:
    """Changes with whoever has the task, and when it is over."""
    said = [*(assignment.id for assignment in task.assignments), str(task.closure is not None)]
    return f'"{hashlib.sha256(" ".join(said).encode()).hexdigest()[:32]}"'


def candidates(person: Person, project_id: str | None, scheme: str) -> dict[str, Any]:
    """Own surveyors with how much they have to do, the agency that serves the project, and what may be planned there. Raises NotFound."""
    agency: Organisation | None = None
    plannable: list[dict[str, Any]] = []
    if project_id is not None:
        project = project_for(person, project_id, Act.TASK_DISPATCH)
        plannable = planned.plannable(person, project.id)
        service = service_of(project.id, scheme)
        if service is not None and service.service_insurer_id == person.organisation_id:
            agency = service.agency
    people = db.session.scalars(surveyors([person.organisation_id])).all()
    return {
        "surveyors": [
            {"id": each.id, "name": each.name, "open_tasks": count}
            for each, count in zip(people, _open_tasks(people), strict=True)
        ],
        "agency": agency,
        "plannable": plannable,
    }


def _open_tasks(people: Sequence[Person]) -> list[int]:
    rows = db.session.execute(
        db.select(Task.assignee_id, func.count())
        .where(Task.assignee_id.in_([each.id for each in people]), ~Task.closure.has())
        .group_by(Task.assignee_id)
    )
    counts = {assignee_id: count for assignee_id, count in rows}  # noqa: C416 - rows are no pairs to a type checker
    return [counts.get(each.id, 0) for each in people]


def _states(at: datetime) -> dict[str, ColumnElement[bool]]:
    waits = ~Task.closure.has()
    named = Task.assignee_id.is_not(None)
    return {
        "overdue": waits & named & (Task.due_at < at),
        "open": waits & named & (Task.due_at >= at),
        "unassigned": waits & Task.assignee_id.is_(None),
        "done": Task.closure.has(TaskClosure.visit_id.is_not(None)),
        "withdrawn": Task.closure.has(TaskClosure.visit_id.is_(None)),
    }


def _ending(task: Task) -> dict[str, Any]:
    over = task.closure
    return {
        "visit_id": over and over.visit_id,
        "closed_at": over and over.closed_at,
        "closed_by": over and over.closed_by,
        "words": over and over.reason,
    }


def _late_visits(tasks: Sequence[Task]) -> dict[str, str]:
    """By task id: the visit that came for a task that had been taken back."""
    withdrawn = [task.id for task in tasks if task.closure and not task.closure.visit_id]
    rows = db.session.execute(
        db.select(Visit.task_id, Visit.id).where(Visit.task_id.in_(withdrawn))
    )
    return {task_id: visit_id for task_id, visit_id in rows}  # noqa: C416 - rows are no pairs to a type checker


def _may(task: Task, viewer: Person, service: Any, call: dict[str, Any] | None = None) -> list[str]:
    """As dispatching.py allows it, so that no button is there for nothing."""
    if task.closure is not None or service is None:
        return []
    insurer = viewer.kind is Kind.INSURER and service.service_insurer_id == viewer.organisation_id
    holds = task.organisation_id == viewer.organisation_id
    ours = task.issued_by is not None and task.issued_by.organisation_id == viewer.organisation_id
    may = ["surveyor"] if (insurer or holds) and task.kind != "explain" else []
    if may and call is not None and call["state"] == "awaited" and task.assignee is not None:
        may.append("acknowledgement")
    return [*may, "withdrawal"] if insurer or ours else may
