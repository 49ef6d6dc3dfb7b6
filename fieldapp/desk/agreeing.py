"""How far an insurer's supervisors agree with the authority, over photos that the authority judged blind."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, replace
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_
from sqlalchemy.orm import aliased

from fieldapp.accounts.models import Person
from fieldapp.accounts.permissions import Act
from fieldapp.clock import at_local
from fieldapp.db import db
from fieldapp.desk.queues import to_judge_blind
from fieldapp.desk.rules import Agreement
from fieldapp.evidence.access import may_see
from fieldapp.evidence.models import Evidence, Verdict
from fieldapp.paging import page

TALLIES = {
    ("accepted", "accepted"): "both_accepted",
    ("rejected", "rejected"): "both_rejected",
    ("accepted", "rejected"): "only_first_accepted",
    ("rejected", "accepted"): "only_second_accepted",
}

FIRST, SECOND = aliased(Verdict), aliased(Verdict)
"""The supervisor's verdict that stood when the authority gave its own, and that own one."""

View = dict[str, Any]


def agreement(person: Person, scheme: str, period: str) -> View:
    """{"waiting", "items": [{"supervisor", "insurer", tallies, "percent", "kappa", …}]}, the year's blind verdicts of
    the person's authority beside those of the supervisors, the most judged first. Raises NotAllowed.
    """
    person.require(Act.AGREEMENT_READ, scheme)
    pairs = _pairs(person, scheme, period)
    tallies, on_sheet = _tallied(pairs), _tallied(pairs.where(FIRST.how == "sheet"))
    people = _people(tallies)
    items = [
        _item(people[by], tally, on_sheet.get(by, Agreement())) for by, tally in tallies.items()
    ]
    return {
        "scheme": scheme,
        "period": period,
        "waiting": _waiting(person, scheme),
        "items": sorted(items, key=lambda item: (-item["judged"], item["supervisor"].name)),
    }


def disagreements(person: Person, scheme: str, period: str, asked: View) -> View:
    """{"items": [{"evidence_id", "supervisor": Verdict, "authority": Verdict, …}], "next"}, of one supervisor if named."""
    person.require(Act.AGREEMENT_READ, scheme)
    pairs = _pairs(person, scheme, period).where(FIRST.outcome != SECOND.outcome, may_see(person))
    if asked["supervisor"] is not None:
        pairs = pairs.where(FIRST.by_id == asked["supervisor"])
    found = page(pairs, SECOND.at, SECOND.id, asked, newest_first=True)
    first = _firsts([verdict.evidence_id for verdict in found["items"]], pairs)
    return {
        "items": [
            {
                "evidence_id": given.evidence_id,
                "visit_id": given.evidence.subject_id,
                "project": given.evidence.project,
                "shot": given.evidence.shot,
                "captured_at": given.evidence.captured_at,
                "supervisor": first[given.evidence_id],
                "authority": given,
            }
            for given in found["items"]
        ],
        "next": found["next"],
    }


def _pairs(person: Person, scheme: str, period: str) -> Select[Verdict]:
    start, end = _year(period)
    return (
        db.select(SECOND)
        .join(Evidence, Evidence.id == SECOND.evidence_id)
        .join(FIRST, _stood())
        .where(
            SECOND.party_id == person.organisation_id,
            SECOND.blind,
            SECOND.at >= start,
            SECOND.at < end,
            Evidence.scheme == scheme,
            Evidence.subject_kind == "visit",
        )
    )


def _year(period: str) -> tuple[datetime, datetime]:
    """From the first instant of the year to that of the next, in Asia/Shanghai."""
    first = int(period)
    return at_local(date(first, 1, 1), time()), at_local(date(first + 1, 1, 1), time())


def _stood() -> ColumnElement[bool]:
    later = aliased(Verdict)
    replaced = exists().where(
        later.evidence_id == FIRST.evidence_id,
        later.party_id == FIRST.party_id,
        later.at <= SECOND.at,
        or_(later.at > FIRST.at, and_(later.at == FIRST.at, later.id > FIRST.id)),
    )
    return and_(
        FIRST.evidence_id == SECOND.evidence_id,
        FIRST.party_id == Evidence.service_insurer_id,
        FIRST.at <= SECOND.at,
        ~replaced,
    )


def _tallied(pairs: Select[Verdict]) -> dict[str, Agreement]:
    """By the supervisor's id."""
    columns = (FIRST.by_id, FIRST.outcome, SECOND.outcome)
    rows = db.session.execute(pairs.with_only_columns(*columns, func.count()).group_by(*columns))
    found: dict[str, Agreement] = defaultdict(Agreement)
    for by, first, second, count in rows:
        found[by] = replace(found[by], **{TALLIES[first, second]: count})
    return found


def _item(supervisor: Person, tally: Agreement, on_sheet: Agreement) -> View:
    between = tally.interval or (0.0, 1.0)
    return {
        "supervisor": supervisor,
        "insurer": supervisor.organisation,
        **asdict(tally),
        "judged": tally.judged,
        "agreed": tally.agreed,
        "percent": f"{100 * tally.agreed / tally.judged:.1f}",
        "percent_from": f"{100 * between[0]:.1f}",
        "percent_to": f"{100 * between[1]:.1f}",
        "kappa": None if tally.kappa is None else f"{tally.kappa:.2f}",
        "on_sheet": {"judged": on_sheet.judged, "agreed": on_sheet.agreed},
    }


def _people(tallies: Iterable[str]) -> dict[str, Person]:
    rows = db.session.scalars(db.select(Person).where(Person.id.in_(tallies))).unique()
    return {row.id: row for row in rows}


def _waiting(person: Person, scheme: str) -> int:
    wanted = (
        db.select(func.count())
        .select_from(Evidence)
        .where(
            to_judge_blind(person),
            may_see(person),
            Evidence.scheme == scheme,
            Evidence.subject_kind == "visit",
        )
    )
    return db.session.scalar(wanted) or 0


def _firsts(evidence_ids: list[str], pairs: Select[Verdict]) -> dict[str, Verdict]:
    rows = db.session.scalars(
        pairs.with_only_columns(FIRST).where(FIRST.evidence_id.in_(evidence_ids))
    )
    return {row.evidence_id: row for row in rows.unique()}
