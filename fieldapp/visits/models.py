from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Date, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fieldapp.accounts.models import Organisation, Person
from fieldapp.checklists.forms.template import FORM_KINDS
from fieldapp.clock import now
from fieldapp.db import Base, Id, PrimaryId, Sha256
from fieldapp.evidence.models import Evidence, Verdict
from fieldapp.keys import Personal
from fieldapp.projects.models import SCHEMES, Project

TASK_KINDS = (
    "monthly_check",
    "follow_up",
    "re_shoot",
    "explain",
    "re_inspection",
    *FORM_KINDS,
)


class Task(Base):
    """Something a surveyor is to do. `nonce` draws the 抽拍 items and proves that photos are not older than it.

    `organisation` is to do it; `assignee` is empty for as long as its dispatcher has not named a surveyor.
    """

    __tablename__ = "task"
    __table_args__ = (
        CheckConstraint(SCHEMES, name="scheme"),
        CheckConstraint("kind in ('" + "', '".join(TASK_KINDS) + "')", name="kind"),
        Index("ix_task_assignee", "assignee_id", "due_at"),
        Index("ix_task_month", "project_id", "scheme", "period"),
        Index("ix_task_due", "due_at"),
    )

    id: Mapped[PrimaryId]
    kind: Mapped[str] = mapped_column(String(20))
    scheme: Mapped[str] = mapped_column(String(40))
    project_id: Mapped[Id] = mapped_column(ForeignKey("project.id"))
    organisation_id: Mapped[Id] = mapped_column(ForeignKey("organisation.id"), index=True)
    assignee_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    period: Mapped[str | None] = mapped_column(String(7))
    checklist: Mapped[str] = mapped_column(String(40))
    edition: Mapped[str] = mapped_column(String(20))
    nonce: Mapped[str] = mapped_column(String(64))
    issued_at: Mapped[datetime] = mapped_column(default=now)
    issued_by_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))  # None: the program
    due_at: Mapped[datetime]
    note: Mapped[str | None] = mapped_column(String(300))
    evidence_id: Mapped[str | None] = mapped_column(
        ForeignKey("evidence.id")
    )  # re_shoot, explain: the rejected photo
    verdict_id: Mapped[str | None] = mapped_column(ForeignKey("verdict.id"))
    # No foreign keys: a hazard and a visit name their task themselves.
    hazard_id: Mapped[str | None] = mapped_column(String(36), index=True)  # re_inspection
    origin_visit_id: Mapped[str | None] = mapped_column(String(36), index=True)  # follow_up
    questions: Mapped[list[Any] | None] = mapped_column(
        JSON(none_as_null=True)
    )  # follow_up: what is left to inspect
    case_id: Mapped[str | None] = mapped_column(ForeignKey("accident_case.id"))
    context: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """What the form's expressions and first answers start from: by the names of its edition's `context`."""

    project: Mapped[Project] = relationship(lazy="joined", innerjoin=True)
    organisation: Mapped[Organisation] = relationship(lazy="joined", innerjoin=True)
    assignee: Mapped[Person | None] = relationship(lazy="joined", foreign_keys=[assignee_id])
    issued_by: Mapped[Person | None] = relationship(foreign_keys=[issued_by_id])
    assignments: Mapped[list["TaskAssignment"]] = relationship(
        order_by="TaskAssignment.assigned_at", back_populates="task"
    )
    closure: Mapped["TaskClosure | None"] = relationship(back_populates="task", lazy="joined")
    evidence: Mapped[Evidence | None] = relationship()
    verdict: Mapped[Verdict | None] = relationship()

    def state(self, at: datetime) -> str:
        """done | withdrawn | unassigned | overdue | open, at that moment."""
        if self.closure is not None:
            return "done" if self.closure.visit_id else "withdrawn"
        if self.assignee_id is None:
            return "unassigned"
        return "overdue" if self.due_at < at else "open"


