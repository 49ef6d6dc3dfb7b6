"""标注: arrows and words that the surveyor drew on a copy of a photo. The photo itself is never touched."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fieldapp.clock import now
from fieldapp.db import Base, Id, Sha256
from fieldapp.evidence.models import Evidence

_SEALED = text("envelope_sha256 is not null")


class Annotation(Base):
    """A drawn-on copy of one photo, shown beside it. It proves nothing, so it is not judged, flagged or compared."""

    __tablename__ = "annotation"
    __table_args__ = (
        UniqueConstraint("organisation_id", "sent_id"),
        Index("ix_annotation_bytes", "organisation_id", "sha256"),
        Index(
            "ix_annotation_envelope",
            "organisation_id",
            "envelope_sha256",
            postgresql_where=_SEALED,
            sqlite_where=_SEALED,
        ),
    )

    id: Mapped[Id] = mapped_column(primary_key=True)  # own_id(organisation_id, sent_id)
    sent_id: Mapped[Id]
    organisation_id: Mapped[Id] = mapped_column(ForeignKey("organisation.id"))
    evidence_id: Mapped[Id] = mapped_column(ForeignKey("evidence.id"), index=True)
    sha256: Mapped[Sha256]
    size: Mapped[int]
    media_type: Mapped[str] = mapped_column(String(100))
    envelope_sha256: Mapped[str | None] = mapped_column(String(64))
    drawn_at: Mapped[datetime]  # by the phone's clock
    seal: Mapped[str | None] = mapped_column(Text)
    seal_signature: Mapped[str | None] = mapped_column(String(120))
    seal_state: Mapped[str] = mapped_column(String(10))  # valid | invalid | missing
    filed_at: Mapped[datetime] = mapped_column(default=now)

    evidence: Mapped[Evidence] = relationship()
