from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fieldapp.accounts.models import Person
from fieldapp.clock import now
from fieldapp.db import Base, Id, PrimaryId, Sha256
from fieldapp.keys import Personal

CHANNELS = ("sms", "wecom", "push")
OUTCOMES = ("sent", "refused", "given_up", "no_address", "dropped")


class Notice(Base):
    """That somebody is told of something: shown in the app, whatever becomes of messages about it.

    Once for each (kind, subject, recipient, edition). `facts` are what its sentence is made of, no personal data.
    """

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint("kind", "subject_id", "recipient_id", "edition"),
        Index("ix_notice_recipient", "recipient_id", "made_at"),
    )

    id: Mapped[PrimaryId]
    kind: Mapped[str] = mapped_column(String(30))
    subject_id: Mapped[Id]  # of a task
    edition: Mapped[str] = mapped_column(String(60))  # which of several times, such as a deadline
    recipient_id: Mapped[Id] = mapped_column(ForeignKey("person.id"))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    made_at: Mapped[datetime] = mapped_column(default=now)
    seen_at: Mapped[datetime | None]

    recipient: Mapped[Person] = relationship(lazy="joined", innerjoin=True)
    deliveries: Mapped[list["Delivery"]] = relationship(
        back_populates="notice", order_by="Delivery.channel"
    )


class Delivery(Base):
    """A notice on its way out by one gateway. `outcome` None: still being tried.

    sent: the gateway took it · refused: it said no, and would again · given_up: it never answered in time ·
    no_address: the person has no number, or no phone that wants it · dropped: nobody needs to know any more. `carried_by_id`: the delivery whose
    message carried this one as well. The address is read when it is sent, and kept nowhere here.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("notice_id", "channel"),
        CheckConstraint("channel in ('" + "', '".join(CHANNELS) + "')", name="channel"),
        CheckConstraint("outcome in ('" + "', '".join(OUTCOMES) + "')", name="outcome"),
        Index("ix_delivery_outcome", "outcome", "settled_at"),
    )

    id: Mapped[PrimaryId]
    notice_id: Mapped[Id] = mapped_column(ForeignKey("notice.id"))
    channel: Mapped[str] = mapped_column(String(10))
    asked_at: Mapped[datetime] = mapped_column(default=now)
    due_at: Mapped[datetime]  # when it may go, or be tried again
    tries: Mapped[int] = mapped_column(default=0)
    tried_at: Mapped[datetime | None]
    detail: Mapped[str | None] = mapped_column(String(300))  # what came of the last try
    outcome: Mapped[str | None] = mapped_column(String(12))
    settled_at: Mapped[datetime | None]
    carried_by_id: Mapped[str | None] = mapped_column(ForeignKey("delivery.id"))

    notice: Mapped[Notice] = relationship(
        back_populates="deliveries", lazy="joined", innerjoin=True
    )


class Muting(Base):
    """That a person wants no messages about one kind of event. The notices stay."""

    __tablename__ = "muting"

    person_id: Mapped[Id] = mapped_column(ForeignKey("person.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(30), primary_key=True)
    since: Mapped[datetime] = mapped_column(default=now)


class PushSubscription(Base):
    """A phone that is told by web push. Deleted when it says so, signs out, is revoked, or its push service has it no more."""

    __tablename__ = "push_subscription"

    device_id: Mapped[Id] = mapped_column(ForeignKey("device.id"), primary_key=True)
    endpoint: Mapped[str] = mapped_column(Personal(3000))  # whoever knows it can write to the phone
    endpoint_hash: Mapped[Sha256] = mapped_column(unique=True)
    p256dh: Mapped[str] = mapped_column(Personal(200))
    auth: Mapped[str] = mapped_column(Personal(100))
    language: Mapped[str] = mapped_column(String(2))
    since: Mapped[datetime]
