from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fieldapp.accounts.models import Organisation, Person
from fieldapp.clock import now
from fieldapp.db import Base, Id, PrimaryId, Sha256
from fieldapp.projects.models import SCHEMES, Project
from fieldapp.visits.models import Visit

COMPARISONS = ("agreed", "missed", "understated", "falsely_closed", "found_later", "not_comparable")


class SpotInspection(Base):
    """飞行检查: an authority's own stay on site."""

    __tablename__ = "spot_inspection"

    id: Mapped[PrimaryId]
    project_id: Mapped[Id] = mapped_column(ForeignKey("project.id"), index=True)
    authority_id: Mapped[Id] = mapped_column(ForeignKey("organisation.id"), index=True)
    officer_id: Mapped[Id] = mapped_column(ForeignKey("person.id"))
    words: Mapped[str | None] = mapped_column(String(500))
    started_at: Mapped[datetime] = mapped_column(default=now)

    project: Mapped[Project] = relationship(lazy="joined", innerjoin=True)
    authority: Mapped[Organisation] = relationship(
        foreign_keys=[authority_id], lazy="joined", innerjoin=True
    )
    officer: Mapped[Person] = relationship(lazy="joined", innerjoin=True)
    findings: Mapped[list["AuthorityFinding"]] = relationship(back_populates="inspection")


class AuthorityFinding(Base):
    """What the authority itself saw at an item, beside the insurer's answer there. A disagreement is not yet a fact."""

    __tablename__ = "authority_finding"
    __table_args__ = (
        CheckConstraint(f"comparison in ({', '.join(map(repr, COMPARISONS))})", name="comparison"),
        Index("ix_authority_finding_insurer", "insurer_id", "found_at"),
    )

    id: Mapped[PrimaryId]
    inspection_id: Mapped[Id] = mapped_column(ForeignKey("spot_inspection.id"), index=True)
    insurer_id: Mapped[Id] = mapped_column(ForeignKey("organisation.id"))
    visit_id: Mapped[Id] = mapped_column(ForeignKey("visit.id"))
    record_sha256: Mapped[
        Sha256
    ]  # the insurer's record that was compared; a later revision does not change it
    answer_value: Mapped[str] = mapped_column(String(16))
    answered_at: Mapped[datetime]
    question: Mapped[str] = mapped_column(String(120))
    severity: Mapped[str] = mapped_column(
        String(20), default="general"
    )  # general | suspected_major
    words: Mapped[str] = mapped_column(String(500))
    place: Mapped[str] = mapped_column(String(200))
    found_at: Mapped[datetime]
    recorded_at: Mapped[datetime] = mapped_column(default=now)
    recorded_by_id: Mapped[Id] = mapped_column(ForeignKey("person.id"))
    comparison: Mapped[str] = mapped_column(String(20))
    rules_version: Mapped[str] = mapped_column(String(20))
    response_due_at: Mapped[datetime]

    inspection: Mapped[SpotInspection] = relationship(back_populates="findings", lazy="joined")
    visit: Mapped[Visit] = relationship()
    insurer: Mapped[Organisation] = relationship(lazy="joined", innerjoin=True)
    response: Mapped["InsurerResponse | None"] = relationship(lazy="joined")
    fact: Mapped["RecordedFact | None"] = relationship(
        lazy="joined",
        primaryjoin="and_(foreign(RecordedFact.source_id) == AuthorityFinding.id, RecordedFact.kind == 'authority_finding')",
        viewonly=True,
    )


class InsurerResponse(Base):
    __tablename__ = "insurer_response"
    __table_args__ = (CheckConstraint("stance in ('accepted', 'contested')", name="stance"),)

    finding_id: Mapped[Id] = mapped_column(ForeignKey("authority_finding.id"), primary_key=True)
    stance: Mapped[str] = mapped_column(String(10))
    words: Mapped[str | None] = mapped_column(String(1000))
    by_id: Mapped[Id] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(default=now)

    by: Mapped[Person] = relationship(lazy="joined", innerjoin=True)


class RecordedFact(Base):
    """A fact on record that a decision may rest on. kind: authority_finding | year_figures | absence …"""

    __tablename__ = "recorded_fact"
    __table_args__ = (
        CheckConstraint(SCHEMES, name="scheme"),
        Index("ix_recorded_fact_insurer", "insurer_id", "period"),
        Index("ix_recorded_fact_source", "kind", "source_id", unique=True),
    )

    id: Mapped[PrimaryId]
    kind: Mapped[str] = mapped_column(String(30))
    scheme: Mapped[str] = mapped_column(String(40))
    insurer_id: Mapped[Id] = mapped_column(ForeignKey("organisation.id"))
    project_id: Mapped[str | None] = mapped_column(ForeignKey("project.id"))
    period: Mapped[str] = mapped_column(String(4))
    source_id: Mapped[str | None] = mapped_column(String(36))
    words: Mapped[str] = mapped_column(String(500))
    recorded_by_id: Mapped[Id] = mapped_column(ForeignKey("person.id"))
    authority_id: Mapped[Id] = mapped_column(ForeignKey("organisation.id"))
    recorded_at: Mapped[datetime] = mapped_column(default=now)

    recorded_by: Mapped[Person] = relationship(lazy="joined", innerjoin=True)
    authority: Mapped[Organisation] = relationship(
        foreign_keys=[authority_id], lazy="joined", innerjoin=True
    )
    withdrawal: Mapped["FactWithdrawal | None"] = relationship(lazy="joined")


class FactWithdrawal(Base):
    """撤回: what the authority says of its own fact that turned out wrong. The fact stays to be read, and carries nothing."""

    __tablename__ = "fact_withdrawal"

    fact_id: Mapped[Id] = mapped_column(ForeignKey("recorded_fact.id"), primary_key=True)
    words: Mapped[str] = mapped_column(String(500))
    by_id: Mapped[Id] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(default=now)

    by: Mapped[Person] = relationship(lazy="joined", innerjoin=True)
