"""Visits that are filled in as a form: kept, accepted, told what they lack, people masked; nobody stranded."""

import json
from datetime import timedelta

import pytest

from fieldapp import events
from fieldapp.accounts.models import Person
from fieldapp.cases.models import AccidentCase, HandOver
from fieldapp.cases.surveying import order_survey
from fieldapp.checklists import publishing
from fieldapp.clock import iso, now
from fieldapp.db import db, new_id, own_id, transaction
from fieldapp.evidence.announcements import VerdictGiven
from fieldapp.evidence.models import Verdict
from fieldapp.ledger.models import LedgerEntry
from fieldapp.seals.models import SealLink
from fieldapp.visits.models import Visit, VisitForm
from tests.fixtures.phone import as_bytes, fix, photo
from tests.fixtures.town import INJURY, LIABILITY
from tests.sync.test_lost_tasks import declared, downloaded, forget
from tests.sync.test_quarantine import decide, waiting

ID = "11010519491231002X"


@pytest.fixture
def published(app):
    """Everything that the program ships with, by kind."""
    with transaction():
        return {
            row.checklist: {"id": row.checklist, "edition": row.edition, "digest": row.digest}
            for row in publishing.publish_shipped()
        }


@pytest.fixture
def zhou(phone, published):
    return phone("zhou")


@pytest.fixture
def wang(phone, published):
    return phone("wang")


@pytest.fixture
def survey(town, past, wang):
    """The task of surveying a case that has not been handed over, as the phone got it."""
    case_id = past.case(handed_over=False)
    with transaction():
        case = db.session.get_one(AccidentCase, case_id)
        case.surveyed_at = case.surveyor_id = None
        edition = publishing.published("accident_survey", "2026-1")
        task_id = order_survey(case, db.session.get_one(Person, town.person["wang"]), edition).id
    return wang.task(task_id)


def record(edition, project_id, scheme=LIABILITY, *, values, rows=None, photos=(), **changes):
    """`photos`: paths."""
    at = now()
    return {
        "format": 2,
        "app": "field 0.1.0",
        "id": new_id(),
        "kind": edition["id"],
        "task_id": None,
        "project_id": project_id,
        "scheme": scheme,
        "edition": edition,
        "nonce": None,
        "started_at": iso(at),
        "finished_at": iso(at),
        "clock_offset_ms": 0,
        "arrival": fix(at),
        "categories": [],
        "answers": [],
        "findings": [],
        "evidence": [photo(at, question=path, shot="far") for path in photos],
        "signature": None,
        "answers_re_shoot": None,
        "form": {"values": values, "rows": rows or {}},
    } | changes


def gate(published, town, **changes):
    values = {
        "obstacle": "locked",
        "arrived_at": iso(now()),
        "position": fix(now()),
        "called": True,
        "called_person": "赵建国",
        "called_phone": "13800000000",
        "called_at": iso(now()),
        "call_words": "明天再来",
    }
    return record(
        published["blocked_access"],
        town.project["binjiang"],
        values=values,
        photos=["gate_photo"],
        **changes,
    )


def of_survey(task, **values):
    return record(
        task["edition"],
        task["project"]["id"],
        INJURY,
        task_id=task["id"],
        nonce=task["nonce"],
        values={"case_number": task["context"]["case.number"], **values},
        rows={
            "injured": [
                {
                    "id": new_id(),
                    "values": {
                        "injured_name": "张建国",
                        "id_type": "resident_id",
                        "id_number": ID,
                        "injured_part": "右前臂",
                    },
                }
            ]
        },
        photos=["scene_wide", "scene_wide", "id_card"],
    )


def fields_of(visit):
    return {f["path"]: f for section in visit["form"]["sections"] for f in section["fields"]}


def lacking(visit):
    return {(s["question"], s["code"]) for s in visit["shortfalls"]}


def test_a_closed_gate_is_recorded_without_a_task(zhou, published, town):
    sent = gate(published, town)

    reply = zhou.send(sent)

    assert (reply.json["state"], reply.json["reasons"]) == ("accepted", [])
    visit = zhou.caller.get(f"/api/visits/{sent['id']}").json
    assert (visit["kind"], visit["shortfalls"]) == ("blocked_access", [])
    assert fields_of(visit)["obstacle"]["answer"] == {"zh": "大门关闭无人", "en": "Gate locked"}


