from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from fieldapp.clock import now
from fieldapp.db import Base, Id, PrimaryId, Sha256


class Blob(Base):
    """Bytes that are in the store under `<organisation>/<sha256>`, re-hashed by us. A row exists only once they are."""

    __tablename__ = "blob"

    organisation_id: Mapped[Id] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    sha256: Mapped[Sha256] = mapped_column(primary_key=True)
    size: Mapped[int]
    media_type: Mapped[str] = mapped_column(String(100))
    stored_at: Mapped[datetime] = mapped_column(default=now)

    @property
    def key(self) -> str:
        return f"{self.organisation_id}/{self.sha256}"


class Upload(Base):
    """One promised upload into a one-use inbox key `q/<organisation>/<upload id>`.

    outcome: None while open; stored | wrong_hash | wrong_size | abandoned; `checking` while the worker re-hashes.
    """

    __tablename__ = "upload"
    __table_args__ = (
        CheckConstraint(
            "outcome in ('checking', 'stored', 'wrong_hash', 'wrong_size', 'abandoned')",
            name="outcome",
        ),
        Index("ix_upload_wanted", "organisation_id", "sha256"),
    )

    id: Mapped[PrimaryId]
    organisation_id: Mapped[Id] = mapped_column(ForeignKey("organisation.id"))
    asked_by_id: Mapped[Id] = mapped_column(ForeignKey("person.id"))
    sha256: Mapped[Sha256]
    size: Mapped[int]
    media_type: Mapped[str] = mapped_column(String(100))
    purpose: Mapped[str] = mapped_column(String(10))  # original | preview
    multipart_id: Mapped[str | None] = mapped_column(String(400))  # the S3 upload id
    parts: Mapped[list[Any]] = mapped_column(default=list)  # what the phone reported at completion
    asked_at: Mapped[datetime] = mapped_column(default=now)
    completed_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(String(12))

    @property
    def inbox_key(self) -> str:
        return f"q/{self.organisation_id}/{self.id}"
