"""Until when a hazard is to be rectified."""

from datetime import datetime

from fieldapp.clock import end_of_day, local_date


def due_at(kind: str | None, at: datetime | None, found_at: datetime) -> datetime:
    """立即 means when it was found; 当日, or a deadline left open, the end of that day in China."""
    if kind == "immediately":
        return found_at
    if kind == "date" and at is not None:
        return at
    return end_of_day(local_date(found_at))
