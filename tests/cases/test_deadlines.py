"""What the service contract says of a case's times: told to the phone, said when late, blocking nothing."""

from datetime import timedelta

import pytest

from fieldapp.clock import iso, local_date, now, parse
from fieldapp.db import db, transaction
from fieldapp.visits.models import Task
from tests.cases.test_reporting import hand_over, report  # noqa: F401 - a fixture
from tests.fixtures.town import COUNTY_1

MINUTES = {"arrival_minutes_district": 60, "arrival_minutes_county": 120}
DAYS = {"hand_over_working_days": 5, "medical_check_working_days": 3}
ALWAYS = {"starts_on": "2026-01-01", "ends_on": None}


@pytest.fixture
def agree(sign_in, town):
    """`agree(**MINUTES)`: the agency and the insurer of the town's injury scheme agree on this."""

    def agree(who="admin", **terms):
        parties = {
            "authority_id": town.organisation["social"],
            "insurer_id": town.organisation["antai"],
        }
        named = {"number": "协办-2026-01", "clause": "第六条第二款"}
        return sign_in(who).post("/api/service-contracts", json=parties | named | ALWAYS | terms)

    return agree


def minutes_at_binjiang() -> int:
    return 60 if int(COUNTY_1[4:6]) <= 20 else 120


def deadlines(reply):
    return {one["what"]: one for one in reply.json["deadlines"]}


def test_the_contract_s_times_go_to_the_phone_with_the_survey(agree, report, sign_in):  # noqa: F811
    assert agree(**MINUTES, **DAYS).status_code == 201
    case = report()

    [task] = sign_in("sun").get("/api/tasks/issued?kind=accident_survey").json["items"]
    with transaction(write=False):
        context = db.session.get_one(Task, task["id"]).context
    assert context["contract.arrival_time"] == minutes_at_binjiang() * 60_000
    assert context["contract.hand_over_due_at"] == deadlines(case)["hand_over"]["due_at"]
    assert task["due_at"] == deadlines(case)["arrival"]["due_at"]
    assert case.json["contract"] == {"number": "协办-2026-01", "clause": "第六条第二款"}


def test_without_a_contract_no_hour_is_invented_and_nothing_is_late(report, sign_in):  # noqa: F811
    case = report()

    [task] = sign_in("sun").get("/api/tasks/issued?kind=accident_survey").json["items"]
    with transaction(write=False):
        context = db.session.get_one(Task, task["id"]).context
    assert context["contract.arrival_time"] is None
    assert (case.json["contract"], case.json["deadlines"]) == (None, [])


def test_working_days_count_from_the_day_after_the_report(agree, report):  # noqa: F811
    """2026-09-30 and five working days: the National Day week lies between, and 10-10 is worked."""
    agree(hand_over_working_days=5)
    reported = "2026-09-30T02:00:00.000Z"

    case = report(occurred_at="2026-09-30T01:00:00.000Z", reported_at=reported)

    assert deadlines(case)["hand_over"]["due_at"] == "2026-10-13T15:59:59.000Z"


def test_a_late_hand_over_is_said_and_goes_through(agree, report, sign_in, past, town):  # noqa: F811
    agree(hand_over_working_days=1)
    case_id = past.case(handed_over=False)
    sent = {
        "kind": "medical_check",
        "project_id": town.project["binjiang"],
        "case_id": case_id,
        "surveyor_id": town.person["wang"],
    }
    assert sign_in("sun").post("/api/tasks", json=sent).status_code == 201

    handed = hand_over(sign_in, case_id, town.organisation["injury"])

    assert handed.status_code == 200
    late = deadlines(handed)["hand_over"]
    assert late["late"]
    assert late["done_at"] == handed.json["hand_over"]["handed_over_at"]


def test_a_medical_check_is_due_when_the_contract_says(agree, report, sign_in, town):  # noqa: F811
    agree(medical_check_working_days=3)
    case = report()
    sent = {
        "kind": "medical_check",
        "project_id": town.project["binjiang"],
        "case_id": case.json["id"],
        "surveyor_id": town.person["wang"],
    }

    task = sign_in("sun").post("/api/tasks", json=sent)

    assert task.json["due_at"] == deadlines(case)["medical_check"]["due_at"]
    with transaction(write=False):
        context = db.session.get_one(Task, task.json["id"]).context
    assert context["contract.medical_check_due_at"] == task.json["due_at"]


def test_a_corrected_contract_moves_no_time_of_a_case_already_reported(agree, report, sign_in):  # noqa: F811
    contract = agree(**MINUTES).json
    case = report()
    admin = sign_in("admin")
    changed = {
        "authority_id": contract["authority"]["id"],
        "insurer_id": contract["insurer"]["id"],
        "number": contract["number"],
        "clause": contract["clause"],
        "arrival_minutes_district": 10,
        "arrival_minutes_county": 10,
    } | ALWAYS

    url = f"/api/service-contracts/{contract['id']}"
    blind = admin.put(url, json=changed)
    saved = admin.put(url, json=changed, headers={"If-Match": contract["etag"]})

    assert (blind.status_code, saved.json["arrival_minutes_county"]) == (428, 10)
    again = sign_in("sun").get(f"/api/cases/{case.json['id']}")
    assert deadlines(again)["arrival"]["due_at"] == iso(
        parse(case.json["reported_at"]) + timedelta(minutes=minutes_at_binjiang())
    )


def test_two_contracts_of_the_same_parties_do_not_overlap(agree, sign_in):
    agree()

    twice = agree(number="协办-2026-02", starts_on=local_date(now()).isoformat())

    assert (twice.status_code, twice.json["problem"]) == (409, "ContractOverlaps")
    assert len(sign_in("admin").get("/api/service-contracts").json["items"]) == 1


def test_only_the_operator_enters_contracts(agree):
    assert agree("sun").status_code == 403
    assert agree("she").status_code == 403
