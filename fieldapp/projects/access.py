"""May this person see this project? Asked as: find it among what they may see."""

from datetime import date
from functools import cache

from sqlalchemy import BindParameter, ColumnElement, Select, bindparam, false, or_, true
from sqlalchemy.orm import lazyload

from fieldapp.accounts.models import Person
from fieldapp.accounts.permissions import Act, Kind, Scheme
from fieldapp.clock import local_date, now
from fieldapp.db import db
from fieldapp.errors import NotAllowed, NotFound
from fieldapp.projects.models import Policy, Pool, PoolMember, Project, Service, Unit

CITY_CODE_DIGITS = 4
"""A county's area code starts with its city's first four digits."""


def projects_for(person: Person, act: Act = Act.PROJECT_READ) -> Select[Project]:
    """The projects that the person has a tie to in a scheme where they may do this."""
    ties = [_tie(person, scheme) for scheme in person.schemes(act)]
    return db.select(Project).where(or_(false(), *ties))


def project_for(person: Person, project_id: str, act: Act = Act.PROJECT_READ) -> Project:
    """Raises NotFound for outsiders."""
    project = db.session.scalar(projects_for(person, act).where(Project.id == project_id))
    if project is None:
        raise NotFound
    return project


def ties(person: Person, scheme: Scheme | str) -> Select[str]:
    """Ids of the projects that the person's organisation has a tie to in this scheme: for `.in_()`."""
    return db.select(Project.id).where(_tie(person, Scheme(scheme)))


def service_of(project_id: str, scheme: Scheme | str, on: date | None = None) -> Service | None:
    """The service in force on that day (today by default)."""
    asked = {"project": project_id, "scheme": Scheme(scheme), "day": on or local_date(now())}
    return db.session.scalar(_service(), asked)


@cache
def _service() -> Select[Service]:
    # Mostly one wants to know whose it is, and knows them.
    return (
        db.select(Service)
        .where(Service.id == service_in_force().scalar_subquery())
        .options(lazyload("*"))
    )


def service_in_force() -> Select[str]:
    """The id of the service of the `project` in the `scheme` on the `day` that a question is asked with."""
    return (
        db.select(Service.id)
        .where(
            Service.project_id == bindparam("project"),
            Service.scheme == bindparam("scheme"),
            in_force(bindparam("day")),
        )
        .order_by(Service.starts_on.desc())
        .limit(1)
    )


def serves(person: Person, project_id: str, scheme: Scheme | str, on: date | None = None) -> bool:
    """Whether the person's organisation serves the project then: as its service insurer or that one's agency."""
    return is_served_by(person, service_of(project_id, scheme, on))


def is_served_by(person: Person, service: Service | None) -> bool:
    return service is not None and person.organisation_id in (
        service.service_insurer_id,
        service.agency_id,
    )


def kept_by(person: Person, project_id: str, act: Act) -> Project:
    """A project whose register or position the person may keep: the operator's, or of whoever serves it now.

    Raises NotFound for outsiders, NotAllowed for those who see it and do not serve it.
    """
    project = project_for(person, project_id)
    if not may_keep(person, project.id, act):
        raise NotAllowed(
            "该项目现由其他单位服务，由其办理。",
            "Others serve this project now; this is theirs to do.",
        )
    return project


def may_keep(person: Person, project_id: str, act: Act) -> bool:
    """Of a project that the person may see."""
    schemes = person.schemes(act)
    return bool(schemes) and (
        person.kind is Kind.OPERATOR
        or any(serves(person, project_id, scheme) for scheme in schemes)
    )


def unit_for(person: Person, unit_id: str, act: Act) -> Unit:
    """Raises as `kept_by`."""
    unit = db.session.get(Unit, unit_id)
    if unit is None:
        raise NotFound
    kept_by(person, unit.project_id, act)
    return unit


def pooled_for(insurer_id: str, scheme: Scheme | str) -> Select[str]:
    """Ids of projects whose service the insurer sees through a pool 共保体: a lead that of every project, a member
    that of those it brought in. Outside a pool an insurer never sees another insurer's visits and photos."""
    led = db.select(Pool.id).where(Pool.lead_insurer_id == insurer_id)
    brought = db.select(Service.project_id).where(
        Service.scheme == scheme, Service.originating_insurer_id == insurer_id
    )
    return db.select(Policy.project_id).where(
        Policy.scheme == scheme,
        Policy.pool_id.is_not(None),
        or_(Policy.pool_id.in_(led), Policy.project_id.in_(brought)),
    )


def area_covers(person: Person, area: str) -> bool:
    """Whether the person's authority is in charge of this area: its own county, or any county of its city."""
    own = person.organisation.area
    if own is None:
        return False
    return (
        area.startswith(own[:CITY_CODE_DIGITS])
        if person.organisation.level == "city"
        else area == own
    )


def _tie(person: Person, scheme: Scheme) -> ColumnElement[bool]:
    match person.kind:
        case Kind.INSURER:
            return Project.id.in_(_of_insurer(person.organisation_id, scheme))
        case Kind.SERVICE_AGENCY:
            return Project.id.in_(
                db.select(Service.project_id).where(
                    Service.scheme == scheme,
                    Service.agency_id == person.organisation_id,
                    in_force(),
                )
            )
        case (
            Kind.CONSTRUCTION_AUTHORITY
            | Kind.SOCIAL_INSURANCE_AGENCY
            | Kind.INJURY_DETERMINATION_AUTHORITY
        ):
            return Project.id.in_(
                db.select(Policy.project_id).where(Policy.scheme == scheme)
            ) & _in_area(person)
        case Kind.OPERATOR:
            return true()
        case _:
            return false()


def _of_insurer(insurer_id: str, scheme: Scheme) -> Select[str]:
    """Projects it serves or brought in, and its pools' projects."""
    pools = db.select(Pool.id).where(
        or_(
            Pool.lead_insurer_id == insurer_id,
            Pool.id.in_(_joined(insurer_id)),
        )
    )
    served = db.select(Service.project_id).where(
        Service.scheme == scheme,
        or_(Service.service_insurer_id == insurer_id, Service.originating_insurer_id == insurer_id),
    )
    pooled = db.select(Policy.project_id).where(Policy.scheme == scheme, Policy.pool_id.in_(pools))
    insured = db.select(Policy.project_id).where(
        Policy.scheme == scheme, Policy.insurer_id == insurer_id
    )
    return db.select(Project.id).where(
        or_(Project.id.in_(served), Project.id.in_(pooled), Project.id.in_(insured))
    )


def _joined(insurer_id: str) -> Select[str]:
    """The pools that it belongs to today."""
    today = local_date(now())
    return db.select(PoolMember.pool_id).where(
        PoolMember.insurer_id == insurer_id,
        PoolMember.starts_on <= today,
        or_(PoolMember.ends_on.is_(None), PoolMember.ends_on >= today),
    )


def _in_area(person: Person) -> ColumnElement[bool]:
    own = person.organisation.area
    if own is None:
        return false()
    if person.organisation.level == "city":
        return Project.area.startswith(own[:CITY_CODE_DIGITS])
    return Project.area == own


def in_force(on: date | BindParameter[date] | None = None) -> ColumnElement[bool]:
    """Of the service of the query, on that day (today in China by default)."""
    on = local_date(now()) if on is None else on
    return (Service.starts_on <= on) & or_(Service.ends_on.is_(None), Service.ends_on >= on)
