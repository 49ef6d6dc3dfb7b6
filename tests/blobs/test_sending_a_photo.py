"""The whole way of a photo, on the disk store and on a real S3."""

import hashlib
import secrets

import pytest

from fieldapp import events, jobs
from fieldapp.blobs.keeping import BlobsStored
from fieldapp.blobs.models import Blob, Upload
from fieldapp.blobs.store import PART_SIZE
from fieldapp.db import db
from tests.blobs.conftest import item

PHOTO = b"\xff\xd8 a small photo"
SHA256 = hashlib.sha256(PHOTO).hexdigest()


@pytest.fixture(scope="module")
def video() -> bytes:
    """Two parts and a bit."""
    return secrets.token_bytes(2 * PART_SIZE + 1000)


@pytest.fixture
def announced():
    heard = []

    def listener(event):
        heard.extend(
            (digest, db.session.get(Blob, (event.organisation_id, digest)) is not None)
            for digest in event.hashes
        )

    events.subscribe(BlobsStored, listener)
    yield heard
    events._subscribers[BlobsStored].remove(listener)


def test_a_photo_sent_is_stored_under_its_hash(phone, store, town):
    wang = phone("wang")
    target = wang.target(PHOTO)

    outcome = wang.settle(target, wang.send(target, PHOTO))

    assert outcome == {
        "id": target["id"],
        "sha256": SHA256,
        "state": "stored",
        "detail": "已存储。",
    }
    blob = db.session.get(Blob, (town.organisation["antai"], SHA256))
    assert (blob.size, blob.media_type) == (len(PHOTO), "image/jpeg")
    with store.open(blob.key) as stored:
        assert stored.read() == PHOTO


def test_a_video_in_three_parts_is_stored_whole(phone, store, town, video):
    wang = phone("wang")
    target = wang.target(video)
    assert [part["size"] for part in target["parts"]] == [PART_SIZE, PART_SIZE, 1000]

    outcome = wang.settle(target, list(reversed(wang.send(target, video))))

    assert outcome["state"] == "stored"
    with store.open(f"{town.organisation['antai']}/{outcome['sha256']}") as stored:
        assert hashlib.sha256(stored.read()).hexdigest() == hashlib.sha256(video).hexdigest()


def test_parts_come_in_any_order_and_twice(phone, video):
    wang = phone("wang")
    target = wang.target(video)
    sent = [wang.send(target, video, only=(number,))[0] for number in (3, 1, 2, 1)]

    assert sent[1] == sent[3]
    assert wang.settle(target, sent[:3])["state"] == "stored"


def test_a_stored_photo_is_announced_once_with_its_row(phone, announced):
    wang = phone("wang")
    target = wang.target(PHOTO)
    sent = wang.send(target, PHOTO)

    wang.settle(target, sent)
    wang.settle(target, sent)

    assert announced == [(SHA256, True)]


def test_what_is_stored_is_not_asked_for_again(phone):
    wang = phone("wang")
    target = wang.target(PHOTO)
    wang.settle(target, wang.send(target, PHOTO))

    assert wang.ask(PHOTO, b"another").json | {"uploads": 1} == {
        "uploads": 1,
        "stored": [SHA256],
        "checking": [],
    }
    assert [u["size"] for u in wang.ask(PHOTO, b"another").json["uploads"]] == [len(b"another")]


def test_knowing_a_hash_is_not_owning_the_file(phone):
    wang, he = phone("wang"), phone("he")
    target = wang.target(PHOTO)
    wang.settle(target, wang.send(target, PHOTO))

    assert he.ask(PHOTO).json["stored"] == []
    assert he.target(PHOTO)["id"] != target["id"]


