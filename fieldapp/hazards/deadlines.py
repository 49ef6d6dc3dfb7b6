"""Until when a hazard is to be rectified."""

from datetime import datetime

from fieldapp.clock import end_of_day, local_date


def due_at(kind: str | None, at: datetime | None, found_at: datetime) -> datetime:
    """立即, 当日, or a deadline left open: the end of that day in China; a date: its own moment.

    立即 orders the site to begin at once. It is late only when the day has gone by: nobody is, while the surveyor still stands there.
    """
    if kind == "date" and at is not None:
        return at
    return end_of_day(local_date(found_at))
