"""Conditions on Task: which of them still want a 收到, and from whom."""

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import aliased

from fieldapp.accounts.models import Person
from fieldapp.visits.call_models import TaskAcknowledgement, TaskCall
from fieldapp.visits.call_rules import call_rules
from fieldapp.visits.models import Task, TaskAssignment, TaskClosure


def awaited() -> ColumnElement[bool]:
    """Nobody has said 收到 to the task as it is assigned now, and it is not over."""
    later = aliased(TaskAssignment)
    newer = exists().where(
        later.task_id == TaskAssignment.task_id, later.assigned_at > TaskAssignment.assigned_at
    )
    said = (
        select(TaskAcknowledgement.id)
        .join(TaskAssignment, TaskAssignment.id == TaskAcknowledgement.assignment_id)
        .where(TaskAcknowledgement.task_id == Task.id, ~newer)
        .correlate(Task)
        .exists()
    )
    over = exists().where(TaskClosure.task_id == Task.id)
    return Task.kind.in_(call_rules().kinds) & ~said & ~over


def wanted_from(person: Person) -> ColumnElement[bool]:
    """A condition on Task: the person was called as the partner, and nobody has said 收到 since."""
    later = aliased(TaskAssignment)
    called = (
        select(TaskCall.id)
        .join(TaskAssignment, TaskAssignment.id == TaskCall.assignment_id)
        .where(
            TaskCall.task_id == Task.id,
            TaskCall.person_id == person.id,
            TaskCall.step == "partner",
            ~exists().where(
                later.task_id == TaskAssignment.task_id,
                later.assigned_at > TaskAssignment.assigned_at,
            ),
        )
        .correlate(Task)
        .exists()
    )
    return called & awaited()
