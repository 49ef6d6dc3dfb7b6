from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fieldapp.accounts.models import Device, Organisation, Person
from fieldapp.clock import now
from fieldapp.db import Base, Id, PrimaryId, Sha256
from fieldapp.keys import PersonalBytes
from fieldapp.projects.models import Project


class Record(Base):
    """What a phone sent, byte for byte, kept before anybody judged it. Never changed, never rebuilt."""

    __tablename__ = "record"
    __table_args__ = (
        UniqueConstraint("organisation_id", "sent_id", "sha256"),
        Index("ix_record_arrival", "organisation_id", "received_at"),
        Index("ix_record_project", "project_id", "received_at"),
    )

    id: Mapped[PrimaryId]
    organisation_id: Mapped[Id] = mapped_column(ForeignKey("organisation.id"))
    sent_id: Mapped[Id]
    project_id: Mapped[str | None] = mapped_column(
        ForeignKey("project.id")
    )  # that the bytes name, if there is one
    sha256: Mapped[Sha256]
    # A form names people and their injuries; the hash is of the plain bytes.
    body: Mapped[bytes] = mapped_column(PersonalBytes)
    sent_by_id: Mapped[Id] = mapped_column(ForeignKey("person.id"))
    device_id: Mapped[str | None] = mapped_column(ForeignKey("device.id"))
    signature: Mapped[str | None] = mapped_column(String(120))
    signature_state: Mapped[str] = mapped_column(String(10))  # valid | invalid | missing
    received_at: Mapped[datetime] = mapped_column(default=now)

    organisation: Mapped[Organisation] = relationship(lazy="joined", innerjoin=True)
    project: Mapped[Project | None] = relationship(lazy="joined")
    sent_by: Mapped[Person] = relationship(lazy="joined", innerjoin=True)
    device: Mapped[Device | None] = relationship(lazy="joined")
    judgements: Mapped[list["RecordJudgement"]] = relationship(
        order_by="(RecordJudgement.judged_at, RecordJudgement.id)",
        lazy="selectin",
        back_populates="record",
    )

    @property
    def judgement(self) -> "RecordJudgement":
        """The latest; every record has one, made in the transaction that kept it."""
        return self.judgements[-1]

    @property
    def state(self) -> str:
        """accepted | revision | quarantined: what a phone is told. Set aside is still kept, and still not counted."""
        return "quarantined" if self.judgement.state == "set_aside" else self.judgement.state


class RecordJudgement(Base):
    """accepted, revision, quarantined (with reasons [{code, where, detail}]) or set_aside by a person."""

    __tablename__ = "record_judgement"
    __table_args__ = (
        CheckConstraint(
            "state in ('accepted', 'revision', 'quarantined', 'set_aside')", name="state"
        ),
    )

    id: Mapped[PrimaryId]
    record_id: Mapped[Id] = mapped_column(ForeignKey("record.id"), index=True)
    state: Mapped[str] = mapped_column(String(12))
    reasons: Mapped[list[Any]] = mapped_column(default=list)
    visit_id: Mapped[str | None] = mapped_column(ForeignKey("visit.id"))
    judged_by_id: Mapped[str | None] = mapped_column(
        ForeignKey("person.id")
    )  # None: judged by the program on arrival
    words: Mapped[str | None] = mapped_column(String(500))
    judged_at: Mapped[datetime] = mapped_column(default=now)

    record: Mapped[Record] = relationship(back_populates="judgements")
    judged_by: Mapped[Person | None] = relationship(lazy="joined")
