"""An occurrence proposed: what must hold before anything is held against an insurer at all."""

from dataclasses import dataclass

from fieldapp.accounts.models import Person
from fieldapp.accounts.permissions import Act
from fieldapp.cases.models import AccidentCase
from fieldapp.clock import now, year_of
from fieldapp.db import db
from fieldapp.errors import Conflict, Invalid
from fieldapp.scoring import grounds, sheets
from fieldapp.scoring.models import Occurrence, OccurrenceGround
from fieldapp.scoring.occurring import take_step
from fieldapp.scoring.published import AT_MOST_ONCE_A_CASE, INJURY, LIABILITY, clauses


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


class CountedAlready(Conflict):
    zh = "所选依据已用于该条款的另一认定，同一事实不重复扣分。如有新的依据，请一并选入。"
    en = "All of these grounds carry this clause already; the same fact is not counted twice. Choose what is new as well."


class WrongYear(Invalid):
    zh = "年度不符：不能早于案件报告的年份，也不能晚于今年。"
    en = "The year lies before the case was reported, or in the future."


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
    """Raises UnknownClause, CountedOnce, WrongYear, CaseNeeded, CaseNotHandedOver, OnceACase, CountedAlready, NoGround, NotAGround."""
    officer.require(Act.OCCURRENCE_PROPOSE, proposal.scheme)
    if proposal.clause not in clauses(proposal.scheme):
        raise UnknownClause(where="/clause")
    once = proposal.scheme == LIABILITY or proposal.case_id is not None
    if once and proposal.count != 1:
        raise CountedOnce(where="/count")
    sheets.hold(proposal.insurer_id)
    about = _about(proposal)
    refs = grounds.check(officer, about, proposal.grounds)
    _require_first(proposal)
    _require_new(proposal, refs)
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
    return take_step(row, officer, "proposed", proposal.words)


def _about(proposal: Proposal) -> grounds.About:
    """What the grounds must be of. A record is nonconforming only as handed over: judged after, of that case."""
    case = db.session.get(AccidentCase, proposal.case_id) if proposal.case_id else None
    foreign = case is None or case.service_insurer_id != proposal.insurer_id
    if proposal.case_id and (foreign or proposal.scheme != INJURY):
        raise Invalid(where="/case_id")
    if not _began(case) <= proposal.period <= year_of(now()):
        raise WrongYear(where="/period")
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


def _began(case: AccidentCase | None) -> str:
    """The first year in which it can count: a case may be lost years after it was reported, and never before."""
    return year_of(case.reported_at) if case else ""


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


def _require_new(proposal: Proposal, refs: list[grounds.Ref]) -> None:
    """一事不重复扣: something of it is not the ground of the same clause already."""
    rows = db.session.execute(
        db.select(OccurrenceGround.kind, OccurrenceGround.ref_id, Occurrence.id)
        .join(Occurrence, Occurrence.id == OccurrenceGround.occurrence_id)
        .where(
            Occurrence.scheme == proposal.scheme,
            Occurrence.insurer_id == proposal.insurer_id,
            Occurrence.clause == proposal.clause,
            Occurrence.stands.is_(True),
            OccurrenceGround.ref_id.in_([id_ for _, id_ in refs]),
        )
    )
    used = {(kind, id_): occurrence_id for kind, id_, occurrence_id in rows}
    if used.keys() >= set(refs):
        raise CountedAlready(where="/grounds", occurrence_id=used[refs[0]])
