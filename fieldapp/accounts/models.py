from datetime import datetime, timedelta

from flask_login import UserMixin
from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship, selectinload
from sqlalchemy.sql.base import ExecutableOption

from fieldapp.accounts.permissions import Act, Kind, Role, Scheme, schemes_of
from fieldapp.clock import now
from fieldapp.db import Base, Id, PrimaryId, Sha256
from fieldapp.errors import NotAllowed
from fieldapp.keys import Personal

HANDING_IN = timedelta(days=30)
"""How long somebody who lost a role, or left, may still hand in what lies on their phone."""


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
    """Somebody who signs in. `password` is an argon2 hash; empty until the person has set one."""

    __tablename__ = "person"

    id: Mapped[PrimaryId]
    organisation_id: Mapped[Id] = mapped_column(ForeignKey("organisation.id"), index=True)
    name: Mapped[str] = mapped_column(String(50))
    sign_in_name: Mapped[str] = mapped_column(String(60), unique=True)
    password: Mapped[str] = mapped_column(String(200))
    phone: Mapped[str | None] = mapped_column(Personal(200))

    organisation: Mapped[Organisation] = relationship(lazy="joined", innerjoin=True)
    # Loaded when somebody asks what this person may; a list of whom that is asked says `with_roles`.
    appointments: Mapped[list["Appointment"]] = relationship(
        lazy="select",
        back_populates="person",
        foreign_keys="Appointment.person_id",
        order_by="Appointment.starts_at",
    )
    endings: Mapped[list["AccessEnding"]] = relationship(
        lazy="select", foreign_keys="AccessEnding.person_id", order_by="AccessEnding.ended_at"
    )
    one_time_passwords: Mapped[list["OneTimePassword"]] = relationship(
        lazy="select", foreign_keys="OneTimePassword.person_id", order_by="OneTimePassword.made_at"
    )

    @property
    def roles(self) -> frozenset[Role]:
        return self.roles_at(now())

    def roles_at(self, moment: datetime) -> frozenset[Role]:
        return frozenset(Role(a.role) for a in self.appointments if a.holds_at(moment))

    @property
    def ending(self) -> "AccessEnding | None":
        """That this person's access is over; None while it is not."""
        return next((ending for ending in self.endings if ending.restored_at is None), None)

    @property
    def may_hand_in(self) -> bool:
        """Whether this person may send visits now, or lost the role so lately that work may still lie on the phone."""
        since = now() - HANDING_IN
        held = {
            Role(a.role) for a in self.appointments if a.ends_at is None or a.ends_at > since
        } | self.roles
        return bool(schemes_of(Act.VISIT_SUBMIT, self.kind, frozenset(held)))

    @property
    def kind(self) -> Kind:
        return Kind(self.organisation.kind)

    def may(
        self, act: Act, scheme: Scheme | str | None = None, *, at: datetime | None = None
    ) -> bool:
        """Whether this person may (or, `at` that moment, might) do this in the scheme; with no scheme, in any."""
        allowed = schemes_of(act, self.kind, self.roles_at(at or now()))
        return bool(allowed) if scheme is None else Scheme(scheme) in allowed

    def schemes(self, act: Act) -> frozenset[Scheme]:
        return frozenset(s for s in schemes_of(act, self.kind, self.roles) if s is not None)

    def require(self, act: Act, scheme: Scheme | str | None = None) -> None:
        if not self.may(act, scheme):
            raise NotAllowed


def with_roles() -> list[ExecutableOption]:
    """Options of a select of people: what each may is asked of all of them."""
    return [selectinload(Person.appointments), selectinload(Person.endings)]


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
    given_by_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    ended_by_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))

    person: Mapped[Person] = relationship(
        back_populates="appointments", foreign_keys="Appointment.person_id"
    )
    given_by: Mapped[Person | None] = relationship(foreign_keys="Appointment.given_by_id")
    ended_by: Mapped[Person | None] = relationship(foreign_keys="Appointment.ended_by_id")

    @property
    def is_current(self) -> bool:
        return self.holds_at(now())

    def holds_at(self, moment: datetime) -> bool:
        return self.starts_at <= moment and (self.ends_at is None or moment < self.ends_at)


class AccessEnding(Base):
    """That a person's access was ended, by whom and why; and, where it was a mistake or they came back, restored."""

    __tablename__ = "access_ending"

    id: Mapped[PrimaryId]
    person_id: Mapped[Id] = mapped_column(ForeignKey("person.id"), index=True)
    ended_by_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[datetime] = mapped_column(default=now)
    reason: Mapped[str] = mapped_column(String(200))
    restored_by_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    restored_at: Mapped[datetime | None]

    ended_by: Mapped[Person | None] = relationship(foreign_keys="AccessEnding.ended_by_id")


class OneTimePassword(Base):
    """A password that opens nothing but the setting of one's own. Its text is shown once and kept nowhere."""

    __tablename__ = "one_time_password"

    id: Mapped[PrimaryId]
    person_id: Mapped[Id] = mapped_column(ForeignKey("person.id"), index=True)
    password: Mapped[str] = mapped_column(String(200))  # an argon2 hash
    made_by_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime] = mapped_column(default=now)
    ends_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    @property
    def is_open(self) -> bool:
        return self.used_at is None and now() < self.ends_at


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
    revocation: Mapped["DeviceRevocation | None"] = relationship(
        lazy="joined", back_populates="device"
    )


class DeviceRevocation(Base):
    __tablename__ = "device_revocation"

    device_id: Mapped[Id] = mapped_column(ForeignKey("device.id"), primary_key=True)
    revoked_by_id: Mapped[Id] = mapped_column(ForeignKey("person.id"))
    revoked_at: Mapped[datetime] = mapped_column(default=now)
    reason: Mapped[str] = mapped_column(String(200))

    device: Mapped[Device] = relationship(back_populates="revocation")


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
    source_hash: Mapped[str | None] = mapped_column(String(64), index=True)  # where it was opened

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
    __table_args__ = (
        Index("ix_sign_in_failure_who", "name_hash", "at"),
        Index("ix_sign_in_failure_whence", "source_hash", "at"),
    )
    ledger_exempt = "counts wrong passwords for an hour; says nothing of anybody's data"

    id: Mapped[PrimaryId]
    name_hash: Mapped[Sha256]
    source_hash: Mapped[Sha256]
    at: Mapped[datetime] = mapped_column(default=now)


class RenewalNonce(Base):
    __tablename__ = "renewal_nonce"
    ledger_exempt = "a one-use number that lives five minutes; the session it opens is recorded"

    nonce: Mapped[str] = mapped_column(String(60), primary_key=True)
    device_sent_id: Mapped[Id]
    expires_at: Mapped[datetime]
