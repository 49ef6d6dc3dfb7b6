from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fieldapp.clock import now
from fieldapp.db import Base, Id, PrimaryId
from fieldapp.visits.models import Visit


class ContactSheet(Base):
    """That somebody began to look at a visit's unremarkable photos together. What came of it are verdicts that name it."""

    __tablename__ = "contact_sheet"

    id: Mapped[PrimaryId]
    visit_id: Mapped[Id] = mapped_column(ForeignKey("visit.id"), index=True)
    by_id: Mapped[Id] = mapped_column(ForeignKey("person.id"))
    opened_at: Mapped[datetime] = mapped_column(default=now)

    visit: Mapped[Visit] = relationship(lazy="joined", innerjoin=True)
    displays: Mapped[list["SheetDisplay"]] = relationship(lazy="selectin")


class SheetDisplay(Base):
    """For how long one photo of a sheet was before its judge's eyes, as the desk told; it only ever grows."""

    __tablename__ = "sheet_display"
    __table_args__ = (CheckConstraint("dwell_ms > 0", name="dwell"),)
    ledger_exempt = "told while somebody looks; what counts of it stands in the verdict"

    sheet_id: Mapped[Id] = mapped_column(ForeignKey("contact_sheet.id"), primary_key=True)
    evidence_id: Mapped[Id] = mapped_column(ForeignKey("evidence.id"), primary_key=True)
    dwell_ms: Mapped[int]
