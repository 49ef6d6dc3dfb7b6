"""Personal captures that a phone sealed to the server's key: opened by a worker, receipted by their content."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from datetime import timedelta

import pytest

from fieldapp import jobs, waiting
from fieldapp.accounts.models import Device
from fieldapp.blobs.models import Blob
from fieldapp.clock import at, now
from fieldapp.db import db, transaction
from fieldapp.envelopes import keeping
from fieldapp.evidence import opening
from fieldapp.evidence.filing import seal_state
from fieldapp.evidence.models import Evidence, Opening
from fieldapp.keys import canonical
from tests.fixtures.phone import bytes_of, enveloped, whole_check


@pytest.fixture
def key(app):
    """The public key that a worker published."""
    keeping.publish(app.config_object)
    with transaction(write=False):
        return keeping.newest().public_key


@pytest.fixture
def sealed(zhou, give_task, key):
    """A check whose first photo travels in an envelope: (check, that photo, the envelope)."""
    check = whole_check(zhou.task(give_task("zhou")), format=2)
    photo, envelope = enveloped(check["evidence"][0], key)
    check["evidence"][0] = photo
    return check, photo, envelope


def sent(zhou, check, envelope):
    """The record goes, then the envelope to the target that was asked for by its hash; a worker runs."""
    reply = zhou.send(check).json
    assert reply["state"] == "accepted", reply["reasons"]
    named = check["evidence"][0]["envelope"]["sha256"]
    [target] = [upload for upload in reply["uploads"] if upload["sha256"] == named]
    assert zhou.put_bytes(target, envelope)["state"] in {"stored", "checking"}
    jobs.run_all()


def line(zhou, check, photo):
    receipt = zhou.caller.get(f"/api/visits/{check['id']}/receipt").json
    return next(p for p in json.loads(receipt["body"])["evidence"] if p["id"] == photo["id"])


def view_of(caller, town, photo):
    with transaction(write=False):
        row = db.session.scalar(db.select(Evidence).where(Evidence.sent_id == photo["id"]))
    return caller.get(f"/api/evidence/{row.id}").json


def keep_apart(app, folder):
    """The private keys leave this machine's folder."""
    shutil.move(app.config_object.envelope_dir, folder)
    app.config_object.envelope_dir.mkdir()


def test_phones_are_told_the_newest_public_key_and_nothing_else(zhou, key):
    told = [k for k in zhou.caller.get("/api/keys").json["keys"] if k["use"] == "envelope"]

    assert [(k["public_key"], set(k)) for k in told] == [(key, {"id", "public_key", "use"})]


def test_the_upload_is_asked_for_by_the_envelope_and_never_by_the_content(zhou, sealed):
    check, photo, _ = sealed

    asked = {upload["sha256"] for upload in zhou.send(check).json["uploads"]}

    assert photo["envelope"]["sha256"] in asked
    assert photo["sha256"] not in asked


def test_the_receipt_names_the_content_once_a_worker_opened_it(zhou, sealed, town):
    check, photo, envelope = sealed
    sent(zhou, check, envelope)

    told = line(zhou, check, photo)

    assert (told["sha256"], told["size"]) == (photo["sha256"], len(bytes_of(photo["id"])))
    assert told["stored_at"] is not None
    assert told["envelope"] == {"sha256": photo["envelope"]["sha256"]}


def test_before_a_worker_ran_the_content_is_not_receipted(zhou, sealed):
    check, photo, envelope = sealed
    reply = zhou.send(check).json
    named = photo["envelope"]["sha256"]
    zhou.put_bytes(next(u for u in reply["uploads"] if u["sha256"] == named), envelope)

    assert line(zhou, check, photo)["stored_at"] is None


def test_the_content_is_read_as_if_it_had_come_plain(zhou, sealed, sign_in, town):
    check, photo, envelope = sealed
    sent(zhou, check, envelope)

    found = view_of(sign_in("sun"), town, photo)["bytes"]

    assert found["sha256"] == photo["sha256"]
    assert found["intake"] != "waiting"
    assert found["envelope"] == photo["envelope"]["sha256"]


