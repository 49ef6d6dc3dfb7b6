"""AB岗: who goes where somebody does not answer. An administrator names the partner; the rows stay as history."""

from datetime import datetime

from sqlalchemy import ForeignKey, or_
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fieldapp.accounts.models import Person, with_roles
from fieldapp.accounts.permissions import Role
from fieldapp.clock import now
from fieldapp.db import Base, Id, PrimaryId, db
from fieldapp.errors import Invalid


class NoPartner(Invalid):
    zh = "AB 岗搭档须是本单位另一名在岗的勘查员。"
    en = "The partner is another surveyor of the same organisation, with access."


class StandIn(Base):
    """That `partner` stands in for `person`, from when to when."""

    __tablename__ = "stand_in"

    id: Mapped[PrimaryId]
    person_id: Mapped[Id] = mapped_column(ForeignKey("person.id"), index=True)
    partner_id: Mapped[Id] = mapped_column(ForeignKey("person.id"))
    named_by_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    starts_at: Mapped[datetime] = mapped_column(default=now)
    ends_at: Mapped[datetime | None]
    ended_by_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))

    partner: Mapped[Person] = relationship(foreign_keys=[partner_id], lazy="joined", innerjoin=True)


def partner_of(person: Person) -> Person | None:
    """Who stands in for them now; None also where that one has left or goes to sites no more."""
    row = _present(person)
    return row.partner if row and _may_stand_in(row.partner, person) else None


def name_partner(by: Person, person: Person, partner_id: str | None) -> None:
    """From now on; None: nobody. The same again changes nothing. Raises NoPartner."""
    present = _present(person)
    if (present and present.partner_id) == partner_id:
        return
    partner = db.session.get(Person, partner_id) if partner_id else None
    if partner_id and (partner is None or not _may_stand_in(partner, person)):
        raise NoPartner(where="/partner_id")
    if present is not None:
        present.ends_at, present.ended_by_id = now(), by.id
    if partner is not None:
        db.session.add(StandIn(person_id=person.id, partner=partner, named_by_id=by.id))
    db.session.flush()


def possible_partners(person: Person) -> list[Person]:
    """By name."""
    theirs = db.select(Person).where(Person.organisation_id == person.organisation_id)
    named = theirs.order_by(Person.name, Person.id).options(*with_roles())
    people = db.session.scalars(named).unique()
    return [each for each in people if _may_stand_in(each, person)]


def _may_stand_in(partner: Person, person: Person) -> bool:
    return (
        partner.id != person.id
        and partner.organisation_id == person.organisation_id
        and partner.ending is None
        and Role.SURVEYOR in partner.roles
    )


def _present(person: Person) -> StandIn | None:
    row: StandIn | None = db.session.scalar(
        db.select(StandIn)
        .where(
            StandIn.person_id == person.id,
            or_(StandIn.ends_at.is_(None), StandIn.ends_at > now()),
        )
        .order_by(StandIn.starts_at.desc())
        .limit(1)
    )
    return row
