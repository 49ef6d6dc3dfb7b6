"""Signing in by password, renewing by the enrolled phone's key, signing out."""

import secrets
from datetime import datetime, timedelta

from fieldapp.accounts import passwords, throttling
from fieldapp.accounts.announcements import PhoneLeft
from fieldapp.accounts.models import Device, Person, RenewalNonce, SessionGrant
from fieldapp.accounts.throttling import Attempt
from fieldapp.clock import now
from fieldapp.db import db, transaction
from fieldapp.errors import Conflict, Invalid, Problem
from fieldapp.events import announce
from fieldapp.keys import derived, is_public_key, to_text, verifies
from fieldapp.ledger.actor import Actor, acting

SESSION = timedelta(hours=12)
WITH_DEVICE = timedelta(days=30)
NONCE_LIFE = timedelta(minutes=5)
PASSWORD_FRESH = timedelta(minutes=10)


class WrongSignIn(Problem):
    status = 401
    zh = "账号或密码不正确。"
    en = "The name or the password is not right."


class OneTimeOnly(Problem):
    status = 403
    zh = "这是一次性密码。请先在管理台的“设置密码”页设置自己的密码，再用新密码登录。"
    en = "This is a one-time password. Set a password of your own on the console's page for it, then sign in."


class AccessEnded(Problem):
    status = 403
    zh = "您的访问权限已终止。手机上未上传的内容可在原手机上继续上传，请联系本单位管理员。"
    en = "Your access has ended. What lies unsent on your phone can still be sent from it; ask your administrator."


class RenewalRefused(Problem):
    status = 401
    zh = "本机登录已不能续期，请用密码重新登录。未上传的内容仍在本机。"
    en = (
        "This phone's session cannot be renewed; sign in with the password. Nothing unsent is lost."
    )


class PhoneRevoked(RenewalRefused):
    zh = "本机已被停用。未上传的内容仍在本机：请用密码重新登录上传，或导出。"
    en = "This phone was revoked. What is unsent is still on it: sign in with the password to send it, or export it."


class PasswordTooOld(Conflict):
    zh = "请先用密码重新登录，再设置本机的数字密码。"
    en = "Sign in with the password first, then set the PIN of this phone."


def sign_in(tried: Attempt, password: str, device: dict[str, str] | None) -> SessionGrant:
    """A new session. Opens its own transactions: hashing a password is slow and a failure must be kept.

    Raises WrongSignIn, TooMany, OneTimeOnly, AccessEnded.
    """
    person, is_own = _checked(tried, password)
    if not is_own:
        raise OneTimeOnly
    with acting(Actor("person", person.id, person.organisation_id)), transaction():
        _require_access(person, device)
        enrolled = enrol(person, **device) if device else None
        return _grant(person, enrolled, password_at=now(), source_hash=tried.source_hash)


def set_password(tried: Attempt, password: str, new: str) -> SessionGrant:
    """Replace one's own or a one-time password by a new one, and sign in with it.

    Raises as `sign_in`, and Invalid for a password that is not good enough.
    """
    person, _ = _checked(tried, password)
    passwords.require_good(new, person.sign_in_name, old=password)
    hashed = passwords.hash_password(new)
    with acting(Actor("person", person.id, person.organisation_id)), transaction():
        _require_access(person, None)
        passwords.set_own(person, hashed)
        return _grant(person, None, password_at=now(), source_hash=tried.source_hash)


def _checked(tried: Attempt, password: str) -> tuple[Person, bool]:
    """The person of this name, and whether it is their own password or a one-time one. A failure is counted."""
    with transaction(write=False):
        throttling.require_open(tried)
        person = db.session.scalar(db.select(Person).where(Person.sign_in_name == tried.name))
        one_time = passwords.open_one_time(person) if person else None
        known = [person.password] if person and person.password else [passwords.NOBODYS]
        known += [one_time.password] if one_time else []
    right = [passwords.matches(one, password) for one in known]  # all of them: equal time
    if person is None or not any(right):
        throttling.keep_failure(tried)
        raise WrongSignIn
    return person, right[0]


def _require_access(person: Person, device: dict[str, str] | None) -> None:
    """Somebody who left comes in only by a phone of theirs that is enrolled, to hand in what lies on it."""
    if person.ending is None:
        return
    known = device and db.session.scalar(
        db.select(Device).where(Device.person_id == person.id, Device.sent_id == device["id"])
    )
    if not known or known.revocation is not None or not person.may_hand_in:
        raise AccessEnded


