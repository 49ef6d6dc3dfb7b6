"""Passwords: hashing, what a good one is, one-time passwords, and setting one's own."""

import secrets
from collections.abc import Iterator
from datetime import timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from fieldapp.accounts.announcements import PhoneLeft
from fieldapp.accounts.models import OneTimePassword, Person, SessionGrant
from fieldapp.clock import now
from fieldapp.db import db
from fieldapp.errors import Conflict, Fault, Invalid
from fieldapp.events import announce

SHORTEST = 10
FEWEST_DIFFERENT = 5
ONE_TIME_LIFE = timedelta(hours=72)
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that is read as something else
_GROUPS, _GROUP = 3, 4

_hasher = PasswordHasher()
NOBODYS = _hasher.hash(secrets.token_hex(8))
"""Checked for unknown names, so that both answers take as long."""


class AccessIsEnded(Conflict):
    zh = "此人的访问权限已终止。请先恢复，再办理。"
    en = "This person's access has ended. Restore it first."


def hash_password(password: str) -> str:
    return _hasher.hash(password)


def matches(known: str, password: str) -> bool:
    try:
        return _hasher.verify(known, password)
    except (VerificationError, InvalidHashError):
        return False


def open_one_time(person: Person) -> OneTimePassword | None:
    """The one that still opens the setting of a password: the last one, while it lives and is not used."""
    last = person.one_time_passwords[-1:]
    return last[0] if last and last[0].is_open else None


def issue_one_time(person: Person, by: Person | None) -> tuple[str, OneTimePassword]:
    """A one-time password as (its text, its row). Ends the old password and every session; the text is kept nowhere."""
    if person.ending is not None:
        raise AccessIsEnded
    for earlier in person.one_time_passwords:
        if earlier.is_open:
            earlier.ends_at = now()
    text = "-".join(
        "".join(secrets.choice(_ALPHABET) for _ in range(_GROUP)) for _ in range(_GROUPS)
    )
    issued = OneTimePassword(
        person_id=person.id,
        password=hash_password(text),
        made_by_id=by and by.id,
        made_at=(made_at := now()),
        ends_at=made_at + ONE_TIME_LIFE,
    )
    person.password = ""
    person.one_time_passwords.append(issued)
    end_sessions(person, phones=True)
    db.session.flush()
    return text, issued


def require_good(new: str, sign_in_name: str, old: str | None = None) -> None:
    """Raises Invalid, saying at /new_password what is wanting."""
    wanting = next(_wanting(new, sign_in_name, old), None)
    if wanting:
        raise Invalid(wanting[0], wanting[1], faults=[Fault("/new_password", "weak", wanting[0])])


def set_own(person: Person, hashed: str) -> None:
    """Make this hash the person's password. Ends their other desks' sessions; their phones go on."""
    person.password = hashed
    one_time = open_one_time(person)
    if one_time is not None:
        one_time.used_at = now()
    end_sessions(person, phones=False)


def end_sessions(person: Person, *, phones: bool) -> None:
    grants = db.select(SessionGrant).where(
        SessionGrant.person_id == person.id, SessionGrant.ended_at.is_(None)
    )
    for grant in db.session.scalars(
        grants if phones else grants.where(SessionGrant.device_id.is_(None))
    ):
        grant.ended_at = now()
        if grant.device_id is not None:
            announce(PhoneLeft(grant.device_id))


def _wanting(new: str, sign_in_name: str, old: str | None) -> Iterator[tuple[str, str]]:
    if len(new) < SHORTEST:
        yield f"密码至少 {SHORTEST} 位。", f"A password has at least {SHORTEST} characters."
    if len(set(new)) < FEWEST_DIFFERENT:
        yield "密码太简单，请用更多不同的字符。", "Use more different characters."
    if sign_in_name in new.lower():
        yield "密码不能包含账号。", "A password does not contain the sign-in name."
    if new == old:
        yield "新密码不能与原密码相同。", "The new password must differ from the old one."
