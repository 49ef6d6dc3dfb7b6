"""收到 as the desk and the phone read it, of many tasks at once."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from fieldapp.accounts.models import Person
from fieldapp.db import db
from fieldapp.visits.call_models import TaskAcknowledgement, TaskCall
from fieldapp.visits.call_rules import call_rules
from fieldapp.visits.models import Task

Json = dict[str, Any]


def at_desk(tasks: Sequence[Task]) -> dict[str, Json]:
    """By task id, of those that want a 收到: {"state", "until", "said": {"by","how","at","received_at","words"} or None, "calls"}."""
    ours = [task for task in tasks if call_rules().steps_of(task.kind)]
    calls, said = _calls(ours), _said(ours)
    return {task.id: _at_desk(task, calls[task.id], said[task.id]) for task in ours}


def on_phone(tasks: Sequence[Task], person: Person) -> dict[str, Json]:
    """By task id: {"role": "assignee" or "partner", "assignee", "until", "acknowledged_at"}."""
    told = at_desk(tasks)
    return {
        task.id: {
            "role": "assignee" if task.assignee_id == person.id else "partner",
            "assignee": task.assignee,
            "until": told[task.id]["until"],
            "acknowledged_at": told[task.id]["said"] and told[task.id]["said"].said_at,
        }
        for task in tasks
        if task.id in told
    }


def _at_desk(task: Task, calls: list[TaskCall], said: list[TaskAcknowledgement]) -> Json:
    now_theirs = task.assignments[-1].id
    valid = next((one for one in said if one.assignment_id == now_theirs), None)
    last = [call for call in calls if call.assignment_id == now_theirs]
    waits = valid is None and task.closure is None
    return {
        "state": "acknowledged" if valid else "awaited" if waits else "over",
        "until": last[-1].until if waits and last else None,
        "said": valid,
        "late": [one for one in said if one is not valid],
        "calls": calls,
    }


def _calls(tasks: Iterable[Task]) -> dict[str, list[TaskCall]]:
    rows = db.select(TaskCall).where(TaskCall.task_id.in_([task.id for task in tasks]))
    found = defaultdict(list)
    for call in db.session.scalars(rows.order_by(TaskCall.called_at, TaskCall.id)).unique():
        found[call.task_id].append(call)
    return found


def _said(tasks: Iterable[Task]) -> dict[str, list[TaskAcknowledgement]]:
    rows = db.select(TaskAcknowledgement).where(
        TaskAcknowledgement.task_id.in_([task.id for task in tasks])
    )
    found = defaultdict(list)
    for one in db.session.scalars(rows.order_by(TaskAcknowledgement.received_at)).unique():
        found[one.task_id].append(one)
    return found
