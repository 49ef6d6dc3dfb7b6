"""Policies, services and pools: who is whose, from when to when."""

from datetime import timedelta

import pytest

from fieldapp.clock import local_date, now
from tests.fixtures.town import INJURY, LIABILITY

TODAY = local_date(now())


def day(days: int) -> str:
    return (TODAY + timedelta(days=days)).isoformat()


@pytest.fixture
def admin(sign_in):
    return sign_in("admin")


@pytest.fixture
def yunqi(town):
    return f"/api/projects/{town.project['yunqi']}"


@pytest.fixture
def serve(admin, town, yunqi):
    """`serve("antai", day(0))`: this insurer serves 云栖花园 from then on."""

    def serve(insurer: str, starts_on: str, ends_on: str | None = None, **changed):
        ours = town.organisation[insurer]
        given = {
            "scheme": LIABILITY,
            "originating_insurer_id": ours,
            "service_insurer_id": ours,
            "starts_on": starts_on,
            "ends_on": ends_on,
        }
        return admin.post(f"{yunqi}/services", json=given | changed)

    return serve


def test_a_hand_over_ends_the_service_before_it_and_changes_who_sees_the_project(
    serve, sign_in, yunqi
):
    hu, sun = sign_in("hu"), sign_in("sun")
    assert sun.get(yunqi).status_code == 404

    handed = serve("antai", day(0)).json["services"]

    assert [(s["service_insurer"]["short_name"], s["ends_on"]) for s in handed] == [
        ("安泰财险", None),
        ("恒信财险", day(-1)),
    ]
    assert sun.get(yunqi).json["may"]["register"] is True
    assert hu.get(yunqi).json["may"]["register"] is False


def test_services_of_one_scheme_do_not_overlap(serve):
    serve("antai", day(10), day(20))

    inside = serve("ruifeng", day(15), day(16))
    before = serve("ruifeng", "2025-12-01")
    after = serve("ruifeng", day(21))

    assert (inside.status_code, inside.json["errors"][0]["where"]) == (409, "/starts_on")
    assert before.status_code == 409
    assert after.status_code == 201
    assert serve("ruifeng", day(0), scheme=INJURY).status_code == 201


def test_an_insurer_is_an_insurer_and_an_agency_an_agency(serve, town):
    wrong = serve("anxun", day(0))
    agency = serve("antai", day(0), agency_id=town.organisation["ruifeng"])

    assert wrong.json["errors"][0]["where"] == "/originating_insurer_id"
    assert agency.json["errors"][0]["where"] == "/agency_id"


def test_the_last_day_of_a_service_is_set_and_taken_back(admin, yunqi, sign_in):
    (service,) = admin.get(yunqi).json["services"]
    address = f"/api/services/{service['id']}"

    ended = admin.put(address, json={"ends_on": day(-1)}, headers={"If-Match": service["etag"]})
    stale = admin.put(address, json={"ends_on": None}, headers={"If-Match": service["etag"]})
    early = admin.put(address, json={"ends_on": "2025-01-01"}, headers={"If-Match": "*"})

    assert ended.json["services"][0]["ends_on"] == day(-1)
    assert (stale.status_code, early.status_code) == (412, 422)
    assert sign_in("hu").get(yunqi).json["may"]["site"] is False
    admin.put(address, json={"ends_on": None}, headers={"If-Match": "*"})
    assert sign_in("hu").get(yunqi).json["may"]["site"] is True


# -- policies -------------------------------------------------------------------------------------


@pytest.fixture
def policy(town):
    return {
        "scheme": LIABILITY,
        "number": "AZ-2026-0001",
        "insurer_id": town.organisation["hengxin"],
        "insured_amount": "2000000.00",
        "starts_on": "2026-01-01",
        "ends_on": "2026-12-31",
    }


def test_a_policy_is_entered_once(admin, yunqi, policy):
    entered = admin.post(f"{yunqi}/policies", json=policy)
    again = admin.post(f"{yunqi}/policies", json=policy)

    assert entered.json["policies"][-1]["insured_amount"] == "2000000.00"
    assert (again.status_code, again.json["errors"][0]["where"]) == (409, "/number")


def test_a_policy_is_corrected_by_the_version_that_was_seen(admin, yunqi, policy):
    kept = admin.post(f"{yunqi}/policies", json=policy).json["policies"][-1]
    address = f"/api/policies/{kept['id']}"
    corrected = policy | {"insured_amount": "2500000.00"}

    assert admin.put(address, json=corrected).status_code == 428
    now_ = admin.put(address, json=corrected, headers={"If-Match": kept["etag"]}).json
    assert now_["policies"][-1]["insured_amount"] == "2500000.00"


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        ({"ends_on": "2025-12-31"}, "/ends_on"),
        ({"insurer_id": "anxun"}, "/insurer_id"),
        ({"pool_id": "pool"}, "/pool_id"),
        ({"insured_amount": "much"}, "/insured_amount"),
    ],
)
def test_a_policy_that_cannot_be_is_refused_at_its_field(
    admin, yunqi, policy, town, changed, where
):
    (pool,) = admin.get("/api/pools").json["items"]
    ids = {"anxun": town.organisation["anxun"], "pool": pool["id"]}
    given = policy | {name: ids.get(value, value) for name, value in changed.items()}

    reply = admin.post(f"{yunqi}/policies", json=given)

    assert reply.status_code == 422
    assert [fault["where"] for fault in reply.json["errors"]] == [where]


# -- pools ----------------------------------------------------------------------------------------


def test_who_leaves_a_pool_no_longer_sees_its_projects(admin, sign_in, town):
    binjiang = f"/api/projects/{town.project['binjiang']}"
    (pool,) = admin.get("/api/pools").json["items"]
    member = next(m for m in pool["members"] if m["insurer"]["id"] == town.organisation["ruifeng"])
    assert sign_in("rui").get(binjiang).status_code == 200

    admin.put(f"/api/pool-members/{member['id']}", json={"ends_on": day(-1)})

    assert sign_in("rui").get(binjiang).status_code == 404
    joined = {"insurer_id": town.organisation["ruifeng"], "starts_on": day(0)}
    assert admin.post(f"/api/pools/{pool['id']}/members", json=joined).status_code == 201
    assert sign_in("rui").get(binjiang).status_code == 200


def test_the_lead_does_not_leave_and_nobody_joins_twice(admin, town):
    (pool,) = admin.get("/api/pools").json["items"]
    lead = next(m for m in pool["members"] if m["insurer"]["id"] == town.organisation["antai"])

    leaves = admin.put(f"/api/pool-members/{lead['id']}", json={"ends_on": day(0)})
    twice = admin.post(
        f"/api/pools/{pool['id']}/members",
        json={"insurer_id": town.organisation["ruifeng"], "starts_on": day(0)},
    )

    assert (leaves.status_code, twice.status_code) == (409, 409)


def test_a_pool_is_founded_with_its_lead_as_first_member(admin, town):
    given = {
        "name": "市政工程共保体",
        "lead_insurer_id": town.organisation["hengxin"],
        "starts_on": day(0),
    }

    founded = admin.post("/api/pools", json=given)

    assert [m["insurer"]["short_name"] for m in founded.json["members"]] == ["恒信财险"]
    assert admin.post("/api/pools", json=given).status_code == 409