def test_what_is_missing_is_told_and_never_a_refusal(zhou, published, town):
    sent = gate(published, town)
    del sent["form"]["values"]["called_phone"]
    sent["evidence"] = []

    reply = zhou.send(sent)

    assert reply.json["state"] == "accepted"
    visit = zhou.caller.get(f"/api/visits/{sent['id']}").json
    assert lacking(visit) == {("gate_photo", "photo_missing"), ("called_phone", "missing")}


def test_people_are_masked_on_screen_and_encrypted_in_their_column(zhou, sign_in, published, town):
    sent = gate(published, town)
    zhou.send(sent)

    visit = sign_in("sun").get(f"/api/visits/{visit_id(sent)}").json

    shown = fields_of(visit)
    assert shown["called_person"]["answer"] == {"text": "赵**"}
    assert shown["called_phone"]["answer"] == {"text": "138****0000"}
    with transaction(write=False):
        stored = db.session.scalar(db.text("select personal from visit_form"))
        body = db.session.scalar(db.text("select body from record"))
    assert "赵建国" not in stored
    assert "赵建国".encode() not in bytes(body)


def visit_id(sent):
    with transaction(write=False):
        return db.session.scalar(db.select(Visit.id).where(Visit.sent_id == sent["id"]))


def test_the_unmasked_read_goes_on_record_with_its_purpose(zhou, sign_in, published, town):
    sent = gate(published, town)
    zhou.send(sent)
    url = f"/api/visits/{visit_id(sent)}/personal-answers"

    assert sign_in("sun").get(url).status_code == 422
    answers = sign_in("sun").get(f"{url}?purpose=call_back").json["answers"]

    assert answers == {
        "called_person": {"text": "赵建国"},
        "called_phone": {"text": "13800000000"},
    }
    with transaction(write=False):
        [entry] = db.session.scalars(db.select(LedgerEntry).where(LedgerEntry.act == "read"))
        assert (entry.table_name, entry.purpose) == ("visit_form", "call_back")


def test_the_surveyor_reads_nobody_unmasked_once_it_is_sent(zhou, published, town):
    sent = gate(published, town)
    zhou.send(sent)

    url = f"/api/visits/{sent['id']}/personal-answers?purpose=call_back"
    assert zhou.caller.get(url).status_code == 403


@pytest.mark.parametrize(
    ("change", "code", "where"),
    [
        ({"made_up": "x"}, "unknown_field", "/form/values/made_up"),
        ({"obstacle": "flood"}, "bad_value", "/form/values/obstacle"),
        ({"called": "yes"}, "bad_value", "/form/values/called"),
        ({"arrived_at": "this morning"}, "bad_value", "/form/values/arrived_at"),
        ({"position": {"lon": 1}}, "bad_value", "/form/values/position"),
        ({"words": ["a"]}, "bad_value", "/form/values/words"),
    ],
)
def test_what_no_phone_of_ours_writes_waits_for_a_person(
    zhou, published, town, change, code, where
):
    sent = gate(published, town)
    sent["form"]["values"] |= change

    reply = zhou.send(sent)

    assert reply.json["state"] == "quarantined"
    assert [(r["code"], r["where"]) for r in reply.json["reasons"]] == [(code, where)]


def test_what_waits_is_shown_without_the_people_it_names(zhou, sign_in, published, town):
    sent = gate(published, town)
    sent["form"]["values"]["made_up"] = "x"
    zhou.send(sent)
    deng = sign_in("deng")
    [waiting] = deng.get("/api/quarantine").json["items"]

    body = deng.get(f"/api/quarantine/{waiting['id']}").json["body"]

    assert json.loads(body)["kind"] == "blocked_access"
    assert "赵建国" not in body


@pytest.mark.parametrize(
    ("changes", "reasons"),
    [
        ({"form": None}, ["bad_value"]),
        ({"format": 1}, ["bad_value"]),
        ({"kind": "monthly_check"}, ["bad_value"]),
        ({"nonce": "n"}, ["task_mismatch"]),
        ({"kind": "training"}, ["unknown_edition"]),
    ],
)
def test_a_record_that_is_neither_form_nor_check_waits(zhou, published, town, changes, reasons):
    reply = zhou.send(gate(published, town, **changes))

    assert reply.json["state"] == "quarantined"
    assert [r["code"] for r in reply.json["reasons"]] == reasons


def test_a_project_that_somebody_else_serves_waits(zhou, published, town):
    sent = {**gate(published, town), "project_id": town.project["yunqi"]}

    reply = zhou.send(sent)

    assert [r["code"] for r in reply.json["reasons"]] == ["no_access"]


