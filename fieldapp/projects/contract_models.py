from datetime import date

from sqlalchemy import CheckConstraint, Date, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fieldapp.accounts.models import Organisation
from fieldapp.db import Base, Id, PrimaryId


class ServiceContract(Base):
    """协办合同: what a social insurance agency and an insurer agreed for work injuries.

    The rules leave these times to it; one that it does not name is null, and nothing is late by it. `clause` says where they stand.
    """

    __tablename__ = "service_contract"
    __table_args__ = (CheckConstraint("ends_on is null or ends_on >= starts_on", name="order"),)

    id: Mapped[PrimaryId]
    authority_id: Mapped[Id] = mapped_column(ForeignKey("organisation.id"), index=True)
    insurer_id: Mapped[Id] = mapped_column(ForeignKey("organisation.id"), index=True)
    number: Mapped[str] = mapped_column(String(60))
    clause: Mapped[str] = mapped_column(String(200))
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date | None] = mapped_column(Date)
    arrival_minutes_district: Mapped[int | None]  # after the report, by the clock
    arrival_minutes_county: Mapped[int | None]
    hand_over_working_days: Mapped[int | None]  # after the day of the report, which is not counted
    medical_check_working_days: Mapped[int | None]

    authority: Mapped[Organisation] = relationship(
        foreign_keys=[authority_id], lazy="joined", innerjoin=True
    )
    insurer: Mapped[Organisation] = relationship(
        foreign_keys=[insurer_id], lazy="joined", innerjoin=True
    )

    def arrival_minutes(self, area: str) -> int | None:
        """For a site of this area code: within the city's districts, or in its counties."""
        inside = int(area[4:6] or 0) <= LAST_DISTRICT
        return self.arrival_minutes_district if inside else self.arrival_minutes_county


LAST_DISTRICT = 20
"""GB/T 2260: the last two digits of a county-level code are 01 to 20 for districts, above for counties and their cities."""
