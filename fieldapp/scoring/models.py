from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fieldapp.accounts.models import Organisation, Person
from fieldapp.clock import now
from fieldapp.db import Base, Id, PrimaryId, Sha256
from fieldapp.projects.models import SCHEMES
from fieldapp.scoring.lifecycle import Stand

GROUND_KINDS = "kind in ('evidence', 'verdict', 'fact')"
STEPS = ("proposed", "verified", "notified", "appealed", "decided", "final", "dropped")


class Occurrence(Base):
    """Something that a clause may count against one insurer in one year. It counts once confirmed, resting on grounds."""

    __tablename__ = "occurrence"
    __table_args__ = (
        CheckConstraint(SCHEMES, name="scheme"),
        CheckConstraint("count >= 1", name="count"),
        Index("ix_occurrence_insurer", "insurer_id", "scheme", "period"),
        UniqueConstraint("clause", "case_id", "stands"),
    )

    id: Mapped[PrimaryId]
    scheme: Mapped[str] = mapped_column(String(40))
    insurer_id: Mapped[Id] = mapped_column(ForeignKey("organisation.id"))
    period: Mapped[str] = mapped_column(String(4))
    clause: Mapped[str] = mapped_column(String(60))
    count: Mapped[int] = mapped_column(default=1)
    case_id: Mapped[str | None] = mapped_column(ForeignKey("accident_case.id"))
    # NULL once dropped: NULLs differ, so the same clause may be proposed for the case anew.
    stands: Mapped[bool | None] = mapped_column(default=True)
    authority_id: Mapped[Id] = mapped_column(ForeignKey("organisation.id"))

    insurer: Mapped[Organisation] = relationship(
        foreign_keys=[insurer_id], lazy="joined", innerjoin=True
    )
    authority: Mapped[Organisation] = relationship(
        foreign_keys=[authority_id], lazy="joined", innerjoin=True
    )
    steps: Mapped[list["OccurrenceStep"]] = relationship(
        order_by="OccurrenceStep.position", lazy="selectin"
    )
    grounds: Mapped[list["OccurrenceGround"]] = relationship(
        order_by="OccurrenceGround.position", lazy="selectin"
    )

    @property
    def state(self) -> str:
        return self.steps[-1].step

    @property
    def stand(self) -> Stand:
        outcomes = [step.outcome for step in self.steps if step.outcome]
        return Stand(self.state, outcomes[-1] if outcomes else None)


