from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Numeric,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fieldapp.accounts.models import Organisation, Person
from fieldapp.blobs.models import Blob
from fieldapp.clock import now
from fieldapp.db import Base, Id, PrimaryId, Sha256
from fieldapp.projects.models import SCHEMES, Project

REASONS = ("reused", "wrong_place", "wrong_time", "unclear", "wrong_object", "incomplete", "other")


class Evidence(Base):
    """A photo, video or paper of a subject: what the phone claims of it. The claim is never changed.

    subject_kind is `visit`, `case` or `sighting` (what an authority saw itself); the room that files it hands in scheme, project and whether it is personal.
    service_insurer_id is who served the project on the day of the capture: that insurer's supervisors judge it,
    but for what an authority photographed.
    """

    __tablename__ = "evidence"
    __table_args__ = (
        UniqueConstraint("organisation_id", "sent_id"),
        CheckConstraint(SCHEMES, name="scheme"),
        CheckConstraint("capture in ('live', 'imported')", name="capture"),
        Index("ix_evidence_subject", "subject_kind", "subject_id"),
        Index("ix_evidence_bytes", "organisation_id", "sha256"),
        Index("ix_evidence_same_bytes", "sha256"),
        *(
            Index(
                f"ix_evidence_{name}",
                "organisation_id",
                f"{name}_sha256",
                postgresql_where=text(f"{name}_sha256 is not null"),
                sqlite_where=text(f"{name}_sha256 is not null"),
            )
            for name in ("preview", "envelope")
        ),
    )

    id: Mapped[Id] = mapped_column(primary_key=True)  # own_id(organisation_id, sent_id)
    sent_id: Mapped[Id]
    organisation_id: Mapped[Id] = mapped_column(ForeignKey("organisation.id"))
    subject_kind: Mapped[str] = mapped_column(String(10))
    subject_id: Mapped[Id]
    scheme: Mapped[str] = mapped_column(String(40))
    project_id: Mapped[Id] = mapped_column(ForeignKey("project.id"), index=True)
    service_insurer_id: Mapped[str | None] = mapped_column(
        ForeignKey("organisation.id"), index=True
    )
    personal: Mapped[bool] = mapped_column(default=False)
    question: Mapped[str | None] = mapped_column(String(120))
    category: Mapped[str | None] = mapped_column(String(30))
    finding_sent_id: Mapped[str | None] = mapped_column(String(36))
    shot: Mapped[str] = mapped_column(String(12))
    position: Mapped[int] = mapped_column(default=0)  # walking order within the subject
    capture: Mapped[str] = mapped_column(String(10))
    captured_at: Mapped[datetime]  # by the phone's clock, never overwritten
    clock_offset_ms: Mapped[int | None] = mapped_column(
        BigInteger
    )  # a phone's clock may be years off
    task_issued_at: Mapped[datetime | None]
    captured_by_id: Mapped[Id] = mapped_column(ForeignKey("person.id"))
    device_id: Mapped[str | None] = mapped_column(ForeignKey("device.id"))
    lon: Mapped[Decimal | None] = mapped_column(Numeric(10, 7))
    lat: Mapped[Decimal | None] = mapped_column(Numeric(9, 7))
    datum: Mapped[str | None] = mapped_column(String(10))
    accuracy_m: Mapped[Decimal | None] = mapped_column(Numeric(9, 1))
    fix_age_s: Mapped[Decimal | None] = mapped_column(Numeric(9, 1))
    sha256: Mapped[Sha256]
    size: Mapped[int]
    media_type: Mapped[str] = mapped_column(String(100))
    preview_sha256: Mapped[str | None] = mapped_column(String(64))
    envelope_sha256: Mapped[str | None] = mapped_column(String(64))  # what it travelled in
    seal: Mapped[str | None] = mapped_column(Text)  # the signed text exactly as signed
    seal_signature: Mapped[str | None] = mapped_column(String(120))
    seal_state: Mapped[str] = mapped_column(String(10))  # valid | invalid | missing
    seal_sha256: Mapped[str | None] = mapped_column(String(64), index=True)
    seal_previous: Mapped[str | None] = mapped_column(String(64), index=True)  # as the seal says
    filed_at: Mapped[datetime] = mapped_column(default=now)

    project: Mapped[Project] = relationship(lazy="joined", innerjoin=True)
    captured_by: Mapped[Person] = relationship(lazy="joined", innerjoin=True)
    organisation: Mapped[Organisation] = relationship(
        foreign_keys=[organisation_id], lazy="joined", innerjoin=True
    )
    verdicts: Mapped[list["Verdict"]] = relationship(
        back_populates="evidence", order_by="Verdict.at"
    )
    flags: Mapped[list["Flag"]] = relationship(back_populates="evidence", order_by="Flag.code")
    blind_draw: Mapped["BlindDraw | None"] = relationship()

    @property
    def answered_by_id(self) -> str:
        """An agency works for several insurers: who answers for the photo is who served the project then."""
        return self.service_insurer_id or self.organisation_id


