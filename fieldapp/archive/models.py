from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from fieldapp.clock import now
from fieldapp.db import Base, PrimaryId

PURPOSES = ("court", "supervision", "complaint", "appeal", "audit")


class Bundle(Base):
    """That a selection of evidence was taken out of the house, by whom, what for, and the hash of all that was in it."""

    __tablename__ = "bundle"
    __table_args__ = (
        CheckConstraint(f"purpose in ({', '.join(map(repr, PURPOSES))})", name="purpose"),
        CheckConstraint("redacted or purpose is not null", name="full"),
    )

    id: Mapped[PrimaryId]
    selection: Mapped[str] = mapped_column(String(120))  # visit:ID, project:ID …
    purpose: Mapped[str | None] = mapped_column(String(20))
    redacted: Mapped[bool]
    asked_by_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"), index=True)
    asked_at: Mapped[datetime] = mapped_column(default=now)
    manifest_sha256: Mapped[str | None] = mapped_column(String(64))  # once it is whole
    made_at: Mapped[datetime | None]
