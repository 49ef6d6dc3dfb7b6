from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fieldapp.accounts.models import Organisation, Person
from fieldapp.clock import now
from fieldapp.db import Base, Id, PrimaryId
from fieldapp.keys import Personal, mask_name, mask_number
from fieldapp.projects.contract_models import ServiceContract
from fieldapp.projects.models import Project


class AccidentCase(Base):
    """A reported accident of the injury scheme, followed by the service insurer."""

    __tablename__ = "accident_case"

    id: Mapped[PrimaryId]
    number: Mapped[str] = mapped_column(String(40), unique=True)
    project_id: Mapped[Id] = mapped_column(ForeignKey("project.id"), index=True)
    service_insurer_id: Mapped[Id] = mapped_column(ForeignKey("organisation.id"), index=True)
    accident_kind: Mapped[str] = mapped_column(String(40))  # 高处坠落, 物体打击 …
    injured_name: Mapped[str] = mapped_column(Personal(300))
    injured_id_number: Mapped[str] = mapped_column(Personal(300))
    injury: Mapped[str] = mapped_column(Personal(600))
    place: Mapped[str] = mapped_column(String(200))
    occurred_at: Mapped[datetime]
    reported_at: Mapped[datetime]
    surveyed_at: Mapped[datetime | None]
    surveyor_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    contract_id: Mapped[str | None] = mapped_column(ForeignKey("service_contract.id"))
    arrival_due_at: Mapped[datetime | None]  # by the contract, as the next two
    hand_over_due_at: Mapped[datetime | None]
    medical_check_due_at: Mapped[datetime | None]
    deadlines_provisional: Mapped[bool] = mapped_column(default=False)

    project: Mapped[Project] = relationship(lazy="joined", innerjoin=True)
    service_insurer: Mapped[Organisation] = relationship(lazy="joined", innerjoin=True)
    surveyor: Mapped[Person | None] = relationship(lazy="joined")
    contract: Mapped[ServiceContract | None] = relationship()
    hand_over: Mapped["HandOver | None"] = relationship(back_populates="case", lazy="joined")

    @property
    def masked_person(self) -> dict[str, str]:
        number = mask_number(self.injured_id_number)
        return {"name": mask_name(self.injured_name), "id_number": number}

    @property
    def person(self) -> dict[str, str]:
        """Unmasked: whoever shows it writes a ledger entry."""
        return {
            "name": self.injured_name,
            "id_number": self.injured_id_number,
            "injury": self.injury,
        }


class HandOver(Base):
    """移交: the survey file as handed over; its media are evidence with subject (case, id)."""

    __tablename__ = "hand_over"

    case_id: Mapped[Id] = mapped_column(ForeignKey("accident_case.id"), primary_key=True)
    handed_over_by_id: Mapped[Id] = mapped_column(ForeignKey("person.id"))
    received_by_organisation_id: Mapped[Id] = mapped_column(ForeignKey("organisation.id"))
    handed_over_at: Mapped[datetime] = mapped_column(default=now)

    case: Mapped[AccidentCase] = relationship(back_populates="hand_over")
    handed_over_by: Mapped[Person] = relationship(lazy="joined", innerjoin=True)
    received_by: Mapped[Organisation] = relationship(lazy="joined", innerjoin=True)
