"""The demo's city as frozen values: who is there, what is built, where, and who insures it."""

import math
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Any

import yaml

from fieldapp.projects.kinds import SYSTEMS

PARTIES = ("contractor", "project_owner", "supervision_firm")
_METRES_A_DEGREE = 111_320.0


class CityDiffers(ValueError):
    """city.yaml says something that does not hold together; the sentence names it."""


@dataclass(frozen=True)
class Organisation:
    key: str
    name: str
    short_name: str
    kind: str
    level: str | None = None
    area: str | None = None


@dataclass(frozen=True)
class Person:
    sign_in_name: str
    name: str
    organisation: str
    roles: tuple[str, ...]


@dataclass(frozen=True)
class Pool:
    name: str
    lead: str
    members: tuple[str, ...]
    starts_on: date


@dataclass(frozen=True)
class Unit:
    """One entry of the register. `details` are words for people: model, plate, maker, dates as ISO text."""

    kind: str
    sub: str | None
    name: str
    details: dict[str, str]


@dataclass(frozen=True)
class Site:
    """Centre and outline, WGS-84 degrees; the outline is a ring of (lon, lat) without the first point repeated."""

    lon: Decimal
    lat: Decimal
    polygon: tuple[tuple[Decimal, Decimal], ...]


@dataclass(frozen=True)
class Policy:
    scheme: str
    number: str
    insurer: str
    pool: str | None
    insured_amount: Decimal | None  # yuan
    starts_on: date
    ends_on: date


@dataclass(frozen=True)
class Service:
    scheme: str
    originating_insurer: str
    service_insurer: str
    agency: str | None
    starts_on: date


@dataclass(frozen=True)
class Project:
    key: str
    name: str
    address: str
    area: str
    stage: str
    site: Site
    parties: dict[str, str]
    units: tuple[Unit, ...]
    policies: tuple[Policy, ...]
    services: tuple[Service, ...]
    surveyor: str

    def service(self, scheme: str = "construction_liability") -> Service | None:
        return next((s for s in self.services if s.scheme == scheme), None)

    @property
    def look(self) -> int:
        """The `site` seed of this project's drawn photos."""
        return sum(ord(letter) * (place + 7) for place, letter in enumerate(self.key))


@dataclass(frozen=True)
class City:
    """`plan` is the rest of city.yaml: history, accident, facts, figures, forms, satisfaction."""

    name: str
    area: str
    year: int
    today: date
    organisations: dict[str, Organisation]
    pools: tuple[Pool, ...]
    people: dict[str, Person]
    projects: tuple[Project, ...]
    plan: dict[str, Any] = field(repr=False)

    def project(self, key: str) -> Project:
        return next(p for p in self.projects if p.key == key)

    def insurers(self) -> list[Organisation]:
        return [o for o in self.organisations.values() if o.kind == "insurer"]

    def originated_by(self, insurer: str) -> list[Project]:
        """Projects that this insurer brought in 引流, in the liability scheme."""
        return [p for p in self.projects if (s := p.service()) and s.originating_insurer == insurer]


@lru_cache(maxsize=1)
def city() -> City:
    """The city of city.yaml, checked. Raises CityDiffers."""
    return build(yaml.safe_load(Path(__file__).with_name("city.yaml").read_text("utf-8")))


def build(raw: dict[str, Any]) -> City:
    head = raw["city"]
    built = City(
        name=head["name"],
        area=head["area"],
        year=head["year"],
        today=head["today"],
        organisations={
            key: Organisation(key=key, **row) for key, row in raw["organisations"].items()
        },
        pools=tuple(
            Pool(p["name"], p["lead"], tuple(p["members"]), p["starts_on"]) for p in raw["pools"]
        ),
        people={
            name: Person(name, row[0], row[1], tuple(row[2])) for name, row in raw["people"].items()
        },
        projects=tuple(_project(row, place, raw) for place, row in enumerate(raw["projects"])),
        plan={
            k: raw[k]
            for k in raw
            if k not in ("city", "organisations", "pools", "people", "projects")
        },
    )
    _require_sound(built)
    return built


def _project(row: dict[str, Any], place: int, raw: dict[str, Any]) -> Project:
    rng = Random(f"project/{row['key']}")
    started = date(2025, 11, 3) + timedelta(days=rng.randrange(90))
    originating, serving, agency, surveyor = row["by"]
    pooled = next((p["name"] for p in raw["pools"] if originating in p["members"]), None)
    lead = next((p["lead"] for p in raw["pools"] if originating in p["members"]), originating)
    amount = Decimal(row["amount"]) * 10_000
    policies = [
        Policy(
            "construction_liability",
            f"AZ3399{place + 1:03d}202600{rng.randrange(100, 999)}",
            lead,
            pooled,
            amount,
            date(2026, 1, 1),
            date(2026, 12, 31),
        )
    ]
    services = [Service("construction_liability", originating, serving, agency, date(2026, 1, 1))]
    if row["injury"]:
        policies.append(
            Policy(
                "work_injury_performance",
                f"GS3399{place + 1:03d}202600{rng.randrange(100, 999)}",
                row["injury"],
                None,
                None,
                date(2026, 1, 1),
                date(2027, 6, 30),
            )
        )
        services.append(
            Service("work_injury_performance", row["injury"], row["injury"], None, date(2026, 1, 1))
        )
    return Project(
        key=row["key"],
        name=row["name"],
        address=row["address"],
        area=row["area"],
        stage=row["stage"],
        site=outline(*row["site"], rng=rng),
        parties=dict(row["parties"]),
        units=tuple(_unit(unit, started, place, raw, rng) for unit in row["units"]),
        policies=tuple(policies),
        services=tuple(services),
        surveyor=surveyor,
    )


