"""撤回: an authority takes back a fact of its own that was wrong. Nothing is edited: decisions that rested on it lose it."""

from fieldapp.accounts.models import Person
from fieldapp.accounts.permissions import Act
from fieldapp.db import db
from fieldapp.errors import Conflict, NotAllowed, NotFound
from fieldapp.events import announce
from fieldapp.oversight.announcements import FactWithdrawn
from fieldapp.oversight.models import FactWithdrawal, RecordedFact

KINDS = {"authority_finding", "absence"}


class OwnFact(NotAllowed):
    zh = "记录人不能撤回自己所记的事实，须由本机关另一人核实后撤回。"
    en = "Who put it on record does not take it back; a second person of the authority does."


class AlreadyWithdrawn(Conflict):
    zh = "这一事实已经撤回。"
    en = "This fact was taken back already."


def withdraw(officer: Person, fact_id: str, words: str) -> RecordedFact:
    """Raises NotFound for another authority's, OwnFact, AlreadyWithdrawn."""
    schemes = [scheme.value for scheme in officer.schemes(Act.FACT_WITHDRAW)]
    own = db.select(RecordedFact).where(
        RecordedFact.id == fact_id,
        RecordedFact.kind.in_(KINDS),
        RecordedFact.scheme.in_(schemes),
        RecordedFact.authority_id == officer.organisation_id,
    )
    fact: RecordedFact | None = db.session.scalar(own.with_for_update(of=RecordedFact))
    if fact is None:
        raise NotFound
    if fact.withdrawal is not None:
        raise AlreadyWithdrawn
    if fact.recorded_by_id == officer.id:
        raise OwnFact
    db.session.add(FactWithdrawal(fact_id=fact.id, words=words, by_id=officer.id))
    db.session.flush()
    db.session.refresh(fact)
    announce(FactWithdrawn(fact.id))
    return fact
