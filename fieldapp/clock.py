"""What time it is, and what month or year that is in China."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
_present: ContextVar[datetime | None] = ContextVar("present", default=None)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Have `now()` say this moment: for the demo's past months, and for tests of deadlines."""
    token = _present.set(moment)
    try:
        yield
    finally:
        _present.reset(token)


def now() -> datetime:
    """The present instant in UTC, cut to milliseconds: what every database and JSON text can carry unchanged."""
    moment = (_present.get() or datetime.now(UTC)).astimezone(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


@lru_cache(maxsize=512)  # rows and entries of one moment say it a hundred times
def iso(moment: datetime | None) -> str | None:
    """`2026-11-20T02:03:04.567Z`, or None."""
    if moment is None:
        return None
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def parse(text: str) -> datetime:
    """An instant from ISO 8601 with an offset. Raises ValueError without one."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a time needs its offset")
    moment = moment.astimezone(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def local_date(moment: datetime) -> date:
    return moment.astimezone(SHANGHAI).date()


def month_of(moment: datetime) -> str:
    """`2026-11`, cut in Asia/Shanghai."""
    return f"{local_date(moment):%Y-%m}"


def year_of(moment: datetime) -> str:
    return f"{local_date(moment):%Y}"


def end_of_day(day: date) -> datetime:
    """The day's last second in Asia/Shanghai."""
    return at_local(day, time(23, 59, 59))


def end_of_month(month: str) -> datetime:
    """The last second of `2026-11` in Asia/Shanghai."""
    first = date.fromisoformat(f"{month}-01")
    return end_of_day((first + timedelta(days=31)).replace(day=1) - timedelta(days=1))


def at_local(day: date, clock_time: time) -> datetime:
    """That time of day in Asia/Shanghai, as an instant in UTC."""
    return datetime.combine(day, clock_time, SHANGHAI).astimezone(UTC)
