"""Entering and changing a project: what is there already is found, and nobody overwrites a colleague."""

import pytest

NEW = {
    "name": "东岭安置房一期",
    "address": "东岭路8号",
    "area": "339901",
    "stage": "主体结构",
}


@pytest.fixture
def admin(sign_in):
    return sign_in("admin")


def test_a_project_is_entered_and_stands_in_the_list(admin):
    entered = admin.post("/api/projects", json=NEW)

    assert entered.status_code == 201
    assert entered.json["site"] is None
    found = admin.get("/api/projects?search=东岭路").json["items"]
    assert [project["name"] for project in found] == ["东岭安置房一期"]
    assert admin.get("/api/projects?area=339902").json["items"] != found


@pytest.mark.parametrize(
    "name", ["东岭安置房一期", " 东岭 安置房（一期）", "東岭安置房一期".replace("東", "东")]
)
def test_the_same_name_in_the_same_area_is_found_and_not_made_twice(admin, name):
    first = admin.post("/api/projects", json=NEW).json

    again = admin.post("/api/projects", json=NEW | {"name": name, "is_another": True})

    assert (again.status_code, again.json["problem"]) == (409, "ProjectExists")
    assert [project["id"] for project in again.json["similar"]] == [first["id"]]
    assert again.json["errors"][0]["where"] == "/name"


def test_the_same_address_is_asked_about(admin):
    admin.post("/api/projects", json=NEW)
    other = NEW | {"name": "东岭安置房二期", "address": "东岭路 8 号"}

    asked = admin.post("/api/projects", json=other)
    sure = admin.post("/api/projects", json=other | {"is_another": True})

    assert (asked.status_code, asked.json["problem"]) == (409, "MayBeTheSame")
    assert sure.status_code == 201


def test_the_same_name_in_another_county_is_another_project(admin):
    admin.post("/api/projects", json=NEW)

    assert admin.post("/api/projects", json=NEW | {"area": "339902"}).status_code == 201


def test_who_changes_what_a_colleague_changed_meanwhile_is_told(admin, town):
    address = f"/api/projects/{town.project['yunqi']}"
    shown = admin.get(address)
    changed = {name: shown.json[name] for name in NEW} | {"stage": "装饰装修"}
    seen = {"If-Match": shown.headers["ETag"]}

    assert admin.put(address, json=changed).status_code == 428
    assert admin.put(address, json=changed, headers=seen).json["stage"] == "装饰装修"
    assert admin.put(address, json=changed, headers=seen).status_code == 412


def test_what_is_missing_is_said_at_each_field(admin):
    reply = admin.post("/api/projects", json={"name": " ", "area": "12"})

    assert {(fault["where"], fault["detail"]) for fault in reply.json["errors"]} == {
        ("/name", "长度须为 2 到 100。"),
        ("/address", "必填。"),
        ("/area", "须为 6 位行政区划代码。"),
        ("/stage", "必填。"),
    }


def test_insurers_do_not_enter_projects(sign_in):
    assert sign_in("sun").post("/api/projects", json=NEW).status_code == 403
    assert sign_in("gu").post("/api/projects", json=NEW).status_code == 403


# -- parties --------------------------------------------------------------------------------------


def test_a_party_is_an_organisation_of_that_kind(admin, town):
    address = f"/api/projects/{town.project['binjiang']}/parties"

    def add(handle: str):
        given = {"party": "contractor", "organisation_id": town.organisation[handle]}
        return admin.post(address, json=given)

    assert add("antai").status_code == 422
    again = add("builder")
    assert (again.status_code, again.json["problem"]) == (409, "PartyExists")


def test_a_party_is_taken_off_and_put_on_again(admin, town):
    project = admin.get(f"/api/projects/{town.project['binjiang']}").json
    (party,) = project["parties"]

    assert admin.delete(f"/api/parties/{party['id']}").json["parties"] == []
    given = {"party": "contractor", "organisation_id": town.organisation["builder"]}
    back = admin.post(f"/api/projects/{project['id']}/parties", json=given)
    assert back.json["contacts"] == [{"party": "contractor", "organisation": "东方建工"}]
