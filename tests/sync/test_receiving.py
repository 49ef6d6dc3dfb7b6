"""A phone sends a visit: whatever arrives is kept, answered, and counted once."""

import json
from datetime import timedelta

import pytest

from fieldapp.accounts.models import Appointment, Device, DeviceRevocation
from fieldapp.blobs.store import StoreFull
from fieldapp.clock import iso, now
from fieldapp.db import db, new_id, transaction
from fieldapp.keys import sha256
from fieldapp.projects.models import Service
from fieldapp.sync import gathering
from fieldapp.sync.models import Record
from fieldapp.visits.models import Visit
from tests.fixtures.phone import as_bytes, whole_check, with_finding


def codes(reply):
    assert reply.status_code == 200, reply.json
    return sorted({reason["code"] for reason in reply.json["reasons"]})


def places(reply):
    return [reason["where"] for reason in reply.json["reasons"]]


def test_a_whole_check_is_accepted_and_lacks_nothing(zhou, check):
    reply = zhou.send(check)

    assert (reply.status_code, reply.json["state"], reply.json["reasons"]) == (200, "accepted", [])
    assert reply.json["record_sha256"] == sha256(as_bytes(check))
    visit = zhou.caller.get(f"/api/visits/{check['id']}").json
    assert visit["shortfalls"] == []
    assert len(visit["answers"]) == len(check["answers"])
    assert [record["signature_state"] for record in visit["records"]] == ["valid"]


def test_the_bytes_are_kept_as_they_were_signed(zhou, check):
    body = json.dumps(check, indent=3, ensure_ascii=False).encode() + b"\n\n"

    zhou.send(body, to=check["id"])

    with transaction(write=False):
        assert db.session.scalar(db.select(Record.body)) == body


def test_the_task_is_done_and_leaves_the_list(zhou, check):
    zhou.send(check)

    assert zhou.caller.get("/api/tasks").json["tasks"] == []


def test_the_same_bytes_again_are_the_same_record_and_offer_what_is_still_missing(zhou, check):
    first, again = zhou.send(check), zhou.send(check)

    assert {**again.json, "uploads": None} == {**first.json, "uploads": None}
    assert [u["id"] for u in again.json["uploads"]] == [u["id"] for u in first.json["uploads"]]
    assert counts() == {"records": 1, "visits": 1}


def test_every_photo_is_asked_for_once(zhou, check):
    reply = zhou.send(check)

    wanted = [upload["sha256"] for upload in reply.json["uploads"]]
    assert sorted(wanted) == sorted(evidence["sha256"] for evidence in check["evidence"])
    assert all(upload["purpose"] == "original" for upload in reply.json["uploads"])


def test_previews_are_asked_for_first(zhou, check):
    check["evidence"][3]["preview"] = {
        "sha256": "b" * 64,
        "size": 20_000,
        "media_type": "image/jpeg",
    }

    uploads = zhou.send(check).json["uploads"]

    assert (uploads[0]["purpose"], uploads[0]["evidence_ids"]) == (
        "preview",
        [check["evidence"][3]["id"]],
    )


def test_a_finding_opens_a_hazard(zhou, check, sign_in):
    in_time = {"kind": "date", "at": iso(now() + timedelta(days=3))}
    zhou.send(with_finding(check, deadline=in_time))

    [hazard] = sign_in("sun").get("/api/hazards").json["items"]

    assert hazard["finding"]["words"] == "消防车道被模板堆料占用"
    assert hazard["state"] == "open"
    assert len(hazard["finding"]["photos"]) == 2


def test_an_unsigned_record_is_accepted_and_known_to_be_unsigned(zhou, check):
    body = as_bytes(check)

    reply = zhou.caller.put(
        f"/api/visits/{check['id']}", data=body, content_type="application/json"
    )

    assert reply.json["state"] == "accepted"
    records = zhou.caller.get(f"/api/visits/{check['id']}").json["records"]
    assert [record["signature_state"] for record in records] == ["missing"]


