"""What the month's checks left open: a check that was handed in half answered covers its project, and says so."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_
from sqlalchemy.orm import InstrumentedAttribute, aliased

from fieldapp.db import db
from fieldapp.visits.following_up import KIND
from fieldapp.visits.models import Answer, Shortfall, Visit


def still_lacking(visit_ids: Collection[str]) -> dict[str, int]:
    """By visit id: on how many questions something is lacking that no follow-up of the month made good."""
    shortfalls = (
        db.select(Shortfall.visit_id, Shortfall.question, Shortfall.code)
        .join(Visit, Visit.id == Shortfall.visit_id)
        .where(Visit.id.in_(visit_ids), _falls_short())
    )
    not_seen = (
        db.select(Answer.visit_id, Answer.question)
        .join(Visit, Visit.id == Answer.visit_id)
        .where(Visit.id.in_(visit_ids), _not_seen())
    )
    # What no question is lacking (a signature) counts by itself.
    found = {(visit, question or code) for visit, question, code in db.session.execute(shortfalls)}
    found |= {(visit, question) for visit, question in db.session.execute(not_seen)}
    counts: dict[str, int] = {}
    for visit, _ in found:
        counts[visit] = counts.get(visit, 0) + 1
    return counts


def most_whole(checks: Sequence[Visit], lacking: Mapping[str, int]) -> dict[str, Visit]:
    """By project: the month's check that lacks least, of two alike the later. One whole check covers the month,
    whatever a further one left open: the row and the count of whole months say the same.
    """
    found: dict[str, Visit] = {}
    for visit in sorted(checks, key=lambda one: (-lacking.get(one.id, 0), one.finished_at)):
        found[visit.project_id] = visit
    return found


def is_whole() -> ColumnElement[bool]:
    """Whether the visit of the query around lacks nothing any more."""
    lacks = db.exists().where(Shortfall.visit_id == Visit.id, _falls_short())
    left = db.exists().where(Answer.visit_id == Visit.id, _not_seen())
    return ~lacks.correlate(Visit) & ~left.correlate(Visit)


def _falls_short() -> ColumnElement[bool]:
    return ~_seen_since(Shortfall.question)


def _not_seen() -> ColumnElement[bool]:
    return and_(Answer.value == "not_inspected", ~_seen_since(Answer.question))


def _seen_since(question: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
    """A follow-up of the same month inspected the question; in the next month it counts for that one."""
    later, given = aliased(Visit), aliased(Answer)
    return (
        db.exists()
        .where(
            later.project_id == Visit.project_id,
            later.scheme == Visit.scheme,
            later.kind == KIND,
            later.period == Visit.period,
            given.visit_id == later.id,
            given.question == question,
            given.value != "not_inspected",
        )
        .correlate(Visit, question.class_)
    )
