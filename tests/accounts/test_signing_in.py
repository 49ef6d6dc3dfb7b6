"""Signing in, out, and again by the enrolled phone's key."""

from datetime import timedelta
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from fieldapp.accounts.models import (
    Device,
    DeviceRevocation,
    RenewalNonce,
    SessionGrant,
    SignInFailure,
)
from fieldapp.db import db, transaction
from fieldapp.keys import to_text
from tests.fixtures.application import Caller
from tests.fixtures.town import PASSWORD


class Phone:
    """An install of the app: its id and its P-256 key."""

    def __init__(self) -> None:
        self.id = str(uuid4())
        self._key = ec.generate_private_key(ec.SECP256R1())

    @property
    def device(self) -> dict[str, str]:
        public = self._key.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        return {"id": self.id, "public_key": to_text(public), "name": "HUAWEI NOP-AN00"}

    def sign(self, text: str) -> str:
        r, s = decode_dss_signature(self._key.sign(text.encode(), ec.ECDSA(hashes.SHA256())))
        return to_text(r.to_bytes(32, "big") + s.to_bytes(32, "big"))


@pytest.fixture
def phone(town, stranger) -> Phone:
    phone = Phone()
    reply = stranger.post(
        "/api/session", json={"sign_in_name": "wang", "password": PASSWORD, "device": phone.device}
    )
    assert reply.json["device_id"] == phone.id
    return phone


def renewal(stranger, phone: Phone) -> dict[str, str]:
    nonce = stranger.post("/api/session/nonces", json={"device_id": phone.id}).json["nonce"]
    return {
        "device_id": phone.id,
        "nonce": nonce,
        "signature": phone.sign(f"fieldapp session renewal\n{nonce}"),
    }


def test_a_person_sees_who_they_are_and_what_they_may_do(sign_in):
    session = sign_in("she").get("/api/session").json

    assert session["organisation"]["kind"] == "social_insurance_agency"
    assert {"act": "case.read", "scheme": "work_injury_performance"} in session["acts"]
    assert {"act": "form.grade", "scheme": "construction_liability"} not in session["acts"]


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(town, stranger):
    wrong = stranger.post("/api/session", json={"sign_in_name": "wang", "password": "no"})
    unknown = stranger.post("/api/session", json={"sign_in_name": "nobody", "password": "no"})

    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json["detail"] == unknown.json["detail"]


def test_ten_wrong_passwords_close_the_door_for_a_while(town, stranger):
    for _ in range(10):
        stranger.post("/api/session", json={"sign_in_name": "wang", "password": "no"})

    reply = stranger.post("/api/session", json={"sign_in_name": "wang", "password": PASSWORD})

    assert reply.status_code == 429
    assert "15 分钟" in reply.json["detail"]


def test_signing_out_ends_the_session_even_for_a_copied_cookie(app, sign_in):
    wang = sign_in("wang")
    cookie = wang._client.get_cookie("fieldapp_session").value

    wang.delete("/api/session")
    thief = app.test_client()
    thief.set_cookie("fieldapp_session", cookie)

    assert thief.get("/api/session").status_code == 401


def test_a_phone_renews_its_session_by_its_key(stranger, phone, app):
    reply = stranger.post("/api/session/renewals", json=renewal(stranger, phone))

    assert reply.status_code == 200
    assert reply.json["person"]["sign_in_name"] == "wang"


def test_a_nonce_is_used_once(stranger, phone):
    once = renewal(stranger, phone)
    stranger.post("/api/session/renewals", json=once)

    assert stranger.post("/api/session/renewals", json=once).status_code == 401


def test_another_key_cannot_renew(stranger, phone):
    forged = renewal(stranger, phone) | {"signature": Phone().sign("fieldapp session renewal\nx")}

    assert stranger.post("/api/session/renewals", json=forged).status_code == 401


def test_a_revoked_phone_cannot_renew(stranger, phone, town):
    with transaction():
        device = db.session.scalar(db.select(Device))
        db.session.add(
            DeviceRevocation(device_id=device.id, revoked_by_id=town.person["admin"], reason="lost")
        )

    reply = stranger.post("/api/session/renewals", json=renewal(stranger, phone))

    assert (reply.status_code, reply.json["problem"]) == (401, "PhoneRevoked")


def test_a_phone_gets_its_own_recovery_key_again_right_after_the_password(app, town):
    first, second = enrolled(app), enrolled(app)
    keys = [
        caller.get("/api/session/recovery-key").json["key"] for caller in (first, first, second)
    ]

    assert keys[0] == keys[1] != keys[2]


def test_a_phone_that_is_enrolled_again_after_a_restore_gets_its_old_recovery_key(app, town):
    phone = Phone()
    before = enrolled(app, phone).get("/api/session/recovery-key").json["key"]
    with db.engine.begin() as older:  # which knows neither phone nor session
        older.execute(db.text("DELETE FROM session_grant"))
        older.execute(db.text("DELETE FROM device"))

    assert enrolled(app, phone).get("/api/session/recovery-key").json["key"] == before


def test_a_recovery_key_wants_a_fresh_password_and_a_phone(app, town, sign_in):
    wang = enrolled(app)
    with transaction():
        for grant in db.session.scalars(db.select(SessionGrant)):
            grant.password_at -= timedelta(minutes=11)

    replies = [caller.get("/api/session/recovery-key") for caller in (wang, sign_in("sun"))]

    assert [reply.status_code for reply in replies] == [409, 409]


def enrolled(app, phone=None):
    """wang on a phone of his, signed in by password."""
    caller = Caller(app.test_client())
    device = (phone or Phone()).device
    body = {"sign_in_name": "wang", "password": PASSWORD, "device": device}
    assert caller.post("/api/session", json=body).status_code == 200
    return caller


def test_a_request_from_another_site_changes_nothing(sign_in):
    wang = sign_in("wang")

    without_header = wang._client.delete("/api/session")
    foreign = wang.delete("/api/session", headers={"Sec-Fetch-Site": "cross-site"})

    assert without_header.status_code == foreign.status_code == 403
    assert wang.get("/api/session").status_code == 200


def test_problems_speak_english_where_english_is_asked(stranger):
    reply = stranger.get("/api/session", headers={"Accept-Language": "en"})

    assert reply.status_code == 401
    assert "Sign in again" in reply.json["detail"]


def rows(table):
    with transaction(write=False):
        return db.session.scalar(db.select(db.func.count()).select_from(table))


def age(moment):
    """Let an hour pass for the rows of this column."""
    with transaction():
        for row in db.session.scalars(db.select(moment.class_)):
            setattr(row, moment.key, getattr(row, moment.key) - timedelta(hours=1))


def test_nobody_fills_a_table_by_asking_for_nonces(stranger, phone):
    for device_id in (str(uuid4()), phone.id):
        reply = stranger.post("/api/session/nonces", json={"device_id": device_id})
        assert (reply.status_code, set(reply.json)) == (201, {"nonce", "expires_at"})
    age(RenewalNonce.expires_at)

    stranger.post("/api/session/nonces", json={"device_id": phone.id})

    assert rows(RenewalNonce) == 1


def test_wrong_passwords_are_remembered_for_a_while_only(town, stranger):
    wrong = {"sign_in_name": "wang", "password": "no"}
    stranger.post("/api/session", json=wrong)
    age(SignInFailure.at)

    stranger.post("/api/session", json=wrong)

    assert rows(SignInFailure) == 1
