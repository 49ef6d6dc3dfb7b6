from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from fieldapp.clock import now
from fieldapp.db import Base, Sha256


class PublishedEdition(Base):
    """An edition of a checklist as phones downloaded it. Published once, never edited; a correction is a new edition."""

    __tablename__ = "published_edition"

    checklist: Mapped[str] = mapped_column(String(40), primary_key=True)
    edition: Mapped[str] = mapped_column(String(20), primary_key=True)
    digest: Mapped[Sha256]
    body: Mapped[bytes] = mapped_column(deferred=True)  # the canonical JSON; long
    published_at: Mapped[datetime] = mapped_column(default=now)
