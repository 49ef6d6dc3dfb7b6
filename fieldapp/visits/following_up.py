"""未能检查 is not inspected, nor is what has no answer or a 沿用 that had lapsed: what a visit left is a task of its own.

It names the questions.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import cache

from sqlalchemy import Select, bindparam
from sqlalchemy.orm import joinedload, lazyload

from fieldapp.clock import end_of_month
from fieldapp.db import db
from fieldapp.projects.models import Project
from fieldapp.visits.models import Task, TaskClosure, Visit
from fieldapp.visits.tasking import issue, next_evening

KIND = "follow_up"
PATIENCE_DAYS = 7


def follow_up(visit: Visit, left: Sequence[str], *, is_new: bool) -> Task | None:
    """The open task for the questions that the visit `left`; a revision that inspected them takes the task back.

    `is_new`: the visit came to be in this transaction, so no task can name it yet, and none is asked for.
    """
    before = [] if is_new else db.session.scalars(_issued_for(), {"visit": visit.id}).all()
    done = {q for task in before if task.closure is not None for q in task.questions or ()}
    open_task = next((task for task in before if task.closure is None), None)
    wanted = [question for question in left if question not in done]
    if open_task is not None:
        return _mended(open_task, visit, wanted)
    return _issued(visit, wanted) if wanted else None


@cache
def _issued_for() -> Select[Task]:
    return (
        db.select(Task)
        .where(Task.origin_visit_id == bindparam("visit"))
        .order_by(Task.issued_at)
        .options(lazyload("*"), joinedload(Task.closure).lazyload("*"))
    )


def _mended(task: Task, visit: Visit, wanted: list[str]) -> Task:
    if not wanted:
        task.closure = TaskClosure(closed_by_id=visit.surveyor_id, reason="修订后的记录已检查")
    elif task.questions != wanted:
        task.questions = wanted
    return task


def _issued(visit: Visit, wanted: list[str]) -> Task:
    with db.session.no_autoflush:  # the visit can wait: it is not asked for
        project = db.session.get_one(Project, visit.project_id)
    return issue(
        kind=KIND,
        scheme=visit.scheme,
        project=project,
        assignee=visit.surveyor,
        edition=visit,
        due_at=_due(visit),
        period=visit.period,
        origin_visit_id=visit.id,
        questions=wanted,
    )


def _due(visit: Visit) -> datetime:
    """A week, or less where the month ends: what is inspected after it counts for the next one."""
    soonest = next_evening()
    return max(soonest, min(next_evening(PATIENCE_DAYS), end_of_month(visit.period)))
