"""Organisations and people, for those who administer them."""

from typing import Any

from flask_smorest import Blueprint
from sqlalchemy import ColumnElement, and_, exists, or_

from fieldapp.accounts import organising, passwords, showing, staffing, standing_in
from fieldapp.accounts.access import (
    device_for,
    me,
    needs,
    organisation_for,
    people_for,
    person_for,
    records_read,
)
from fieldapp.accounts.admin_schemas import (
    AdministeredPersonSchema,
    EndReasonSchema,
    InvitationSchema,
    OneOrganisationSchema,
    OrganisationChangeSchema,
    OrganisationEntrySchema,
    OrganisationPageSchema,
    OrganisationsAskedSchema,
    PartnerChangeSchema,
    PeopleAskedSchema,
    PeoplePageSchema,
    PersonChangeSchema,
    PhoneNumberSchema,
    ToldOnceSchema,
)
from fieldapp.accounts.models import AccessEnding, Organisation, Person, with_roles
from fieldapp.accounts.permissions import Act, Role
from fieldapp.accounts.schemas import OrganisationSchema
from fieldapp.db import db
from fieldapp.errors import NotFound
from fieldapp.ledger.recording import record_read
from fieldapp.ledger.versions import require_match, tagged
from fieldapp.paging import page

Json = dict[str, Any]
Tagged = tuple[Any, int, dict[str, str]]

administration = Blueprint("administration", __name__, url_prefix="/api")


# -- organisations --------------------------------------------------------------------------------


@administration.get("/organisations")
@administration.arguments(OrganisationsAskedSchema, location="query")
@administration.response(200, OrganisationPageSchema)
@needs(Act.ORGANISATION_MANAGE)
def organisations(asked: Json) -> Json:
    """All organisations by name; `search` finds part of a name, `kind` those of one kind."""
    rows = db.select(Organisation)
    if asked["kind"]:
        rows = rows.where(Organisation.kind == asked["kind"])
    if asked["search"]:
        rows = rows.where(_contains(asked["search"], Organisation.name, Organisation.short_name))
    return page(rows, Organisation.name, Organisation.id, asked)


@administration.post("/organisations")
@administration.arguments(OrganisationEntrySchema)
@administration.response(201, OrganisationSchema)
@needs(Act.ORGANISATION_MANAGE)
def enter_organisation(given: Json) -> Tagged:
    """Enter an organisation; one of the same name is found, not made twice."""
    organisation = organising.enter(**given)
    return organisation, 201, tagged(organisation)


@administration.get("/organisations/<organisation_id>")
@administration.response(200, OneOrganisationSchema)
@needs(Act.ORGANISATION_MANAGE)
def organisation(organisation_id: str) -> Tagged:
    """One organisation and who administers it."""
    found = organisation_for(me(), organisation_id)
    theirs = db.select(Person).where(Person.organisation_id == found.id).options(*with_roles())
    people = db.session.scalars(theirs)
    administrators = [person for person in people if Role.ADMINISTRATOR in person.roles]
    plain = {c: getattr(found, c) for c in ("id", "name", "short_name", "kind", "level", "area")}
    return plain | {"administrators": administrators}, 200, tagged(found)


@administration.put("/organisations/<organisation_id>")
@administration.arguments(OrganisationChangeSchema)
@administration.response(200, OrganisationSchema)
@needs(Act.ORGANISATION_MANAGE)
def change_organisation(given: Json, organisation_id: str) -> Tagged:
    """Change its name, level or area; If-Match."""
    found = organisation_for(me(), organisation_id)
    require_match(found)
    return organising.change(found, given), 200, tagged(found)


# -- people ---------------------------------------------------------------------------------------


@administration.get("/people")
@administration.arguments(PeopleAskedSchema, location="query")
@administration.response(200, PeoplePageSchema)
@needs(Act.PERSON_MANAGE)
def people(asked: Json) -> Json:
    """The caller's own people by sign-in name; for the operator also the administrators of others."""
    rows = people_for(me())
    if asked["organisation"]:
        rows = rows.where(Person.organisation_id == asked["organisation"])
    if asked["search"]:
        rows = rows.where(_contains(asked["search"], Person.name, Person.sign_in_name))
    if asked["state"]:
        rows = rows.where(_in_state(asked["state"]))
    found = page(rows, Person.sign_in_name, Person.id, asked)
    return found | {"items": showing.listed(found["items"])}


@administration.post("/people")
@administration.arguments(InvitationSchema)
@administration.response(201, ToldOnceSchema)
@needs(Act.PERSON_MANAGE)
def invite(given: Json) -> Json:
    """Invite a person; the reply shows their one-time password, this once."""
    organisation = _inviting(given.pop("organisation_id"))
    return showing.told_once(*staffing.invite(me(), organisation, **given))


