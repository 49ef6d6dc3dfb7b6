from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from fieldapp.clock import now
from fieldapp.db import Base, Id, PrimaryId, Sha256


class ViewingCopy(Base):
    """A recording made anew by us, small and without metadata, for people to play: asked for, then ready or failed.

    reason: type | undecodable | out_of_limits | crashed. Stored as a blob of the organisation.
    """

    __tablename__ = "viewing_copy"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "original_sha256"], ["reading.organisation_id", "reading.sha256"]
        ),
        UniqueConstraint("organisation_id", "original_sha256"),
        CheckConstraint("outcome in ('ready', 'failed')", name="outcome"),
        CheckConstraint("(outcome = 'ready') = (sha256 is not null)", name="ready"),
    )

    id: Mapped[PrimaryId]
    organisation_id: Mapped[Id]
    original_sha256: Mapped[Sha256]
    asked_at: Mapped[datetime] = mapped_column(default=now)
    outcome: Mapped[str | None] = mapped_column(String(8))
    tried_at: Mapped[datetime | None]
    reason: Mapped[str | None] = mapped_column(String(20))
    sha256: Mapped[str | None] = mapped_column(String(64))
    size: Mapped[int | None]
    width: Mapped[int | None]
    height: Mapped[int | None]
