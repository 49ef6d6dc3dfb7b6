from datetime import datetime

from sqlalchemy import ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from fieldapp.blobs.models import Blob
from fieldapp.clock import now
from fieldapp.db import Base, Id, PrimaryId, Sha256


class BlobErasure(Base):
    """That these bytes are to be in the store no longer, and since when they are not. The blob's row and hash stay."""

    __tablename__ = "blob_erasure"
    __table_args__ = (
        ForeignKeyConstraint(["organisation_id", "sha256"], [Blob.organisation_id, Blob.sha256]),
        UniqueConstraint("organisation_id", "sha256"),
    )

    id: Mapped[PrimaryId]
    organisation_id: Mapped[Id]
    sha256: Mapped[Sha256]
    asked_at: Mapped[datetime] = mapped_column(default=now)
    erased_at: Mapped[datetime | None]