class OccurrenceStep(Base):
    """One step of an occurrence's life: who, when, why. Added, never changed."""

    __tablename__ = "occurrence_step"
    __table_args__ = (CheckConstraint(f"step in ({', '.join(map(repr, STEPS))})", name="step"),)

    occurrence_id: Mapped[Id] = mapped_column(ForeignKey("occurrence.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    step: Mapped[str] = mapped_column(String(12))
    outcome: Mapped[str | None] = mapped_column(
        String(12)
    )  # of an appeal decision: upheld | dismissed
    words: Mapped[str] = mapped_column(String(1000))
    by_id: Mapped[Id] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(default=now)

    by: Mapped[Person] = relationship(lazy="joined", innerjoin=True)


class OccurrenceGround(Base):
    """What the occurrence rests on: admissible evidence, a verdict, a recorded fact."""

    __tablename__ = "occurrence_ground"
    __table_args__ = (CheckConstraint(GROUND_KINDS, name="kind"),)

    occurrence_id: Mapped[Id] = mapped_column(ForeignKey("occurrence.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    ref_id: Mapped[Id]


class OpinionForm(Base):
    """附件1 by an authority, or 附件2 by a policyholder: one assessor's form for one insurer and year."""

    __tablename__ = "opinion_form"
    __table_args__ = (
        UniqueConstraint("insurer_id", "period", "part", "assessor_id"),
        Index("ix_opinion_form_insurer", "insurer_id", "period"),
    )

    id: Mapped[PrimaryId]
    scheme: Mapped[str] = mapped_column(String(40))
    insurer_id: Mapped[Id] = mapped_column(ForeignKey("organisation.id"))
    period: Mapped[str] = mapped_column(String(4))
    form: Mapped[str] = mapped_column(String(30))
    part: Mapped[str] = mapped_column(String(30))
    assessor_id: Mapped[Id] = mapped_column(ForeignKey("organisation.id"))
    version: Mapped[int] = mapped_column(default=1)  # the ETag: counts every change of its grades

    insurer: Mapped[Organisation] = relationship(
        foreign_keys=[insurer_id], lazy="joined", innerjoin=True
    )
    assessor: Mapped[Organisation] = relationship(
        foreign_keys=[assessor_id], lazy="joined", innerjoin=True
    )
    grades: Mapped[list["FormGrade"]] = relationship(
        order_by="FormGrade.graded_at", lazy="selectin"
    )
    submission: Mapped["FormSubmission | None"] = relationship(lazy="joined")


class FormGrade(Base):
    """One grade given to one item. Added, never changed: the latest of an item counts."""

    __tablename__ = "form_grade"
    __table_args__ = (
        CheckConstraint(
            "grade in ('excellent', 'good', 'qualified', 'unqualified', 'not_applicable')",
            name="grade",
        ),
    )

    id: Mapped[PrimaryId]
    form_id: Mapped[Id] = mapped_column(ForeignKey("opinion_form.id"), index=True)
    item: Mapped[str] = mapped_column(String(40))
    grade: Mapped[str] = mapped_column(String(15))
    words: Mapped[str | None] = mapped_column(String(1000))
    graded_by_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    graded_at: Mapped[datetime] = mapped_column(default=now)

    graded_by: Mapped[Person | None] = relationship(lazy="joined")
    grounds: Mapped[list["FormGradeGround"]] = relationship(
        order_by="FormGradeGround.position", lazy="selectin"
    )


class FormGradeGround(Base):
    __tablename__ = "form_grade_ground"
    __table_args__ = (CheckConstraint(GROUND_KINDS, name="kind"),)

    grade_id: Mapped[Id] = mapped_column(ForeignKey("form_grade.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    ref_id: Mapped[Id]


class FormSubmission(Base):
    __tablename__ = "form_submission"

    form_id: Mapped[Id] = mapped_column(ForeignKey("opinion_form.id"), primary_key=True)
    submitted_by_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    submitted_at: Mapped[datetime] = mapped_column(default=now)


class SatisfactionAnswer(Base):
    """One valid answer to the injury scheme's questionnaire. `voucher`: the number of its paper or its call."""

    __tablename__ = "satisfaction_answer"
    __table_args__ = (UniqueConstraint("insurer_id", "period", "voucher"),)

    id: Mapped[PrimaryId]
    insurer_id: Mapped[Id] = mapped_column(ForeignKey("organisation.id"), index=True)
    period: Mapped[str] = mapped_column(String(4))
    respondent_kind: Mapped[str] = mapped_column(String(20))
    channel: Mapped[str] = mapped_column(String(20))
    satisfied: Mapped[bool]
    answered_at: Mapped[datetime] = mapped_column(default=now)
    voucher: Mapped[str | None] = mapped_column(String(60))
    recorded_by_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))

    recorded_by: Mapped[Person | None] = relationship(lazy="joined")
    withdrawal: Mapped["SatisfactionWithdrawal | None"] = relationship(lazy="joined")


class SatisfactionWithdrawal(Base):
    """That an answer was taken in by mistake and counts no more."""

    __tablename__ = "satisfaction_withdrawal"

    answer_id: Mapped[Id] = mapped_column(ForeignKey("satisfaction_answer.id"), primary_key=True)
    words: Mapped[str] = mapped_column(String(1000))
    by_id: Mapped[Id] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(default=now)

    by: Mapped[Person] = relationship(lazy="joined", innerjoin=True)


class YearFigures(Base):
    """The figures that computed items need, as the authority recorded them. A later row of the year supersedes."""

    __tablename__ = "year_figures"
    __table_args__ = (Index("ix_year_figures_insurer", "insurer_id", "period"),)

    id: Mapped[PrimaryId]
    insurer_id: Mapped[Id] = mapped_column(ForeignKey("organisation.id"))
    period: Mapped[str] = mapped_column(String(4))
    figures: Mapped[
        dict[str, Any]
    ]  # deaths, fatal_general_accidents, accidents_caused_by_…, valid_complaints, lead_projects; accidents, deaths_found
    recorded_by_id: Mapped[Id] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime] = mapped_column(default=now)

    recorded_by: Mapped[Person] = relationship(lazy="joined", innerjoin=True)


class SheetVersion(Base):
    """The sheet after a change that moved it: facts and sheet as computed, so that it can be recomputed for ever."""

    __tablename__ = "sheet_version"
    __table_args__ = (
        Index("ix_sheet_version_subject", "scheme", "insurer_id", "period", "made_at"),
    )

    id: Mapped[PrimaryId]
    scheme: Mapped[str] = mapped_column(String(40))
    insurer_id: Mapped[Id] = mapped_column(ForeignKey("organisation.id"))
    period: Mapped[str] = mapped_column(String(4))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    sheet: Mapped[dict[str, Any]] = mapped_column(JSON)
    digest: Mapped[Sha256]
    cause: Mapped[str] = mapped_column(String(200))
    cause_kind: Mapped[str] = mapped_column(String(20))  # opened | grade | occurrence | figures
    cause_id: Mapped[str | None] = mapped_column(String(36))
    made_at: Mapped[datetime] = mapped_column(default=now)
