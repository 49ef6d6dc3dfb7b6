"""What time it is, and what month or year that is in China."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """The present instant in UTC, cut to milliseconds: what every database and JSON text can carry unchanged."""
    moment = datetime.now(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


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