def test_an_accident_survey_cannot_be_invented(wang, published, survey):
    sent = {**of_survey(survey), "task_id": None, "nonce": None}

    reply = wang.send(sent)

    assert [r["code"] for r in reply.json["reasons"]] == ["unknown_task"]


def test_the_survey_starts_from_what_the_case_knows(survey):
    assert survey["kind"] == "accident_survey"
    assert survey["context"]["case.number"] == "工伤-2026-0117"


def test_a_survey_is_the_cases_own(wang, sign_in, survey, past):
    sent = of_survey(survey)

    assert wang.send(sent).json["state"] == "accepted"

    [case] = sign_in("sun").get("/api/cases").json["items"]
    case = sign_in("sun").get(f"/api/cases/{case['id']}").json
    assert case["surveyor"]["name"]
    assert case["surveyed_at"] == sent["started_at"]
    assert [e["question"] for e in case["evidence"]] == ["scene_wide", "scene_wide", "id_card"]
    assert [e["personal"] for e in case["evidence"]] == [False, False, True]


def test_a_survey_whose_task_was_lost_finds_its_case_by_the_number(wang, sign_in, survey, past):
    sent = of_survey(survey)
    sent["chain"] = [downloaded(wang, sent)]
    forget(survey["id"])
    declared(now() - timedelta(hours=5), now() - timedelta(hours=1))
    wang.send(sent)
    sun = sign_in("sun")

    decided = decide(sun, waiting(sun)[0]["id"], "judge_again").json

    assert decided["state"] == "accepted"
    [case] = sun.get("/api/cases").json["items"]
    assert sun.get(f"/api/cases/{case['id']}").json["surveyed_at"] == sent["started_at"]


def test_a_survey_of_a_case_that_was_lost_too_says_to_register_it_again(wang, sign_in, survey):
    sent = of_survey(survey, case_number="工伤-2026-0999")
    sent["chain"] = [downloaded(wang, sent)]
    forget(survey["id"])
    declared(now() - timedelta(hours=5), now() - timedelta(hours=1))

    reply = wang.send(sent)

    assert [r["code"] for r in reply.json["reasons"]] == ["task_lost", "matter_lost"]
    assert "重新登记案件" in reply.json["reasons"][1]["detail"]


def test_an_id_gives_birth_and_sex_and_all_of_it_is_masked(wang, sign_in, survey):
    sent = of_survey(survey)
    wang.send(sent)
    id_ = visit_id(sent)

    visit = sign_in("sun").get(f"/api/visits/{id_}").json
    row = sent["form"]["rows"]["injured"][0]["id"]
    shown = fields_of(visit)
    unmasked = sign_in("sun").get(f"/api/visits/{id_}/personal-answers?purpose=complaint").json

    assert shown[f"injured/{row}/birth"]["answer"] == {"text": "***"}
    assert shown[f"injured/{row}/id_number"]["answer"] == {"text": "110***********002X"}
    assert shown[f"injured/{row}/injured_part"]["answer"] == {"text": "***"}
    assert unmasked["answers"][f"injured/{row}/birth"] == {"text": "1949-12-31"}
    assert unmasked["answers"][f"injured/{row}/sex"] == {"zh": "女", "en": "Female"}


def test_before_the_hand_over_the_authorities_do_not_see_the_survey(wang, sign_in, survey):
    sent = of_survey(survey)
    wang.send(sent)
    id_ = visit_id(sent)

    photos = sign_in("sun").get(f"/api/desk/visits/{id_}").json["photos"]

    assert sign_in("she").get(f"/api/visits/{id_}").status_code == 404
    assert sign_in("she").get(f"/api/evidence/{photos[0]['id']}").status_code == 404
    assert sign_in("sun").get(f"/api/evidence/{photos[0]['id']}").status_code == 200


def test_the_photo_of_a_form_says_what_it_shows(wang, sign_in, survey):
    sent = of_survey(survey)
    wang.send(sent)

    photos = sign_in("sun").get(f"/api/desk/visits/{visit_id(sent)}").json["photos"]

    assert photos[0]["item"]["zh"] == "现场全景"


def test_a_later_form_may_say_more(zhou, published, town):
    sent = gate(published, town)
    words = sent["form"]["values"].pop("call_words")
    zhou.send(sent)
    sent["form"]["values"]["call_words"] = words

    assert zhou.send(sent).json["state"] == "revision"

    visit = zhou.caller.get(f"/api/visits/{sent['id']}").json
    assert fields_of(visit)["call_words"]["answer"] == {"text": "明天再来"}
    with transaction(write=False):
        assert db.session.scalar(db.select(db.func.count(VisitForm.visit_id))) == 1


