"""Approving where a site is: from first fixes or known coordinates, kept as WGS-84."""

import math

import pytest

from fieldapp.db import db, transaction
from fieldapp.projects.datum import gcj02_of_wgs84, wgs84_of_gcj02
from fieldapp.visits.models import Visit
from tests.fixtures.fieldwork import visit_row

HERE = {"lon": 119.91, "lat": 29.21}


def metres(a: tuple[float, float], b: tuple[float, float]) -> float:
    east = (a[0] - b[0]) * 111_320 * math.cos(math.radians(a[1]))
    return math.hypot(east, (a[1] - b[1]) * 111_320)


@pytest.fixture
def site(town):
    return f"/api/projects/{town.project['yunqi']}/site"


@pytest.fixture
def hu(sign_in, site):
    """The supervisor who serves 云栖花园, and what they send when they change the position that is there."""
    hu = sign_in("hu")

    def put(**given):
        etag = hu.get(site.removesuffix("/site")).json["site"]["etag"]
        return hu.put(site, json=HERE | given, headers={"If-Match": etag})

    return put


def test_the_service_insurers_supervisor_approves_it(hu):
    approved = hu(radius_m=150).json["site"]

    assert (approved["lon"], approved["lat"], approved["datum"]) == (119.91, 29.21, "WGS-84")
    assert approved["approved_by"]["name"] == "hu某"
    around = [metres((119.91, 29.21), tuple(corner)) for corner in approved["polygon"]]
    assert all(149 < distance < 151 for distance in around)


def test_others_do_not(sign_in, town):
    address = f"/api/projects/{town.project['binjiang']}/site"

    assert sign_in("rui").put(address, json=HERE).status_code == 403
    assert sign_in("deng").put(address, json=HERE).status_code == 403
    assert sign_in("hu").put(address, json=HERE).status_code == 404


def test_a_position_read_off_a_chinese_map_is_converted(hu):
    shown = gcj02_of_wgs84(119.91, 29.21)

    approved = hu(lon=shown[0], lat=shown[1], datum="GCJ-02").json["site"]

    assert 300 < metres(shown, (119.91, 29.21)) < 700
    assert (approved["lon"], approved["lat"]) == (119.91, 29.21)


@pytest.mark.parametrize(
    ("wgs84", "gcj02"),
    [
        # Pairs that several public converters agree on: Shanghai, Shenzhen, Beijing.
        ((121.5272106, 31.1774276), (121.531541859215, 31.17530398364597)),
        ((113.912316, 22.543847), (113.9171764808363, 22.540796131694766)),
        ((116.377817, 39.911954), (116.38404722455657, 39.91334545536069)),
    ],
)
def test_the_conversion_agrees_with_known_pairs(wgs84, gcj02):
    assert metres(gcj02_of_wgs84(*wgs84), gcj02) < 0.01
    assert metres(wgs84_of_gcj02(*gcj02), wgs84) < 0.01


def test_an_outline_is_kept_as_drawn(hu):
    drawn = [[119.909, 29.209], [119.912, 29.209], [119.912, 29.212]]

    assert hu(polygon=drawn).json["site"]["polygon"] == drawn


@pytest.mark.parametrize(
    ("given", "where"),
    [
        ({"lon": 29.2, "lat": 119.9}, "/lon"),
        ({"polygon": [[119.91, 29.21], [119.92, 29.21]]}, "/polygon"),
        ({"polygon": [[119.91, 29.21], [119.92, 29.21], [121.0, 29.2]]}, "/polygon"),
        ({"datum": "BD-09"}, "/datum"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(hu, given, where):
    reply = hu(**given)

    assert reply.status_code == 422
    assert where in [fault["where"] for fault in reply.json["errors"]]


def test_two_who_approve_at_once_are_told(sign_in, site):
    assert sign_in("hu").put(site, json=HERE).status_code == 428


def test_the_middle_of_the_first_arrivals_is_suggested_and_coarse_ones_do_not_count(
    sign_in, town, give_task
):
    task = give_task("he", "yunqi")
    with transaction():
        for lon, lat, accuracy in (
            (119.9, 29.2, 8),
            (119.902, 29.202, 12),
            (119.901, 29.201, 9),
            (118.0, 28.0, 3000),
        ):
            fix = {"lon": lon, "lat": lat, "datum": "WGS-84", "accuracy_m": accuracy, "age_s": 1}
            visit_row(town, task, arrival=fix)
        visit_row(town, task, arrival=None)

    reply = sign_in("hu").get(f"/api/projects/{town.project['yunqi']}/first-fixes").json

    assert reply["suggested"] == {"lon": 119.901, "lat": 29.201, "fixes": 3}
    assert len(reply["items"]) == 4
    assert reply["items"][0]["surveyor"] == {"name": "he某"}
    with transaction(write=False):
        assert db.session.scalar(db.select(db.func.count()).select_from(Visit)) == 5


def test_without_arrivals_nothing_is_suggested(sign_in, town):
    reply = sign_in("hu").get(f"/api/projects/{town.project['yunqi']}/first-fixes").json

    assert reply == {"items": [], "suggested": None}


def test_another_insurers_arrivals_move_the_middle_and_are_not_told(sign_in, town, give_task):
    task = give_task("he", "yunqi")
    others = {"organisation_id": town.organisation["antai"], "surveyor_id": town.person["wang"]}
    others["service_insurer_id"] = town.organisation["antai"]
    with transaction():
        fix = {"lon": 119.9, "lat": 29.2, "datum": "WGS-84", "accuracy_m": 8, "age_s": 1}
        visit_row(town, task, arrival=fix, **others)

    reply = sign_in("hu").get(f"/api/projects/{town.project['yunqi']}/first-fixes").json

    assert reply["suggested"]["fixes"] == 1
    assert reply["items"] == []