def enrol(person: Person, id: str, public_key: str, name: str) -> Device:
    """This person's phone with its key; a phone already enrolled with the same key is the same."""
    if not is_public_key(public_key):
        raise Invalid(
            "设备公钥无效，请更新应用后重试。",
            "The device key is not a P-256 key.",
            where="/device/public_key",
        )
    known = db.session.scalar(
        db.select(Device).where(Device.person_id == person.id, Device.sent_id == id)
    )
    if known is not None:
        if known.public_key != public_key or known.revocation is not None:
            raise Invalid(
                "本机的登记已失效，请在“我的”中重新登记本机。",
                "This device id belongs to another key or was revoked; enrol again under a new id.",
                where="/device/id",
            )
        return known
    device = Device(sent_id=id, person_id=person.id, public_key=public_key, name=name[:100])
    db.session.add(device)
    db.session.flush()
    return device


def renewal_nonce(device_sent_id: str) -> RenewalNonce:
    """Kept only for an enrolled phone, and only while it lives: anybody may ask, and nobody may fill the table."""
    nonce = RenewalNonce(
        nonce=secrets.token_urlsafe(32),
        device_sent_id=device_sent_id,
        expires_at=now() + NONCE_LIFE,
    )
    enrolled = db.session.scalar(
        db.select(Device.id).where(Device.sent_id == device_sent_id).limit(1)
    )
    if enrolled is not None:
        db.session.execute(db.delete(RenewalNonce).where(RenewalNonce.expires_at < now()))
        db.session.add(nonce)
    return nonce


def renew(device_sent_id: str, nonce: str, signature: str) -> SessionGrant:
    """A new session for an enrolled phone that signs our nonce, within 30 days of the last password."""
    kept = db.session.get(RenewalNonce, nonce)
    if kept is None or kept.device_sent_id != device_sent_id or kept.expires_at < now():
        raise RenewalRefused
    db.session.delete(kept)
    signed = f"fieldapp session renewal\n{nonce}".encode()
    for device in db.session.scalars(db.select(Device).where(Device.sent_id == device_sent_id)):
        if verifies(device.public_key, signature, signed):
            if device.revocation is not None:
                raise PhoneRevoked
            return _renewed(device)
    raise RenewalRefused


def recovery_key(grant: SessionGrant) -> str:
    """What opens a phone whose PIN was forgotten; base64url. The server keeps none: it makes the same one again.

    Raises PasswordTooOld unless the password itself was given on this phone in the last ten minutes.
    """
    fresh = now() - grant.password_at <= PASSWORD_FRESH
    if grant.device is None or not fresh:
        raise PasswordTooOld
    # By the phone's own id: enrolled again after an older database was put back, it is the same phone.
    phone = f"{grant.person_id}\n{grant.device.sent_id}"
    return to_text(derived(f"phone recovery\n{phone}".encode()))


def end(grant: SessionGrant) -> None:
    grant.ended_at = now()
    if grant.device_id is not None:
        announce(PhoneLeft(grant.device_id))


def _renewed(device: Device) -> SessionGrant:
    last = db.session.scalar(
        db.select(SessionGrant.password_at)
        .where(SessionGrant.device_id == device.id)
        .order_by(SessionGrant.password_at.desc())
        .limit(1)
    )
    if last is None or now() - last > WITH_DEVICE:
        raise RenewalRefused
    _require_not_reset(device.person, last)
    if device.person.ending is not None and not device.person.may_hand_in:
        raise RenewalRefused
    with acting(Actor("person", device.person_id, device.person.organisation_id)):
        return _grant(device.person, device, password_at=last)


def _require_not_reset(person: Person, password_at: datetime) -> None:
    """After a reset a phone wants the new password: the old one may have been a thief's."""
    issued = person.one_time_passwords[-1:]
    if not person.password or (issued and issued[0].made_at >= password_at):
        raise RenewalRefused


def _grant(
    person: Person, device: Device | None, *, password_at: datetime, source_hash: str | None = None
) -> SessionGrant:
    grant = SessionGrant(
        person=person,
        device=device,
        password_at=password_at,
        ends_at=now() + SESSION,
        source_hash=source_hash,
    )
    db.session.add(grant)
    db.session.flush()
    return grant
