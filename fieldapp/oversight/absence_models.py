from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fieldapp.accounts.models import Person
from fieldapp.clock import now
from fieldapp.db import Base, Id


class AbsenceAnswer(Base):
    """What the insurer says to an absence on record against it, once. The fact stays; whoever rests on it reads both."""

    __tablename__ = "absence_answer"
    __table_args__ = (CheckConstraint("stance in ('accepted', 'contested')", name="stance"),)

    fact_id: Mapped[Id] = mapped_column(ForeignKey("recorded_fact.id"), primary_key=True)
    stance: Mapped[str] = mapped_column(String(10))
    words: Mapped[str | None] = mapped_column(String(1000))
    by_id: Mapped[Id] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(default=now)

    by: Mapped[Person] = relationship(lazy="joined", innerjoin=True)