def test_the_envelope_of_a_record_that_waits_is_opened_too(zhou, sealed):
    check, photo, envelope = sealed
    reply = zhou.send(check | {"nonce": "A" * 43}).json
    assert reply["state"] == "quarantined"
    named = photo["envelope"]["sha256"]
    zhou.put_bytes(next(u for u in reply["uploads"] if u["sha256"] == named), envelope)
    jobs.run_all()

    assert line(zhou, check, photo)["stored_at"] is not None


def test_a_phone_that_did_not_say_what_it_sent_is_understood_by_its_record(zhou, sealed):
    check, photo, envelope = sealed
    said = photo["envelope"]
    item = {"sha256": said["sha256"], "size": said["size"], "media_type": "image/jpeg"}
    asked = zhou.caller.post("/api/uploads", json={"items": [item | {"purpose": "original"}]})
    zhou.put_bytes(asked.json["uploads"][0], envelope)
    jobs.run_all()
    zhou.send(check)
    jobs.run_all()

    assert line(zhou, check, photo)["stored_at"] is not None


def test_a_seal_names_the_envelope_as_well_as_the_content(zhou, sealed):
    _, photo, _ = sealed
    said = {"evidence_id": photo["id"], "sha256": photo["sha256"], "device_id": zhou.device_id}
    told = {
        "envelope": photo["envelope"],
        "another": photo["envelope"] | {"sha256": "0" * 64},
        "none": None,
    }
    states = {}
    for name, envelope in told.items():
        text = canonical(said | {"envelope": envelope}).decode()
        states[name] = opening_state(zhou, photo, text)

    assert states == {"envelope": "valid", "another": "invalid", "none": "invalid"}


def opening_state(zhou, photo, text):
    with transaction(write=False):
        device = db.session.scalar(db.select(Device).where(Device.sent_id == zhou.device_id))
        named = (photo["id"], photo["sha256"], photo["envelope"]["sha256"])
        return seal_state(text, zhou.sign(text.encode()), device, *named)


# -- what cannot be opened -------------------------------------------------------------------------


def spoiled(sealed, change):
    """The same check with another envelope, truthfully named."""
    check, photo, envelope = sealed
    other = change(envelope)
    said = photo["envelope"] | {
        "sha256": hashlib.sha256(other).hexdigest(),
        "size": len(other),
    }
    photo = photo | {"envelope": said}
    return check | {"evidence": [photo, *check["evidence"][1:]]}, photo, other


SPOILING = {
    "tampered": lambda e: e[:-1] + bytes([e[-1] ^ 1]),
    "not_an_envelope": lambda e: b"x" * len(e),
    "unknown_key": lambda e: e[:4] + b"\0" * 8 + e[12:],
}


@pytest.mark.parametrize("why", SPOILING)
def test_what_cannot_be_opened_says_why_and_strands_nobody(zhou, sealed, sign_in, town, why):
    check, photo, envelope = spoiled(sealed, SPOILING[why])
    sent(zhou, check, envelope)

    told, shown = line(zhou, check, photo), view_of(sign_in("sun"), town, photo)

    assert (told["intake"], told["reason"], told["stored_at"]) == ("unopened", why, None)
    assert (shown["bytes"]["intake"], shown["bytes"]["reason"]) == ("unopened", why)
    with transaction(write=False):
        assert db.session.scalar(db.select(Opening)).outcome == "failed"
        assert db.session.get(Blob, (town.organisation["anxun"], photo["sha256"])) is None


def test_an_envelope_of_another_photo_is_found(zhou, sealed, key):
    check, photo, _ = sealed
    _, other = enveloped(check["evidence"][1], key)
    check, photo, envelope = spoiled(sealed, lambda _: other)
    sent(zhou, check, envelope)

    assert (line(zhou, check, photo)["intake"], line(zhou, check, photo)["reason"]) == (
        "unopened",
        "other_content",
    )


