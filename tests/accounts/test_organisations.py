"""The operator's administrator enters organisations; nobody else does."""

import pytest

NEW = {"name": "安顺财险市分公司", "short_name": "安顺财险", "kind": "insurer"}
BUREAU = {"name": "北山县住建局", "short_name": "北山住建", "kind": "construction_authority"}


@pytest.fixture
def admin(sign_in):
    return sign_in("admin")


def test_an_organisation_is_entered_with_its_first_administrator(admin, stranger):
    entered = admin.post("/api/organisations", json=NEW)
    assert entered.status_code == 201
    address = f"/api/organisations/{entered.json['id']}"
    assert admin.get(address).json["administrators"] == []

    invited = admin.post(
        "/api/people",
        json={
            "organisation_id": entered.json["id"],
            "sign_in_name": "an.shun",
            "name": "安顺管理员",
            "roles": ["administrator"],
        },
    ).json
    stranger.put(
        "/api/session/password",
        json={
            "sign_in_name": "an.shun",
            "password": invited["password"],
            "new_password": "eleven plum trees",
        },
    )

    assert admin.get(address).json["administrators"] == [{"name": "安顺管理员"}]
    theirs = stranger.get("/api/people").json["items"]
    assert [person["sign_in_name"] for person in theirs] == ["an.shun"]
    assert stranger.get("/api/organisations").status_code == 403


def test_the_same_organisation_is_found_and_not_made_twice(admin):
    first = admin.post("/api/organisations", json=NEW).json

    again = admin.post("/api/organisations", json=NEW | {"short_name": "安顺"})

    assert (again.status_code, again.json["id"]) == (409, first["id"])
    assert again.json["errors"][0]["where"] == "/name"


def test_an_authority_needs_its_level_and_area(admin):
    reply = admin.post("/api/organisations", json=BUREAU)

    assert reply.status_code == 422
    assert {fault["where"] for fault in reply.json["errors"]} == {"/level", "/area"}
    whole = BUREAU | {"level": "county", "area": "339903"}
    assert admin.post("/api/organisations", json=whole).status_code == 201


def test_an_area_is_six_digits(admin):
    wrong = BUREAU | {"level": "county", "area": "3399"}

    reply = admin.post("/api/organisations", json=wrong)

    assert reply.json["errors"][0]["detail"] == "须为 6 位行政区划代码。"


def test_a_change_names_the_version_that_was_seen(admin, town):
    address = f"/api/organisations/{town.organisation['ruifeng']}"
    seen = {"If-Match": admin.get(address).headers["ETag"]}
    changed = {"name": "瑞丰财险股份市分公司", "short_name": "瑞丰"}

    assert admin.put(address, json=changed).status_code == 428
    assert admin.put(address, json=changed, headers=seen).json["short_name"] == "瑞丰"
    assert admin.put(address, json=changed, headers=seen).status_code == 412
    other = admin.get(f"/api/organisations/{town.organisation['antai']}").json["name"]
    now = {"If-Match": admin.get(address).headers["ETag"]}
    assert admin.put(address, json=changed | {"name": other}, headers=now).status_code == 409


def test_the_kind_stays_as_it_was_entered(admin, town):
    address = f"/api/organisations/{town.organisation['ruifeng']}"
    seen = {"If-Match": admin.get(address).headers["ETag"]}

    reply = admin.put(address, json=NEW | {"kind": "operator"}, headers=seen)

    assert reply.status_code == 422


def test_organisations_are_searched_by_name_and_kind(admin):
    found = admin.get("/api/organisations?search=财险&kind=insurer").json["items"]

    assert {one["short_name"] for one in found} == {"安泰财险", "恒信财险", "瑞丰财险"}
    assert admin.get("/api/organisations?search=100%25").json["items"] == []