class Opening(Base):
    """What became of an envelope that a phone sealed to our key: not tried yet, opened, or failed with its reason.

    reason: not_an_envelope | unknown_key | tampered. A failed one is tried again when a person, or a key put back, asks for it.
    """

    __tablename__ = "opening"
    __table_args__ = (
        ForeignKeyConstraint(["organisation_id", "sha256"], [Blob.organisation_id, Blob.sha256]),
        UniqueConstraint("organisation_id", "sha256"),
        CheckConstraint("outcome in ('opened', 'failed')", name="outcome"),
    )

    id: Mapped[PrimaryId]
    organisation_id: Mapped[Id]
    sha256: Mapped[Sha256]  # of the envelope
    arrived_at: Mapped[datetime] = mapped_column(default=now)
    tried_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(String(10))
    reason: Mapped[str | None] = mapped_column(String(20))
    key_id: Mapped[str | None] = mapped_column(String(16))
    content_sha256: Mapped[str | None] = mapped_column(String(64))


class Reading(Base):
    """What the stored bytes themselves say, read once by intake: accepted, refused (with a reason) or unreadable."""

    __tablename__ = "reading"
    __table_args__ = (
        ForeignKeyConstraint(["organisation_id", "sha256"], [Blob.organisation_id, Blob.sha256]),
        CheckConstraint("state in ('accepted', 'refused', 'unreadable')", name="state"),
    )

    organisation_id: Mapped[Id] = mapped_column(primary_key=True)
    sha256: Mapped[Sha256] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str | None] = mapped_column(String(40))
    media_type: Mapped[str | None] = mapped_column(String(60))
    width: Mapped[int | None]
    height: Mapped[int | None]
    duration_ms: Mapped[int | None]
    exif: Mapped[dict[str, Any] | None] = mapped_column(
        JSON(none_as_null=True)
    )  # decimal degrees as text, so that digests never drift
    measures: Mapped[dict[str, Any]] = mapped_column(
        default=dict
    )  # brightness 0-255, sharpness: whole numbers
    notes: Mapped[list[Any]] = mapped_column(default=list)
    read_at: Mapped[datetime] = mapped_column(default=now)

    renditions: Mapped[list["Rendition"]] = relationship(lazy="selectin")


class Rendition(Base):
    """A re-encoded upright copy without metadata, made by us: what people look at. Stored as a blob of the organisation."""

    __tablename__ = "rendition"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "original_sha256"], ["reading.organisation_id", "reading.sha256"]
        ),
    )

    organisation_id: Mapped[Id] = mapped_column(primary_key=True)
    original_sha256: Mapped[Sha256] = mapped_column(primary_key=True)
    longest_side: Mapped[int] = mapped_column(primary_key=True)  # 320 or 1600
    sha256: Mapped[Sha256]
    width: Mapped[int]
    height: Mapped[int]


class Flag(Base):
    """A machine's hint about one evidence, with the numbers behind it. A hint is not a conclusion; a person judges."""

    __tablename__ = "flag"
    __table_args__ = (UniqueConstraint("evidence_id", "code"),)

    id: Mapped[PrimaryId]
    evidence_id: Mapped[Id] = mapped_column(ForeignKey("evidence.id"), index=True)
    code: Mapped[str] = mapped_column(String(40))
    severity: Mapped[str] = mapped_column(String(10))  # high | medium | low
    numbers: Mapped[dict[str, Any]] = mapped_column(default=dict)
    raised_at: Mapped[datetime] = mapped_column(default=now)

    evidence: Mapped[Evidence] = relationship(back_populates="flags")


class BlindDraw(Base):
    """That the authorities judge this photo before they may see what others said of it. Drawn when it was filed."""

    __tablename__ = "blind_draw"

    evidence_id: Mapped[Id] = mapped_column(ForeignKey("evidence.id"), primary_key=True)
    drawn_at: Mapped[datetime] = mapped_column(default=now)


class Verdict(Base):
    """One party's judgement of one evidence. Added, never changed; a party's latest counts for that party.

    `how`: by itself, or with others on a contact sheet. `seen_ms`: how long it was before the judge's eyes.
    `blind`: given before the party could know anybody else's verdict of it.
    """

    __tablename__ = "verdict"
    __table_args__ = (
        CheckConstraint("outcome in ('accepted', 'rejected')", name="outcome"),
        CheckConstraint("outcome = 'accepted' or reason is not null", name="reason"),
        CheckConstraint("follow_up in ('re_shoot', 'explain', 'none')", name="follow_up"),
        CheckConstraint("how in ('single', 'sheet')", name="how"),
        CheckConstraint("(how = 'sheet') = (sheet_id is not null)", name="sheet"),
        CheckConstraint("how = 'single' or outcome = 'accepted'", name="only_acceptance_together"),
        Index("ix_verdict_evidence", "evidence_id", "party_id"),
    )

    id: Mapped[PrimaryId]
    evidence_id: Mapped[Id] = mapped_column(ForeignKey("evidence.id"))
    party_id: Mapped[Id] = mapped_column(ForeignKey("organisation.id"))
    by_id: Mapped[Id] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(default=now)
    outcome: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str | None] = mapped_column(String(20))
    words: Mapped[str | None] = mapped_column(String(500))
    follow_up: Mapped[str | None] = mapped_column(String(10))
    how: Mapped[str] = mapped_column(String(8), default="single")
    sheet_id: Mapped[str | None] = mapped_column(
        String(36)
    )  # no foreign key: a sheet stands on its visit, and that on evidence
    seen_ms: Mapped[int | None]
    blind: Mapped[bool] = mapped_column(default=False)

    evidence: Mapped[Evidence] = relationship(back_populates="verdicts")
    by: Mapped[Person] = relationship(lazy="joined", innerjoin=True)
    party: Mapped[Organisation] = relationship(lazy="joined", innerjoin=True)
