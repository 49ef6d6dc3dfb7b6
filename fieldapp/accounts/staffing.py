"""An organisation's people: inviting them, giving and taking roles, ending and restoring access, losing a phone."""

from fieldapp.accounts import passwords
from fieldapp.accounts.announcements import PhoneLeft
from fieldapp.accounts.models import (
    AccessEnding,
    Appointment,
    Device,
    DeviceRevocation,
    OneTimePassword,
    Organisation,
    Person,
    with_roles,
)
from fieldapp.accounts.permissions import ROLES, Kind, Role
from fieldapp.clock import now
from fieldapp.db import db
from fieldapp.errors import Conflict, Fault, Invalid, NotAllowed
from fieldapp.events import announce


class NameTaken(Conflict):
    zh = "这个账号已有人使用，请换一个。"
    en = "This sign-in name is taken; choose another."


class RoleNotOfKind(Invalid):
    zh = "这类机构没有这个岗位。"
    en = "An organisation of this kind does not have this role."


class LastAdministrator(Conflict):
    zh = "这是本单位最后一名管理员。请先指定另一名管理员，再办理。"
    en = "This is the organisation's last administrator. Appoint another one first."


def invite(
    by: Person | None,
    organisation: Organisation,
    *,
    sign_in_name: str,
    name: str,
    phone: str | None,
    roles: list[str],
) -> tuple[Person, str, OneTimePassword]:
    """A new person with their roles, and the one-time password (text, row) to be handed to them.

    Raises NameTaken, RoleNotOfKind, or NotAllowed for somebody else's organisation.
    """
    sign_in_name = sign_in_name.lower()
    if db.session.scalar(db.select(Person.id).where(Person.sign_in_name == sign_in_name)):
        raise NameTaken(faults=[Fault("/sign_in_name", "taken", NameTaken.zh)])
    for role in roles:
        _require_givable(by, organisation, Role(role))
    person = Person(
        organisation=organisation, sign_in_name=sign_in_name, name=name, phone=phone, password=""
    )
    db.session.add(person)
    db.session.flush()
    for role in roles:
        appoint(by, person, Role(role))
    return person, *passwords.issue_one_time(person, by)


def appoint(by: Person | None, person: Person, role: Role) -> None:
    """Give a role; giving it again changes nothing."""
    _require_givable(by, person.organisation, role)
    if person.ending is not None:
        raise passwords.AccessIsEnded
    if role in person.roles:
        return
    person.appointments.append(
        Appointment(role=role.value, starts_at=now(), given_by_id=by and by.id)
    )
    db.session.flush()


def dismiss(by: Person, person: Person, role: Role) -> None:
    """Take a role; taking it again changes nothing."""
    _require_givable(by, person.organisation, role)
    if role is Role.ADMINISTRATOR:
        _require_another_administrator(person)
    _end_appointments(by, person, {role})


def end_access(by: Person, person: Person, reason: str) -> None:
    """End roles and sessions at once. A phone may still hand in what lies on it for 30 days, and nothing else.

    Raises LastAdministrator.
    """
    if person.ending is not None:
        return
    _require_another_administrator(person)
    _end_appointments(by, person, set(Role))
    passwords.end_sessions(person, phones=True)
    for one_time in person.one_time_passwords:
        if one_time.is_open:
            one_time.ends_at = now()
    person.endings.append(AccessEnding(ended_by_id=by.id, reason=reason))
    db.session.flush()


def restore_access(by: Person, person: Person) -> None:
    """Let them sign in again; roles are to be given anew."""
    if person.ending is not None:
        person.ending.restored_by_id, person.ending.restored_at = by.id, now()
        db.session.flush()


def revoke(by: Person, device: Device, reason: str) -> None:
    """The phone's sessions end and its key signs nothing any more; revoking again changes nothing."""
    if device.revocation is None:
        device.revocation = DeviceRevocation(revoked_by_id=by.id, reason=reason)
        db.session.flush()
        announce(PhoneLeft(device.id))


def _end_appointments(by: Person, person: Person, roles: set[Role]) -> None:
    for appointment in person.appointments:
        if appointment.is_current and appointment.role in roles:
            appointment.ends_at, appointment.ended_by_id = now(), by.id
    db.session.flush()


def _require_givable(by: Person | None, organisation: Organisation, role: Role) -> None:
    """Of the kind's roles; and in another organisation the operator appoints administrators alone."""
    if role not in ROLES[Kind(organisation.kind)]:
        raise RoleNotOfKind(faults=[Fault("/roles", "not_of_kind", RoleNotOfKind.zh)])
    if by is not None and by.organisation_id != organisation.id and role is not Role.ADMINISTRATOR:
        raise NotAllowed(
            "其他单位的岗位由该单位管理员指定；您只能指定管理员。",
            "Another organisation's own administrator gives its roles; you appoint administrators alone.",
        )


def _require_another_administrator(person: Person) -> None:
    if Role.ADMINISTRATOR not in person.roles:
        return
    # Two administrators who end each other at the same moment must not both succeed.
    db.session.get(Organisation, person.organisation_id, with_for_update=True)
    others = (
        db.select(Person)
        .where(Person.organisation_id == person.organisation_id, Person.id != person.id)
        .options(*with_roles())
        .execution_options(populate_existing=True)  # as they are now that nobody else changes them
    )
    if not any(Role.ADMINISTRATOR in other.roles for other in db.session.scalars(others)):
        raise LastAdministrator
