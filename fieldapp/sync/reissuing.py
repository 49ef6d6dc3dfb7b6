"""A lost task made anew, after a person looked at the record; what was given out again meanwhile is done by the same visit."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement

from fieldapp.accounts.models import Person
from fieldapp.clock import end_of_month, month_of
from fieldapp.db import db
from fieldapp.evidence.models import Verdict
from fieldapp.projects.models import Project
from fieldapp.sync.lost_tasks import Lost
from fieldapp.visits import tasking
from fieldapp.visits.models import Task, Visit

NOTE = "数据库恢复后，按手机上的封签重新建立"
_AS_SIGNED = ("id", "kind", "scheme", "nonce", "checklist", "edition")
_OF_A_MONTH = ("monthly_check", "follow_up")


def issue_again(lost: Lost, started_at: datetime, by: Person) -> Task:
    """The task under its old id and nonce; its words and its hour are lost. Within the judging's transaction."""
    told = lost.facts.order
    period = month_of(started_at) if told.kind in _OF_A_MONTH else None
    task = Task(
        **{name: getattr(told, name) for name in _AS_SIGNED},
        project=db.session.get_one(Project, told.project_id),
        period=period,
        issued_at=lost.held_at,
        issued_by_id=by.id,
        due_at=end_of_month(period) if period else max(started_at, lost.held_at),
        note=NOTE,
        questions=None if told.questions is None else list(told.questions),
        evidence_id=lost.evidence and lost.evidence.id,
        verdict_id=_verdict_id(lost),
        hazard_id=lost.hazard and lost.hazard.id,
        case_id=_case_id(lost),
        context=lost.context,
    )
    tasking.give(task, lost.holder, by)
    db.session.add(task)
    db.session.flush()
    return task


def settle_twins(task: Task, visit: Visit) -> None:
    """Open tasks of the same matter, given out since the loss, have nothing left to ask."""
    twins = db.session.scalars(
        db.select(Task).where(
            Task.id != task.id,
            Task.issued_at >= task.issued_at,
            Task.kind == task.kind,
            Task.project_id == task.project_id,
            Task.scheme == task.scheme,
            ~Task.closure.has(),
            _same_matter(task),
        )
    ).unique()
    for twin in twins:
        if set(twin.questions or ()) <= set(task.questions or ()):
            tasking.done_by(twin, visit)


def _same_matter(task: Task) -> ColumnElement[bool]:
    for column in ("evidence_id", "hazard_id", "case_id"):
        about = getattr(task, column)
        if about is not None:
            same: ColumnElement[bool] = getattr(Task, column) == about
            return same
    return (Task.period == task.period) & Task.period.is_not(None)


def _verdict_id(lost: Lost) -> str | None:
    if lost.evidence is None:
        return None
    found: str | None = db.session.scalar(
        db.select(Verdict.id)
        .where(Verdict.evidence_id == lost.evidence.id, Verdict.outcome == "rejected")
        .order_by(Verdict.at.desc(), Verdict.id.desc())
        .limit(1)
    )
    return found


def _case_id(lost: Lost) -> Any:
    """What is sent for a survey's photo belongs to the same file."""
    if lost.case is not None:
        return lost.case.id
    if lost.evidence is None:
        return None
    visit = db.session.get(Visit, lost.evidence.subject_id)
    return visit and visit.case_id
