"""An occurrence from proposal to finality, each step a row. Two people of one authority, and the insurer heard."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from fieldapp import calendar
from fieldapp.accounts.models import Person
from fieldapp.accounts.permissions import Act
from fieldapp.cases.models import AccidentCase
from fieldapp.clock import at_local, end_of_day, local_date, now
from fieldapp.db import db
from fieldapp.errors import Conflict, Invalid, NotAllowed
from fieldapp.scoring import grounds, sheets
from fieldapp.scoring.gathering import Subject
from fieldapp.scoring.models import Occurrence, OccurrenceGround, OccurrenceStep
from fieldapp.scoring.published import AT_MOST_ONCE_A_CASE, INJURY, LIABILITY, clauses, titles

STEPS_ZH = {
    "proposed": "提出",
    "verified": "核实",
    "notified": "告知",
    "appealed": "申辩",
    "decided": "申辩决定",
    "final": "定案",
    "dropped": "撤销",
}


class UnknownClause(Invalid):
    zh = "该考评办法没有这一条款，或该条款不能由人工认定。"
    en = "The scheme has no such clause, or it is scored from answers alone."


class CountedOnce(Invalid):
    zh = "该条款每次只能计一次。"
    en = "This clause counts once each time."


class CaseNeeded(Invalid):
    zh = "该条款须指明案件。"
    en = "This clause needs its case."


class CaseNotHandedOver(Conflict):
    zh = "案件尚未移交。移交前发现并补正的问题不计。"
    en = "The case has not been handed over. What was caught and cured before is nothing."


class OnceACase(Conflict):
    zh = "该条款对同一案件只能认定一次。"
    en = "This clause stands once for one case; it is there already."


class OwnProposal(NotAllowed):
    zh = "提出人不能核实自己提出的事项，须由本机关另一人核实。"
    en = "The proposer cannot verify; a second person of the authority does."


class IllegalStep(Conflict):
    zh = "当前状态不能进行这一步。"
    en = "This step cannot follow the present state."


class StillAppealable(Conflict):
    zh = "保险机构的申辩期限尚未届满，暂不能定案。"
    en = "The insurer may still appeal; it cannot be final yet."


class AppealLate(Conflict):
    zh = "申辩期限已届满。"
    en = "The time to appeal has run out."


@dataclass(frozen=True)
class Proposal:
    """What an officer holds against an insurer; `grounds` as [{"kind", "id"}]."""

    scheme: str
    insurer_id: str
    period: str
    clause: str
    words: str
    grounds: list[dict[str, str]]
    count: int = 1
    case_id: str | None = None


def propose(officer: Person, proposal: Proposal) -> Occurrence:
    """Raises UnknownClause, CountedOnce, CaseNeeded, CaseNotHandedOver, OnceACase, NoGround, NotAGround."""
    officer.require(Act.OCCURRENCE_PROPOSE, proposal.scheme)
    if proposal.clause not in clauses(proposal.scheme):
        raise UnknownClause(where="/clause")
    once = proposal.scheme == LIABILITY or proposal.clause == AT_MOST_ONCE_A_CASE
    if once and proposal.count != 1:
        raise CountedOnce(where="/count")
    sheets.hold(proposal.insurer_id)
    about = _about(proposal)
    refs = grounds.check(officer, about, proposal.grounds)
    _require_first(proposal)
    row = Occurrence(
        scheme=proposal.scheme,
        insurer_id=proposal.insurer_id,
        period=proposal.period,
        clause=proposal.clause,
        count=proposal.count,
        case_id=proposal.case_id,
        authority_id=officer.organisation_id,
    )
    row.grounds = [
        OccurrenceGround(position=place, kind=kind, ref_id=id_)
        for place, (kind, id_) in enumerate(refs)
    ]
    row.steps = []
    db.session.add(row)
    db.session.flush()
    return _step(row, officer, "proposed", proposal.words)


def verify(row: Occurrence, officer: Person, words: str) -> Occurrence:
    """A second person of the same authority. Raises OwnProposal, IllegalStep."""
    _require_own(row, officer, Act.OCCURRENCE_VERIFY)
    if row.steps[0].by_id == officer.id:
        raise OwnProposal
    return _step(row, officer, "verified", words)


def notify(row: Occurrence, officer: Person, words: str) -> Occurrence:
    _require_own(row, officer, Act.OCCURRENCE_VERIFY)
    return _step(row, officer, "notified", words)


def appeal(row: Occurrence, person: Person, words: str, working_days: int) -> Occurrence:
    """By the insurer's supervisor, in time. Raises AppealLate, IllegalStep."""
    person.require(Act.OCCURRENCE_APPEAL, row.scheme)
    if person.organisation_id != row.insurer_id:
        raise NotAllowed
    _held(row)
    due = appeal_due_at(row, working_days)
    if row.state == "notified" and due is not None and now() > due:
        raise AppealLate
    return _step(row, person, "appealed", words)


