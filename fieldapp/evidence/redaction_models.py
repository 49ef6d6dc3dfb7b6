from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fieldapp.accounts.models import Person
from fieldapp.clock import now
from fieldapp.db import Base, Id

WITHIN_RETENTION = ("person_asked", "consent_withdrawn", "unlawfully_collected", "ordered")
"""Lawful before the years of keeping are over."""
REDACTION_REASONS = (*WITHIN_RETENTION, "retention_ended")


class Redaction(Base):
    """That the bytes of one evidence were deleted: why, by whom, when. Its hash, seal, verdicts and entries stay.

    by_id None: the operator, by a command at the machine itself.
    """

    __tablename__ = "redaction"
    __table_args__ = (
        CheckConstraint(f"reason in ({', '.join(map(repr, REDACTION_REASONS))})", name="reason"),
    )

    evidence_id: Mapped[Id] = mapped_column(ForeignKey("evidence.id"), primary_key=True)
    reason: Mapped[str] = mapped_column(String(24))
    words: Mapped[str] = mapped_column(String(500))
    by_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(default=now)

    by: Mapped[Person | None] = relationship(lazy="joined")
