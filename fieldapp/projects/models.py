from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Date, ForeignKey, Numeric, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fieldapp.accounts.models import Organisation, Person
from fieldapp.clock import now
from fieldapp.db import Base, Id, PrimaryId

SCHEMES = "scheme in ('construction_liability', 'work_injury_performance')"


class Project(Base):
    """A building site. Its position is WGS-84; unset until somebody approves one."""

    __tablename__ = "project"

    id: Mapped[PrimaryId]
    name: Mapped[str] = mapped_column(String(100))
    address: Mapped[str] = mapped_column(String(200))
    area: Mapped[str] = mapped_column(String(12), index=True)
    stage: Mapped[str] = mapped_column(String(50))
    created_at: Mapped[datetime] = mapped_column(default=now)

    site: Mapped["Site | None"] = relationship(back_populates="project", lazy="joined")
    units: Mapped[list["Unit"]] = relationship(back_populates="project", order_by="Unit.position")
    parties: Mapped[list["ProjectParty"]] = relationship(
        back_populates="project", order_by="ProjectParty.id"
    )
    services: Mapped[list["Service"]] = relationship(
        back_populates="project", order_by="Service.id"
    )
    policies: Mapped[list["Policy"]] = relationship(back_populates="project", order_by="Policy.id")

    @property
    def standing_units(self) -> list["Unit"]:
        """The register as it is now, in its order."""
        return [unit for unit in self.units if unit.removed_at is None]


class Site(Base):
    """Where the site is: centre and polygon as [[lon, lat], …], WGS-84, and who approved it."""

    __tablename__ = "site"

    project_id: Mapped[Id] = mapped_column(ForeignKey("project.id"), primary_key=True)
    lon: Mapped[Decimal] = mapped_column(Numeric(9, 6))
    lat: Mapped[Decimal] = mapped_column(Numeric(8, 6))
    datum: Mapped[str] = mapped_column(String(10), default="WGS-84")
    polygon: Mapped[list[Any]] = mapped_column(
        JSON
    )  # decimal degrees as text, so that digests never drift
    approved_by_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    approved_at: Mapped[datetime] = mapped_column(default=now)

    project: Mapped[Project] = relationship(back_populates="site")
    approved_by: Mapped[Person | None] = relationship()


class Unit(Base):
    """One machine, pit, formwork area or scaffold of the project's register."""

    __tablename__ = "unit"

    id: Mapped[PrimaryId]
    project_id: Mapped[Id] = mapped_column(ForeignKey("project.id"), index=True)
    kind: Mapped[str] = mapped_column(String(30))
    sub: Mapped[str | None] = mapped_column(String(30))
    name: Mapped[str] = mapped_column(String(50))
    position: Mapped[int] = mapped_column(default=0)
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
    registered_at: Mapped[datetime] = mapped_column(default=now)
    removed_at: Mapped[datetime | None]

    project: Mapped[Project] = relationship(back_populates="units")
    changes: Mapped[list["UnitChange"]] = relationship(
        back_populates="unit", order_by="UnitChange.at"
    )


class UnitChange(Base):
    """What a unit was like from a moment on, and who wrote it down. Added only."""

    __tablename__ = "unit_change"
    __table_args__ = (
        CheckConstraint("what in ('added', 'changed', 'removed', 'put_back')", name="what"),
    )

    id: Mapped[PrimaryId]
    unit_id: Mapped[Id] = mapped_column(ForeignKey("unit.id"), index=True)
    at: Mapped[datetime] = mapped_column(default=now)
    by_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    what: Mapped[str] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(String(50))
    sub: Mapped[str | None] = mapped_column(String(30))
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)

    unit: Mapped[Unit] = relationship(back_populates="changes")
    by: Mapped[Person | None] = relationship()


class ProjectParty(Base):
    """An organisation's part in the project: contractor 投保单位, project_owner 建设单位, supervision_firm 监理单位."""

    __tablename__ = "project_party"
    __table_args__ = (UniqueConstraint("project_id", "organisation_id", "party"),)

    id: Mapped[PrimaryId]
    project_id: Mapped[Id] = mapped_column(ForeignKey("project.id"), index=True)
    organisation_id: Mapped[Id] = mapped_column(ForeignKey("organisation.id"))
    party: Mapped[str] = mapped_column(String(30))

    project: Mapped[Project] = relationship(back_populates="parties")
    organisation: Mapped[Organisation] = relationship(lazy="joined", innerjoin=True)


class Pool(Base):
    """共保体: several insurers behind one lead insurer 首席."""

    __tablename__ = "pool"

    id: Mapped[PrimaryId]
    name: Mapped[str] = mapped_column(String(100))
    lead_insurer_id: Mapped[Id] = mapped_column(ForeignKey("organisation.id"))

    members: Mapped[list["PoolMember"]] = relationship(
        back_populates="pool", order_by="PoolMember.id"
    )
    lead_insurer: Mapped[Organisation] = relationship(lazy="joined", innerjoin=True)


class PoolMember(Base):
    __tablename__ = "pool_member"
    __table_args__ = (UniqueConstraint("pool_id", "insurer_id", "starts_on"),)

    id: Mapped[PrimaryId]
    pool_id: Mapped[Id] = mapped_column(ForeignKey("pool.id"), index=True)
    insurer_id: Mapped[Id] = mapped_column(ForeignKey("organisation.id"), index=True)
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date | None] = mapped_column(Date)

    pool: Mapped[Pool] = relationship(back_populates="members")
    insurer: Mapped[Organisation] = relationship(lazy="joined", innerjoin=True)


class Policy(Base):
    __tablename__ = "policy"
    __table_args__ = (CheckConstraint(SCHEMES, name="scheme"),)

    id: Mapped[PrimaryId]
    project_id: Mapped[Id] = mapped_column(ForeignKey("project.id"), index=True)
    scheme: Mapped[str] = mapped_column(String(40))
    number: Mapped[str] = mapped_column(String(60), unique=True)
    insurer_id: Mapped[Id] = mapped_column(ForeignKey("organisation.id"))
    pool_id: Mapped[str | None] = mapped_column(ForeignKey("pool.id"))
    insured_amount: Mapped[Decimal | None] = mapped_column(Numeric(16, 2))
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date] = mapped_column(Date)

    project: Mapped[Project] = relationship(back_populates="policies")
    insurer: Mapped[Organisation] = relationship(lazy="joined", innerjoin=True)
    pool: Mapped[Pool | None] = relationship()


class Service(Base):
    """Who serves a project in a scheme, from when to when. Duties bind the service insurer.

    originating = 引流机构, the insurer that brought the project in; agency = 第三方机构 working for the service insurer.
    """

    __tablename__ = "service"
    __table_args__ = (CheckConstraint(SCHEMES, name="scheme"),)

    id: Mapped[PrimaryId]
    project_id: Mapped[Id] = mapped_column(ForeignKey("project.id"), index=True)
    scheme: Mapped[str] = mapped_column(String(40))
    originating_insurer_id: Mapped[Id] = mapped_column(ForeignKey("organisation.id"))
    service_insurer_id: Mapped[Id] = mapped_column(ForeignKey("organisation.id"), index=True)
    agency_id: Mapped[str | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date | None] = mapped_column(Date)

    project: Mapped[Project] = relationship(back_populates="services")
    originating_insurer: Mapped[Organisation] = relationship(
        foreign_keys=[originating_insurer_id], lazy="joined"
    )
    service_insurer: Mapped[Organisation] = relationship(
        foreign_keys=[service_insurer_id], lazy="joined"
    )
    agency: Mapped[Organisation | None] = relationship(foreign_keys=[agency_id], lazy="joined")
