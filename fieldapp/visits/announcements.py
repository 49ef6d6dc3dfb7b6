"""What this room tells the rooms below it, in the transaction in which it happens."""

from dataclasses import dataclass

from fieldapp.accounts.models import Person
from fieldapp.visits.call_models import TaskCall
from fieldapp.visits.models import Task


@dataclass(frozen=True)
class TaskGiven:
    """A task was issued, or given to somebody else: it is `task.assignee`'s, or an organisation's to name one."""

    task: Task


@dataclass(frozen=True)
class TaskCalled:
    """Nobody said 收到 in time, or it is the first call: this person is wanted now."""

    call: TaskCall


@dataclass(frozen=True)
class TaskTakenOver:
    """The AB岗 partner took the task over from who had it."""

    task: Task
    before: Person