def test_asking_again_goes_on_with_the_same_upload_and_says_what_has_arrived(phone, video):
    wang = phone("wang")
    first = wang.target(video)
    sent = wang.send(first, video, only=(2,))

    again = wang.target(video)

    assert again["id"] == first["id"]
    etags = [part["etag"] for part in again["parts"]]
    assert etags[0] is etags[2] is None
    assert etags[1] == sent[0]["etag"].strip('"')
    rest = wang.send(again, video, only=(1, 3))
    assert wang.settle(again, [*rest, {"number": 2, "etag": etags[1]}])["state"] == "stored"


def test_a_phone_that_lost_the_etags_completes_by_what_arrived(phone, video):
    wang = phone("wang")
    target = wang.target(video)
    wang.send(target, video)

    assert wang.settle(target, [])["state"] == "stored"


def test_missing_parts_are_named_and_the_upload_stays_open(phone, video):
    wang = phone("wang")
    target = wang.target(video)
    sent = wang.send(target, video, only=(2,))

    outcome = wang.outcome(target, sent)

    assert outcome["state"] == "missing_parts"
    assert "1, 3" in outcome["detail"]
    rest = wang.send(target, video, only=(1, 3))
    assert wang.settle(target, sent + rest)["state"] == "stored"


def test_a_part_reported_otherwise_than_it_came_is_missing(phone):
    wang = phone("wang")
    target = wang.target(PHOTO)
    wang.send(target, PHOTO)

    outcome = wang.outcome(target, [{"number": 1, "etag": '"0123456789abcdef0123456789abcdef"'}])

    assert outcome["state"] == "missing_parts"


def test_other_bytes_than_promised_are_dropped_and_the_phone_may_ask_anew(phone, store, town):
    wang = phone("wang")
    target = wang.target(PHOTO)
    other = PHOTO[:-1] + b"!"

    outcome = wang.settle(target, wang.send(target, other))

    assert outcome["state"] == "wrong_hash"
    assert not store.has(f"{town.organisation['antai']}/{SHA256}")
    anew = wang.target(PHOTO)
    assert anew["id"] != target["id"]
    assert wang.settle(anew, wang.send(anew, PHOTO))["state"] == "stored"


def test_after_completing_its_url_changes_nothing(phone, put, store, town):
    wang = phone("wang")
    target = wang.target(PHOTO)
    wang.settle(target, wang.send(target, PHOTO))

    put(target["parts"][0]["url"], PHOTO[::-1])

    with store.open(f"{town.organisation['antai']}/{SHA256}") as stored:
        assert stored.read() == PHOTO
    assert wang.outcome(target, [])["state"] == "stored"


def test_a_phone_may_name_the_visit(sign_in):
    asked = {"visit_id": "0198a000-0000-7000-8000-000000000009", "items": [item(PHOTO)]}

    reply = sign_in("wang").post("/api/uploads", json=asked)

    assert [upload["sha256"] for upload in reply.json["uploads"]] == [SHA256]


def test_two_photos_with_the_same_bytes_travel_once(phone):
    reply = phone("wang").ask(PHOTO, PHOTO)

    assert [upload["sha256"] for upload in reply.json["uploads"]] == [SHA256]


def test_many_are_completed_in_one_call(phone, sign_in):
    wang = phone("wang")
    files = [b"photo %d" % number for number in range(5)]
    targets = wang.ask(*files).json["uploads"]
    reports = [
        {"id": target["id"], "parts": wang.send(target, file)}
        for target, file in zip(targets, files, strict=True)
    ]

    reply = sign_in("wang").post("/api/uploads/completions", json={"uploads": reports})
    jobs.run_all()

    assert [outcome["id"] for outcome in reply.json["uploads"]] == [
        target["id"] for target in targets
    ]
    stored = db.session.scalars(db.select(Blob.sha256)).all()
    assert set(stored) == {hashlib.sha256(file).hexdigest() for file in files}


def test_the_inbox_is_empty_afterwards(phone, store):
    wang = phone("wang")
    target = wang.target(PHOTO)
    wang.settle(target, wang.send(target, PHOTO))
    upload = db.session.get_one(Upload, target["id"])

    with pytest.raises(Exception, match="over"):
        store.inspect(upload.inbox_key)