def test_a_signature_over_other_bytes_waits_for_a_person(zhou, check):
    reply = zhou.send(check, **{"Fieldapp-Signature": zhou.sign(b"other bytes")})

    assert (reply.json["state"], codes(reply)) == ("quarantined", ["invalid_signature"])


def test_a_revoked_phone_signs_nothing(zhou, check, town):
    with transaction():
        device = db.session.scalar(db.select(Device).where(Device.sent_id == zhou.device_id))
        other_session = (
            device.id
        )  # the session's own device row ends with it, so the phone is found by its key
        db.session.add(
            DeviceRevocation(
                device_id=other_session, revoked_by_id=town.person["deng"], reason="丢失"
            )
        )

    assert zhou.send(check).status_code == 401


# What is wrong with it is said, every place of it, and never with a 4xx.


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not json",
        b"[]",
        b"\xff\xfe",
        b'{"a": NaN}',
        b'{"a": 1, "a": 2}',
        b"[" * 100_000,
        b"1" * 5000,
        b'"x"',
    ],
    ids=[
        "empty",
        "words",
        "list",
        "not utf-8",
        "nan",
        "a name twice",
        "deep",
        "a long number",
        "text",
    ],
)
def test_what_is_not_json_is_kept_and_waits(zhou, body):
    reply = zhou.send(body, to=new_id())

    assert (reply.status_code, reply.json["state"], codes(reply)) == (
        200,
        "quarantined",
        ["not_json"],
    )
    assert counts() == {"records": 1, "visits": 0}


