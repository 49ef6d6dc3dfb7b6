from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship

from fieldapp.accounts.models import Organisation, Person
from fieldapp.blobs.models import Blob
from fieldapp.clock import now
from fieldapp.db import Base, Id, PrimaryId, Sha256
from fieldapp.evidence.models import Evidence

HASH = 64
"""Hex digits of one PDQ hash."""


class Likeness(Base):
    """What a stored picture, or a poster of a stored video, is recognised by. `evidence.likeness` says how it is made.

    `number` counts up as rows are added and is its place in the search index; it means nothing else.
    """

    __tablename__ = "likeness"
    __table_args__ = (
        ForeignKeyConstraint(["organisation_id", "sha256"], [Blob.organisation_id, Blob.sha256]),
        UniqueConstraint("organisation_id", "sha256", "version", "frame"),
        Index("ix_likeness_made", "made_at"),
    )
    ledger_exempt = "made from the stored bytes by a versioned recipe, any time again; the reading has its entry"

    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    organisation_id: Mapped[Id]
    sha256: Mapped[Sha256]
    version: Mapped[int]
    frame: Mapped[int]  # 0, and of a video its further posters
    hashes: Mapped[str] = mapped_column(Text)  # eight PDQ hashes in hex, its own first
    quality: Mapped[int]
    keypoints: Mapped[int]
    features: Mapped[bytes | None] = deferred(mapped_column(LargeBinary))
    made_at: Mapped[datetime] = mapped_column(default=now)

    @property
    def turned(self) -> tuple[str, ...]:
        """The eight orientations, its own first."""
        return tuple(self.hashes[at : at + HASH] for at in range(0, len(self.hashes), HASH))


class Resemblance(Base):
    """A photo looks like one that was filed before it. It is a question to a person, and neither rejects nor deducts.

    `across`: two insurers answer for the two. Then no insurer knows of it, only the authority.
    """

    __tablename__ = "resemblance"
    __table_args__ = (
        UniqueConstraint("evidence_id", "earlier_id"),
        CheckConstraint("method in ('sha256', 'pdq', 'local')", name="method"),
        CheckConstraint("severity in ('high', 'medium', 'low')", name="severity"),
        Index("ix_resemblance_earlier", "earlier_id"),
    )

    id: Mapped[PrimaryId]
    evidence_id: Mapped[Id] = mapped_column(ForeignKey("evidence.id"))
    earlier_id: Mapped[Id] = mapped_column(ForeignKey("evidence.id"))
    across: Mapped[bool]
    method: Mapped[str] = mapped_column(String(10))
    distance: Mapped[int | None]
    inliers: Mapped[int | None]
    correlation: Mapped[int | None]
    thresholds_version: Mapped[int]
    severity: Mapped[str] = mapped_column(String(10))
    found_at: Mapped[datetime] = mapped_column(default=now)

    evidence: Mapped[Evidence] = relationship(foreign_keys=[evidence_id], lazy="joined")
    earlier: Mapped[Evidence] = relationship(foreign_keys=[earlier_id], lazy="joined")
    reviews: Mapped[list["ResemblanceReview"]] = relationship(
        back_populates="resemblance", lazy="selectin", order_by="ResemblanceReview.at"
    )


class ResemblanceReview(Base):
    """What a person saw in the pair, once for each party. What follows is a verdict, given at the photo."""

    __tablename__ = "resemblance_review"
    __table_args__ = (
        UniqueConstraint("resemblance_id", "party_id"),
        CheckConstraint("outcome in ('same_picture', 'same_scene', 'different')", name="outcome"),
    )

    id: Mapped[PrimaryId]
    resemblance_id: Mapped[Id] = mapped_column(ForeignKey("resemblance.id"))
    party_id: Mapped[Id] = mapped_column(ForeignKey("organisation.id"))
    by_id: Mapped[Id] = mapped_column(ForeignKey("person.id"))
    outcome: Mapped[str] = mapped_column(String(12))
    words: Mapped[str | None] = mapped_column(String(500))
    at: Mapped[datetime] = mapped_column(default=now)

    resemblance: Mapped[Resemblance] = relationship(back_populates="reviews")
    by: Mapped[Person] = relationship(lazy="joined", innerjoin=True)
    party: Mapped[Organisation] = relationship(lazy="joined", innerjoin=True)
