"""The register of equipment and dangerous works: kept by whoever serves the project, with its history."""

import pytest

from fieldapp.checklists import editions
from fieldapp.projects.keeping_schemas import DetailsSchema
from fieldapp.projects.kinds import DETAILS, SYSTEMS

CRANE = {
    "kind": "tower_crane",
    "name": "3#塔机",
    "details": {"model": "QTZ80", "installed_on": "2026-03-01"},
}


@pytest.fixture
def units(town):
    return f"/api/projects/{town.project['binjiang']}/units"


def names(project: dict) -> list[str]:
    return [unit["name"] for unit in project["units"]]


def test_the_supervisor_and_the_agencys_dispatcher_keep_it(sign_in, units):
    assert sign_in("sun").post(units, json=CRANE).status_code == 201
    added = sign_in("deng").post(units, json=CRANE | {"name": "4#塔机"})

    assert names(added.json)[-2:] == ["3#塔机", "4#塔机"]
    assert added.json["units"][-1]["details"] == CRANE["details"]


def test_who_only_shares_the_pool_sees_it_and_does_not_keep_it(sign_in, units, town):
    rui = sign_in("rui")

    assert rui.post(units, json=CRANE).status_code == 403
    assert rui.get(f"/api/projects/{town.project['binjiang']}").json["may"] == {
        "manage": False,
        "register": False,
        "site": False,
    }
    assert sign_in("hu").post(units, json=CRANE).status_code == 404


def test_two_units_of_one_name_are_not_told_apart_on_site(sign_in, units):
    reply = sign_in("sun").post(units, json=CRANE | {"name": "1#塔机"})

    assert (reply.status_code, reply.json["problem"]) == (409, "UnitExists")
    assert reply.json["errors"][0]["where"] == "/name"


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        ({"kind": "airship"}, "/kind"),
        ({"kind": "formwork_area", "sub": "cantilever"}, "/sub"),
        ({"details": {"installed_on": "last year"}}, "/details/installed_on"),
        ({"name": ""}, "/name"),
    ],
)
def test_what_is_wrong_with_a_unit_is_said_at_its_field(sign_in, units, changed, where):
    reply = sign_in("sun").post(units, json=CRANE | changed)

    assert reply.status_code == 422
    assert [fault["where"] for fault in reply.json["errors"]] == [where]


def test_a_change_keeps_what_the_unit_was(sign_in, units, town):
    sun = sign_in("sun")
    unit = sun.post(units, json=CRANE).json["units"][-1]
    address, new = f"/api/units/{unit['id']}", {"name": "3#塔机（西）", "details": {}}

    assert sun.put(address, json=new).status_code == 428
    changed = sun.put(address, json=new, headers={"If-Match": unit["etag"]}).json["units"][-1]
    stale = sun.put(address, json=new, headers={"If-Match": unit["etag"]})

    assert stale.status_code == 412
    assert [(c["what"], c["name"], c["by"]["name"]) for c in changed["changes"]] == [
        ("added", "3#塔机", "sun某"),
        ("changed", "3#塔机（西）", "sun某"),
    ]
    assert changed["changes"][0]["details"]["model"] == "QTZ80"


def test_what_left_the_site_is_asked_about_no_more_and_old_visits_keep_it(
    sign_in, town, phone, give_task
):
    zhou, sun = phone("zhou"), sign_in("sun")
    task = give_task("zhou")
    address = f"/api/units/{town.unit['tc2']}"

    left = sun.put(f"{address}/removal").json

    assert "2#塔机" not in names(left)
    assert [unit["name"] for unit in left["former_units"]] == ["2#塔机"]
    assert "2#塔机" not in {unit["name"] for unit in zhou.task(task)["project"]["units"]}
    refused = sun.put(address, json={"name": "x"}, headers={"If-Match": "*"})
    assert (refused.status_code, refused.json["problem"]) == (409, "UnitRemoved")
    assert "2#塔机" in names(sun.delete(f"{address}/removal").json)


def test_a_unit_does_not_come_back_beside_another_of_its_name(sign_in, town, units):
    sun = sign_in("sun")
    address = f"/api/units/{town.unit['tc2']}/removal"
    sun.put(address)
    sun.post(units, json=CRANE | {"name": "2#塔机"})

    assert sun.delete(address).status_code == 409


def test_the_register_knows_the_kinds_and_systems_that_the_checklist_asks_about():
    edition = editions.load("monthly_check", "2026-1")

    assert {kind.id: tuple(s.id for s in kind.systems) for kind in edition.unit_kinds} == SYSTEMS


def test_what_is_written_down_of_a_unit_is_the_same_everywhere():
    assert set(DetailsSchema().fields) == set(DETAILS)
