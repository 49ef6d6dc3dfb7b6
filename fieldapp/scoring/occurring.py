"""An occurrence from its proposal to finality, each step a row. Two people of one authority, and the insurer heard."""

from datetime import datetime, time, timedelta
from typing import Any

from fieldapp import calendar
from fieldapp.accounts.models import Person
from fieldapp.accounts.permissions import Act
from fieldapp.clock import at_local, end_of_day, local_date, now
from fieldapp.db import db
from fieldapp.errors import Conflict, NotAllowed
from fieldapp.scoring import sheets
from fieldapp.scoring.gathering import Subject, refs_of
from fieldapp.scoring.models import Occurrence, OccurrenceStep
from fieldapp.scoring.published import titles
from fieldapp.scoring.resolving import Resolved

STEPS_ZH = {
    "proposed": "提出",
    "verified": "核实",
    "notified": "告知",
    "appealed": "申辩",
    "decided": "申辩决定",
    "final": "定案",
    "dropped": "撤销",
}


class GroundsFell(Conflict):
    zh = "所依据的判定均已改变，现无依据。请撤销，或先由本机关重新作出判定。"
    en = "Every verdict that this rests on has changed; nothing carries it now. Withdraw it, or judge anew first."


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


def verify(row: Occurrence, officer: Person, words: str) -> Occurrence:
    """A second person of the same authority. Raises OwnProposal, GroundsFell, IllegalStep."""
    _require_own(row, officer, Act.OCCURRENCE_VERIFY)
    if row.steps[0].by_id == officer.id:
        raise OwnProposal
    _require_ground(row)
    return take_step(row, officer, "verified", words)


def notify(row: Occurrence, officer: Person, words: str) -> Occurrence:
    _require_own(row, officer, Act.OCCURRENCE_VERIFY)
    _require_ground(row)
    return take_step(row, officer, "notified", words)


def appeal(row: Occurrence, person: Person, words: str, working_days: int) -> Occurrence:
    """By the insurer's supervisor, in time. Raises AppealLate, IllegalStep."""
    person.require(Act.OCCURRENCE_APPEAL, row.scheme)
    if person.organisation_id != row.insurer_id:
        raise NotAllowed
    _held(row)
    due = appeal_due_at(row, working_days)
    if row.state == "notified" and due is not None and now() > due:
        raise AppealLate
    return take_step(row, person, "appealed", words)


def decide_appeal(row: Occurrence, officer: Person, outcome: str, words: str) -> Occurrence:
    """Not by who proposed it: nobody hears the appeal against their own charge. Raises OwnProposal, IllegalStep."""
    _require_own(row, officer, Act.OCCURRENCE_VERIFY)
    if row.steps[0].by_id == officer.id:
        raise OwnProposal(
            "提出人不能决定对自己所提事项的申辩，须由本机关另一人决定。",
            "The proposer does not decide the appeal; a second person of the authority does.",
        )
    return take_step(row, officer, "decided", words, outcome)


def finalise(row: Occurrence, officer: Person, words: str, working_days: int) -> Occurrence:
    """The written decision, once the insurer was heard: it appealed, or its time ran out. Raises StillAppealable, GroundsFell."""
    _require_own(row, officer, Act.OCCURRENCE_VERIFY)
    due = appeal_due_at(row, working_days)
    if row.state == "notified" and due is not None and now() <= due:
        raise StillAppealable
    _require_ground(row)
    return take_step(row, officer, "final", words)


def withdraw(row: Occurrence, officer: Person, words: str) -> Occurrence:
    _require_own(row, officer, Act.OCCURRENCE_VERIFY)
    return take_step(row, officer, "dropped", words)


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


def _require_ground(row: Occurrence) -> None:
    refs = refs_of(row)
    resolved = Resolved(refs)
    if not any(resolved.stands(ref, row.authority_id) for ref in refs):
        raise GroundsFell


def _require_own(row: Occurrence, officer: Person, act: Act) -> None:
    officer.require(act, row.scheme)
    if officer.organisation_id != row.authority_id:
        raise NotAllowed
    _held(row)


def _held(row: Occurrence) -> None:
    """From here on nobody else moves it; what moved it before is seen."""
    sheets.hold(row.insurer_id)
    db.session.refresh(row)


def take_step(
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
