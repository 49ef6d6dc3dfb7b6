"""Who calls: the signed-in person, and whether the route's declaration lets them in."""

from collections.abc import Callable
from typing import cast

from flask import request
from flask_login import current_user
from sqlalchemy import Select, or_

from fieldapp.accounts.models import (
    AccessEnding,
    Appointment,
    Device,
    Organisation,
    Person,
    with_roles,
)
from fieldapp.accounts.permissions import Act, Role
from fieldapp.clock import now
from fieldapp.db import db
from fieldapp.errors import NotFound, NotSignedIn
from fieldapp.routing import (
    BY_TOKEN,
    PUBLIC,
    SIGNED_IN,
    View,
    by_token,
    decides,
    declare,
    own_transaction,
    public,
    records_read,
    signed_in,
)

__all__ = [
    "by_token",
    "check_declared",
    "decides",
    "me",
    "needs",
    "own_transaction",
    "public",
    "records_read",
    "signed_in",
]


SENDING = {"PUT", "POST"}
HANDING_IN = {Act.VISIT_SUBMIT, Act.FILE_SEND}


def needs(act: Act) -> Callable[[View], View]:
    """Only people who may do this in at least one scheme; the verb checks the thing's own scheme."""
    return declare(act)


def me() -> Person:
    """The signed-in person. Raises NotSignedIn."""
    if not current_user.is_authenticated:
        raise NotSignedIn
    return cast("Person", current_user.person)


def check_declared(declared: str) -> None:
    """Raise NotSignedIn or NotAllowed unless the present caller satisfies what the route declares."""
    if declared in (PUBLIC, BY_TOKEN):
        return
    person = me()
    if declared == SIGNED_IN:
        return
    # What was done on site while the role was held must not be stranded on a phone: it is let in here
    # and waits in quarantine for somebody of the organisation.
    if declared in HANDING_IN and request.method in SENDING and person.may_hand_in:
        return
    person.require(Act(declared))


def organisation_for(person: Person, organisation_id: str) -> Organisation:
    """One that the person manages. Raises NotFound."""
    person.require(Act.ORGANISATION_MANAGE)
    organisation = db.session.get(Organisation, organisation_id)
    if organisation is None:
        raise NotFound
    return organisation


def people_for(person: Person) -> Select[Person]:
    """Whom the person may administer: their own organisation's people, and the operator also others' administrators."""
    own = Person.organisation_id == person.organisation_id
    if not person.may(Act.ORGANISATION_MANAGE):
        return db.select(Person).where(own).options(*with_roles())
    administering = db.select(Appointment.person_id).where(
        Appointment.role == Role.ADMINISTRATOR,
        or_(
            Appointment.ends_at.is_(None),
            Appointment.ends_at > now(),
            Appointment.person_id.in_(
                db.select(AccessEnding.person_id).where(AccessEnding.restored_at.is_(None))
            ),
        ),
    )
    theirs = db.select(Person).where(or_(own, Person.id.in_(administering)))
    return theirs.options(*with_roles())


def person_for(person: Person, person_id: str) -> Person:
    """Raises NotFound for anybody whom this person does not administer."""
    found = db.session.scalar(people_for(person).where(Person.id == person_id))
    if found is None:
        raise NotFound
    return found


def device_for(person: Person, device_id: str) -> Device:
    device = db.session.get(Device, device_id)
    if device is None:
        raise NotFound
    person_for(person, device.person_id)
    return device
