"""An accident reported, its survey sent for, its file handed over."""

from datetime import timedelta

import pytest

from fieldapp.checklists.publishing import newest, publish_shipped, read_form
from fieldapp.clock import iso, now
from fieldapp.db import db, transaction
from fieldapp.projects.models import Policy
from fieldapp.visits.models import Task
from tests.fixtures.town import INJURY


@pytest.fixture
def report(sign_in, town):
    with transaction():
        publish_shipped()

    def report(who="she", **changes):
        body = {
            "number": "工伤-2026-0140",
            "project_id": town.project["binjiang"],
            "accident_kind": "物体打击",
            "place": "5#楼南侧",
            "occurred_at": iso(now() - timedelta(minutes=40)),
            "reported_at": iso(now() - timedelta(minutes=20)),
            "injured_name": "李四海",
            "injured_id_number": "33010219800101002X",
            "injury": "右脚踝骨折",
        }
        return sign_in(who).post("/api/cases", json=body | changes)

    return report


def hand_over(sign_in, case_id, receiver_id, who="sun"):
    return sign_in(who).put(f"/api/cases/{case_id}/hand-over", json={"receiver_id": receiver_id})


@pytest.mark.parametrize("who", ["she", "ren", "sun"])
def test_a_report_sends_for_a_survey_within_three_hours(report, sign_in, who):
    case = report(who)

    assert case.status_code == 201, case.json
    assert case.json["injured_person"]["name"] == "李**"
    [task] = sign_in("sun").get("/api/tasks/issued?kind=accident_survey").json["items"]
    assert (task["state"], task["surveyor"]) == ("unassigned", None)
    assert task["due_at"] > case.json["reported_at"]


def test_the_surveyor_who_is_named_finds_the_case_on_the_phone(report, sign_in, town):
    report()
    sun = sign_in("sun")
    [task] = sun.get("/api/tasks/issued?kind=accident_survey").json["items"]

    named = sun.put(
        f"/api/tasks/{task['id']}/surveyor",
        json={"surveyor_id": town.person["wang"]},
        headers={"If-Match": task["etag"]},
    )

    assert named.status_code == 200, named.json
    [mine] = sign_in("wang").get("/api/tasks").json["tasks"]
    assert mine["context"]["case.number"] == "工伤-2026-0140"


def test_a_survey_starts_from_what_the_register_and_the_dispatch_say(report, sign_in, town):
    report()

    [task] = sign_in("sun").get("/api/tasks/issued?kind=accident_survey").json["items"]
    with transaction(write=False):
        context = db.session.get_one(Task, task["id"]).context
        insured = {"project_id": town.project["binjiang"], "scheme": INJURY}
        policy = db.session.scalars(db.select(Policy).filter_by(**insured)).one()
        declared = set(read_form(newest("accident_survey")).context)
    assert context["task.issued_at"] == task["issued_at"]
    assert context["employer.name"] == "东方建工"
    assert context["employer.policy_number"] == policy.number
    assert declared - {"visit.scheme", "record.finished_at"} <= set(context)


def test_a_case_number_is_registered_once(report):
    first, again = report(), report("sun")

    assert (again.status_code, again.json["problem"]) == (409, "CaseExists")
    assert again.json["id"] == first.json["id"]


def test_an_accident_comes_before_its_report_and_neither_tomorrow(report):
    tomorrow = iso(now() + timedelta(days=1))

    assert report(occurred_at=iso(now())).json["problem"] == "OutOfOrder"
    assert report(reported_at=tomorrow).json["problem"] == "OutOfOrder"


def test_a_site_that_nobody_serves_in_this_scheme_takes_no_report(report, town):
    assert report(project_id=town.project["yunqi"]).status_code == 404


def test_the_file_is_handed_over_once_and_then_the_authority_sees_it(sign_in, past, town):
    case_id = past.case(handed_over=False)
    past.photo(case_id, None, kind="case")
    offered = sign_in("sun").get(f"/api/cases/{case_id}").json["receivers"]
    before = sign_in("ren").get(f"/api/cases/{case_id}").json

    handed = hand_over(sign_in, case_id, town.organisation["injury"])
    again = hand_over(sign_in, case_id, town.organisation["injury"])

    assert {one["name"] for one in offered} == {"市人社局工伤认定处", "市社保经办中心"}
    assert (before["receivers"], before["evidence"]) == ([], [])
    assert handed.status_code == 200, handed.json
    assert handed.json["hand_over"]["received_by"]["name"] == "市人社局工伤认定处"
    assert (again.status_code, again.json["problem"]) == (409, "HandedOverAlready")
    assert len(sign_in("ren").get(f"/api/cases/{case_id}").json["evidence"]) == 1


def test_nothing_is_handed_over_before_the_survey_arrived(report, sign_in, town):
    case_id = report().json["id"]

    reply = hand_over(sign_in, case_id, town.organisation["injury"])

    assert (reply.status_code, reply.json["problem"]) == (409, "NotSurveyed")


def test_a_file_goes_to_an_authority_and_to_nobody_else(sign_in, past, town):
    case_id = past.case(handed_over=False)

    assert hand_over(sign_in, case_id, town.organisation["city"]).json["problem"] == "NotAReceiver"


def send_anew(sign_in, town, case_id, **changes):
    body = {
        "kind": "accident_survey",
        "project_id": town.project["binjiang"],
        "case_id": case_id,
        "surveyor_id": town.person["wang"],
    }
    return sign_in("sun").post("/api/tasks", json=body | changes)


def test_a_survey_that_was_taken_back_is_given_out_anew(report, sign_in, town):
    case_id = report().json["id"]
    sun = sign_in("sun")
    [task] = sun.get("/api/tasks/issued?kind=accident_survey").json["items"]
    assert sun.get(f"/api/cases/{case_id}").json["survey_task"]["id"] == task["id"]
    twice = send_anew(sign_in, town, case_id)

    sun.put(f"/api/tasks/{task['id']}/withdrawal", json={"words": "派错了人"})
    nobody = sun.get(f"/api/cases/{case_id}").json["survey_task"]
    anew = send_anew(sign_in, town, case_id)

    assert (twice.status_code, twice.json["problem"], nobody) == (409, "AlreadyIssued", None)
    assert (anew.status_code, anew.json["due_at"]) == (201, task["due_at"])
    [mine] = sign_in("wang").get("/api/tasks").json["tasks"]
    assert mine["context"]["case.number"] == "工伤-2026-0140"
    assert sign_in("she").get(f"/api/cases/{case_id}").json["survey_task"] is None


def test_a_survey_names_its_case(report, sign_in, town):
    report()

    assert send_anew(sign_in, town, None).json["problem"] == "NoCase"
    assert send_anew(sign_in, town, "nobody-s").status_code == 404


def test_whoever_is_sent_when_the_hour_has_gone_by_gets_three_hours_of_their_own(
    report, sign_in, town
):
    yesterday = now() - timedelta(days=1)
    case_id = report(occurred_at=iso(yesterday), reported_at=iso(yesterday)).json["id"]
    sun = sign_in("sun")
    [task] = sun.get("/api/tasks/issued?kind=accident_survey").json["items"]
    sun.put(f"/api/tasks/{task['id']}/withdrawal", json={"words": "派错了人"})

    anew = send_anew(sign_in, town, case_id).json

    assert anew["state"] == "open"


def test_a_file_that_was_handed_over_is_not_surveyed_again(sign_in, past, town, report):
    case_id = past.case(handed_over=True)

    assert send_anew(sign_in, town, case_id).json["problem"] == "HandedOverAlready"