WRONG = {
    "another id than the address": (lambda r: r.update(id=new_id()), "id_mismatch", "/id"),
    "a field nobody knows": (
        lambda r: r["answers"][2].update(mood="good"),
        "unknown_field",
        "/answers/2/mood",
    ),
    "a field left out": (
        lambda r: r["answers"][2].pop("value"),
        "missing_field",
        "/answers/2/value",
    ),
    "a value of another list": (
        lambda r: r["answers"][2].update(value="maybe"),
        "bad_value",
        "/answers/2/value",
    ),
    "a number as text": (
        lambda r: r["evidence"][0].update(size="12"),
        "bad_value",
        "/evidence/0/size",
    ),
    "true for a number": (
        lambda r: r["evidence"][0].update(size=True),
        "bad_value",
        "/evidence/0/size",
    ),
    "text that no database keeps": (
        lambda r: r["answers"][0].update(words="a\x00b"),
        "bad_value",
        "/answers/0/words",
    ),
    "half a character": (
        lambda r: r["answers"][0].update(words="\ud800"),
        "bad_value",
        "/answers/0/words",
    ),
    "a time without its offset": (
        lambda r: r.update(started_at="2026-11-20T10:00:00"),
        "bad_value",
        "/started_at",
    ),
    "a position without its datum": (
        lambda r: r["arrival"].pop("datum"),
        "missing_field",
        "/arrival/datum",
    ),
    "another datum": (lambda r: r["arrival"].update(datum="GCJ-02"), "bad_value", "/arrival/datum"),
    "a later format": (lambda r: r.update(format=99), "unknown_format", "/format"),
    "an edition nobody published": (
        lambda r: r.update(edition={**r["edition"], "edition": "2031-9"}),
        "unknown_edition",
        "/edition",
    ),
    "an edition with other content": (
        lambda r: r.update(edition={**r["edition"], "digest": "0" * 64}),
        "unknown_edition",
        "/edition/digest",
    ),
    "an answer to no item": (
        lambda r: r["answers"][0].update(question="fire.no_such_thing@site"),
        "unknown_item",
        "/answers/0/question",
    ),
    "an answer for a unit elsewhere": (
        lambda r: r["answers"][0].update(question=f"crane.tower.foundation@{new_id()}"),
        "unknown_unit",
        "/answers/0/question",
    ),
    "an item of another kind of unit": (
        lambda r: r["answers"][0].update(
            question=r["answers"][0]["question"].replace("crane.tower.", "crane.hoist.")
        ),
        None,
        "/answers/0/question",
    ),
    "a task nobody gave": (lambda r: r.update(task_id=new_id()), "unknown_task", "/task_id"),
    "another nonce": (lambda r: r.update(nonce="A" * 43), "task_mismatch", "/nonce"),
    "another scheme": (
        lambda r: r.update(scheme="work_injury_performance"),
        "task_mismatch",
        "/scheme",
    ),
    "a category nobody knows": (
        lambda r: r["categories"][0].update(category="tunnel"),
        "unknown_category",
        "/categories/0/category",
    ),
    "the same question twice": (
        lambda r: r["answers"].append(r["answers"][0]),
        "duplicate",
        None,
    ),
    "a photo of no finding": (
        lambda r: r["evidence"][0].update(finding_id=new_id()),
        "unknown_finding",
        "/evidence/0/finding_id",
    ),
    "a signature photo that is not there": (
        lambda r: r["signature"].update(evidence_id=new_id()),
        "unknown_evidence",
        "/signature/evidence_id",
    ),
    "a photo of a question as signature": (
        lambda r: r["signature"].update(
            evidence_id=next(e["id"] for e in r["evidence"] if e["question"])
        ),
        "bad_value",
        "/signature/evidence_id",
    ),
    "finished before it started": (
        lambda r: r.update(finished_at="2026-01-01T00:00:00Z"),
        "absurd_time",
        "/finished_at",
    ),
    "from next year": (
        lambda r: r.update(started_at="2031-01-01T00:00:00Z", finished_at="2031-01-01T01:00:00Z"),
        "absurd_time",
        "/started_at",
    ),
    "answered long after it ended": (
        lambda r: r["answers"][2].update(answered_at="2099-01-01T00:00:00Z"),
        "absurd_time",
        "/answers/2/answered_at",
    ),
    "answered long before it began": (
        lambda r: r["answers"][2].update(answered_at="2021-01-01T00:00:00Z"),
        "absurd_time",
        "/answers/2/answered_at",
    ),
    "found long after it ended": (
        lambda r: r.update(with_finding(r, found_at="2099-01-01T00:00:00Z")),
        "absurd_time",
        "/findings/0/found_at",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_record_that_cannot_be_judged_waits_with_its_reason(zhou, check, case):
    spoil, code, where = WRONG[case]
    address = check["id"]
    spoil(check)

    reply = zhou.send(check, to=address)

    assert reply.status_code == 200, reply.json
    assert reply.json["state"] == "quarantined"
    assert code is None or code in codes(reply)
    assert where is None or where in places(reply)
    assert len(reply.json["uploads"]) > 10, "its photos are evidence all the same"
    assert counts() == {"records": 1, "visits": 0}


def test_all_reasons_are_told_at_once(zhou, check):
    del check["nonce"], check["answers"][0]["value"]
    check["arrival"]["lat"] = 91
    check["mood"] = "good"

    assert places(zhou.send(check)) == ["/answers/0/value", "/arrival/lat", "/mood", "/nonce"]


def test_a_field_name_that_no_database_takes_is_told_and_kept(zhou, check):
    check["\x00\ud800/~"] = 1

    assert places(zhou.send(check)) == ["/\\x00\\ud800~1~0"]


def test_a_colleagues_task_waits_for_a_person(phone, give_task, edition, zhou, town):
    task = zhou.task(give_task("zhou"))
    second_surveyor(town)
    deng = phone("deng")

    assert codes(deng.send(whole_check(task))) == ["not_your_task"]


def test_another_organisations_task_is_unknown(phone, zhou, give_task):
    task = zhou.task(give_task("zhou"))

    assert codes(phone("wang").send(whole_check(task))) == ["unknown_task"]


def test_access_lost_while_the_phone_was_away_keeps_the_record_and_asks_for_its_photos(
    zhou, check, town
):
    end_agency(town)

    reply = zhou.send(check)

    assert (reply.json["state"], codes(reply)) == ("quarantined", ["no_access"])
    assert len(reply.json["uploads"]) == len(check["evidence"])
    receipt = zhou.caller.get(reply.json["receipt_url"])
    [record] = json.loads(receipt.json["body"])["records"]
    assert record["sha256"] == reply.json["record_sha256"]
    assert record["state"] == "quarantined"


def test_two_organisations_may_use_the_same_id(phone, zhou, give_task):
    wang = phone("wang")
    ours, theirs = (
        whole_check(zhou.task(give_task("zhou"))),
        whole_check(wang.task(give_task("wang"))),
    )
    theirs["id"] = ours["id"]

    assert [zhou.send(ours).json["state"], wang.send(theirs).json["state"]] == [
        "accepted",
        "accepted",
    ]
    assert counts() == {"records": 2, "visits": 2}


def test_a_photos_id_stands_for_one_photo(zhou, check, give_task):
    zhou.send(check)
    second = whole_check(zhou.task(give_task("zhou")))
    second["evidence"].append({**check["evidence"][0], "sha256": "c" * 64})

    assert codes(zhou.send(second)) == ["different_content"]


def test_a_mistake_of_ours_keeps_the_record_for_a_person(zhou, check, monkeypatch):
    def broken(*_, **__):
        raise ZeroDivisionError

    monkeypatch.setattr(gathering, "_register", broken)

    reply = zhou.send(check)

    assert (reply.status_code, codes(reply)) == (200, ["judging_failed"])


# Problems that are about the moment, not about the content.


def test_more_than_four_mebibytes_are_refused(zhou):
    reply = zhou.send(b" " * (4 * 1024 * 1024 + 1), to=new_id())

    assert (reply.status_code, reply.json["problem"]) == (413, "TooLarge")


def test_nobody_and_people_without_the_role_are_refused(stranger, sign_in):
    assert stranger.put(f"/api/visits/{new_id()}", data=b"{}").status_code == 401
    assert sign_in("liu").put(f"/api/visits/{new_id()}", data=b"{}").status_code == 403


def test_an_address_that_is_no_id_is_refused(zhou):
    assert zhou.send(b"{}", to="visit-1").status_code == 422


# A second record of the same visit.


def test_a_revision_by_the_same_person_takes_the_place_of_the_first(zhou, check):
    first = with_finding(check)
    zhou.send(first)
    second = with_finding(first, "fire.egress_building@site", words="疏散通道堵塞")

    reply = zhou.send(second)

    assert reply.json["state"] == "revision"
    visit = zhou.caller.get(f"/api/visits/{check['id']}").json
    assert visit["revision"] == 2
    assert len(visit["findings"]) == 2
    assert [record["state"] for record in visit["records"]] == ["accepted", "revision"]
    assert {a["question"]: a["value"] for a in visit["answers"]}[
        "fire.egress_building@site"
    ] == "fail"


def test_a_revision_never_takes_photos_away(zhou, check):
    zhou.send(check)
    fewer = {**check, "evidence": check["evidence"][-1:]}

    assert zhou.send(fewer).json["state"] == "revision"

    visit = zhou.caller.get(f"/api/visits/{check['id']}").json
    assert len(visit["evidence"]) == len(check["evidence"])


def test_the_first_record_sent_late_again_changes_nothing(zhou, check):
    zhou.send(check)
    zhou.send(with_finding(check))

    again = zhou.send(check)

    assert again.json["state"] == "accepted"
    assert len(zhou.caller.get(f"/api/visits/{check['id']}").json["findings"]) == 1


@pytest.mark.parametrize(
    "soften",
    [
        lambda r: r.update(findings=[], answers=[{**a, "finding_id": None} for a in r["answers"]]),
        lambda r: next(a for a in r["answers"] if a["value"] == "fail").update(value="pass"),
        lambda r: r.update(answers=[a for a in r["answers"] if a["value"] != "fail"]),
        lambda r: r["findings"][0].update(words="已清理"),
        lambda r: r["findings"][0].update(fixed_on_site=True),
    ],
    ids=["finding dropped", "fail to pass", "answer dropped", "other words", "called fixed"],
)
def test_a_softer_second_record_waits_for_a_person(zhou, check, soften):
    first = with_finding(check)
    zhou.send(first)
    softer = json.loads(as_bytes(first))
    soften(softer)
    for evidence in softer["evidence"]:
        if not softer["findings"]:
            evidence["finding_id"] = None

    reply = zhou.send(softer)

    assert (reply.json["state"], codes(reply)) == ("quarantined", ["softened"])
    [finding] = zhou.caller.get(f"/api/visits/{check['id']}").json["findings"]
    assert finding["words"] == "消防车道被模板堆料占用"


def test_a_second_record_by_somebody_else_waits_for_a_person(zhou, check, phone, town):
    zhou.send(check)
    second_surveyor(town)

    reply = phone("deng").send({**check, "app": "field 0.2.0"})

    assert "different_author" in codes(reply)


# What an accepted record lacks is told, never refused.


def test_what_is_missing_is_told(zhou, check):
    gone = check["evidence"].pop(0)
    unanswered = check["answers"].pop()
    check["signature"] = None
    check["evidence"].pop()

    assert zhou.send(check).json["state"] == "accepted"

    shortfalls = zhou.caller.get(f"/api/visits/{check['id']}").json["shortfalls"]
    found = {(s["question"], s["code"]) for s in shortfalls}
    assert (gone["question"], "photo_missing") in found
    assert (unanswered["question"], "unanswered") in found
    assert (None, "signature_missing") in found


def test_a_fail_without_finding_words_or_photo_is_told(zhou, check):
    target = next(a for a in check["answers"] if a["question"] == "fire.fire_lane@site")
    target["value"] = "fail"

    zhou.send(check)

    shortfalls = zhou.caller.get(f"/api/visits/{check['id']}").json["shortfalls"]
    found = {s["code"] for s in shortfalls if s["question"] == "fire.fire_lane@site"}
    assert {"words_missing", "deadline_missing", "finding_missing"} <= found


def test_the_month_is_the_one_in_china(zhou, check):
    check.update(started_at="2026-10-31T16:30:00Z", finished_at="2026-10-31T17:30:00Z")
    for answer in check["answers"]:
        answer["answered_at"] = "2026-10-31T16:45:00Z"

    zhou.send(check)

    assert zhou.caller.get(f"/api/visits/{check['id']}").json["period"] == "2026-11"


def test_a_seal_is_checked_with_the_phones_key(zhou, check):
    sealed, forged, *_ = check["evidence"]
    zhou.vouch_for(sealed)
    forged |= {"seal": "{}", "seal_signature": zhou.sign(b"something else")}

    zhou.send(check)

    seals = [e["seal"] for e in zhou.caller.get(f"/api/visits/{check['id']}").json["evidence"]]
    assert seals[:3] == ["valid", "invalid", "missing"]


def counts():
    with transaction(write=False):
        count = db.func.count
        return {
            "records": db.session.scalar(db.select(count()).select_from(Record)),
            "visits": db.session.scalar(db.select(count()).select_from(Visit)),
        }


def second_surveyor(town):
    """deng of the same agency goes on site too."""
    with transaction():
        db.session.add(Appointment(person_id=town.person["deng"], role="surveyor"))


def end_agency(town):
    with transaction():
        for service in db.session.scalars(
            db.select(Service).where(Service.agency_id == town.organisation["anxun"])
        ):
            service.agency_id = None


def test_a_full_store_does_not_keep_a_record_from_being_acknowledged(app, zhou, check):
    class Full(type(app.extensions["store"])):
        def begin(self, inbox, size):
            raise StoreFull

    app.extensions["store"].__class__ = Full

    reply = zhou.send(check)

    assert (reply.status_code, reply.json["state"], reply.json["uploads"]) == (200, "accepted", [])
