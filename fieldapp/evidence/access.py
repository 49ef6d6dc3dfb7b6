"""May this person see this evidence? Asked as: find it among what they may see."""

from sqlalchemy import ColumnElement, Select, and_, false, or_, true

from fieldapp.accounts.models import Person
from fieldapp.accounts.permissions import Act, Kind, Role, Scheme
from fieldapp.db import db
from fieldapp.errors import NotFound
from fieldapp.evidence import subjects
from fieldapp.evidence.models import Evidence
from fieldapp.projects.access import pooled_for, ties

AUTHORITIES = {
    Kind.CONSTRUCTION_AUTHORITY,
    Kind.SOCIAL_INSURANCE_AGENCY,
    Kind.INJURY_DETERMINATION_AUTHORITY,
}


def evidence_for(person: Person, id: str, act: Act = Act.EVIDENCE_READ) -> Evidence:
    """Raises NotFound for outsiders."""
    evidence = db.session.scalar(seen_by(person, act).where(Evidence.id == id))
    if evidence is None:
        raise NotFound
    return evidence


def seen_by(person: Person, act: Act = Act.EVIDENCE_READ) -> Select[Evidence]:
    """The evidence that the person may see in a scheme where they may do this."""
    return db.select(Evidence).where(may_see(person, act))


def may_see(person: Person, act: Act = Act.EVIDENCE_READ) -> ColumnElement[bool]:
    """The same as a condition on Evidence, for lists."""
    of_schemes = (
        (Evidence.scheme == scheme) & _tie(person, scheme) for scheme in sorted(person.schemes(act))
    )
    return and_(or_(false(), *of_schemes), _personal(person), subjects.open_to(person))


def _tie(person: Person, scheme: Scheme) -> ColumnElement[bool]:
    if person.kind in AUTHORITIES:
        return Evidence.project_id.in_(ties(person, scheme))
    sent = Evidence.organisation_id == person.organisation_id
    if person.kind is not Kind.INSURER:
        return sent
    return or_(
        sent,
        Evidence.service_insurer_id == person.organisation_id,
        Evidence.project_id.in_(pooled_for(person.organisation_id, scheme)),
    )


def _personal(person: Person) -> ColumnElement[bool]:
    """An injured person's papers and face are for those who decide on the injury, and who took the picture."""
    if person.kind in AUTHORITIES:
        return true()
    shown = or_(
        ~Evidence.personal, Evidence.scheme != Scheme.INJURY, Evidence.captured_by_id == person.id
    )
    if person.kind is Kind.INSURER and Role.SUPERVISOR in person.roles:
        return or_(shown, Evidence.service_insurer_id == person.organisation_id)
    return shown
