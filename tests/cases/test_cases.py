"""Injury cases: for the agency, the determination authority and the service insurer; the person masked."""

from datetime import timedelta

import pytest

from fieldapp.cases.models import AccidentCase
from fieldapp.cases.surveying import surveyed
from fieldapp.checklists.publishing import publish_shipped
from fieldapp.clock import iso, now
from fieldapp.db import db, transaction
from fieldapp.ledger.models import LedgerEntry
from fieldapp.visits.models import Visit


@pytest.mark.parametrize("reader", ["she", "ren", "sun"])
def test_those_in_charge_see_the_case_masked(sign_in, past, reader):
    case_id = past.case()

    [case] = sign_in(reader).get("/api/cases").json["items"]

    assert case["id"] == case_id
    assert case["injured_person"] == {"name": "张**", "id_number": "330***********002X"}
    assert "injury" not in case


@pytest.mark.parametrize("first_to_arrive", ["wang", "zhou"])
def test_who_was_on_the_scene_first_sets_the_hour_however_late_the_record_came(
    sign_in, past, first_to_arrive
):
    case_id = past.case(handed_over=False)
    there = {"wang": now() - timedelta(hours=9), "zhou": now() - timedelta(hours=3)}
    with transaction():
        case = db.session.get_one(AccidentCase, case_id)
        case.surveyed_at = case.surveyor_id = None

    for who in sorted(there, key=lambda one: one != first_to_arrive):
        visit_id = past.visit({}, kind="accident_survey", by=who, at=there[who])
        with transaction():
            visit = db.session.get_one(Visit, visit_id)
            visit.case_id = case_id
            surveyed(visit)

    case = sign_in("sun").get(f"/api/cases/{case_id}").json
    assert case["surveyor"]["name"] == "wang某"
    assert case["surveyed_at"] == iso(there["wang"] - timedelta(hours=1))


@pytest.mark.parametrize("outsider", ["liu", "shi", "yun"])
def test_the_construction_authorities_cannot_find_injury_cases(sign_in, past, outsider):
    case_id = past.case()
    caller = sign_in(outsider)

    assert caller.get("/api/cases").status_code == 403
    assert caller.get(f"/api/cases/{case_id}").status_code == 403


@pytest.mark.parametrize("outsider", ["hu", "rui"])
def test_another_insurer_finds_no_case(sign_in, past, outsider):
    case_id = past.case()
    caller = sign_in(outsider)

    assert caller.get("/api/cases").json["items"] == []
    assert caller.get(f"/api/cases/{case_id}").status_code == 404
    url = f"/api/cases/{case_id}/injured-person?purpose=complaint"
    assert caller.get(url).status_code == 404


def test_the_hand_over_comes_with_its_media_and_ones_own_verdict(sign_in, past):
    case_id = past.case()
    photo = past.photo(case_id, None, kind="case")
    past.verdict(photo, "sun")
    past.verdict(photo, "she", "rejected", "unclear")

    agency = sign_in("she").get(f"/api/cases/{case_id}").json
    insurer = sign_in("sun").get(f"/api/cases/{case_id}").json

    assert agency["hand_over"]["received_by"]["name"] == "市社保经办中心"
    assert agency["evidence"][0]["verdict"]["outcome"] == "rejected"
    assert insurer["evidence"][0]["verdict"]["outcome"] == "accepted"


def test_a_photo_of_the_survey_bears_the_name_of_what_it_was_asked_for(sign_in, past):
    case_id, visit_id = past.case(), past.visit({})
    with transaction():
        publish_shipped()
        visit = db.session.get_one(Visit, visit_id)
        visit.checklist, visit.case_id = "accident_survey", case_id
    past.photo(visit_id, "media/scene_wide")
    past.photo(case_id, None, kind="case")

    shown = sign_in("she").get(f"/api/cases/{case_id}").json["evidence"]

    named = {one["question"]: one["item"] and one["item"]["zh"] for one in shown}
    assert named == {"media/scene_wide": "现场全景", None: None}


def test_before_the_hand_over_only_the_insurer_sees_the_media(sign_in, past):
    case_id = past.case(handed_over=False)
    photo = past.photo(case_id, None, kind="case")
    she, sun = sign_in("she"), sign_in("sun")

    assert she.get(f"/api/cases/{case_id}").json["evidence"] == []
    assert she.get(f"/api/evidence/{photo}").status_code == 404
    assert len(sun.get(f"/api/cases/{case_id}").json["evidence"]) == 1
    assert sun.get(f"/api/evidence/{photo}").status_code == 200


def test_the_full_data_need_a_purpose_and_leave_an_entry(sign_in, past):
    case_id = past.case()
    she = sign_in("she")
    url = f"/api/cases/{case_id}/injured-person"

    person = she.get(f"{url}?purpose=identity_check").json

    assert person == {"name": "张建国", "id_number": "33010219800101002X", "injury": "右前臂骨折"}
    assert she.get(url).status_code == 422
    assert she.get(f"{url}?purpose=curiosity").status_code == 422
    entries = db.session.scalars(db.select(LedgerEntry).where(LedgerEntry.act == "read")).all()
    assert [(e.table_name, e.row_id, e.purpose) for e in entries] == [
        ("accident_case", case_id, "identity_check")
    ]
