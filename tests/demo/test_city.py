"""The demo's city: does what city.yaml tells hold together?"""

from collections import Counter
from copy import deepcopy
from itertools import combinations
from pathlib import Path

import pytest
import yaml

from fieldapp.accounts.permissions import Kind, Role
from fieldapp.demo import city as town
from fieldapp.demo.city import CityDiffers, city, holds, metres_between
from fieldapp.projects.kinds import SYSTEMS

PEOPLE_NEEDED = [
    ("insurer", "surveyor", 3),
    ("service_agency", "surveyor", 2),
    ("service_agency", "dispatcher", 1),
    ("insurer", "supervisor", 3),
    ("insurer", "reviewer", 1),
    ("construction_authority", "officer", 6),
    ("social_insurance_agency", "officer", 2),
    ("injury_determination_authority", "officer", 1),
    ("operator", "administrator", 1),
]


@pytest.mark.parametrize(("kind", "role", "least"), PEOPLE_NEEDED)
def test_every_role_is_held(kind, role, least):
    held = [p for p in city().people.values() if role in p.roles and kind_of(p) == kind]

    assert len(held) >= least


def test_every_authority_has_somebody_to_propose_and_somebody_to_verify():
    officers = Counter(p.organisation for p in city().people.values() if "officer" in p.roles)

    assert {officers[key] >= 2 for key in ("linxi", "qingping", "bureau", "social")} == {True}


def test_kinds_and_roles_are_words_of_the_product():
    assert {o.kind for o in city().organisations.values()} <= set(Kind)
    assert {r for p in city().people.values() for r in p.roles} <= set(Role)


def test_there_are_twelve_projects_in_two_counties():
    assert Counter(p.area for p in city().projects).keys() == {"339921", "339922"}
    assert len(city().projects) == 12


def test_sites_are_of_real_size_and_hold_their_centre():
    for project in city().projects:
        site = project.site
        assert holds(site, site.lon, site.lat), project.key
        across = max(
            metres_between(town.Site(*a, ()), town.Site(*b, ()))
            for a, b in combinations(site.polygon, 2)
        )
        assert 150 < across < 450, project.key


def test_a_point_beside_the_site_is_outside():
    site = city().projects[0].site

    assert not holds(site, *town.shifted(float(site.lon), float(site.lat), 400, 0))


def test_sites_lie_one_to_fifteen_kilometres_apart():
    apart = [metres_between(a.site, b.site) for a, b in combinations(city().projects, 2)]

    assert min(apart) > 1000
    assert max(apart) < 15_000


def test_registers_name_known_kinds_and_machines_their_plates():
    units = [u for p in city().projects for u in p.units]

    assert {u.kind for u in units} == set(SYSTEMS)
    plates = [u.details["plate"] for u in units if "plate" in u.details]
    assert len(plates) == len(set(plates)) > 15


def test_policy_numbers_differ_and_liability_cover_spans_the_year():
    policies = [p for project in city().projects for p in project.policies]

    assert len({p.number for p in policies}) == len(policies)
    for policy in policies:
        assert policy.starts_on.isoformat() <= "2026-01-01"
        assert policy.ends_on.isoformat() >= "2026-12-31"


def test_every_insurer_serves_both_schemes():
    for insurer in city().insurers():
        served = {
            s.scheme
            for p in city().projects
            for s in p.services
            if s.service_insurer == insurer.key
        }
        assert served == {"construction_liability", "work_injury_performance"}


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (
            lambda raw: raw["people"]["wang.hai"].__setitem__(1, "nowhere"),
            "wang.hai works for nobody known",
        ),
        (
            lambda raw: raw["pools"][0].__setitem__("lead", "jiayue"),
            "the lead insurer is no member",
        ),
        (
            lambda raw: raw["projects"][0]["units"][0].__setitem__(0, "rocket"),
            "is of no known kind",
        ),
        (
            lambda raw: raw["projects"][0]["parties"].__setitem__("contractor", "jinlan"),
            "is no contractor",
        ),
        (
            lambda raw: raw["projects"][0]["by"].__setitem__(3, "wu.tao"),
            "the surveyor is of another house",
        ),
        (
            lambda raw: raw["figures"]["qilan"].__setitem__("lead_projects", 9),
            "did not originate 9",
        ),
    ],
)
def test_a_city_that_does_not_hold_together_is_refused(spoil, sentence):
    raw = deepcopy(yaml.safe_load(Path(town.__file__).with_name("city.yaml").read_text("utf-8")))
    spoil(raw)

    with pytest.raises(CityDiffers, match=sentence):
        town.build(raw)


def kind_of(person):
    return city().organisations[person.organisation].kind
