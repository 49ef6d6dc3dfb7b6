"""What becomes of an authority's finding: the insurer answers once, then an officer may put a fact on record."""

from dataclasses import dataclass

from fieldapp.accounts.models import Person
from fieldapp.accounts.permissions import Act, Scheme
from fieldapp.clock import now, year_of
from fieldapp.db import db
from fieldapp.errors import Conflict, Invalid, NotAllowed
from fieldapp.oversight.comparing import DISAGREEMENTS
from fieldapp.oversight.models import AuthorityFinding, InsurerResponse, RecordedFact


class AlreadyAnswered(Conflict):
    zh = "贵机构已答复过这一问题，答复不可更改。"
    en = "Your organisation has answered this finding; an answer is not changed."


class WordsNeeded(Invalid):
    zh = "请写明理由。"
    en = "Write the reasons."


class NotAFact(Conflict):
    zh = "双方对照没有分歧，或无法对照，不能记入事实。保险机构自己报告的隐患不扣分。"
    en = "There is no disagreement to put on record. What an insurer reported itself costs it nothing."


class InsurerNotHeard(Conflict):
    zh = "保险机构尚未答复，答复期限也未届满，暂不能记入事实。"
    en = "The insurer has not answered and its time has not run out; no fact can be recorded yet."


class OwnFinding(NotAllowed):
    zh = "机构对这一问题有异议，须由本机关发现人以外的人核实后记为事实。"
    en = "The insurer contests it: somebody of the authority other than who found it puts it on record."


class FactExists(Conflict):
    zh = "这一问题已记入事实。"
    en = "This finding is already a recorded fact."


def respond(
    finding: AuthorityFinding, person: Person, *, stance: str, words: str | None
) -> AuthorityFinding:
    """The insurer accepts or contests, once. Raises NotAllowed, AlreadyAnswered, WordsNeeded."""
    person.require(Act.FINDING_RESPOND, Scheme.LIABILITY)
    if person.organisation_id != finding.insurer_id:
        raise NotAllowed
    if finding.response is not None:
        raise AlreadyAnswered
    if stance == "contested" and not words:
        raise WordsNeeded(where="/words")
    db.session.add(
        InsurerResponse(finding_id=finding.id, stance=stance, words=words, by_id=person.id)
    )
    return _fresh(finding)


def record_fact(finding: AuthorityFinding, officer: Person, words: str | None) -> RecordedFact:
    """Put the disagreement on record. Raises NotAllowed, FactExists, NotAFact, InsurerNotHeard, OwnFinding, WordsNeeded.

    Against the insurer's objection a second person does: nobody overrules it for their own finding.
    """
    officer.require(Act.FACT_RECORD, Scheme.LIABILITY)
    if officer.organisation_id != finding.inspection.authority_id:
        raise NotAllowed
    if finding.fact is not None:
        raise FactExists
    if finding.comparison not in DISAGREEMENTS:
        raise NotAFact
    _require_heard(finding)
    contested = finding.response is not None and finding.response.stance == "contested"
    if contested and finding.recorded_by_id == officer.id:
        raise OwnFinding
    if contested and not words:
        raise WordsNeeded(where="/words")
    fact = RecordedFact(
        kind="authority_finding",
        scheme=Scheme.LIABILITY.value,
        insurer_id=finding.insurer_id,
        project_id=finding.inspection.project_id,
        period=year_of(finding.found_at),
        source_id=finding.id,
        words=words or finding.words,
        recorded_by_id=officer.id,
        authority_id=officer.organisation_id,
    )
    db.session.add(fact)
    _fresh(finding)
    return fact


@dataclass(frozen=True)
class Absence:
    """Something left undone: a month without a check, an accident to which nobody went. `period` is a year."""

    scheme: str
    insurer_id: str
    project_id: str | None
    period: str
    words: str


def record_absence(officer: Person, absence: Absence) -> RecordedFact:
    """Put on record what an authority found undone; it needs no finding behind it. Raises NotAllowed, WordsNeeded."""
    officer.require(Act.YEAR_RECORD, absence.scheme)
    if not absence.words:
        raise WordsNeeded(where="/words")
    fact = RecordedFact(
        kind="absence",
        scheme=absence.scheme,
        insurer_id=absence.insurer_id,
        project_id=absence.project_id,
        period=absence.period,
        words=absence.words,
        recorded_by_id=officer.id,
        authority_id=officer.organisation_id,
    )
    db.session.add(fact)
    db.session.flush()
    return fact


def _require_heard(finding: AuthorityFinding) -> None:
    if finding.response is None and now() <= finding.response_due_at:
        raise InsurerNotHeard


def _fresh(finding: AuthorityFinding) -> AuthorityFinding:
    db.session.flush()
    db.session.refresh(finding)
    return finding
