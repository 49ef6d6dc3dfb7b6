"""What a decision may rest on: evidence that the deciding authority judged admissible, final verdicts, recorded facts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_
from sqlalchemy.orm import aliased

from fieldapp.accounts.models import Organisation, Person
from fieldapp.cases.models import AccidentCase, HandOver
from fieldapp.clock import at_local
from fieldapp.db import db
from fieldapp.errors import Fault, Invalid
from fieldapp.evidence import blind
from fieldapp.evidence.models import Evidence, Verdict
from fieldapp.oversight.models import AuthorityFinding, RecordedFact
from fieldapp.oversight.showing import SIGHTING
from fieldapp.paging import Shelf, page_shelves
from fieldapp.projects.access import ties
from fieldapp.scoring.access import authorities_under
from fieldapp.visits.models import Visit

Ref = tuple[str, str]
"""(kind, id): evidence | verdict | fact."""


class NoGround(Invalid):
    zh = "须至少有一项依据：本机关采信的照片、已作出的判定，或已记录的事实。"
    en = (
        "A decision rests on at least one ground: admitted evidence, a verdict, or a recorded fact."
    )


class NotAGround(Invalid):
    zh = "所选依据不能支持这一决定：须属于该保险机构、该年度，并由本机关采信或记录。"
    en = "A chosen ground cannot carry this decision: it is of another insurer or year, or not admitted by you."


@dataclass(frozen=True)
class About:
    """Whom a decision is about, and when; `judged_after`: older verdicts do not count (a hand-over)."""

    scheme: str
    insurer_id: str
    period: str
    case_id: str | None = None
    judged_after: datetime | None = field(default=None)


def candidates(
    officer: Person, about: About, asked: Mapping[str, Any]
) -> tuple[list[Ref], str | None]:
    """A page of what the officer may choose from, and the cursor of the next: facts, rejections, admitted evidence,
    and last what the insurer accepted itself, which explains no lower grade; of each the newest first.

    What the officer's own authority accepted stands there once, as the evidence that it admitted.
    """
    verdicts = _verdicts(officer, about)
    others = (Verdict.party_id != officer.organisation_id) & (Verdict.outcome == "accepted")
    shelves = (
        ("fact", Shelf(_facts(officer, about), RecordedFact.recorded_at, RecordedFact.id)),
        ("verdict", Shelf(verdicts.where(Verdict.outcome == "rejected"), Verdict.at, Verdict.id)),
        ("evidence", Shelf(_admitted(officer, about), Verdict.at, Verdict.id)),
        ("verdict", Shelf(verdicts.where(others), Verdict.at, Verdict.id)),
    )
    found = page_shelves([shelf for _, shelf in shelves], asked)
    rows = [(shelves[number][0], row) for number, row in found["items"]]
    refs = [(kind, row.evidence_id if kind == "evidence" else row.id) for kind, row in rows]
    return refs, found["next"]


def check(officer: Person, about: About, chosen: Iterable[Mapping[str, str]]) -> list[Ref]:
    """The chosen grounds, each once. Raises NoGround for none, NotAGround naming each that does not belong."""
    refs = [(ground["kind"], ground["id"]) for ground in chosen]
    if not refs:
        raise NoGround(where="/grounds")
    known = _known(officer, about, refs)
    faults = [
        Fault(f"/grounds/{place}", "NotAGround", f"{kind} {id_}")
        for place, (kind, id_) in enumerate(refs)
        if (kind, id_) not in known
    ]
    if faults:
        raise NotAGround(where=faults[0].where, faults=faults)
    return list(dict.fromkeys(refs))


def handed_over_at(case_id: str | None) -> datetime | None:
    handed = db.session.get(HandOver, case_id) if case_id else None
    return handed.handed_over_at if handed else None


def _known(officer: Person, about: About, refs: list[Ref]) -> set[Ref]:
    ids = {kind: [id_ for k, id_ in refs if k == kind] for kind, _ in refs}
    facts = _facts(officer, about).where(RecordedFact.id.in_(ids.get("fact", [])))
    verdicts = _verdicts(officer, about).where(Verdict.id.in_(ids.get("verdict", [])))
    admitted = _admitted(officer, about).where(Verdict.evidence_id.in_(ids.get("evidence", [])))
    return (
        {("fact", row.id) for row in db.session.scalars(facts).unique()}
        | {("verdict", row.id) for row in db.session.scalars(verdicts).unique()}
        | {("evidence", row.evidence_id) for row in db.session.scalars(admitted).unique()}
    )


def _admitted(officer: Person, about: About) -> Select[Verdict]:
    """The deciding authority's own latest verdicts that accept: for a decision only these make evidence."""
    own = Verdict.party_id == officer.organisation_id
    return _verdicts(officer, about).where(own, Verdict.outcome == "accepted")