class TaskAssignment(Base):
    """Who had a task from when on: a surveyor, or an organisation whose dispatcher names one. The latest counts.

    Whoever had it may send its record: a colleague's is looked at by a person, never lost.
    """

    __tablename__ = "task_assignment"

    id: Mapped[PrimaryId]
    task_id: Mapped[Id] = mapped_column(ForeignKey("task.id"), index=True)
    organisation_id: Mapped[Id] = mapped_column(ForeignKey("organisation.id"))
    assignee_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    assigned_by_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))  # None: the program
    assigned_at: Mapped[datetime] = mapped_column(default=now)

    task: Mapped[Task] = relationship(back_populates="assignments")
    organisation: Mapped[Organisation] = relationship(lazy="joined", innerjoin=True)
    assignee: Mapped[Person | None] = relationship(foreign_keys=[assignee_id])
    assigned_by: Mapped[Person | None] = relationship(foreign_keys=[assigned_by_id])


class MonthIssue(Base):
    """That the month's checks of what an organisation serves were given out in one act, and how many.

    `already` had their task or their visit; `unassigned` of the `issued` wait for a surveyor's name.
    """

    __tablename__ = "month_issue"
    __table_args__ = (Index("ix_month_issue_period", "organisation_id", "period"),)

    id: Mapped[PrimaryId]
    organisation_id: Mapped[Id] = mapped_column(ForeignKey("organisation.id"))
    period: Mapped[str] = mapped_column(String(7))
    by_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))  # None: the monthly job
    issued: Mapped[int]
    unassigned: Mapped[int]
    already: Mapped[int]
    at: Mapped[datetime] = mapped_column(default=now)

    by: Mapped[Person | None] = relationship(lazy="joined")


class TaskClosure(Base):
    """That a task is over: done by a visit, or withdrawn with a reason, by a person or (`closed_by` None) by the program."""

    __tablename__ = "task_closure"

    task_id: Mapped[Id] = mapped_column(ForeignKey("task.id"), primary_key=True)
    visit_id: Mapped[str | None] = mapped_column(String(36))
    closed_by_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str | None] = mapped_column(String(500))
    closed_at: Mapped[datetime] = mapped_column(default=now)

    closed_by: Mapped[Person | None] = relationship(lazy="joined")
    task: Mapped[Task] = relationship(back_populates="closure")


class Visit(Base):
    """A stay on site as its accepted record tells it. `record_sha256` names that record; a revision replaces the rows below it."""

    __tablename__ = "visit"
    __table_args__ = (
        UniqueConstraint("organisation_id", "sent_id"),
        CheckConstraint(SCHEMES, name="scheme"),
        Index("ix_visit_project", "project_id", "finished_at"),
        Index("ix_visit_arrival", "received_at"),
    )

    id: Mapped[Id] = mapped_column(primary_key=True)  # own_id(organisation_id, sent_id)
    sent_id: Mapped[Id]
    organisation_id: Mapped[Id] = mapped_column(ForeignKey("organisation.id"))
    kind: Mapped[str] = mapped_column(String(20))
    task_id: Mapped[str | None] = mapped_column(
        ForeignKey("task.id"), index=True
    )  # None: nobody had ordered it
    case_id: Mapped[str | None] = mapped_column(ForeignKey("accident_case.id"), index=True)
    project_id: Mapped[Id] = mapped_column(ForeignKey("project.id"))
    scheme: Mapped[str] = mapped_column(String(40))
    period: Mapped[str] = mapped_column(String(7))
    surveyor_id: Mapped[Id] = mapped_column(ForeignKey("person.id"))
    service_insurer_id: Mapped[Id] = mapped_column(ForeignKey("organisation.id"), index=True)
    checklist: Mapped[str] = mapped_column(String(40))
    edition: Mapped[str] = mapped_column(String(20))
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime]
    received_at: Mapped[datetime] = mapped_column(default=now)
    arrival: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    revision: Mapped[int] = mapped_column(default=1)
    record_sha256: Mapped[Sha256]
    answers_evidence_id: Mapped[str | None] = mapped_column(
        ForeignKey("evidence.id"), index=True
    )  # re_shoot, explain: the photo it answers
    words: Mapped[str | None] = mapped_column(String(2000))  # what the surveyor says to the judge

    project: Mapped[Project] = relationship(lazy="joined", innerjoin=True)
    surveyor: Mapped[Person] = relationship(lazy="joined", innerjoin=True)
    organisation: Mapped[Organisation] = relationship(foreign_keys=[organisation_id])
    service_insurer: Mapped[Organisation] = relationship(foreign_keys=[service_insurer_id])
    task: Mapped[Task | None] = relationship()
    form: Mapped["VisitForm | None"] = relationship(cascade="all, delete-orphan")
    answers: Mapped[list["Answer"]] = relationship(
        order_by="Answer.position", cascade="all, delete-orphan"
    )
    categories: Mapped[list["CategoryPresence"]] = relationship(
        order_by="CategoryPresence.position", cascade="all, delete-orphan"
    )
    signature: Mapped["SiteSignature | None"] = relationship(cascade="all, delete-orphan")
    shortfalls: Mapped[list["Shortfall"]] = relationship(
        order_by="Shortfall.position", cascade="all, delete-orphan"
    )


