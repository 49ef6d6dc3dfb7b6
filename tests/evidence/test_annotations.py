"""标注: what was drawn on a copy of a photo comes with it, is shown beside it, and proves nothing by itself."""

import hashlib
import io
import json

import pytest
from PIL import Image

from fieldapp import jobs
from fieldapp.clock import now
from fieldapp.db import db, new_id, own_id, transaction
from fieldapp.evidence.annotation_models import Annotation
from fieldapp.evidence.models import Evidence
from fieldapp.keys import canonical
from fieldapp.reuse.models import Likeness
from tests.fixtures.phone import photo, whole_check


@pytest.fixture
def check(zhou, give_task):
    """A whole check, and on a copy of its first photo an arrow."""
    check = whole_check(zhou.task(give_task("zhou")), format=2)
    first = check["evidence"][0]
    drawn = annotation(first)
    return check | {"evidence": [*check["evidence"], drawn]}


PICTURE = io.BytesIO()
Image.effect_noise((640, 480), 90).convert("RGB").save(PICTURE, "JPEG")
BYTES = PICTURE.getvalue()


def annotation(original, **changes):
    said = {"size": len(BYTES), "sha256": hashlib.sha256(BYTES).hexdigest()}
    same = {name: original[name] for name in ("question", "category", "shot", "finding_id")}
    return photo(now(), annotates=original["id"], **same, **said) | changes


def send_both(zhou, check):
    """The record, and the annotation's bytes; a worker runs."""
    reply = zhou.send(check).json
    assert reply["state"] == "accepted", reply["reasons"]
    wanted = check["evidence"][-1]["sha256"]
    [target] = [upload for upload in reply["uploads"] if upload["sha256"] == wanted]
    zhou.put_bytes(target, BYTES)
    jobs.run_all()


def original_row(town, check):
    return own_id(town.organisation["anxun"], check["evidence"][0]["id"])


def test_it_is_receipted_like_every_file_of_the_visit(zhou, check):
    send_both(zhou, check)

    receipt = zhou.caller.get(f"/api/visits/{check['id']}/receipt").json
    [line] = [
        part
        for part in json.loads(receipt["body"])["evidence"]
        if part["id"] == check["evidence"][-1]["id"]
    ]
    assert (line["stored_at"] is not None, line["intake"]) == (True, "accepted")


def test_the_desk_shows_it_beside_its_photo(zhou, check, town, sign_in):
    send_both(zhou, check)
    sun, id_ = sign_in("sun"), original_row(town, check)

    view = sun.get(f"/api/evidence/{id_}").json

    assert view["annotation"]["sent_id"] == check["evidence"][-1]["id"]
    assert view["annotation"]["renditions"] == [320, 1600]
    assert sun.get(f"/api/evidence/{id_}/annotation/renditions/1600").status_code == 302
    other = own_id(town.organisation["anxun"], check["evidence"][1]["id"])
    assert sun.get(f"/api/evidence/{other}").json["annotation"] is None
    assert sun.get(f"/api/evidence/{other}/annotation/renditions/1600").status_code == 404


def test_it_waits_for_no_verdict_and_is_compared_with_nothing(zhou, check, sign_in):
    send_both(zhou, check)

    [visit] = sign_in("sun").get("/api/desk?queue=all").json["items"]
    assert visit["photos"] == len(check["evidence"]) - 2, "neither it nor the signature"
    with transaction(write=False):
        sent = {row.sent_id for row in db.session.scalars(db.select(Evidence)).unique()}
        assert check["evidence"][-1]["id"] not in sent
        drawn = check["evidence"][-1]["sha256"]
        assert db.session.scalar(db.select(Likeness.sha256).where(Likeness.sha256 == drawn)) is None


def test_it_stands_for_no_photo_that_is_owed(zhou, give_task):
    check = whole_check(zhou.task(give_task("zhou")), format=2)
    owed = next(e for e in check["evidence"] if e["question"])
    others = [e for e in check["evidence"] if e is not owed]
    signed = check["evidence"][-1]
    check |= {"evidence": [*others, annotation(owed, annotates=signed["id"])]}

    assert zhou.send(check).json["state"] == "accepted"

    visit = zhou.caller.get(f"/api/visits/{check['id']}").json
    assert owed["question"] in [lack["question"] for lack in visit["shortfalls"]]


def test_drawn_later_it_comes_with_a_second_record_and_leaves_the_photo_as_it_was(
    zhou, check, town, sign_in
):
    first = check | {"evidence": check["evidence"][:-1]}
    assert zhou.send(first).json["state"] == "accepted"
    id_ = original_row(town, check)
    before = sign_in("sun").get(f"/api/evidence/{id_}").json

    reply = zhou.send(check).json
    assert reply["state"] == "revision", reply["reasons"]

    after = sign_in("sun").get(f"/api/evidence/{id_}").json
    assert after["annotation"]["sent_id"] == check["evidence"][-1]["id"]
    assert after["bytes"]["sha256"] == before["bytes"]["sha256"]
    acts = [(entry["table"], entry["act"]) for entry in after["custody"]]
    assert ("evidence", "update") not in acts


@pytest.mark.parametrize(("place", "state"), [(0, "valid"), (1, "invalid")])
def test_its_seal_fits_the_photo_that_it_names_alone(zhou, check, town, sign_in, place, state):
    drawn = check["evidence"][-1]
    said = {"evidence_id": drawn["id"], "sha256": drawn["sha256"], "device_id": zhou.device_id}
    seal = canonical(said | {"annotates": check["evidence"][place]["id"]}).decode()
    drawn |= {"seal": seal, "seal_signature": zhou.sign(seal.encode())}

    assert zhou.send(check).json["state"] == "accepted"

    view = sign_in("sun").get(f"/api/evidence/{original_row(town, check)}").json
    assert view["annotation"]["seal"] == state


def test_sent_again_it_is_there_once(zhou, check):
    send_both(zhou, check)
    zhou.send(check | {"words": "补充"})

    with transaction(write=False):
        assert db.session.scalar(db.select(db.func.count()).select_from(Annotation)) == 1


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"annotates": new_id()}, "unknown_evidence"), ({"annotates": "no id"}, "bad_value")],
)
def test_one_of_a_photo_that_is_not_in_the_record_waits(zhou, check, changes, code):
    check["evidence"][-1] |= changes

    reply = zhou.send(check).json

    assert [r["code"] for r in reply["reasons"]] == [code]


def test_other_bytes_under_its_id_wait(zhou, check):
    send_both(zhou, check)
    check["evidence"][-1] |= {"sha256": "c" * 64}

    assert [r["code"] for r in zhou.send(check).json["reasons"]] == ["different_content"]


def test_an_outsider_sees_neither(zhou, check, town, sign_in):
    send_both(zhou, check)

    reply = sign_in("hu").get(
        f"/api/evidence/{original_row(town, check)}/annotation/renditions/320"
    )

    assert reply.status_code == 404
