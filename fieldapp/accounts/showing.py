"""A person as the administrator sees them: state, roles with their history, phones. The number is masked."""

from typing import Any

from fieldapp.accounts.models import Device, OneTimePassword, Person, SessionGrant
from fieldapp.accounts.passwords import open_one_time
from fieldapp.accounts.permissions import ROLES, Kind, Role
from fieldapp.accounts.standing_in import partner_of, possible_partners
from fieldapp.db import db
from fieldapp.keys import mask_number


def listed(people: list[Person]) -> list[dict[str, Any]]:
    seen = _last_seen([person.id for person in people])
    return [_short(person) | {"last_seen_at": seen.get(person.id)} for person in people]


def shown(person: Person) -> dict[str, Any]:
    devices = db.session.scalars(
        db.select(Device).where(Device.person_id == person.id).order_by(Device.enrolled_at.desc())
    )
    return listed([person])[0] | {
        "appointments": sorted(person.appointments, key=lambda a: a.starts_at, reverse=True),
        "devices": list(devices.unique()),
        "ending": person.ending,
        "one_time_password": open_one_time(person),
        "partner": partner_of(person),
        "partners": possible_partners(person) if Role.SURVEYOR in person.roles else [],
        "givable": list(ROLES[Kind(person.organisation.kind)]),
    }


def told_once(person: Person, text: str, issued: OneTimePassword) -> dict[str, Any]:
    return {"person": shown(person), "password": text, "ends_at": issued.ends_at}


def state_of(person: Person) -> str:
    if person.ending is not None:
        return "ended"
    return "active" if person.password else "invited"


def _short(person: Person) -> dict[str, Any]:
    return {
        "id": person.id,
        "name": person.name,
        "sign_in_name": person.sign_in_name,
        "phone": person.phone and mask_number(person.phone),
        "organisation": person.organisation,
        "roles": sorted(person.roles),
        "state": state_of(person),
    }


def _last_seen(ids: list[str]) -> dict[str, Any]:
    rows = db.session.execute(
        db.select(SessionGrant.person_id, db.func.max(SessionGrant.granted_at))
        .where(SessionGrant.person_id.in_(ids))
        .group_by(SessionGrant.person_id)
    )
    return {row.person_id: row[1] for row in rows}
