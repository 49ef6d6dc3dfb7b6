"""Telling people: a notice for each event, and a delivery for each gateway that is to carry it."""

from collections.abc import Iterable
from typing import Any

from flask import current_app
from sqlalchemy.exc import IntegrityError

from fieldapp import jobs
from fieldapp.accounts.models import Person
from fieldapp.clock import iso, now
from fieldapp.db import db, savepoint
from fieldapp.keys import mask_name
from fieldapp.notify import pushing
from fieldapp.notify.kinds import kinds, may_go_at
from fieldapp.notify.models import Delivery, Muting, Notice
from fieldapp.visits.announcements import TaskCalled, TaskGiven, TaskTakenOver
from fieldapp.visits.call_rules import call_rules
from fieldapp.visits.calling import dispatchers
from fieldapp.visits.models import Task

JOB = "deliver"
OF_THEIR_OWN = ("re_shoot", "explain", "re_inspection")
"""Kinds of task with an event of the same name; every other is a `task_given`."""
CALLED = {"assignee": "survey_assigned", "partner": "survey_partner", "dispatcher": "survey_desk"}


def follow_given(given: TaskGiven) -> None:
    """Whoever has it now is told; of one that nobody has, whoever can name somebody. Surveys have their calls."""
    task = given.task
    if call_rules().steps_of(task.kind):
        return
    kind = task.kind if task.kind in OF_THEIR_OWN else "task_given"
    if task.assignee is None:
        for person in dispatchers(task):
            tell("task_to_assign", person, task)
    elif task.assignee_id != task.issued_by_id:
        tell(kind, task.assignee, task)


def follow_called(called: TaskCalled) -> None:
    call = called.call
    if call.person is not None:
        assignee = call.task.assignee
        who = mask_name(assignee.name) if assignee and call.step != "assignee" else None
        tell(CALLED[call.step], call.person, call.task, assignee=who)


def follow_taken_over(taken: TaskTakenOver) -> None:
    assignee = taken.task.assignee
    who = mask_name(assignee.name) if assignee else None
    tell("survey_taken_over", taken.before, taken.task, assignee=who)


def tell(
    kind: str, person: Person, task: Task, *, edition: str | None = None, **more: Any
) -> Notice | None:
    """A notice about the task, and its messages. None: this was told already. `edition`: its present assignment by default."""
    notice = Notice(
        kind=kind,
        subject_id=task.id,
        edition=edition or task.assignments[-1].id,
        recipient=person,
        facts={
            "project": task.project.name,
            "due_at": iso(task.due_at),
            "task": task.kind,
            "assignee": None,
            **more,
        },
        made_at=now(),
    )
    try:
        with savepoint():
            db.session.add(notice)
    except IntegrityError:  # told already, perhaps by another worker just now
        return None
    for channel in _channels(kind, person):
        _ask(notice, channel)
    return notice


def _channels(kind: str, person: Person) -> Iterable[str]:
    """Urgent ones by every gateway; others by one, the group's before the number that each message is paid for.

    Web push comes besides: often it reaches nobody.
    """
    config = current_app.config_object  # type: ignore[attr-defined]
    there = [
        *(["wecom"] if config.wecom_of(person.organisation_id) else []),
        *(["sms"] if config.sms else []),
    ]
    pushed = ["push"] if config.push and pushing.targets(person) else []
    if kinds().kinds[kind].urgent:
        return [*there, *pushed]
    if not (there or pushed) or db.session.get(Muting, (person.id, kind)) is not None:
        return ()
    return [*there[:1], *pushed]


def _ask(notice: Notice, channel: str) -> None:
    due_at = may_go_at(now(), urgent=kinds().kinds[notice.kind].urgent)
    delivery = Delivery(notice=notice, channel=channel, due_at=due_at)
    if channel == "sms" and not notice.recipient.phone:
        delivery.outcome, delivery.settled_at = "no_address", now()
    db.session.add(delivery)
    db.session.flush()
    if delivery.outcome is None:
        jobs.enqueue(JOB, delivery.id, after=due_at - now())
