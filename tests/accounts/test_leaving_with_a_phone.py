"""Who left, or lost the role, with a day's work still on the phone: it comes in and waits for a person; nothing else does."""

from datetime import timedelta

import pytest

from fieldapp.accounts.models import Appointment
from fieldapp.clock import now
from fieldapp.db import db, transaction
from tests.fixtures.phone import Phone, bytes_of, whole_check
from tests.fixtures.town import PASSWORD


@pytest.fixture
def gu(sign_in):
    return sign_in("gu")


@pytest.fixture
def wang(phone, town) -> Phone:
    """A surveyor since last week."""
    with transaction():
        held = db.select(Appointment).where(Appointment.person_id == town.person["wang"])
        db.session.scalar(held).starts_at = now() - timedelta(days=7)
    return phone("wang")


@pytest.fixture
def unsent(wang, give_task) -> dict:
    return whole_check(wang.task(give_task("wang", "binjiang")))


def end_access(gu, town) -> None:
    reply = gu.put(f"/api/people/{town.person['wang']}/access-ending", json={"reason": "离职"})
    assert reply.status_code == 200


def renew(phone: Phone):
    nonce = phone.caller.post("/api/session/nonces", json={"device_id": phone.device_id}).json
    signature = phone.sign(f"fieldapp session renewal\n{nonce['nonce']}".encode())
    given = {"device_id": phone.device_id, "nonce": nonce["nonce"], "signature": signature}
    return phone.caller.post("/api/session/renewals", json=given)


def test_the_phone_of_somebody_who_left_hands_in_and_opens_nothing_else(gu, town, wang, unsent):
    end_access(gu, town)
    assert wang.send(unsent).status_code == 401

    assert renew(wang).status_code == 200
    sent = wang.send(unsent)

    assert (sent.status_code, sent.json["state"]) == (200, "quarantined")
    assert [reason["code"] for reason in sent.json["reasons"]] == ["no_access"]
    upload = sent.json["uploads"][0]
    photo = next(e for e in unsent["evidence"] if e["id"] in upload["evidence_ids"])
    assert wang.put_bytes(upload, bytes_of(photo["id"]))["state"] in ("stored", "checking")
    assert wang.caller.get(f"/api/visits/{unsent['id']}/receipt").status_code == 200
    for closed in ("/api/tasks", "/api/visits", "/api/projects", "/api/hazards"):
        assert wang.caller.get(closed).status_code == 403


def test_a_supervisor_takes_in_what_was_done_while_the_role_was_held(
    gu, sign_in, town, wang, unsent
):
    end_access(gu, town)
    renew(wang)
    wang.send(unsent)
    sun = sign_in("sun")
    (kept,) = sun.get("/api/quarantine").json["items"]

    decided = sun.post(
        f"/api/quarantine/{kept['id']}/decisions",
        json={"decision": "judge_again", "words": "离职前已完成"},
    )

    assert decided.json["judgements"][-1]["state"] == "accepted", decided.json
    assert sun.get("/api/quarantine").json["items"] == []


def test_what_was_begun_after_the_role_was_lost_is_not_taken_in(gu, sign_in, town, wang, unsent):
    end_access(gu, town)
    renew(wang)
    later = {"started_at": unsent["finished_at"]}
    with transaction():
        held = db.select(Appointment).where(Appointment.person_id == town.person["wang"])
        db.session.scalar(held).ends_at = now() - timedelta(hours=3)
    wang.send(unsent | later)
    sun = sign_in("sun")
    (kept,) = sun.get("/api/quarantine").json["items"]

    decided = sun.post(
        f"/api/quarantine/{kept['id']}/decisions",
        json={"decision": "judge_again", "words": "看看"},
    )

    assert "no_access" in {r["code"] for r in decided.json["judgements"][-1]["reasons"]}


def test_after_a_month_the_phone_is_out_as_well(gu, town, wang):
    end_access(gu, town)

    with transaction():
        held = db.select(Appointment).where(Appointment.person_id == town.person["wang"])
        db.session.scalar(held).ends_at = now() - timedelta(days=31)

    assert renew(wang).status_code == 401


def test_by_password_only_the_enrolled_phone_comes_in(gu, town, wang, phone, stranger):
    end_access(gu, town)
    public = wang.device

    known = stranger.post(
        "/api/session", json={"sign_in_name": "wang", "password": PASSWORD, "device": public}
    )
    other = stranger.post(
        "/api/session",
        json={
            "sign_in_name": "wang",
            "password": PASSWORD,
            "device": public | {"id": "0192aaaa-0000-7000-8000-000000000000"},
        },
    )

    assert (known.status_code, other.status_code) == (200, 403)


def test_a_surveyor_who_became_something_else_still_hands_in(gu, town, wang, unsent):
    address = f"/api/people/{town.person['wang']}/roles"
    gu.put(f"{address}/supervisor")
    gu.delete(f"{address}/surveyor")

    sent = wang.send(unsent)

    assert (sent.status_code, sent.json["state"]) == (200, "quarantined")


def test_after_a_reset_the_phone_wants_the_new_password(gu, town, wang, unsent):
    once = gu.post(f"/api/people/{town.person['wang']}/one-time-passwords").json["password"]
    assert renew(wang).status_code == 401

    wang.caller.put(
        "/api/session/password",
        json={"sign_in_name": "wang", "password": once, "new_password": "seven grey herons"},
    )
    assert renew(wang).status_code == 401
    again = wang.caller.post(
        "/api/session",
        json={"sign_in_name": "wang", "password": "seven grey herons", "device": wang.device},
    )

    assert again.status_code == 200
    assert wang.send(unsent).json["state"] == "accepted"


def test_a_lost_phone_is_out_at_once_and_its_owner_is_not(gu, town, wang, sign_in):
    address = f"/api/people/{town.person['wang']}"
    (device,) = gu.get(address).json["devices"]
    assert device["name"] == "Mate 60"

    revoked = gu.put(f"/api/devices/{device['id']}/revocation", json={"reason": "手机丢失"})

    assert revoked.json["devices"][0]["revocation"]["reason"] == "手机丢失"
    assert wang.caller.get("/api/session").status_code == 401
    assert renew(wang).status_code == 401
    assert sign_in("wang").get("/api/tasks").status_code == 200


def test_another_organisations_phone_is_not_to_be_found(sign_in, town, wang, gu):
    (device,) = gu.get(f"/api/people/{town.person['wang']}").json["devices"]

    reply = sign_in("mo").put(f"/api/devices/{device['id']}/revocation", json={"reason": "x"})

    assert reply.status_code == 404
