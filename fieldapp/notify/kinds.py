"""What people are told of, in which words, and when: data/kinds.yaml, read once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from fieldapp.clock import SHANGHAI, at_local, local_date, parse

URGENCY = ((True, "urgent"), (False, "other"))
DATA = Path(__file__).parent / "data" / "kinds.yaml"


@dataclass(frozen=True)
class Kind:
    """`many`: the words for several at once; None where each stands alone."""

    urgent: bool
    words: Mapping[str, str]
    many: Mapping[str, str] | None


@dataclass(frozen=True)
class Kinds:
    """`tries`: pauses between tries, by `urgent`; `push`: what a locked screen shows, by `urgent`. `reminders`: by kind of task, and `default`."""

    kinds: Mapping[str, Kind]
    tasks: Mapping[str, Mapping[str, str]]
    quiet_from: time
    quiet_until: time
    gather: timedelta
    tries: Mapping[bool, Sequence[timedelta]]
    reminders: Mapping[str, timedelta]
    push: Mapping[bool, Mapping[str, str]]

    def reminded(self, task_kind: str) -> timedelta:
        return self.reminders.get(task_kind, self.reminders["default"])


@cache
def kinds() -> Kinds:
    said = yaml.safe_load(DATA.read_text(encoding="utf-8"))
    return Kinds(
        kinds={name: _kind(one) for name, one in said["kinds"].items()},
        tasks=said["tasks"],
        quiet_from=time.fromisoformat(said["quiet"]["from"]),
        quiet_until=time.fromisoformat(said["quiet"]["until"]),
        gather=timedelta(seconds=said["gather_seconds"]),
        tries={
            urgent: [timedelta(seconds=one) for one in said["tries"][name]]
            for urgent, name in URGENCY
        },
        reminders={name: timedelta(hours=one) for name, one in said["reminders"].items()},
        push={urgent: said["push"][name] for urgent, name in URGENCY},
    )


def sentence(kind: str, facts: Sequence[Mapping[str, Any]], language: str) -> str:
    """One sentence about all of them. `facts`: of each {"project", "due_at" ISO, "task", "assignee"?}, soonest first."""
    known, first = kinds().kinds[kind], facts[0]
    words = known.words if len(facts) == 1 or known.many is None else known.many
    return words[language].format(
        count=len(facts),
        project=first["project"],
        due=_due(parse(first["due_at"]), language),
        task=kinds().tasks[first["task"]][language],
        assignee=first.get("assignee") or "",
    )


def may_go_at(moment: datetime, *, urgent: bool) -> datetime:
    """When a message about something that happened at `moment` may go: at once, or gathered and outside of the quiet hours."""
    if urgent:
        return moment
    gathered = moment + kinds().gather
    clock, day = gathered.astimezone(SHANGHAI).time(), local_date(gathered)
    if clock < kinds().quiet_until:
        return at_local(day, kinds().quiet_until)
    if clock >= kinds().quiet_from:
        return at_local(day + timedelta(days=1), kinds().quiet_until)
    return gathered


def _kind(said: Mapping[str, Any]) -> Kind:
    words = {"zh": said["zh"], "en": said["en"]}
    return Kind(urgent=said.get("urgent", False), words=words, many=said.get("many"))


def _due(moment: datetime, language: str) -> str:
    local = moment.astimezone(SHANGHAI)
    if language == "zh":
        return f"{local.month}月{local.day}日 {local:%H:%M}"
    return f"{local.day} {local:%b %H:%M}"
