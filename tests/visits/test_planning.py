"""Trainings, drills, risk assessments and medical checks are given out by a dispatcher, as often as they are held."""

import pytest

from fieldapp.checklists import publishing
from fieldapp.db import db, transaction
from fieldapp.visits.models import Task
from tests.fixtures.town import INJURY, LIABILITY


@pytest.fixture
def sun(sign_in, edition):
    with transaction():
        publishing.publish_shipped()
    return sign_in("sun")


def plan(caller, town, kind="training", *, project="binjiang", by="wang", **more):
    body = {"kind": kind, "project_id": town.project[project], "surveyor_id": town.person[by]}
    return caller.post("/api/tasks", json=body | more)


def test_a_training_is_given_out_with_its_day_and_lies_on_the_phone(sun, town, sign_in):
    made = plan(sun, town, scheme=INJURY, note="移动梯作业", due_at="2027-01-08T10:00:00.000Z")

    assert made.status_code == 201, made.json
    [task] = sign_in("wang").get("/api/tasks").json["tasks"]
    said = [task[name] for name in ("kind", "scheme", "note", "due_at")]
    assert said == ["training", INJURY, "移动梯作业", "2027-01-08T10:00:00.000Z"]


def test_it_is_given_out_anew_after_it_was_taken_back(sun, town):
    first = plan(sun, town, scheme=LIABILITY).json
    twice = plan(sun, town, scheme=LIABILITY)
    sun.put(f"/api/tasks/{first['id']}/withdrawal", json={"words": "改期"})

    anew = plan(sun, town, scheme=LIABILITY)

    assert (twice.status_code, twice.json["problem"]) == (409, "AlreadyIssued")
    assert anew.status_code == 201, anew.json


def test_the_scheme_is_asked_for_only_where_there_are_two(sun, town, sign_in):
    two = plan(sun, town)
    one = plan(sun, town, "drill")
    none = plan(sun, town, "drill", scheme=INJURY)

    assert (two.json["problem"], two.json["where"]) == ("SchemeNeeded", "/scheme")
    assert one.json["scheme"] == LIABILITY
    assert (none.json["problem"], none.json["where"]) == ("OtherScheme", "/scheme")


def test_who_does_not_serve_the_project_plans_nothing_there(sign_in, sun, town):
    pool_member = plan(sign_in("rui"), town, scheme=LIABILITY)
    stranger = plan(sign_in("hu"), town, by="he")

    assert pool_member.json["problem"] == "OtherScheme"
    assert stranger.status_code == 404


def test_two_are_sent_for_the_medical_check_of_a_case_which_is_no_survey_of_it(
    sun, town, sign_in, past
):
    case_id = past.case(handed_over=False)

    employer = plan(sun, town, "medical_check", case_id=case_id)
    hospital = sun.post(
        "/api/tasks",
        json={
            "kind": "medical_check",
            "project_id": town.project["binjiang"],
            "case_id": case_id,
            "organisation_id": town.organisation["anxun"],
        },
    )

    assert plan(sun, town, "medical_check").json["problem"] == "NoCase"
    assert (employer.status_code, hospital.status_code) == (201, 201)
    [task] = sign_in("wang").get("/api/tasks").json["tasks"]
    assert task["context"]["case.number"] == "工伤-2026-0117"
    with transaction(write=False):
        cases = db.session.scalars(db.select(Task.case_id)).all()
    assert cases == [case_id, case_id]
