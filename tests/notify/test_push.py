"""Web push: what leaves is readable by one browser alone and says nothing of anybody; a phone that is gone is forgotten."""

import json
import socket
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy import text

from fieldapp import jobs
from fieldapp.accounts import staffing
from fieldapp.accounts.models import Device, Person
from fieldapp.clock import at, now
from fieldapp.config import ConfigMissing, from_environment, new_signing_key
from fieldapp.db import db, transaction
from fieldapp.keys import from_text, to_text, verifies
from fieldapp.message_settings import Push
from fieldapp.notify import web_push
from fieldapp.notify.models import Delivery, PushSubscription
from fieldapp.notify.web_push import Target
from tests.fixtures.application import Caller
from tests.fixtures.signers import Signer
from tests.fixtures.town import PASSWORD
from tests.notify.push_service import Browser, Service, running


@pytest.fixture
def service(app, tmp_path, monkeypatch) -> Service:
    with running(tmp_path) as (found, certificate):
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        push = Push(new_signing_key(), "mailto:ops@fieldapp.example", (found.netloc,), timeout_s=2)
        app.config_object = replace(app.config_object, push=push)
        yield found


@dataclass
class Told:
    phone: Caller
    service: Service
    browser: Browser


@pytest.fixture
def told(service, sign_in) -> Told:
    """wang's phone, which asked to be told."""
    phone, browser = on_phone(sign_in, "wang"), Browser(service)
    subscribed(phone, browser)
    return Told(phone, service, browser)


def on_phone(sign_in, name: str) -> Caller:
    caller = sign_in(name)
    asked = {"sign_in_name": name, "password": PASSWORD, "device": Signer().device}
    assert caller.post("/api/session", json=asked).status_code == 200
    return caller


def subscribed(phone, browser: Browser):
    reply = phone.put("/api/push/subscription", json=browser.said)
    assert (reply.status_code, reply.json["subscribed"]) == (200, True), reply.json


def rows() -> list[PushSubscription]:
    with transaction(write=False):
        return list(db.session.scalars(db.select(PushSubscription)))


def outcomes() -> list[tuple[str, str | None, str | None]]:
    with transaction(write=False):
        found = db.session.scalars(db.select(Delivery).order_by(Delivery.asked_at))
        return [(each.channel, each.outcome, each.detail) for each in found.unique()]


def test_the_records_own_example_comes_out_as_the_standard_says():
    """RFC 8291, section 5."""
    target = Target(
        "-",
        "-",
        "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
        "BTBZMqHH6r4Tts7J_aSIgg",
    )
    own = int.from_bytes(from_text("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"), "big")
    sealed = web_push.encrypted(
        b"When I grow up, I want to be a watermelon",
        target,
        ec.derive_private_key(own, ec.SECP256R1()),
        from_text("DGv6ra1nlYgDCS1FRnbzlw"),
    )

    assert to_text(sealed) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS"
        "6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )


def test_a_survey_reaches_the_phone_sealed_and_without_names(told, survey):
    jobs.run_all()

    [(path, headers, body)] = told.service.heard
    said = told.browser.opened(body)
    [(channel, outcome, _)] = outcomes()
    assert (path, channel, outcome) == (told.browser.path, "push", "sent")
    assert (headers["Content-Encoding"], headers["Urgency"]) == ("aes128gcm", "high")
    assert (set(said), said["urgent"]) == ({"id", "text", "urgent"}, True)
    assert "任务" in said["text"]
    for word in ("滨江", "wang", "张"):
        assert word not in str(said)


def test_the_service_can_tell_that_it_is_us(told, survey):
    jobs.run_all()

    [(_, headers, _)] = told.service.heard
    scheme, token, key = headers["Authorization"].replace(",", "").split()
    signed, _, signature = token.removeprefix("t=").rpartition(".")
    claims = json.loads(from_text(signed.split(".")[1]))
    ours = told.phone.get("/api/push").json["public_key"]
    point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), from_text(ours))
    der = point.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert (scheme, key) == ("vapid", f"k={ours}")
    assert verifies(to_text(der), signature, signed.encode())
    assert (claims["aud"], claims["sub"]) == (told.service.url, "mailto:ops@fieldapp.example")


def test_push_comes_besides_the_other_ways_and_never_instead(told, sms, survey):
    jobs.run_all()

    assert len(sms.heard) == len(told.service.heard) == 1
    assert {(channel, outcome) for channel, outcome, _ in outcomes()} == {
        ("sms", "sent"),
        ("push", "sent"),
    }


def test_it_is_told_in_the_language_of_the_phone(told, survey):
    told.browser.said["language"] = "en"
    subscribed(told.phone, told.browser)

    jobs.run_all()

    assert "your task" in str(told.browser.opened(told.service.heard[0][2])["text"])


@pytest.mark.parametrize("status", [404, 410])
def test_a_phone_that_its_service_has_no_more_is_forgotten(told, survey, status):
    told.service.status = status

    jobs.run_all()

    assert (rows(), [outcome for _, outcome, _ in outcomes()]) == ([], ["no_address"])


def test_a_service_that_fails_is_tried_again_under_the_same_name(told, survey):
    told.service.status = 503
    jobs.run_all()
    told.service.status = 201
    with at(now() + timedelta(minutes=1)):
        jobs.run_all()

    topics = {headers["Topic"] for _, headers, _ in told.service.heard}
    assert (len(told.service.heard), len(topics)) == (2, 1)
    assert [outcome for _, outcome, _ in outcomes()] == ["sent"]


