"""What a phone, or somebody pretending to be one, may send wrong: each gets a sentence and changes nothing."""

import pytest

from fieldapp.blobs.models import Upload
from fieldapp.db import db
from tests.blobs.conftest import item

PHOTO = b"\xff\xd8 a small photo"
SOME_ID = "0198a000-0000-7000-8000-000000000009"
LIMIT = 512 << 20


@pytest.mark.parametrize(
    ("changes", "status", "problem", "where"),
    [
        ({"size": 0}, 422, "Invalid", "/items/0/size"),
        ({"size": -1}, 422, "Invalid", "/items/0/size"),
        ({"size": 1.5}, 422, "Invalid", "/items/0/size"),
        ({"size": "17"}, 422, "Invalid", "/items/0/size"),
        ({"size": LIMIT + 1}, 413, "FileTooLarge", "/items/0/size"),
        ({"size": 10**30}, 413, "FileTooLarge", "/items/0/size"),
        ({"sha256": "A" * 64}, 422, "Invalid", "/items/0/sha256"),
        ({"sha256": "a" * 64 + "\n"}, 422, "Invalid", "/items/0/sha256"),
        ({"sha256": "../../etc/passwd"}, 422, "Invalid", "/items/0/sha256"),
        ({"media_type": "image/jpeg\r\nX: y"}, 422, "Invalid", "/items/0/media_type"),
        ({"media_type": "x" * 101}, 422, "Invalid", "/items/0/media_type"),
        ({"purpose": "anything"}, 422, "Invalid", "/items/0/purpose"),
        ({"purpose": None}, 422, "Invalid", "/items/0/purpose"),
        ({"surprise": 1}, 422, "Invalid", "/items/0/surprise"),
    ],
)
def test_asking_wrongly(phone, changes, status, problem, where):
    reply = phone("wang").ask(PHOTO, **changes)

    assert (reply.status_code, reply.json["problem"]) == (status, problem)
    places = [reply.json["where"], *(fault["where"] for fault in reply.json["errors"])]
    assert any(place and place.startswith(where) for place in places)
    assert db.session.scalars(db.select(Upload)).all() == []


def test_a_file_too_large_is_told_the_limit(phone):
    reply = phone("wang").ask(PHOTO, size=LIMIT + 1)

    assert reply.json["most"] == LIMIT
    assert "512 MiB" in reply.json["detail"]
    assert str(LIMIT + 1) in reply.json["detail"]


@pytest.mark.parametrize("body", [None, [], {}, {"items": []}, {"items": {}}, {"items": [7]}])
def test_asking_without_items(sign_in, body):
    assert sign_in("wang").post("/api/uploads", json=body).status_code == 422


@pytest.mark.parametrize(
    "report",
    [
        {},
        {"id": "not an id"},
        {"id": SOME_ID, "parts": [{"number": 0, "etag": "x"}]},
        {"id": SOME_ID, "parts": [{"number": "one", "etag": "x"}]},
        {"id": SOME_ID, "parts": [{"number": 1, "etag": "x" * 201}]},
        {"id": SOME_ID, "parts": 7},
    ],
)
def test_completing_wrongly(sign_in, report):
    reply = sign_in("wang").post("/api/uploads/completions", json={"uploads": [report]})

    assert (reply.status_code, reply.json["problem"]) == (422, "Invalid")


def test_another_organisations_upload_is_as_unknown_as_none(phone):
    wang, he = phone("wang"), phone("he")
    target = wang.target(PHOTO)
    sent = wang.send(target, PHOTO)

    foreign = he.complete(target, sent)
    unknown = he.complete({"id": SOME_ID}, sent)

    assert foreign.status_code == unknown.status_code == 404
    assert foreign.json["detail"] == unknown.json["detail"]
    assert wang.settle(target, sent)["state"] == "stored"


def test_nothing_of_a_call_happens_when_one_upload_is_not_ours(phone, sign_in):
    wang, he = phone("wang"), phone("he")
    ours, theirs = wang.target(PHOTO), he.target(PHOTO)
    sent = wang.send(ours, PHOTO)

    reply = sign_in("wang").post(
        "/api/uploads/completions",
        json={"uploads": [{"id": ours["id"], "parts": sent}, {"id": theirs["id"], "parts": []}]},
    )

    assert (reply.status_code, reply.json["where"]) == (404, "/uploads/1/id")
    assert db.session.get_one(Upload, ours["id"]).outcome is None


@pytest.mark.parametrize(
    ("name", "status"), [("wang", 200), ("zhou", 200), ("liu", 200), ("sun", 403), ("she", 403)]
)
def test_only_who_submits_visits_or_inspects_may_upload(phone, name, status):
    assert phone(name).ask(PHOTO).status_code == status


@pytest.mark.parametrize("path", ["", "/completions"])
def test_signed_out_is_401(stranger, path):
    reply = stranger.post(f"/api/uploads{path}", json={"items": [item(PHOTO)]})

    assert reply.status_code == 401


def test_problems_are_said_in_english_when_asked(sign_in):
    reply = sign_in("wang").post(
        "/api/uploads",
        json={"items": [item(PHOTO, size=LIMIT + 1)]},
        headers={"Accept-Language": "en"},
    )

    assert "at most 512 MiB" in reply.json["detail"]


def test_outcomes_are_said_in_english_when_asked(phone, sign_in):
    target = phone("wang").target(PHOTO)

    reply = sign_in("wang").post(
        "/api/uploads/completions",
        json={"uploads": [{"id": target["id"], "parts": []}]},
        headers={"Accept-Language": "en"},
    )

    assert (
        reply.json["uploads"][0]["detail"] == "Parts 1 are missing. Send them, then complete again."
    )
