from datetime import datetime

from flask_login import UserMixin
from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fieldapp.accounts.permissions import Act, Kind, Role, Scheme, schemes_of
from fieldapp.clock import now
from fieldapp.db import Base, Id, PrimaryId, Sha256
from fieldapp.errors import NotAllowed


class Organisation(Base):
    __tablename__ = "organisation"

    id: Mapped[PrimaryId]
    name: Mapped[str] = mapped_column(String(100), unique=True)
    short_name: Mapped[str] = mapped_column(String(30))
    kind: Mapped[str] = mapped_column(String(40))
    level: Mapped[str | None] = mapped_column(String(10))
    area: Mapped[str | None] = mapped_column(
        String(12), index=True
    )  # city code, or county code below it

    __table_args__ = (
        CheckConstraint("level in ('city', 'county')", name="level"),
        CheckConstraint(f"kind in ({', '.join(repr(k.value) for k in Kind)})", name="kind"),
    )


class Person(Base):
    """Somebody who signs in. `password` is an argon2 hash."""

    __tablename__ = "person"

    id: Mapped[PrimaryId]
    organisation_id: Mapped[Id] = mapped_column(ForeignKey("organisation.id"), index=True)
    name: Mapped[str] = mapped_column(String(50))
    sign_in_name: Mapped[str] = mapped_column(String(60), unique=True)
    password: Mapped[str] = mapped_column(String(200))

    organisation: Mapped[Organisation] = relationship(lazy="joined", innerjoin=True)
    appointments: Mapped[list["Appointment"]] = relationship(
        lazy="selectin", back_populates="person"
    )

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(Role(a.role) for a in self.appointments if a.is_current)

    @property
    def kind(self) -> Kind:
        return Kind(self.organisation.kind)

    def may(self, act: Act, scheme: Scheme | str | None = None) -> bool:
        """Whether this person may do this in the scheme; with no scheme, in any."""
        allowed = schemes_of(act, self.kind, self.roles)
        return bool(allowed) if scheme is None else Scheme(scheme) in allowed

    def schemes(self, act: Act) -> frozenset[Scheme]:
        return frozenset(s for s in schemes_of(act, self.kind, self.roles) if s is not None)

    def require(self, act: Act, scheme: Scheme | str | None = None) -> None:
        if not self.may(act, scheme):
            raise NotAllowed


class Appointment(Base):
    """That a person holds a role, from when to when."""

    __tablename__ = "appointment"
    __table_args__ = (
        CheckConstraint(f"role in ({', '.join(repr(r.value) for r in Role)})", name="role"),
    )

    id: Mapped[PrimaryId]
    person_id: Mapped[Id] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[str] = mapped_column(String(20))
    starts_at: Mapped[datetime] = mapped_column(default=now)
    ends_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(back_populates="appointments")

    @property
    def is_current(self) -> bool:
        return self.starts_at <= now() and (self.ends_at is None or now() < self.ends_at)


class Device(Base):
    """A phone (one install of the app) and the public key it signs with. A new key is a new device."""

    __tablename__ = "device"
    __table_args__ = (UniqueConstraint("person_id", "sent_id"),)

    id: Mapped[PrimaryId]
    sent_id: Mapped[Id]
    person_id: Mapped[Id] = mapped_column(ForeignKey("person.id"), index=True)
    public_key: Mapped[str] = mapped_column(String(200))
    name: Mapped[str] = mapped_column(String(100))
    enrolled_at: Mapped[datetime] = mapped_column(default=now)

    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)
    revocation: Mapped["DeviceRevocation | None"] = relationship(lazy="joined")


class DeviceRevocation(Base):
    __tablename__ = "device_revocation"

    device_id: Mapped[Id] = mapped_column(ForeignKey("device.id"), primary_key=True)
    revoked_by_id: Mapped[Id] = mapped_column(ForeignKey("person.id"))
    revoked_at: Mapped[datetime] = mapped_column(default=now)
    reason: Mapped[str] = mapped_column(String(200))


class SessionGrant(UserMixin, Base):
    """One signed-in browser or phone. The cookie names this row; ending the row ends the session everywhere."""

    __tablename__ = "session_grant"

    id: Mapped[PrimaryId]
    person_id: Mapped[Id] = mapped_column(ForeignKey("person.id"), index=True)
    device_id: Mapped[str | None] = mapped_column(ForeignKey("device.id"))
    granted_at: Mapped[datetime] = mapped_column(default=now)
    password_at: Mapped[datetime]  # the last time that the password itself was given
    ends_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)
    device: Mapped[Device | None] = relationship(lazy="joined")

    @property
    def is_current(self) -> bool:
        revoked = self.device is not None and self.device.revocation is not None
        return self.ended_at is None and now() < self.ends_at and not revoked


class SignedAct(Base):
    """A request as the person's own key signed it in the browser; `body` is the canonical JSON exactly as signed.

    Entries of the ledger name the act that made them, so that what an authority decided can be held to its signature.
    """

    __tablename__ = "signed_act"

    id: Mapped[Id] = mapped_column(primary_key=True)  # the browser's: an act counts once
    person_id: Mapped[Id] = mapped_column(ForeignKey("person.id"), index=True)
    device_id: Mapped[Id] = mapped_column(ForeignKey("device.id"))
    body: Mapped[str] = mapped_column(Text)
    signature: Mapped[str] = mapped_column(String(120))
    received_at: Mapped[datetime] = mapped_column(default=now)

    device: Mapped[Device] = relationship(lazy="joined", innerjoin=True)


class SignInFailure(Base):
    __tablename__ = "sign_in_failure"
    __table_args__ = (Index("ix_sign_in_failure_who", "name_hash", "at"),)
    ledger_exempt = "counts wrong passwords for an hour; says nothing of anybody's data"

    id: Mapped[PrimaryId]
    name_hash: Mapped[Sha256]
    at: Mapped[datetime] = mapped_column(default=now)


class RenewalNonce(Base):
    __tablename__ = "renewal_nonce"
    ledger_exempt = "a one-use number that lives five minutes; the session it opens is recorded"

    nonce: Mapped[str] = mapped_column(String(60), primary_key=True)
    device_sent_id: Mapped[Id]
    expires_at: Mapped[datetime]
