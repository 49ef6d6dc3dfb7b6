"""Giving a surveyor something to do, and taking it back."""

import secrets
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any, Protocol

from sqlalchemy import Select
from sqlalchemy.orm import joinedload, selectinload

from fieldapp.accounts.models import Organisation, Person
from fieldapp.accounts.permissions import Act
from fieldapp.checklists.models import PublishedEdition
from fieldapp.clock import at_local, end_of_month, iso, local_date, month_of, now
from fieldapp.db import db, new_id
from fieldapp.events import announce
from fieldapp.evidence.announcements import VerdictGiven
from fieldapp.evidence.models import Evidence, Verdict
from fieldapp.keys import to_text
from fieldapp.projects.models import Project
from fieldapp.visits.access import is_with_server
from fieldapp.visits.announcements import TaskGiven
from fieldapp.visits.awaiting import wanted_from
from fieldapp.visits.models import Task, TaskAssignment, TaskClosure, Visit

EVENING = time(18)
FOLLOW_UPS = ("re_shoot", "explain")
"""What a rejection may ask the capturer for; each is a kind of task."""


class NamesEdition(Protocol):
    """A published edition, or a visit that was made by one."""

    @property
    def checklist(self) -> str: ...
    @property
    def edition(self) -> str: ...


def issue(  # noqa: PLR0913 - a task says all of this, and nothing of it is optional by accident
    *,
    kind: str,
    scheme: str,
    project: Project,
    assignee: Person | None,
    edition: NamesEdition,
    due_at: datetime,
    organisation: Organisation | None = None,
    by: Person | None = None,
    period: str | None = None,
    note: str | None = None,
    origin_visit_id: str | None = None,
    questions: list[str] | None = None,
) -> Task:
    """A task with a fresh nonce: 32 random bytes as base64url. `by` None: the program issues it.

    `questions`: the only ones that it is about, which the visit of origin left.
    Without an assignee `organisation` has it, and its dispatcher names a surveyor.
    """
    holder = assignee.organisation if assignee else organisation
    if holder is None:
        raise ValueError("a task is somebody's: an assignee or an organisation")
    task = Task(
        id=new_id(),
        issued_at=now(),
        kind=kind,
        scheme=scheme,
        project=project,
        project_id=project.id,
        issued_by_id=by and by.id,
        period=period,
        checklist=edition.checklist,
        edition=edition.edition,
        nonce=to_text(secrets.token_bytes(32)),
        due_at=due_at,
        note=note,
        origin_visit_id=origin_visit_id,
        questions=questions,
    )
    give(task, assignee or holder, by)
    db.session.add(task)
    announce(TaskGiven(task))
    return task


def give(task: Task, taker: Person | Organisation, by: Person | None) -> None:
    """From now on the task is this surveyor's, or this organisation's to name one."""
    person = taker if isinstance(taker, Person) else None
    holder = taker.organisation if isinstance(taker, Person) else taker
    task.organisation, task.assignee = holder, person
    # Whoever hears of it asks by id, and it need not be written for that.
    task.organisation_id, task.assignee_id = holder.id, person.id if person else None
    task.assignments.append(
        TaskAssignment(
            id=new_id(),
            assigned_at=now(),
            organisation=holder,
            assignee=person,
            assigned_by_id=by and by.id,
        )
    )


def next_evening(days: int = 1) -> datetime:
    """18:00 in China so many days on: who reads it in the morning can still drive there."""
    return at_local(local_date(now()) + timedelta(days=days), EVENING)


def tell(task: Task, context: Mapping[str, Any]) -> None:
    """What the task's form starts from: what its matter says, and when it was given out."""
    task.context = {**context, "task.issued_at": iso(task.issued_at)} if context else {}


def issue_monthly_check(
    project: Project,
    assignee: Person,
    edition: PublishedEdition,
    *,
    scheme: str,
    period: str | None = None,
) -> Task:
    """This month's check (or that of `period`), due at the end of the month in China."""
    period = period or month_of(now())
    return issue(
        kind="monthly_check",
        scheme=scheme,
        project=project,
        assignee=assignee,
        edition=edition,
        period=period,
        due_at=end_of_month(period),
    )


def open_tasks_of(person: Person) -> Select[Task]:
    """What the person has to do or is called to take over, soonest first; nothing of a project that their organisation no longer serves."""
    return (
        db.select(Task)
        .where(
            db.or_(Task.assignee_id == person.id, wanted_from(person)),
            ~Task.closure.has(),
            is_with_server(),
            Task.scheme.in_(person.schemes(Act.TASK_READ)),
        )
        .options(
            joinedload(Task.project).selectinload(Project.units),
            joinedload(Task.project).selectinload(Project.parties),
            selectinload(Task.verdict),
            selectinload(Task.evidence),
        )
        .order_by(Task.due_at, Task.id)
    )


def follow_verdict(given: VerdictGiven) -> None:
    """A rejection that wants 补拍 or 说明 is a task for the capturer; the same party's later verdict takes it back."""
    verdict = db.session.get_one(Verdict, given.verdict_id)
    _withdraw_earlier(verdict)
    if given.outcome == "rejected" and given.follow_up in FOLLOW_UPS:
        _ask_capturer(verdict, given.follow_up)


def done_by(task: Task, visit: Visit) -> None:
    """The visit does the task; a task that is over already stays as it is."""
    if task.closure is None:
        task.closure = TaskClosure(visit_id=visit.id, closed_by_id=visit.surveyor_id)


def _withdraw_earlier(verdict: Verdict) -> None:
    stale = db.session.scalars(
        db.select(Task)
        .join(Verdict, Verdict.id == Task.verdict_id)
        .where(
            Task.evidence_id == verdict.evidence_id,
            Verdict.party_id == verdict.party_id,
            ~Task.closure.has(),
        )
    )
    for task in stale:
        task.closure = TaskClosure(closed_by_id=verdict.by_id, reason="审核员后来改判")


def _ask_capturer(verdict: Verdict, kind: str) -> None:
    evidence = db.session.get_one(Evidence, verdict.evidence_id)
    visit = db.session.get(Visit, evidence.subject_id) if evidence.subject_kind == "visit" else None
    if visit is None:
        return  # a case's paper: its own room asks for the supplement
    task = issue(
        kind=kind,
        scheme=evidence.scheme,
        project=evidence.project,
        assignee=evidence.captured_by,
        edition=db.session.get_one(PublishedEdition, (visit.checklist, visit.edition)),
        due_at=next_evening(),
        by=verdict.by,
    )
    task.evidence_id, task.verdict_id = evidence.id, verdict.id
    # What is sent for an accident's survey belongs to its file, and is kept back until that is handed over.
    task.case_id = visit.case_id
