"""May this person see this pair? Insurers see pairs that are theirs alone; what lies across insurers is the authority's."""

from sqlalchemy import Select, and_, or_

from fieldapp.accounts.models import Person
from fieldapp.accounts.permissions import Act
from fieldapp.db import db
from fieldapp.errors import NotFound
from fieldapp.evidence.access import AUTHORITIES, seen_by
from fieldapp.evidence.models import Evidence
from fieldapp.reuse.models import Resemblance


def resemblances_for(person: Person) -> Select[Resemblance]:
    shown = seen_by(person, Act.RESEMBLANCE_REVIEW).with_only_columns(Evidence.id)
    later, earlier = Resemblance.evidence_id.in_(shown), Resemblance.earlier_id.in_(shown)
    if person.kind in AUTHORITIES:
        return db.select(Resemblance).where(Resemblance.across, or_(later, earlier))
    return db.select(Resemblance).where(~Resemblance.across, and_(later, earlier))


def resemblance_for(person: Person, resemblance_id: str) -> Resemblance:
    """Raises NotFound for outsiders."""
    found = db.session.scalar(resemblances_for(person).where(Resemblance.id == resemblance_id))
    if found is None:
        raise NotFound
    return found


def twin_ids(person: Person, evidence_ids: list[str]) -> Select[Resemblance]:
    """The pairs of these photos whose both sides the person may see."""
    shown = seen_by(person).with_only_columns(Evidence.id)
    pairs = db.select(Resemblance).where(
        or_(Resemblance.evidence_id.in_(evidence_ids), Resemblance.earlier_id.in_(evidence_ids)),
        Resemblance.evidence_id.in_(shown),
        Resemblance.earlier_id.in_(shown),
    )
    return pairs if person.kind in AUTHORITIES else pairs.where(~Resemblance.across)