def test_a_later_form_that_says_otherwise_waits_for_a_person(zhou, published, town):
    sent = gate(published, town)
    zhou.send(sent)
    sent["form"]["values"] |= {"called_person": "钱卫东", "arrived_at": "2026-01-01T00:00:00Z"}
    del sent["form"]["values"]["call_words"]

    reply = zhou.send(sent)

    assert {(r["code"], r["where"]) for r in reply.json["reasons"]} == {
        ("softened", "/form/values/called_person"),
        ("softened", "/form/values/arrived_at"),
        ("softened", "/form"),
    }
    assert "赵建国" not in reply.text
    visit = zhou.caller.get(f"/api/visits/{sent['id']}").json
    assert fields_of(visit)["call_words"]["answer"] == {"text": "明天再来"}


def test_an_injured_person_is_not_taken_out_of_a_survey_unseen(wang, survey):
    sent = of_survey(survey)
    wang.send(sent)
    injured = sent["form"]["rows"]["injured"]
    sent["form"]["rows"] = {"injured": [*injured, {"id": new_id(), "values": {}}]}
    assert wang.send(sent).json["state"] == "revision"

    sent["form"]["rows"] = {"injured": [{**injured[0], "id": new_id()}]}
    reply = wang.send(sent)

    assert reply.json["state"] == "quarantined"
    assert {r["code"] for r in reply.json["reasons"]} == {"softened"}


def test_photos_that_could_be_taken_after_all_take_the_place_of_why_not(zhou, published, town):
    sent = gate(published, town)
    evidence, sent["evidence"] = sent["evidence"], []
    sent["form"]["values"]["gate_photo"] = {"unavailable": "手机没电"}
    zhou.send(sent)
    del sent["form"]["values"]["gate_photo"]

    assert zhou.send({**sent, "evidence": evidence}).json["state"] == "revision"


def test_a_survey_that_was_handed_over_is_not_rewritten_until_a_person_looked(wang, survey, town):
    sent = of_survey(survey)
    wang.send(sent)
    hand_over(town)
    sent["evidence"].append(photo(now(), question="scene_wide", shot="far"))

    reply = wang.send(sent)

    assert [r["code"] for r in reply.json["reasons"]] == ["handed_over"]


def hand_over(town):
    with transaction():
        case = db.session.scalar(db.select(AccidentCase))
        case.hand_over = HandOver(
            handed_over_by_id=town.person["wang"],
            received_by_organisation_id=town.organisation["social"],
        )


def test_the_same_bytes_of_a_form_again_are_the_same_record(zhou, published, town):
    body = as_bytes(gate(published, town))
    sent_id = json.loads(body)["id"]

    first, again = zhou.send(body, to=sent_id), zhou.send(body, to=sent_id)

    assert first.json["record_sha256"] == again.json["record_sha256"]
    assert again.json["state"] == "accepted"


def test_a_surveyor_is_told_what_may_be_begun_and_where(zhou, town):
    said = zhou.caller.get("/api/startable").json

    assert [form["id"] for form in said["forms"]] == [
        "medical_check",
        "training",
        "publicity",
        "drill",
        "risk_assessment",
        "spot_inspection",
        "blocked_access",
        "vehicle_dispatch",
        "return_visit",
        "consultation_call",
    ]
    assert [p["project"]["id"] for p in said["projects"]] == [town.project["binjiang"]]
    assert LIABILITY in said["projects"][0]["schemes"]


def test_a_form_brings_the_chain_of_its_phone(zhou, published, town):
    told = gate(published, town)
    link = {
        "format": 2,
        "kind": "visit_started",
        "subject": {"kind": "visit", "id": told["id"]},
        "task_id": new_id(),
        "nonce": "",
        "at": told["started_at"],
        "position": 1,
        "previous": None,
        "clock_offset_ms": 0,
        "device_id": zhou.device_id,
    }
    text = json.dumps(link)

    reply = zhou.send(told | {"chain": [{"seal": text, "signature": zhou.sign(text.encode())}]})

    assert (reply.json["state"], reply.json["reasons"]) == ("accepted", [])
    with transaction(write=False):
        kept = db.session.execute(db.select(SealLink.text, SealLink.state)).one()
    assert kept == (text, "valid")


# -- a photo of a form, rejected -------------------------------------------------------------------


