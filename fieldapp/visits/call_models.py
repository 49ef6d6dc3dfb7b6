"""收到: who was called about a task that cannot wait, and who said that they go."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fieldapp.accounts.models import Person
from fieldapp.clock import now
from fieldapp.db import Base, Id, PrimaryId
from fieldapp.visits.models import Task, TaskAssignment

STEPS = ("assignee", "partner", "dispatcher")
HOW = ("phone", "started", "desk")


class TaskCall(Base):
    """That somebody was called about a task, as which of the steps. Without a person: there was nobody to call."""

    __tablename__ = "task_call"
    __table_args__ = (
        UniqueConstraint("assignment_id", "step", "person_id"),
        CheckConstraint("step in ('" + "', '".join(STEPS) + "')", name="step"),
    )

    id: Mapped[PrimaryId]
    task_id: Mapped[Id] = mapped_column(ForeignKey("task.id"), index=True)
    assignment_id: Mapped[Id] = mapped_column(ForeignKey("task_assignment.id"))
    step: Mapped[str] = mapped_column(String(10))
    person_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"), index=True)
    rules_version: Mapped[int]
    called_at: Mapped[datetime] = mapped_column(default=now)
    until: Mapped[datetime | None]  # when the next step is called; None after the last one

    task: Mapped[Task] = relationship(lazy="joined", innerjoin=True)
    person: Mapped[Person | None] = relationship(lazy="joined")


class TaskAcknowledgement(Base):
    """That somebody said 收到 to a task as it was assigned then.

    `how`: on the phone, by starting it there, or told to the desk by voice (`words`). `said_at` is the phone's word for
    when, set right by what it knew of our clock; `received_at` is ours.
    """

    __tablename__ = "task_acknowledgement"
    __table_args__ = (
        UniqueConstraint("assignment_id", "person_id"),
        CheckConstraint("how in ('" + "', '".join(HOW) + "')", name="how"),
    )

    id: Mapped[PrimaryId]
    task_id: Mapped[Id] = mapped_column(ForeignKey("task.id"), index=True)
    assignment_id: Mapped[Id] = mapped_column(ForeignKey("task_assignment.id"))
    person_id: Mapped[Id] = mapped_column(ForeignKey("person.id"))
    how: Mapped[str] = mapped_column(String(10))
    said_at: Mapped[datetime]
    received_at: Mapped[datetime] = mapped_column(default=now)
    words: Mapped[str | None] = mapped_column(String(500))

    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)
    assignment: Mapped[TaskAssignment] = relationship()
