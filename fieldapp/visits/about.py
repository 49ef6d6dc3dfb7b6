"""What a task is about, where a room above owns that: it says so here, introduced by create_app."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from fieldapp.accounts.models import Person
from fieldapp.checklists.models import PublishedEdition
from fieldapp.projects.models import Project
from fieldapp.visits.models import Task


@dataclass(frozen=True)
class Matter:
    """What a person wants a task for: found among what they may see. `due_at`: until when, unless the person says."""

    id: str
    project: Project
    scheme: str
    edition: PublishedEdition
    due_at: datetime | None = None
    context: Mapping[str, Any] = field(default_factory=dict)


Finder = Callable[[Person, str], Matter]
Teller = Callable[[Sequence[Task]], Mapping[str, dict[str, Any]]]

_finders: dict[str, Finder] = {}
_tellers: dict[str, Teller] = {}


def introduce(kind: str, finder: Finder, teller: Teller | None = None) -> None:
    """Have tasks of this kind be about something: `finder` finds it, `teller` says it by task id, as the phone reads it."""
    _finders[kind] = finder
    if teller is not None:
        _tellers[kind] = teller


def matter_of(kind: str, person: Person, matter_id: str) -> Matter:
    """Raises NotFound for outsiders."""
    return _finders[kind](person, matter_id)


def told(kind: str, tasks: Sequence[Task]) -> Mapping[str, dict[str, Any]]:
    """By task id; of the tasks of this kind."""
    ours = [task for task in tasks if task.kind == kind]
    return _tellers[kind](ours) if ours and kind in _tellers else {}
