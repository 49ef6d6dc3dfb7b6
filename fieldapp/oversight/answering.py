"""异议: an insurer answers what was put on record as left undone, before anybody rests a decision on it."""

from sqlalchemy import Select

from fieldapp.accounts.models import Person
from fieldapp.accounts.permissions import Act
from fieldapp.db import db
from fieldapp.errors import NotFound
from fieldapp.oversight.absence_models import AbsenceAnswer
from fieldapp.oversight.models import RecordedFact
from fieldapp.oversight.settling import AlreadyAnswered, WordsNeeded


def absences_against(person: Person) -> Select[RecordedFact]:
    """Those on record against the person's own insurer."""
    return db.select(RecordedFact).where(
        RecordedFact.kind == "absence",
        RecordedFact.insurer_id == person.organisation_id,
        RecordedFact.scheme.in_(person.schemes(Act.ABSENCE_ANSWER)),
    )


def unanswered(person: Person) -> Select[RecordedFact]:
    answered = db.exists().where(AbsenceAnswer.fact_id == RecordedFact.id)
    return absences_against(person).where(~answered, ~RecordedFact.withdrawal.has())


def answer(person: Person, fact_id: str, *, stance: str, words: str | None) -> RecordedFact:
    """Accepts or contests it, once. Raises NotFound for another insurer's, AlreadyAnswered, WordsNeeded."""
    rows = absences_against(person).where(RecordedFact.id == fact_id)
    fact: RecordedFact | None = db.session.scalar(rows.with_for_update(of=RecordedFact))
    if fact is None:
        raise NotFound
    if answer_to(fact) is not None:
        raise AlreadyAnswered
    if stance == "contested" and not words:
        raise WordsNeeded(where="/words")
    db.session.add(AbsenceAnswer(fact_id=fact.id, stance=stance, words=words, by=person))
    db.session.flush()
    return fact


def answer_to(fact: RecordedFact) -> AbsenceAnswer | None:
    return db.session.get(AbsenceAnswer, fact.id)