def _unit(row: list[Any], started: date, place: int, raw: dict[str, Any], rng: Random) -> Unit:
    kind, sub, name, model = row
    details = {"model" if kind in raw["plates"] else "scale": model}
    if kind in raw["plates"]:
        code, maker = raw["plates"][kind]
        installed = started + timedelta(days=60 + rng.randrange(120))
        serial = (place + 1) * 100 + rng.randrange(10, 99)
        details |= {
            "plate": f"{raw['city']['plate']}-{code}-{serial:04d}",
            "maker": maker,
            "installed_on": installed.isoformat(),
            "calibrated_until": (installed + timedelta(days=365)).isoformat(),
        }
    return Unit(kind, sub, name, details)


def outline(
    lon: float, lat: float, across: float, deep: float, turned: float, *, rng: Random
) -> Site:
    """A six-cornered site of about `across` x `deep` metres, turned by degrees around its centre."""
    corners = [(-0.5, -0.5), (0.18, -0.5), (0.5, -0.36), (0.5, 0.5), (-0.22, 0.5), (-0.5, 0.3)]
    c, s = math.cos(math.radians(turned)), math.sin(math.radians(turned))
    ring = []
    for x, y in corners:
        east, north = x * across * rng.uniform(0.94, 1.0), y * deep * rng.uniform(0.94, 1.0)
        ring.append(shifted(lon, lat, east * c - north * s, east * s + north * c))
    return Site(_degrees(lon), _degrees(lat), tuple(ring))


def shifted(lon: float, lat: float, east: float, north: float) -> tuple[Decimal, Decimal]:
    """The point so many metres east and north of another, WGS-84."""
    return (
        _degrees(lon + east / (_METRES_A_DEGREE * math.cos(math.radians(lat)))),
        _degrees(lat + north / _METRES_A_DEGREE),
    )


def metres_between(a: Site, b: Site) -> float:
    north = float(a.lat - b.lat) * _METRES_A_DEGREE
    east = float(a.lon - b.lon) * _METRES_A_DEGREE * math.cos(math.radians(float(a.lat)))
    return math.hypot(east, north)


def holds(site: Site, lon: Decimal, lat: Decimal) -> bool:
    """Whether the point lies within the outline."""
    inside, ring = False, site.polygon
    for (x1, y1), (x2, y2) in zip(ring, ring[1:] + ring[:1], strict=True):
        if (y1 > lat) != (y2 > lat) and lon < (x2 - x1) * (lat - y1) / (y2 - y1) + x1:
            inside = not inside
    return inside


def _degrees(value: float) -> Decimal:
    return Decimal(f"{value:.6f}")


def _require_sound(built: City) -> None:
    known = built.organisations
    for person in built.people.values():
        _require(person.organisation in known, f"{person.sign_in_name} works for nobody known")
    for pool in built.pools:
        _require({pool.lead, *pool.members} <= set(known), f"{pool.name} has a member nobody knows")
        _require(pool.lead in pool.members, f"{pool.name}: the lead insurer is no member")
    for project in built.projects:
        _require_sound_project(built, project)
    for insurer in built.insurers():
        led = built.plan["figures"][insurer.key]["lead_projects"]
        _require(
            led == len(built.originated_by(insurer.key)),
            f"{insurer.key} did not originate {led} projects",
        )


def _require_sound_project(built: City, project: Project) -> None:
    known = built.organisations
    for party in PARTIES:
        _require(
            known[project.parties[party]].kind == party, f"{project.key}: {party} is no {party}"
        )
    for service in project.services:
        _require(
            known[service.service_insurer].kind == "insurer",
            f"{project.key} is served by no insurer",
        )
    served_by = {s.agency or s.service_insurer for s in project.services[:1]}
    _require(
        built.people[project.surveyor].organisation in served_by,
        f"{project.key}: the surveyor is of another house",
    )
    for unit in project.units:
        _require(
            unit.sub in (None, *SYSTEMS.get(unit.kind, ())) and unit.kind in SYSTEMS,
            f"{project.key}: {unit.name} is of no known kind",
        )
    _require(
        len({u.name for u in project.units}) == len(project.units),
        f"{project.key}: two units of one name",
    )
    _require(
        holds(project.site, project.site.lon, project.site.lat),
        f"{project.key}: its centre is outside",
    )


def _require(holds_true: object, sentence: str) -> None:
    if not holds_true:
        raise CityDiffers(f"{sentence}.")
