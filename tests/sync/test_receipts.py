"""The receipt against which a phone lets its originals go."""

import json

import pytest

from fieldapp import jobs
from fieldapp.blobs import keeping
from fieldapp.db import db, new_id, transaction
from fieldapp.evidence.models import Reading
from fieldapp.keys import verifies
from fieldapp.projects.models import Service
from tests.fixtures.phone import bytes_of, whole_check


@pytest.fixture
def check(zhou, give_task):
    """A check by zhou, sent."""
    check = whole_check(zhou.task(give_task("zhou")))
    assert zhou.send(check).json["state"] == "accepted"
    return check


def receipt_of(phone, sent_id):
    reply = phone.caller.get(f"/api/visits/{sent_id}/receipt")
    assert reply.status_code == 200, reply.json
    return reply.json


def body_of(phone, sent_id):
    return json.loads(receipt_of(phone, sent_id)["body"])


def store(town, evidence):
    """The bytes arrive."""
    keeping.put(town.organisation["anxun"], bytes_of(evidence["id"]), "image/jpeg")


def test_before_any_upload_the_record_is_receipted_and_no_photo_is(zhou, check):
    receipt = receipt_of(zhou, check["id"])
    body = json.loads(receipt["body"])

    assert [record["state"] for record in body["records"]] == ["accepted"]
    assert {part["stored_at"] for part in body["evidence"]} == {None}
    assert {part["id"] for part in body["evidence"]} == {part["id"] for part in check["evidence"]}
    assert receipt["complete"] is False


def test_the_receipt_is_signed_with_the_published_key(zhou, check):
    receipt = receipt_of(zhou, check["id"])
    [key] = zhou.caller.get("/api/keys").json["keys"]

    assert receipt["key_id"] == key["id"]
    assert verifies(key["public_key"], receipt["signature"], receipt["body"].encode())
    assert not verifies(
        key["public_key"], receipt["signature"], receipt["body"].replace("1", "2").encode()
    )


def test_a_stored_photo_is_receipted_while_others_are_on_their_way(zhou, check, town):
    first, *rest = check["evidence"]
    store(town, first)

    stored = {part["id"]: part["stored_at"] for part in body_of(zhou, check["id"])["evidence"]}

    assert stored[first["id"]] is not None
    assert {stored[part["id"]] for part in rest} == {None}
    assert receipt_of(zhou, check["id"])["complete"] is False


def test_when_all_is_stored_the_receipt_is_complete_and_nothing_more_is_asked_for(
    zhou, check, town
):
    for evidence in check["evidence"]:
        store(town, evidence)

    assert receipt_of(zhou, check["id"])["complete"] is True
    assert zhou.send(check).json["uploads"] == []


def test_another_organisations_copy_of_the_bytes_is_not_ours(zhou, check, town):
    keeping.put(town.organisation["antai"], bytes_of(check["evidence"][0]["id"]), "image/jpeg")

    assert {part["stored_at"] for part in body_of(zhou, check["id"])["evidence"]} == {None}


def test_what_intake_refused_is_receipted_with_its_reason(zhou, check, town):
    evidence = check["evidence"][0]
    store(town, evidence)
    with transaction():
        db.session.add(
            Reading(
                organisation_id=town.organisation["anxun"],
                sha256=evidence["sha256"],
                state="refused",
                reason="not_media",
            )
        )

    [part] = [p for p in body_of(zhou, check["id"])["evidence"] if p["id"] == evidence["id"]]

    assert (part["intake"], part["reason"]) == ("refused", "not_media")
    assert part["stored_at"] is not None


def test_the_receipt_is_found_by_who_sent_it_not_by_present_access(zhou, check, town):
    with transaction():
        for service in db.session.scalars(
            db.select(Service).where(Service.agency_id == town.organisation["anxun"])
        ):
            service.agency_id = None

    assert body_of(zhou, check["id"])["visit_id"] == check["id"]


def test_a_record_that_nobody_can_read_is_receipted_too(zhou):
    sent_id = new_id()
    zhou.send(b"not json", to=sent_id)

    receipt = receipt_of(zhou, sent_id)

    assert [r["state"] for r in json.loads(receipt["body"])["records"]] == ["quarantined"]
    assert receipt["complete"] is True


def test_the_photos_of_a_quarantined_record_are_receipted(zhou, give_task, town):
    record = whole_check(zhou.task(give_task("zhou")), nonce="A" * 43)
    assert zhou.send(record).json["state"] == "quarantined"
    store(town, record["evidence"][0])

    stored = [p for p in body_of(zhou, record["id"])["evidence"] if p["stored_at"]]

    assert [part["id"] for part in stored] == [record["evidence"][0]["id"]]


def test_every_record_of_the_visit_is_named(zhou, check):
    zhou.send({**check, "app": "field 0.2.0"})

    assert [r["state"] for r in body_of(zhou, check["id"])["records"]] == ["accepted", "revision"]


@pytest.mark.parametrize("name", ["wang", "deng", "liu"])
def test_others_find_no_receipt(sign_in, check, name):
    assert sign_in(name).get(f"/api/visits/{check['id']}/receipt").status_code == 404


def test_nobody_finds_a_receipt_of_nothing(zhou):
    assert zhou.caller.get(f"/api/visits/{new_id()}/receipt").status_code == 404


def test_a_photo_travels_from_the_phone_to_the_receipt(zhou, check):
    evidence = check["evidence"][0]
    upload = next(
        u for u in zhou.send(check).json["uploads"] if evidence["id"] in u["evidence_ids"]
    )

    assert zhou.put_bytes(upload, bytes_of(evidence["id"]))["state"] in {"stored", "checking"}
    jobs.run_all()

    [part] = [p for p in body_of(zhou, check["id"])["evidence"] if p["id"] == evidence["id"]]
    assert part["stored_at"] is not None
    assert evidence["sha256"] not in [u["sha256"] for u in zhou.send(check).json["uploads"]]


def test_other_bytes_than_promised_are_never_receipted(zhou, check):
    evidence = check["evidence"][0]
    upload = next(
        u for u in zhou.send(check).json["uploads"] if evidence["id"] in u["evidence_ids"]
    )

    zhou.put_bytes(upload, b"x" * evidence["size"])
    jobs.run_all()

    assert {part["stored_at"] for part in body_of(zhou, check["id"])["evidence"]} == {None}
