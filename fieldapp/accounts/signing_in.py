"""Signing in by password, renewing by the enrolled phone's key, signing out."""

import secrets
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from fieldapp.accounts.models import Device, Person, RenewalNonce, SessionGrant, SignInFailure
from fieldapp.clock import now
from fieldapp.db import db, transaction
from fieldapp.errors import Conflict, Invalid, Problem, TooMany
from fieldapp.keys import derived, is_public_key, sha256, to_text, verifies
from fieldapp.ledger.actor import Actor, acting

SESSION = timedelta(hours=12)
WITH_DEVICE = timedelta(days=30)
MOST_FAILURES = 10
FAILURE_WINDOW = timedelta(minutes=15)
NONCE_LIFE = timedelta(minutes=5)
PASSWORD_FRESH = timedelta(minutes=10)

_hasher = PasswordHasher()
_A_HASH = _hasher.hash(
    secrets.token_hex(8)
)  # checked for unknown names, so that both answers take as long


class WrongSignIn(Problem):
    status = 401
    zh = "账号或密码不正确。"
    en = "The name or the password is not right."


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


def hash_password(password: str) -> str:
    return _hasher.hash(password)


def sign_in(name: str, password: str, device: dict[str, str] | None) -> SessionGrant:
    """A new session. Opens its own transactions: hashing a password is slow and a failure must be kept."""
    name_hash = sha256(name.strip().lower().encode())
    with transaction(write=False):
        _require_not_throttled(name_hash)
        person = db.session.scalar(
            db.select(Person).where(Person.sign_in_name == name.strip().lower())
        )
        known = person.password if person else _A_HASH
    if not _matches(known, password) or person is None:
        with transaction():
            old = SignInFailure.at < now() - FAILURE_WINDOW
            db.session.execute(db.delete(SignInFailure).where(old))
            db.session.add(SignInFailure(name_hash=name_hash))
        raise WrongSignIn
    with acting(Actor("person", person.id, person.organisation_id)), transaction():
        enrolled = enrol(person, **device) if device else None
        return _grant(person, enrolled, password_at=now())


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
    return to_text(derived(f"phone recovery\n{grant.device.id}".encode()))


def end(grant: SessionGrant) -> None:
    grant.ended_at = now()


def _renewed(device: Device) -> SessionGrant:
    last = db.session.scalar(
        db.select(SessionGrant.password_at)
        .where(SessionGrant.device_id == device.id)
        .order_by(SessionGrant.password_at.desc())
        .limit(1)
    )
    if last is None or now() - last > WITH_DEVICE:
        raise RenewalRefused
    with acting(Actor("person", device.person_id, device.person.organisation_id)):
        return _grant(device.person, device, password_at=last)


def _grant(person: Person, device: Device | None, password_at: datetime) -> SessionGrant:
    grant = SessionGrant(
        person=person, device=device, password_at=password_at, ends_at=now() + SESSION
    )
    db.session.add(grant)
    db.session.flush()
    return grant


def _matches(known: str, password: str) -> bool:
    try:
        return _hasher.verify(known, password)
    except (VerificationError, InvalidHashError):
        return False


def _require_not_throttled(name_hash: str) -> None:
    failures = db.session.scalar(
        db.select(db.func.count())
        .select_from(SignInFailure)
        .where(SignInFailure.name_hash == name_hash, SignInFailure.at > now() - FAILURE_WINDOW)
    )
    if failures is not None and failures >= MOST_FAILURES:
        raise TooMany(
            "密码错误次数过多，请 15 分钟后再试，或请管理员重置密码。",
            "Too many wrong passwords. Try again in 15 minutes or ask an administrator.",
            headers={"Retry-After": str(int(FAILURE_WINDOW.total_seconds()))},
        )
