"""When a resemblance becomes a question to a person, and how pressing it is. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

HIGH, MEDIUM, LOW = "high", "medium", "low"
SAME_VISIT = timedelta(minutes=10)
APART = timedelta(hours=1)


@dataclass(frozen=True)
class Filed:
    """One evidence: who took it where and when, and who answers for it."""

    insurer: str
    project: str
    person: str
    captured_at: datetime


def is_across(a: Filed, b: Filed) -> bool:
    return a.insurer != b.insurer


def severity(a: Filed, b: Filed, *, similar_only: bool, is_part: bool) -> str:
    """High: filed elsewhere, by another, or on another occasion. A part of a photo of the same minutes is low."""
    apart = abs(a.captured_at - b.captured_at)
    if is_part and a.project == b.project and apart <= SAME_VISIT:
        return LOW
    if similar_only:
        return MEDIUM
    if a.project != b.project or a.person != b.person or apart > APART:
        return HIGH
    return MEDIUM