def test_a_service_that_sends_us_elsewhere_is_not_followed(told, survey):
    told.service.status, told.service.location = 307, f"{told.service.url}/thief"

    jobs.run_all()

    assert [path for path, _, _ in told.service.heard] == [told.browser.path]
    assert [outcome for _, outcome, _ in outcomes()] == ["refused"]


def test_a_name_that_leads_into_our_own_network_is_not_called(told, survey, app):
    """The name is a known service's; what it stands for is looked at when it is called."""
    inside = replace(app.config_object.push, trusted=())
    for host in ("127.0.0.1", "10.0.0.1", "169.254.169.254", "::1"):
        target = Target("-", "https://fcm.googleapis.com/x", *told.browser.keys)
        with pytest.MonkeyPatch.context() as patch:
            found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (host, 443))]
            patch.setattr(socket, "getaddrinfo", lambda *_, found=found, **__: found)
            came = web_push.send(inside, target, b"-", topic="t", urgent=False)
        assert (came.outcome, came.detail) == ("failed", "no connection: ElsewhereRefused")


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://fcm.googleapis.com/x",
        "https://fcm.googleapis.com:8443/x",
        "https://fcm.googleapis.com.thief.example/x",
        "https://thiefpush.apple.com.example/x",
        "https://xpush.apple.com/x",
        "https://fcm.googleapis.com@thief.example/x",
        "https://a:b@fcm.googleapis.com/x",
        "https://169.254.169.254/latest",
        "https://127.0.0.1/x",
        "https://[::1]/x",
        "https://fcm.googleapis.com:x/",
        "file:///etc/passwd",
    ],
)
def test_an_address_that_is_no_push_service_is_refused(told, endpoint):
    reply = told.phone.put(
        "/api/push/subscription", json={**told.browser.said, "endpoint": endpoint}
    )

    assert (reply.status_code, reply.json["where"]) == (422, "/endpoint")


@pytest.mark.parametrize(
    "url",
    [
        "https://fcm.googleapis.com/fcm/send/x",
        "https://updates.push.services.mozilla.com/wpush/v2/x",
        "https://web.push.apple.com/x",
        "https://wns2-par02p.notify.windows.com/w/?token=x",
    ],
)
def test_the_browsers_own_services_are_known(url):
    assert web_push.is_endpoint(Push("", "mailto:a@b.example"), url)


@pytest.mark.parametrize(("name", "value"), [("p256dh", "AAAA"), ("auth", "AAAA")])
def test_keys_that_are_none_are_refused(told, name, value):
    reply = told.phone.put("/api/push/subscription", json={**told.browser.said, name: value})

    assert (reply.status_code, reply.json["where"]) == (422, "/p256dh")


def test_switched_off_nothing_goes(told, survey):
    assert told.phone.delete("/api/push/subscription").json["subscribed"] is False

    jobs.run_all()

    assert (told.service.heard, [outcome for _, outcome, _ in outcomes()]) == ([], ["no_address"])


def test_without_a_phone_that_wants_it_no_message_is_asked_for(service, survey):
    jobs.run_all()

    assert outcomes() == []


def test_signing_out_forgets_the_phone(told):
    assert told.phone.delete("/api/session").status_code == 204

    assert rows() == []


def test_a_revoked_phone_is_forgotten(told, town):
    [row] = rows()
    with transaction():
        device = db.session.get_one(Device, row.device_id)
        staffing.revoke(db.session.get_one(Person, town.person["gu"]), device, "lost")

    assert rows() == []


def test_whoever_worked_on_the_phone_before_is_told_by_it_no_more(told, sign_in):
    other = on_phone(sign_in, "zhou")

    subscribed(other, told.browser)

    [row] = rows()
    with transaction(write=False):
        assert db.session.get_one(Device, row.device_id).person.sign_in_name == "zhou"


def test_the_address_lies_encrypted(told):
    with transaction(write=False):
        kept = db.session.execute(
            text("select endpoint, p256dh, auth from push_subscription")
        ).one()

    for value in kept:
        assert value.startswith("1.")
        assert told.browser.path not in value


def test_a_console_has_no_phone_to_tell(told, sign_in):
    console = sign_in("sun")

    assert console.get("/api/push").json["subscribed"] is False
    reply = console.put("/api/push/subscription", json=told.browser.said)
    assert (reply.status_code, reply.json["problem"]) == (409, "NoPhone")


def test_without_a_key_there_is_no_push(told, app):
    app.config_object = replace(app.config_object, push=None)

    assert told.phone.get("/api/push").json["public_key"] is None
    reply = told.phone.put("/api/push/subscription", json=told.browser.said)
    assert (reply.status_code, reply.json["problem"]) == (409, "NoPush")


def test_a_key_wants_somebody_to_write_to(tmp_path):
    environment = {"FIELDAPP_DATA_DIR": str(tmp_path), "FIELDAPP_PUSH_KEY": new_signing_key()}

    with pytest.raises(ConfigMissing, match="FIELDAPP_PUSH_CONTACT"):
        from_environment(environment)
    known = from_environment(environment | {"FIELDAPP_PUBLIC_URL": "https://fieldapp.example"})
    assert known.push is not None
    assert "PRIVATE" not in repr(known)
