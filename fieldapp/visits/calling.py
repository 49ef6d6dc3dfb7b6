"""收到: who is given a task that cannot wait says so, or others are called, one step after the other.

Nights and holidays stop nothing. Each call and each 收到 is a row that says who, when and how.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import exists

from fieldapp import events, jobs
from fieldapp.accounts.models import AccessEnding, Person, with_roles
from fieldapp.accounts.permissions import Act
from fieldapp.accounts.standing_in import partner_of
from fieldapp.clock import now
from fieldapp.db import db, transaction
from fieldapp.errors import Conflict
from fieldapp.visits.announcements import TaskCalled, TaskGiven, TaskTakenOver
from fieldapp.visits.call_models import TaskAcknowledgement, TaskCall
from fieldapp.visits.call_rules import Step, call_rules
from fieldapp.visits.models import Task, TaskAssignment
from fieldapp.visits.tasking import give

JOB = "call_next"


class NothingToAcknowledge(Conflict):
    zh = "这项任务不需要确认，或者已经确认、完成、撤回。"
    en = "This task wants no acknowledgement, or has it already, or is over."


def follow_given(given: TaskGiven) -> None:
    """Call the first: who has the task; where nobody is named yet, the dispatcher at once."""
    task = given.task
    steps = call_rules().steps_of(task.kind)
    if task.assignee is None:
        steps = tuple(step for step in steps if step.step == "dispatcher")
    if steps:
        db.session.flush()  # the assignment, before the calls that name it
        _call(task, _present(task), steps[0], steps[1:])


@jobs.handles(JOB)
def call_next(assignment_id: str) -> None:
    """The next step, unless somebody said 收到, the task is over, or somebody else has it now."""
    with transaction():
        assignment = db.session.get_one(TaskAssignment, assignment_id)
        task = db.session.get_one(
            Task, assignment.task_id, with_for_update={"of": Task}, populate_existing=True
        )
        if assignment is not _present(task) or not is_awaited(task):
            return
        called = _called_steps(assignment)
        left = [one for one in call_rules().steps_of(task.kind) if one.step not in called]
        if left and now() >= assignment.assigned_at + left[0].after:
            _call(task, assignment, left[0], tuple(left[1:]))


def acknowledge(task: Task, person: Person, how: str, said_at: datetime) -> None:
    """The person's own 收到. A called partner takes the task over by it; a late one is kept and changes nothing.

    Again is harmless. Whoever neither has nor had the task, nor was called, says nothing by it.
    """
    db.session.refresh(task, with_for_update={"of": Task})
    db.session.expire(task, ["assignments", "closure"])
    if not call_rules().steps_of(task.kind):
        return
    if is_awaited(task) and _is_called_partner(task, person):
        before = task.assignee
        give(task, person, person)
        db.session.flush()
        if before is not None:
            events.announce(TaskTakenOver(task, before))
    own = [one for one in task.assignments if one.assignee_id == person.id]
    if own and _said(own[-1], person) is None:
        _keep(task, own[-1], person, how, min(said_at, now()), None)


def acknowledge_at_desk(task: Task, by: Person, words: str) -> None:
    """Who has the task said so by voice. The caller holds it locked. Raises NothingToAcknowledge."""
    if task.assignee is None or not is_awaited(task):
        raise NothingToAcknowledge
    _keep(task, _present(task), by, "desk", now(), words)


def is_awaited(task: Task) -> bool:
    """Whether somebody is still to say 收到 to the task as it is assigned now."""
    if task.closure is not None or not call_rules().steps_of(task.kind):
        return False
    said = db.select(TaskAcknowledgement.id).where(
        TaskAcknowledgement.assignment_id == _present(task).id
    )
    return db.session.scalar(said.limit(1)) is None


def _call(task: Task, assignment: TaskAssignment, step: Step, left: Sequence[Step]) -> None:
    until = assignment.assigned_at + left[0].after if left else None
    people: list[Person | None] = [*_people(task, step.step)]
    for person in people or [None]:
        call = TaskCall(
            task=task,
            assignment_id=assignment.id,
            step=step.step,
            person=person,
            rules_version=call_rules().version,
            called_at=now(),
            until=until if people else None,
        )
        db.session.add(call)
        db.session.flush()
        if person is not None:
            events.announce(TaskCalled(call))
    if not left:
        return
    if not people:
        _call(task, assignment, left[0], left[1:])  # nobody to wait for
    elif until is not None:
        jobs.enqueue(JOB, assignment.id, after=until - now())


def _people(task: Task, step: str) -> Sequence[Person]:
    if step == "dispatcher":
        return dispatchers(task)
    if task.assignee is None:
        return ()
    if step == "assignee":
        return (task.assignee,)
    partner = partner_of(task.assignee)
    # Whoever may not go there today cannot take it over.
    return (partner,) if partner and partner.may(Act.VISIT_SUBMIT, task.scheme) else ()


def dispatchers(task: Task) -> Sequence[Person]:
    """Who gives out work for whoever has the task, by name."""
    ended = exists().where(AccessEnding.person_id == Person.id, AccessEnding.restored_at.is_(None))
    theirs = db.select(Person).where(Person.organisation_id == task.organisation_id, ~ended)
    named = theirs.order_by(Person.name, Person.id).options(*with_roles())
    people = db.session.scalars(named).unique()
    return [each for each in people if each.may(Act.TASK_DISPATCH, task.scheme)]


def _present(task: Task) -> TaskAssignment:
    return task.assignments[-1]


def _called_steps(assignment: TaskAssignment) -> set[str]:
    rows = db.select(TaskCall.step).where(TaskCall.assignment_id == assignment.id)
    return set(db.session.scalars(rows))


def _is_called_partner(task: Task, person: Person) -> bool:
    called = db.select(TaskCall.id).where(
        TaskCall.assignment_id == _present(task).id,
        TaskCall.person_id == person.id,
        TaskCall.step == "partner",
    )
    return db.session.scalar(called.limit(1)) is not None


def _said(assignment: TaskAssignment, person: Person) -> TaskAcknowledgement | None:
    said: TaskAcknowledgement | None = db.session.scalar(
        db.select(TaskAcknowledgement).where(
            TaskAcknowledgement.assignment_id == assignment.id,
            TaskAcknowledgement.person_id == person.id,
        )
    )
    return said


def _keep(
    task: Task,
    assignment: TaskAssignment,
    person: Person,
    how: str,
    said_at: datetime,
    words: str | None,
) -> None:
    db.session.add(
        TaskAcknowledgement(
            task_id=task.id,
            assignment_id=assignment.id,
            person=person,
            how=how,
            said_at=said_at,
            words=words,
        )
    )
    db.session.flush()
