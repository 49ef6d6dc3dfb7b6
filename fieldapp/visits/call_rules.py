"""Who is called about which kind of task, and when: data/calling.yaml, read once."""

from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path

import yaml

DATA = Path(__file__).parent / "data" / "calling.yaml"


@dataclass(frozen=True)
class Step:
    step: str  # assignee | partner | dispatcher
    after: timedelta  # from the moment in which the task was given


@dataclass(frozen=True)
class CallRules:
    version: int
    kinds: dict[str, tuple[Step, ...]]

    def steps_of(self, kind: str) -> tuple[Step, ...]:
        """Empty for a task that needs no 收到."""
        return self.kinds.get(kind, ())


@cache
def call_rules() -> CallRules:
    said = yaml.safe_load(DATA.read_text(encoding="utf-8"))
    return CallRules(
        version=said["version"],
        kinds={
            kind: tuple(Step(one["step"], timedelta(minutes=one["after_minutes"])) for one in steps)
            for kind, steps in said["kinds"].items()
        },
    )