class VisitForm(Base):
    """What a visit's form says, by path. Fields that the edition marks as personal stand encrypted and apart.

    `rows`: the ids of each group's rows, in order.
    """

    __tablename__ = "visit_form"

    visit_id: Mapped[Id] = mapped_column(ForeignKey("visit.id"), primary_key=True)
    rows: Mapped[dict[str, Any]] = mapped_column(JSON)
    values: Mapped[dict[str, Any]] = mapped_column(JSON)
    personal: Mapped[str] = mapped_column(Personal)  # JSON {path: raw answer}


class CategoryPresence(Base):
    """Whether one of the five categories was on site; absent needs a reason (and a photo, shot `absence`)."""

    __tablename__ = "category_presence"

    visit_id: Mapped[Id] = mapped_column(ForeignKey("visit.id"), primary_key=True)
    category: Mapped[str] = mapped_column(String(30), primary_key=True)
    position: Mapped[int]
    present: Mapped[bool]
    reason: Mapped[str | None] = mapped_column(String(40))
    words: Mapped[str | None] = mapped_column(String(2000))


class Answer(Base):
    """The answer to one item at one unit. `by_group`: given by 本组其余合格. `carried_from_id`: 沿用, not inspected this time."""

    __tablename__ = "answer"
    __table_args__ = (
        CheckConstraint(
            "value in ('pass', 'fail', 'not_applicable', 'not_inspected')", name="value"
        ),
    )

    visit_id: Mapped[Id] = mapped_column(ForeignKey("visit.id"), primary_key=True)
    question: Mapped[str] = mapped_column(String(120), primary_key=True)
    position: Mapped[int]
    item_id: Mapped[str] = mapped_column(String(80), index=True)
    unit_id: Mapped[str | None] = mapped_column(ForeignKey("unit.id"))
    value: Mapped[str] = mapped_column(String(16))
    answered_at: Mapped[datetime]
    by_group: Mapped[bool] = mapped_column(default=False)
    drawn: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str | None] = mapped_column(String(40))
    words: Mapped[str | None] = mapped_column(String(2000))
    readings: Mapped[list[Any]] = mapped_column(default=list)
    finding_sent_id: Mapped[str | None] = mapped_column(String(36))
    valid_until: Mapped[date | None] = mapped_column(
        Date
    )  # read off the paper, where it has such a day
    # Of an answer that was carried over: the visit that inspected it, and when it did. No foreign key: a claim.
    carried_from_id: Mapped[str | None] = mapped_column(String(36))
    inspected_at: Mapped[datetime | None]


class SiteSignature(Base):
    """The site's representative signed, refused 拒签, or nobody was there 无人."""

    __tablename__ = "site_signature"
    __table_args__ = (
        CheckConstraint("outcome in ('signed', 'refused', 'absent')", name="outcome"),
    )

    visit_id: Mapped[Id] = mapped_column(ForeignKey("visit.id"), primary_key=True)
    outcome: Mapped[str] = mapped_column(String(10))
    name: Mapped[str | None] = mapped_column(String(50))
    role: Mapped[str | None] = mapped_column(String(50))
    reason: Mapped[str | None] = mapped_column(String(1000))
    evidence_sent_id: Mapped[str | None] = mapped_column(String(36))
    signed_at: Mapped[datetime]


class Shortfall(Base):
    """What an accepted visit lacks (a proof photo, an answer): seen by the supervisor, never a refusal."""

    __tablename__ = "shortfall"

    visit_id: Mapped[Id] = mapped_column(ForeignKey("visit.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    question: Mapped[str | None] = mapped_column(String(120))
    code: Mapped[str] = mapped_column(String(40))
    detail: Mapped[str] = mapped_column(String(300))
