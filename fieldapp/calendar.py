"""Working days of mainland China: the yearly notices, overridden by rows that an administrator loads.

A year without data counts Monday to Friday and says so (`provisional`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import chinese_calendar
from sqlalchemy import Date, String
from sqlalchemy.orm import Mapped, mapped_column

from fieldapp.db import Base, db

SATURDAY = 5


class CalendarDay(Base):
    """One day that differs from, or is later than, what the package knows."""

    __tablename__ = "calendar_day"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    is_workday: Mapped[bool]
    name: Mapped[str] = mapped_column(String(50))
    source: Mapped[str] = mapped_column(String(200))


@dataclass(frozen=True)
class Due:
    day: date
    provisional: bool


def overrides() -> dict[date, bool]:
    return {row.day: row.is_workday for row in db.session.scalars(db.select(CalendarDay))}


def due(start: date, working_days: int, known: Mapping[date, bool]) -> Due:
    """The last of `working_days` working days after `start`, which itself is not counted."""
    day, left, provisional = start, working_days, False
    while left > 0:
        day += timedelta(days=1)
        is_workday, certain = _is_workday(day, known)
        provisional = provisional or not certain
        left -= is_workday
    return Due(day, provisional)


def _is_workday(day: date, known: Mapping[date, bool]) -> tuple[bool, bool]:
    if day in known:
        return known[day], True
    try:
        return chinese_calendar.is_workday(day), True
    except NotImplementedError:
        return day.weekday() < SATURDAY, False
