"""The demo's city as rows: organisations, people, projects, registers, policies, services."""

from dataclasses import dataclass
from datetime import date, time

from fieldapp.accounts.models import Appointment, Organisation, Person
from fieldapp.accounts.passwords import hash_password
from fieldapp.checklists.publishing import publish_shipped
from fieldapp.clock import at_local
from fieldapp.db import Base, db
from fieldapp.demo.city import City
from fieldapp.demo.city import Project as PlannedProject
from fieldapp.projects.contract_models import ServiceContract
from fieldapp.projects.models import (
    Policy,
    Pool,
    PoolMember,
    Project,
    ProjectParty,
    Service,
    Site,
    Unit,
)

PASSWORD = "fieldapp-demo"  # noqa: S105 - everybody's, printed in README


@dataclass(frozen=True)
class Settled:
    """Row ids by the plan's keys; a unit's by (project, its name)."""

    organisations: dict[str, str]
    people: dict[str, str]
    projects: dict[str, str]
    units: dict[tuple[str, str], str]


def settle(city: City) -> Settled:
    """Everything that stands before the first visit. In the present transaction."""
    publish_shipped()
    organisations = {
        key: _added(
            Organisation(
                name=o.name, short_name=o.short_name, kind=o.kind, level=o.level, area=o.area
            )
        )
        for key, o in city.organisations.items()
    }
    settled = Settled(organisations, _people(city, organisations), {}, {})
    _added(_contract(city, organisations))
    pools = {pool.name: _pool(pool, organisations) for pool in city.pools}
    for project in city.projects:
        _settle_project(project, settled, pools, approver=_approver(city, project, settled))
    return settled


def _contract(city: City, organisations: dict[str, str]) -> ServiceContract:
    """What the city's agency and the insurer with most of its injury cases agreed, invented as all of the demo."""
    return ServiceContract(
        authority_id=organisations["social"],
        insurer_id=organisations["hengchuan"],
        number="协办-2026-01",
        clause="第六条第二款",
        starts_on=date(city.year, 1, 1),
        arrival_minutes_district=90,
        arrival_minutes_county=150,
        hand_over_working_days=5,
        medical_check_working_days=3,
    )


def _approver(city: City, project: PlannedProject, settled: Settled) -> str:
    """A supervisor of the insurer that serves the project; nobody else of an insurer may approve its site."""
    service = project.service()
    return next(
        settled.people[name]
        for name, person in city.people.items()
        if service
        and person.organisation == service.service_insurer
        and "supervisor" in person.roles
    )


def _people(city: City, organisations: dict[str, str]) -> dict[str, str]:
    password = hash_password(PASSWORD)
    since = at_local(date(city.year, 1, 1), time())
    people = {}
    for name, planned in city.people.items():
        people[name] = _added(
            Person(
                organisation_id=organisations[planned.organisation],
                name=planned.name,
                sign_in_name=name,
                password=password,
            )
        )
        for role in planned.roles:
            _added(Appointment(person_id=people[name], role=role, starts_at=since))
    return people


def _pool(pool, organisations: dict[str, str]) -> str:
    row = Pool(name=pool.name, lead_insurer_id=organisations[pool.lead])
    pool_id = _added(row)
    for member in {pool.lead, *pool.members}:
        _added(
            PoolMember(pool_id=pool_id, insurer_id=organisations[member], starts_on=pool.starts_on)
        )
    return pool_id


def _settle_project(
    planned: PlannedProject, settled: Settled, pools: dict[str, str], *, approver: str
) -> None:
    row = Project(
        name=planned.name, address=planned.address, area=planned.area, stage=planned.stage
    )
    project_id = settled.projects[planned.key] = _added(row)
    site = planned.site
    polygon = [[str(lon), str(lat)] for lon, lat in site.polygon]
    _added(
        Site(
            project_id=project_id,
            lon=site.lon,
            lat=site.lat,
            polygon=polygon,
            approved_by_id=approver,
        )
    )
    for position, unit in enumerate(planned.units):
        settled.units[planned.key, unit.name] = _added(
            Unit(
                project_id=project_id,
                kind=unit.kind,
                sub=unit.sub,
                name=unit.name,
                position=position,
                details=unit.details,
            )
        )
    ids = settled.organisations
    for party, organisation in planned.parties.items():
        _added(ProjectParty(project_id=project_id, organisation_id=ids[organisation], party=party))
    for policy in planned.policies:
        _added(
            Policy(
                project_id=project_id,
                scheme=policy.scheme,
                number=policy.number,
                insurer_id=ids[policy.insurer],
                pool_id=policy.pool and pools[policy.pool],
                insured_amount=policy.insured_amount,
                starts_on=policy.starts_on,
                ends_on=policy.ends_on,
            )
        )
    for service in planned.services:
        _added(
            Service(
                project_id=project_id,
                scheme=service.scheme,
                originating_insurer_id=ids[service.originating_insurer],
                service_insurer_id=ids[service.service_insurer],
                agency_id=service.agency and ids[service.agency],
                starts_on=service.starts_on,
            )
        )


def _added(row: Base) -> str:
    db.session.add(row)
    db.session.flush()
    return str(getattr(row, "id", ""))