@administration.get("/people/<person_id>")
@administration.response(200, AdministeredPersonSchema)
@needs(Act.PERSON_MANAGE)
def person(person_id: str) -> Tagged:
    """One person with roles, their history, and phones."""
    return _shown(person_for(me(), person_id))


@administration.put("/people/<person_id>")
@administration.arguments(PersonChangeSchema)
@administration.response(200, AdministeredPersonSchema)
@needs(Act.PERSON_MANAGE)
def change_person(given: Json, person_id: str) -> Tagged:
    """Change name or phone number; If-Match."""
    found = person_for(me(), person_id)
    require_match(found)
    for name, value in given.items():
        setattr(found, name, value)
    return _shown(found)


@administration.get("/people/<person_id>/phone-number")
@administration.response(200, PhoneNumberSchema)
@needs(Act.PERSON_MANAGE)
@records_read
def phone_number(person_id: str) -> Person:
    """The whole number; the read is a ledger entry."""
    found = person_for(me(), person_id)
    record_read(found, "contact")
    return found


@administration.put("/people/<person_id>/roles/<role>")
@administration.response(200, AdministeredPersonSchema)
@needs(Act.PERSON_MANAGE)
def appoint(person_id: str, role: str) -> Tagged:
    """Give a role."""
    found = person_for(me(), person_id)
    staffing.appoint(me(), found, _role(role))
    return _shown(found)


@administration.delete("/people/<person_id>/roles/<role>")
@administration.response(200, AdministeredPersonSchema)
@needs(Act.PERSON_MANAGE)
def dismiss(person_id: str, role: str) -> Tagged:
    """Take a role; its row stays as history."""
    found = person_for(me(), person_id)
    staffing.dismiss(me(), found, _role(role))
    return _shown(found)


@administration.put("/people/<person_id>/partner")
@administration.arguments(PartnerChangeSchema)
@administration.response(200, AdministeredPersonSchema)
@needs(Act.PERSON_MANAGE)
def name_partner(given: Json, person_id: str) -> Tagged:
    """Name who stands in for a surveyor (AB岗), or nobody."""
    found = person_for(me(), person_id)
    standing_in.name_partner(me(), found, given["partner_id"])
    return _shown(found)


@administration.put("/people/<person_id>/access-ending")
@administration.arguments(EndReasonSchema)
@administration.response(200, AdministeredPersonSchema)
@needs(Act.PERSON_MANAGE)
def end_access(given: Json, person_id: str) -> Tagged:
    """End a person's access; what lies on their phone can still be handed in for 30 days."""
    found = person_for(me(), person_id)
    staffing.end_access(me(), found, **given)
    return _shown(found)


@administration.delete("/people/<person_id>/access-ending")
@administration.response(200, AdministeredPersonSchema)
@needs(Act.PERSON_MANAGE)
def restore_access(person_id: str) -> Tagged:
    """Restore it; roles are given anew."""
    found = person_for(me(), person_id)
    staffing.restore_access(me(), found)
    return _shown(found)


@administration.post("/people/<person_id>/one-time-passwords")
@administration.response(201, ToldOnceSchema)
@needs(Act.PERSON_MANAGE)
def reset_password(person_id: str) -> Json:
    """Reset the password: ends all sessions, and shows a one-time password, this once."""
    found = person_for(me(), person_id)
    return showing.told_once(found, *passwords.issue_one_time(found, me()))


@administration.put("/devices/<device_id>/revocation")
@administration.arguments(EndReasonSchema)
@administration.response(200, AdministeredPersonSchema)
@needs(Act.PERSON_MANAGE)
def revoke_device(given: Json, device_id: str) -> Tagged:
    """Revoke a phone: its sessions end and its key is no longer believed."""
    device = device_for(me(), device_id)
    staffing.revoke(me(), device, **given)
    return _shown(device.person)


def _shown(found: Person) -> Tagged:
    db.session.flush()
    return showing.shown(found), 200, tagged(found)


def _inviting(organisation_id: str | None) -> Organisation:
    own = me().organisation
    if organisation_id is None or organisation_id == own.id:
        return own
    return organisation_for(me(), organisation_id)


def _role(given: str) -> Role:
    if given not in list(Role):
        raise NotFound
    return Role(given)


def _contains(text: str, *columns: Any) -> ColumnElement[bool]:
    return or_(*(column.icontains(text, autoescape=True) for column in columns))


def _in_state(state: str) -> ColumnElement[bool]:
    ended = exists().where(AccessEnding.person_id == Person.id, AccessEnding.restored_at.is_(None))
    if state == "ended":
        return ended
    return and_(~ended, Person.password != "" if state == "active" else Person.password == "")
