from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fieldapp.accounts.models import Device, Person
from fieldapp.clock import now
from fieldapp.db import Base, Id, PrimaryId, Sha256


class SealLink(Base):
    """One link of a phone's chain, whole and as signed: what happened on that phone, and which link stood before it.

    Kept when it arrives, by itself or with a record. A link that does not verify is kept as well and says so:
    it is no phone's, and told of whoever brought it. Beside it the true one is kept when it comes: whoever sends a
    text with a wrong signature ahead keeps nobody from having sent it.
    """

    __tablename__ = "seal_link"
    __table_args__ = (
        UniqueConstraint("organisation_id", "sha256", "state"),
        CheckConstraint("state in ('valid', 'invalid', 'unknown_phone')", name="state"),
        Index("ix_seal_link_chain", "organisation_id", "device_sent_id", "position"),
        CheckConstraint("(device_id is not null) = (state = 'valid')", name="device"),
        Index("ix_seal_link_subject", "organisation_id", "subject_id"),
    )
    ledger_exempt = (
        "added and never changed; each row is signed by the phone and names the one before it"
    )

    id: Mapped[PrimaryId]
    organisation_id: Mapped[Id] = mapped_column(ForeignKey("organisation.id"))
    device_id: Mapped[str | None] = mapped_column(ForeignKey("device.id"), index=True)
    device_sent_id: Mapped[Id]  # that the text names
    brought_by_id: Mapped[Id] = mapped_column(ForeignKey("person.id"), index=True)
    sha256: Mapped[Sha256]
    state: Mapped[str] = mapped_column(String(14))
    position: Mapped[int]
    previous: Mapped[str | None] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(20))
    subject_id: Mapped[str | None] = mapped_column(String(36))  # sent id of a visit, id of a task
    task_id: Mapped[str | None] = mapped_column(String(36))
    at: Mapped[datetime]  # by the phone's clock
    text: Mapped[str] = mapped_column(Text)
    signature: Mapped[str] = mapped_column(String(120))
    received_at: Mapped[datetime] = mapped_column(default=now)

    device: Mapped[Device | None] = relationship(lazy="joined")
    brought_by: Mapped[Person] = relationship(lazy="joined", innerjoin=True)
