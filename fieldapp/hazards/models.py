from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fieldapp.accounts.models import Person
from fieldapp.clock import now
from fieldapp.db import Base, Id, PrimaryId
from fieldapp.projects.models import Project


class Finding(Base):
    """One observation at one item in one visit, never changed. It never costs the insurer that reported it a point."""

    __tablename__ = "finding"
    __table_args__ = (
        UniqueConstraint("organisation_id", "sent_id"),
        CheckConstraint("severity in ('general', 'suspected_major')", name="severity"),
        CheckConstraint(
            "deadline_kind in ('immediately', 'same_day', 'date')", name="deadline_kind"
        ),
        Index("ix_finding_project", "project_id", "found_at"),
    )

    id: Mapped[Id] = mapped_column(primary_key=True)  # own_id(organisation_id, sent_id)
    sent_id: Mapped[Id]
    organisation_id: Mapped[Id] = mapped_column(ForeignKey("organisation.id"))
    visit_id: Mapped[Id] = mapped_column(ForeignKey("visit.id"), index=True)
    project_id: Mapped[Id] = mapped_column(ForeignKey("project.id"))
    question: Mapped[str] = mapped_column(String(120))
    item_id: Mapped[str] = mapped_column(String(80))
    unit_id: Mapped[str | None] = mapped_column(ForeignKey("unit.id"))
    severity: Mapped[str] = mapped_column(String(20))
    words: Mapped[str] = mapped_column(String(2000))
    place: Mapped[str] = mapped_column(String(200))
    deadline_kind: Mapped[str | None] = mapped_column(
        String(12)
    )  # None: put right on the spot, or left open
    deadline_at: Mapped[datetime | None]
    fixed_on_site: Mapped[bool] = mapped_column(default=False)
    found_at: Mapped[datetime]

    hazard: Mapped["Hazard | None"] = relationship(back_populates="finding", lazy="joined")
    severity_decision: Mapped["SeverityDecision | None"] = relationship(lazy="joined")

    @property
    def present_severity(self) -> str:
        """general | suspected_major | major: the reviewer's word, once given."""
        return self.severity_decision.severity if self.severity_decision else self.severity


class SeverityDecision(Base):
    """The qualified reviewer confirms or lowers 疑似重大."""

    __tablename__ = "severity_decision"
    __table_args__ = (CheckConstraint("severity in ('general', 'major')", name="severity"),)

    finding_id: Mapped[Id] = mapped_column(ForeignKey("finding.id"), primary_key=True)
    severity: Mapped[str] = mapped_column(String(10))
    words: Mapped[str] = mapped_column(String(500))
    decided_by_id: Mapped[Id] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime] = mapped_column(default=now)

    decided_by: Mapped[Person] = relationship()


class Hazard(Base):
    """What is followed to closure; opened by a finding that was not fixed on site, or whose proof of that fell.

    `due_at` is the deadline as it stands, `due_kind` how it was said: a re-inspection that finds it not rectified sets a new one.
    """

    __tablename__ = "hazard"

    id: Mapped[PrimaryId]
    finding_id: Mapped[Id] = mapped_column(ForeignKey("finding.id"), unique=True)
    project_id: Mapped[Id] = mapped_column(ForeignKey("project.id"), index=True)
    opened_at: Mapped[datetime]
    due_at: Mapped[datetime]
    due_kind: Mapped[str | None] = mapped_column(String(12))  # None: left open

    finding: Mapped[Finding] = relationship(back_populates="hazard", lazy="joined")
    project: Mapped[Project] = relationship(lazy="joined", innerjoin=True)
    closures: Mapped[list["HazardClosure"]] = relationship(
        lazy="selectin", order_by="HazardClosure.closed_at", back_populates="hazard"
    )
    re_inspections: Mapped[list["ReInspection"]] = relationship(
        lazy="selectin", order_by="ReInspection.inspected_at", back_populates="hazard"
    )
    reopenings: Mapped[list["HazardReopening"]] = relationship(
        order_by="HazardReopening.reopened_at", back_populates="hazard"
    )

    @property
    def closure(self) -> "HazardClosure | None":
        """The closure that stands."""
        return next((each for each in self.closures if each.reopening is None), None)

    @property
    def is_refused(self) -> bool:
        """拒不整改: what the last re-inspection said."""
        last = self.re_inspections[-1] if self.re_inspections else None
        return last is not None and last.refused

    def escalation(self, at: datetime) -> str | None:
        """refused | overdue, of what is not closed."""
        if self.closure is not None:
            return None
        if self.is_refused:
            return "refused"
        return "overdue" if self.due_at < at else None

    def state(self, at: datetime) -> str:
        """open | overdue | closed, at that moment."""
        if self.closure is not None:
            return "closed"
        return "overdue" if self.due_at < at else "open"


class ReInspection(Base):
    """复查: what a surveyor found of a hazard on going back. `due_at`: the new deadline where it is not rectified."""

    __tablename__ = "re_inspection"
    __table_args__ = (CheckConstraint("outcome in ('rectified', 'not_rectified')", name="outcome"),)

    visit_id: Mapped[Id] = mapped_column(ForeignKey("visit.id"), primary_key=True)
    hazard_id: Mapped[Id] = mapped_column(ForeignKey("hazard.id"), index=True)
    outcome: Mapped[str] = mapped_column(String(16))
    refused: Mapped[bool] = mapped_column(default=False)  # 拒不整改
    words: Mapped[str | None] = mapped_column(String(2000))
    inspected_at: Mapped[datetime]
    due_at: Mapped[datetime | None]

    hazard: Mapped[Hazard] = relationship(back_populates="re_inspections")


class HazardClosure(Base):
    """That a hazard was closed, by whom and when; it stands until a reopening names it."""

    __tablename__ = "hazard_closure"

    id: Mapped[PrimaryId]
    hazard_id: Mapped[Id] = mapped_column(ForeignKey("hazard.id"), index=True)
    visit_id: Mapped[str | None] = mapped_column(ForeignKey("visit.id"))
    closed_by_id: Mapped[Id] = mapped_column(ForeignKey("person.id"))
    words: Mapped[str | None] = mapped_column(String(500))
    closed_at: Mapped[datetime] = mapped_column(default=now)

    hazard: Mapped[Hazard] = relationship(back_populates="closures")
    closed_by: Mapped[Person] = relationship()
    reopening: Mapped["HazardReopening | None"] = relationship(
        lazy="selectin", back_populates="closure"
    )


class HazardReopening(Base):
    """That a closure fell: its photo was rejected, or somebody went there later and saw otherwise.

    `closure` is empty where a finding had been put right on the spot and its proof fell: the hazard begins with this.
    """

    __tablename__ = "hazard_reopening"

    id: Mapped[PrimaryId]
    hazard_id: Mapped[Id] = mapped_column(ForeignKey("hazard.id"), index=True)
    closure_id: Mapped[str | None] = mapped_column(ForeignKey("hazard_closure.id"), unique=True)
    verdict_id: Mapped[str | None] = mapped_column(ForeignKey("verdict.id"))
    reopened_by_id: Mapped[Id] = mapped_column(ForeignKey("person.id"))
    words: Mapped[str] = mapped_column(String(500))
    reopened_at: Mapped[datetime] = mapped_column(default=now)

    hazard: Mapped[Hazard] = relationship(back_populates="reopenings")
    closure: Mapped[HazardClosure | None] = relationship(back_populates="reopening")
    reopened_by: Mapped[Person] = relationship()