@pytest.fixture
def rejected(wang, survey, town):
    """`rejected("explain", 2)`: the survey and its third photo, which sun rejected."""

    def reject(wanted, place=0):
        sent = of_survey(survey)
        assert wang.send(sent).json["state"] == "accepted"
        shown = sent["evidence"][place]
        with transaction():
            verdict = Verdict(
                evidence_id=own_id(town.organisation["antai"], shown["id"]),
                party_id=town.organisation["antai"],
                by_id=town.person["sun"],
                outcome="rejected",
                reason="unclear",
                follow_up=wanted,
            )
            db.session.add(verdict)
            db.session.flush()
            events.announce(VerdictGiven(verdict.id, verdict.evidence_id, "rejected", wanted))
        return sent, shown

    return reject


def asked_again(wang, rejected, **changes):
    """What the phone sends for the one open task, which a rejected photo of a form made."""
    sent, shown = rejected
    [task] = wang.caller.get("/api/tasks").json["tasks"]
    changes = {
        "kind": task["kind"],
        "task_id": task["id"],
        "nonce": task["nonce"],
        "form": None,
        "answers_re_shoot": {"visit_id": sent["id"], "evidence_id": shown["id"]},
    } | changes
    edition, project_id = task["edition"], task["project"]["id"]
    photos = [shown["question"]] if task["kind"] == "re_shoot" else []
    return record(edition, project_id, INJURY, values={}, photos=photos, **changes)


def test_the_photo_of_a_form_is_taken_again(wang, rejected):
    sent = asked_again(wang, rejected("re_shoot"))

    reply = wang.send(sent)

    assert (reply.json["state"], reply.json["reasons"]) == ("accepted", [])
    visit = wang.caller.get(f"/api/visits/{sent['id']}").json
    assert (visit["kind"], visit["form"], visit["shortfalls"]) == ("re_shoot", None, [])
    assert [photo["question"] for photo in visit["evidence"]] == ["scene_wide"]
    assert wang.caller.get("/api/tasks").json["tasks"] == []


def test_the_photo_of_a_form_is_explained(wang, rejected, sign_in, town):
    about = rejected("explain")
    sent = asked_again(wang, about, words="雨天，镜头有水")

    assert wang.send(sent).json["state"] == "accepted"

    evidence_id = own_id(town.organisation["antai"], about[1]["id"])
    [said] = sign_in("sun").get(f"/api/evidence/{evidence_id}").json["explanations"]
    assert said["words"] == "雨天，镜头有水"


def test_a_form_photo_re_shot_without_a_photo_is_told(wang, rejected):
    sent = asked_again(wang, rejected("re_shoot"), evidence=[])

    assert wang.send(sent).json["state"] == "accepted"

    visit = wang.caller.get(f"/api/visits/{sent['id']}").json
    assert lacking(visit) == {(None, "re_shoot_missing")}


def test_a_re_shoot_shows_what_the_rejected_photo_of_the_form_showed(wang, rejected):
    other = photo(now(), question="id_card", shot="far")
    sent = asked_again(wang, rejected("re_shoot"), evidence=[other])

    reply = wang.send(sent)

    assert [(r["code"], r["where"]) for r in reply.json["reasons"]] == [
        ("task_mismatch", "/evidence/0/question")
    ]


def test_a_check_does_not_go_by_a_form(wang, rejected):
    sent = asked_again(wang, rejected("re_shoot"), kind="follow_up")

    reply = wang.send(sent)

    assert {r["code"] for r in reply.json["reasons"]} == {"task_mismatch", "unknown_edition"}


def test_a_paper_taken_again_is_as_personal_as_the_first(wang, sign_in, rejected):
    wang.send(asked_again(wang, rejected("re_shoot", 2)))

    [case] = sign_in("sun").get("/api/cases").json["items"]
    photos = sign_in("sun").get(f"/api/cases/{case['id']}").json["evidence"]

    papers = [each["personal"] for each in photos if each["question"] == "id_card"]
    assert papers == [True, True]


def test_what_is_taken_again_for_a_survey_is_kept_back_until_the_hand_over(wang, sign_in, rejected):
    sent = asked_again(wang, rejected("re_shoot"))
    wang.send(sent)
    id_ = visit_id(sent)

    [taken] = sign_in("sun").get(f"/api/visits/{id_}").json["evidence"]

    assert sign_in("she").get(f"/api/visits/{id_}").status_code == 404
    assert sign_in("she").get(f"/api/evidence/{taken['id']}").status_code == 404
