"""An authority's finding beside the insurer's answer at the same item: what the difference is worth.

Pure. The table and its reasons: docs/decisions/0004-comparing-findings.md.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

SERIOUSNESS = ("general", "suspected_major", "major")

DISAGREEMENTS = frozenset({"missed", "understated", "falsely_closed"})
"""What may become a recorded fact; nothing else ever does."""


@dataclass(frozen=True)
class Rules:
    """For how long the state of an item tells what it was like before, by the item's persistence."""

    version: str
    standing: timedelta
    slow: timedelta
    transient: timedelta

    def window(self, persistence: str) -> timedelta:
        windows = {"standing": self.standing, "slow": self.slow, "transient": self.transient}
        return windows[persistence]


CURRENT = Rules("2026-1", timedelta(days=30), timedelta(days=7), timedelta(0))


@dataclass(frozen=True)
class Answered:
    """The insurer's side: its answer, the severity of its own finding there, when it called that finding put right."""

    value: str
    at: datetime
    severity: str | None = None
    closed_at: datetime | None = None


@dataclass(frozen=True)
class Seen:
    """The authority's side: a fault at the same item."""

    at: datetime
    severity: str = "general"


def compare(answered: Answered, seen: Seen, persistence: str, rules: Rules = CURRENT) -> str:
    """agreed | missed | understated | falsely_closed | found_later | not_comparable."""
    if answered.value in ("not_applicable", "not_inspected"):
        return "not_comparable"
    closed = answered.closed_at is not None and answered.closed_at <= seen.at
    if answered.value == "fail" and not closed:
        return _both_found(answered, seen, persistence, rules)
    called_sound_at = answered.closed_at if closed and answered.closed_at else answered.at
    apart = _apart(called_sound_at, seen.at, persistence, rules)
    return apart or ("falsely_closed" if closed else "missed")


def _both_found(answered: Answered, seen: Seen, persistence: str, rules: Rules) -> str:
    if answered.at > seen.at:
        return "found_later"
    if SERIOUSNESS.index(answered.severity or "general") >= _weight(seen):
        return "agreed"
    return _apart(answered.at, seen.at, persistence, rules) or "understated"


def _weight(seen: Seen) -> int:
    # What the insurer suspected to be major it did not understate, whatever the reviewer said since.
    return min(SERIOUSNESS.index(seen.severity), SERIOUSNESS.index("suspected_major"))


def _apart(before: datetime, after: datetime, persistence: str, rules: Rules) -> str | None:
    """Why two looks cannot be held against each other; None when they can."""
    if after < before:
        return "not_comparable"
    if after - before <= rules.window(persistence):
        return None
    return "not_comparable" if persistence == "transient" else "found_later"