def decide_appeal(row: Occurrence, officer: Person, outcome: str, words: str) -> Occurrence:
    _require_own(row, officer, Act.OCCURRENCE_VERIFY)
    return _step(row, officer, "decided", words, outcome)


def finalise(row: Occurrence, officer: Person, words: str, working_days: int) -> Occurrence:
    """The written decision, once the insurer was heard: it appealed, or its time ran out. Raises StillAppealable."""
    _require_own(row, officer, Act.OCCURRENCE_VERIFY)
    due = appeal_due_at(row, working_days)
    if row.state == "notified" and due is not None and now() <= due:
        raise StillAppealable
    return _step(row, officer, "final", words)


def withdraw(row: Occurrence, officer: Person, words: str) -> Occurrence:
    _require_own(row, officer, Act.OCCURRENCE_VERIFY)
    return _step(row, officer, "dropped", words)


def appeal_due_at(row: Occurrence, working_days: int) -> datetime | None:
    """The end of the last working day to appeal; None before the notice."""
    notice = next((step for step in row.steps if step.step == "notified"), None)
    if notice is None:
        return None
    known = calendar.overrides()
    return end_of_day(calendar.due(local_date(notice.at), working_days, known).day)


def told_too_long_ago(working_days: int) -> datetime:
    """Who was told before this moment can no longer appeal."""
    known, today = calendar.overrides(), local_date(now())
    day = today
    while calendar.due(day, working_days, known).day >= today:
        day -= timedelta(days=1)
    return at_local(day + timedelta(days=1), time.min)


def _about(proposal: Proposal) -> grounds.About:
    """What the grounds must be of. A record is nonconforming only as handed over: judged after, of that case."""
    case = db.session.get(AccidentCase, proposal.case_id) if proposal.case_id else None
    foreign = case is None or case.service_insurer_id != proposal.insurer_id
    if proposal.case_id and (foreign or proposal.scheme != INJURY):
        raise Invalid(where="/case_id")
    handed_over_at = None
    if proposal.clause == AT_MOST_ONCE_A_CASE:
        if case is None:
            raise CaseNeeded(where="/case_id")
        handed_over_at = grounds.handed_over_at(case.id)
        if handed_over_at is None:
            raise CaseNotHandedOver
    return grounds.About(
        proposal.scheme, proposal.insurer_id, proposal.period, proposal.case_id, handed_over_at
    )


def _require_first(proposal: Proposal) -> None:
    if proposal.case_id is None:
        return
    already = db.session.scalar(
        db.select(Occurrence.id).where(
            Occurrence.clause == proposal.clause,
            Occurrence.case_id == proposal.case_id,
            Occurrence.stands.is_(True),
        )
    )
    if already:
        raise OnceACase(occurrence_id=already)


def _require_own(row: Occurrence, officer: Person, act: Act) -> None:
    officer.require(act, row.scheme)
    if officer.organisation_id != row.authority_id:
        raise NotAllowed
    _held(row)


def _held(row: Occurrence) -> None:
    """From here on nobody else moves it; what moved it before is seen."""
    sheets.hold(row.insurer_id)
    db.session.refresh(row)


def _step(
    row: Occurrence, person: Person, step: str, words: str, outcome: str | None = None
) -> Occurrence:
    if row.steps and step not in row.stand.next:
        zh = f"当前为“{STEPS_ZH[row.state]}”，不能进行“{STEPS_ZH[step]}”。"
        raise IllegalStep(zh, f"It is {row.state}; it cannot become {step}.", state=row.state)
    made: dict[str, Any] = {"step": step, "outcome": outcome, "words": words, "by_id": person.id}
    row.steps.append(OccurrenceStep(position=len(row.steps), **made))
    if step == "dropped":
        row.stands = None
    clause = titles(row.scheme)["clauses"][row.clause]["zh"]
    cause = f"{person.organisation.short_name}{STEPS_ZH[step]}：{clause}"
    subject = Subject(row.scheme, row.insurer_id, row.period)
    sheets.record(subject, sheets.Cause(cause, "occurrence", row.id))
    db.session.refresh(row)
    return row
