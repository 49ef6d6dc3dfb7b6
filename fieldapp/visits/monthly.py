"""The month's check of each project: its tasks, what was done last."""

import re

from sqlalchemy import ColumnElement, Select, and_

from fieldapp.accounts.models import Person
from fieldapp.accounts.permissions import Scheme
from fieldapp.db import db
from fieldapp.errors import NotFound
from fieldapp.visits.access import is_with_server
from fieldapp.visits.models import Task, TaskClosure, Visit

MONTHLY = "monthly_check"
SCHEME = Scheme.LIABILITY
"""Monthly checks are a duty of this scheme alone."""
SERVER_CHANGED = "服务机构已变更，由现服务机构另行派发"
_PERIOD = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])")


def month_tasks(project_id: str, period: str) -> Select[Task]:
    """Tasks of the month's check that are done, or open with somebody who serves the project."""
    done = Task.closure.has(TaskClosure.visit_id.is_not(None))
    live = done | ~Task.closure.has() & is_with_server()
    return db.select(Task).where(Task.project_id == project_id, _is_of_month(period), live)


def is_waiting(period: str) -> ColumnElement[bool]:
    """The task of the query is the month's check, open with somebody who serves the project."""
    return and_(_is_of_month(period), ~Task.closure.has(), is_with_server())


def take_back_orphans(project_id: str, period: str, by: Person | None) -> None:
    """The month's tasks that lie with an organisation whose service ended: nobody of it may go there any more."""
    here = (Task.project_id == project_id, _is_of_month(period))
    orphans = db.select(Task).where(*here, ~Task.closure.has(), ~is_with_server())
    for task in db.session.scalars(orphans).unique():
        task.closure = TaskClosure(closed_by=by, reason=SERVER_CHANGED)


def _is_of_month(period: str) -> ColumnElement[bool]:
    return (Task.kind == MONTHLY) & (Task.scheme == SCHEME) & (Task.period == period)


def month_named(period: str) -> str:
    """`2026-11`, from an address. Raises NotFound."""
    if not _PERIOD.fullmatch(period):
        raise NotFound
    return period


def last_checks(project_ids: list[str]) -> dict[str, Visit]:
    """The latest monthly check of each project."""
    rows = db.session.scalars(
        db.select(Visit)
        .where(Visit.project_id.in_(project_ids), Visit.scheme == SCHEME, Visit.kind == MONTHLY)
        .order_by(Visit.finished_at)
    ).unique()
    return {visit.project_id: visit for visit in rows}
