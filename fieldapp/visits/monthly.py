"""The month's check of each project: its tasks, what was done last."""

import re

from sqlalchemy import Select

from fieldapp.accounts.permissions import Scheme
from fieldapp.db import db
from fieldapp.errors import NotFound
from fieldapp.visits.models import Task, TaskClosure, Visit

MONTHLY = "monthly_check"
SCHEME = Scheme.LIABILITY
"""Monthly checks are a duty of this scheme alone."""
_PERIOD = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])")


def month_tasks(project_id: str, period: str) -> Select[Task]:
    """Tasks of the month's check that are open or done."""
    withdrawn = Task.closure.has(TaskClosure.visit_id.is_(None))
    return db.select(Task).where(
        Task.kind == MONTHLY,
        Task.scheme == SCHEME,
        Task.project_id == project_id,
        Task.period == period,
        ~withdrawn,
    )


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