def test_a_supervisor_has_it_taken_again(zhou, sealed, sign_in, town):
    check, photo, envelope = spoiled(sealed, SPOILING["tampered"])
    sent(zhou, check, envelope)
    sun = sign_in("sun")
    evidence_id = view_of(sun, town, photo)["id"]

    refused = sun.post(f"/api/evidence/{evidence_id}/verdicts", json={"outcome": "accepted"})
    asked = {"outcome": "rejected", "reason": "unclear", "follow_up": "re_shoot"}
    verdict = sun.post(f"/api/evidence/{evidence_id}/verdicts", json=asked)

    assert (refused.status_code, verdict.status_code) == (409, 201)
    assert "re_shoot" in {task["kind"] for task in zhou.caller.get("/api/tasks").json["tasks"]}


def test_with_the_key_put_back_it_is_opened_when_a_supervisor_asks(
    app, zhou, sealed, sign_in, town, tmp_path
):
    check, photo, envelope = sealed
    keep_apart(app, tmp_path / "away")
    sent(zhou, check, envelope)
    assert line(zhou, check, photo)["reason"] == "unknown_key"
    for file in (tmp_path / "away").iterdir():
        shutil.copy(file, app.config_object.envelope_dir)

    sun = sign_in("sun")
    reply = sun.post(f"/api/evidence/{view_of(sun, town, photo)['id']}/readings")
    jobs.run_all()

    assert reply.status_code == 202
    assert line(zhou, check, photo)["stored_at"] is not None


def test_a_worker_that_finds_its_key_again_opens_what_waited(app, zhou, sealed, tmp_path):
    check, photo, envelope = sealed
    keep_apart(app, tmp_path / "away")
    sent(zhou, check, envelope)
    for file in (tmp_path / "away").iterdir():
        shutil.copy(file, app.config_object.envelope_dir)

    opening.retry_with(set(keeping.openers(app.config_object)))
    jobs.run_all()

    assert line(zhou, check, photo)["stored_at"] is not None


def test_what_cannot_be_opened_waits_for_a_supervisor(zhou, sealed):
    check, _, envelope = spoiled(sealed, SPOILING["tampered"])
    sent(zhou, check, envelope)

    late = {}
    for days in (2, 4):
        with at(now() + timedelta(days=days)), transaction(write=False):
            late[days] = waiting.overdue()["envelope.unopened"]
    assert late == {2: 0, 4: 1}


# -- keys ------------------------------------------------------------------------------------------


def test_after_a_rotation_phones_seal_to_the_new_key_and_the_old_still_opens(app, zhou, sealed):
    check, photo, envelope = sealed
    made = keeping.rotate(app.config_object)

    told = [k for k in zhou.caller.get("/api/keys").json["keys"] if k["use"] == "envelope"]
    sent(zhou, check, envelope)

    assert [k["id"] for k in told] == [made.id]
    assert photo["envelope"]["key_id"] != made.id
    assert line(zhou, check, photo)["stored_at"] is not None


def test_a_worker_without_the_keys_that_phones_seal_to_does_not_start(app, key, tmp_path):
    keep_apart(app, tmp_path / "away")

    with pytest.raises(keeping.KeysMissing):
        keeping.publish(app.config_object)


def test_the_worker_makes_a_new_key_when_it_is_asked_to(app, environment, key):
    command = [sys.executable, "-m", "fieldapp.cli", "worker", "--new-envelope-key"]
    done = subprocess.run(command, env=os.environ | environment, timeout=120, check=False)

    assert done.returncode == 0
    with transaction(write=False):
        assert keeping.newest().public_key != key
    assert len(keeping.openers(app.config_object)) == 2


def test_publishing_again_makes_no_other_key(app, key):
    keeping.publish(app.config_object)

    with transaction(write=False):
        assert keeping.newest().public_key == key
    assert len(keeping.openers(app.config_object)) == 1


def test_nobody_but_the_keys_owner_reads_them(app, key):
    [file] = app.config_object.envelope_dir.glob("*.pem")

    assert file.stat().st_mode & 0o077 == 0
    assert file.parent.stat().st_mode & 0o077 == 0
