"""May this person see this insurer's score? An authority those it assesses, an insurer only its own."""

from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, or_, true
from sqlalchemy.orm import aliased

from fieldapp.accounts.models import Organisation, Person
from fieldapp.accounts.permissions import Act, Kind, Scheme
from fieldapp.db import db
from fieldapp.errors import NotFound
from fieldapp.projects.access import ties
from fieldapp.projects.models import Service
from fieldapp.scoring.lifecycle import SECRET
from fieldapp.scoring.models import Occurrence, OccurrenceStep, OpinionForm
from fieldapp.scoring.published import SCHEMES


def insurers_for(person: Person, scheme: str, act: Act = Act.SHEET_READ) -> Select[Organisation]:
    """Insurers that the person may read scores of. A pool shares projects, never scores."""
    rows = db.select(Organisation).where(Organisation.kind == Kind.INSURER)
    if not person.may(act, scheme):
        return rows.where(db.false())
    if person.kind is Kind.INSURER:
        return rows.where(Organisation.id == person.organisation_id)
    return rows.where(_serves(ties(person, scheme), scheme))


def insurer_for(
    person: Person, scheme: str, insurer_id: str, act: Act = Act.SHEET_READ
) -> Organisation:
    """Raises NotFound for outsiders, and for a scheme that the person has no part in."""
    if scheme not in SCHEMES:
        raise NotFound
    insurers = insurers_for(person, scheme, act).where(Organisation.id == insurer_id)
    return _found(db.session.scalar(insurers))


def occurrences_for(person: Person) -> Select[Occurrence]:
    """An authority sees its own, the city also its counties'; an insurer what it was told of."""
    rows = db.select(Occurrence)
    schemes = [scheme.value for scheme in person.schemes(Act.OCCURRENCE_READ)]
    rows = rows.where(Occurrence.scheme.in_(schemes))
    if person.kind is Kind.INSURER:
        return rows.where(Occurrence.insurer_id == person.organisation_id, ~_is_secret())
    return rows.where(Occurrence.authority_id.in_(authorities_under(person)))


def occurrence_for(person: Person, occurrence_id: str) -> Occurrence:
    """Raises NotFound for outsiders."""
    rows = occurrences_for(person).where(Occurrence.id == occurrence_id)
    return _found(db.session.scalar(rows))


def stands_at(*steps: str, before: datetime | None = None) -> ColumnElement[bool]:
    """A condition on Occurrence: its latest step is one of these, taken before then where that is said."""
    others = aliased(OccurrenceStep)
    last = (
        db.select(func.max(others.position))
        .where(others.occurrence_id == Occurrence.id)
        .correlate(Occurrence)
        .scalar_subquery()
    )
    return db.exists().where(
        OccurrenceStep.occurrence_id == Occurrence.id,
        OccurrenceStep.position == last,
        OccurrenceStep.step.in_(steps),
        true() if before is None else OccurrenceStep.at < before,
    )


def forms_for(person: Person) -> Select[OpinionForm]:
    """An authority sees the forms of the insurers it assesses, an insurer those about itself."""
    insurers = insurers_for(person, Scheme.LIABILITY, Act.FORM_READ)
    return db.select(OpinionForm).where(
        OpinionForm.insurer_id.in_(insurers.with_only_columns(Organisation.id))
    )


def form_for(person: Person, form_id: str, *, lock: bool = False) -> OpinionForm:
    """Raises NotFound for outsiders. `lock`: nobody else changes it meanwhile."""
    rows = forms_for(person).where(OpinionForm.id == form_id)
    if lock:
        rows = rows.with_for_update(of=OpinionForm)
    return _found(db.session.scalar(rows))


def authorities_under(person: Person) -> Select[str]:
    """The person's own authority; for a city's, those of its counties too."""
    own = person.organisation
    rows = db.select(Organisation.id)
    if own.level != "city" or own.area is None:
        return rows.where(Organisation.id == own.id)
    in_city = Organisation.area.startswith(own.area[:4]) & (Organisation.kind == own.kind)
    return rows.where(or_(Organisation.id == own.id, in_city))


def _serves(project_ids: Select[str], scheme: str) -> ColumnElement[bool]:
    services = db.select(Service).where(
        Service.scheme == scheme, Service.project_id.in_(project_ids)
    )
    return or_(
        Organisation.id.in_(services.with_only_columns(Service.service_insurer_id)),
        Organisation.id.in_(services.with_only_columns(Service.originating_insurer_id)),
    )


def _is_secret() -> ColumnElement[bool]:
    """Never told: nobody verified it, so the insurer was never held to it."""
    told = db.exists().where(
        OccurrenceStep.occurrence_id == Occurrence.id, OccurrenceStep.step.not_in(sorted(SECRET))
    )
    return ~told


def _found(row):
    if row is None:
        raise NotFound
    return row