def _verdicts(officer: Person, about: About) -> Select[Verdict]:
    """The latest verdicts of the authority and of the insurer, about that insurer's evidence in the officer's area."""
    parties = Verdict.party_id.in_([officer.organisation_id, about.insurer_id])
    rows = (
        db.select(Verdict)
        .join(Evidence, Evidence.id == Verdict.evidence_id)
        .where(
            parties,
            is_latest(),
            ~blind.withheld(officer),
            Evidence.scheme == about.scheme,
            Evidence.project_id.in_(ties(officer, about.scheme)),
            _is_of(about),
        )
    )
    return rows.where(Verdict.at >= about.judged_after) if about.judged_after else rows


def is_latest() -> ColumnElement[bool]:
    """No later verdict of the same party about the same evidence."""
    later = aliased(Verdict)
    after = or_(later.at > Verdict.at, and_(later.at == Verdict.at, later.id > Verdict.id))
    return ~db.exists().where(
        later.evidence_id == Verdict.evidence_id, later.party_id == Verdict.party_id, after
    )


def _is_of(about: About) -> ColumnElement[bool]:
    # Before the hand-over a case is the insurer's own work: nobody decides on what was never handed in.
    cases = (
        db.select(AccidentCase.id)
        .join(HandOver, HandOver.case_id == AccidentCase.id)
        .where(AccidentCase.service_insurer_id == about.insurer_id)
    )
    if about.case_id:
        return _of_cases(cases.where(AccidentCase.id == about.case_id))
    start, end = year(about.period)
    in_year = (AccidentCase.reported_at >= start) & (AccidentCase.reported_at < end)
    visits = db.select(Visit.id).where(
        Visit.service_insurer_id == about.insurer_id,
        Visit.period.startswith(about.period),
        Visit.case_id.is_(None),
    )
    seen = db.select(AuthorityFinding.id).where(
        AuthorityFinding.insurer_id == about.insurer_id,
        AuthorityFinding.found_at >= start,
        AuthorityFinding.found_at < end,
    )
    return or_(
        (Evidence.subject_kind == "visit") & Evidence.subject_id.in_(visits),
        (Evidence.subject_kind == SIGHTING) & Evidence.subject_id.in_(seen),
        _of_cases(cases.where(in_year)),
    )


def _of_cases(ids: Select[str]) -> ColumnElement[bool]:
    """A condition on Evidence: of these cases themselves, or of the visits that surveyed them."""
    visits = db.select(Visit.id).where(Visit.case_id.in_(ids))
    return or_(
        (Evidence.subject_kind == "case") & Evidence.subject_id.in_(ids),
        (Evidence.subject_kind == "visit") & Evidence.subject_id.in_(visits),
    )


def _facts(officer: Person, about: About) -> Select[RecordedFact]:
    """A city's officer may rest on what its counties put on record; a county's only on its own."""
    return (
        db.select(RecordedFact)
        .join(Organisation, Organisation.id == RecordedFact.authority_id)
        .where(
            RecordedFact.scheme == about.scheme,
            RecordedFact.insurer_id == about.insurer_id,
            RecordedFact.period == about.period,
            RecordedFact.authority_id.in_(authorities_under(officer)),
            ~RecordedFact.withdrawal.has(),
        )
    )


def year(period: str) -> tuple[datetime, datetime]:
    """From the first instant of the year to that of the next, in Asia/Shanghai."""
    first = date(int(period), 1, 1)
    following = (first + timedelta(days=366)).replace(month=1, day=1)
    start, end = at_local(first, time()), at_local(following, time())
    return start.astimezone(UTC), end.astimezone(UTC)
