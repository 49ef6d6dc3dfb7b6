"""The disk store's own URLs: who holds one may do just what it says, for as long as it says."""

import hashlib
import time
from io import BytesIO
from types import SimpleNamespace

import pytest

from fieldapp.app import create_app
from fieldapp.blobs.disk import WrongLength
from fieldapp.blobs.serving import link
from fieldapp.config import from_environment
from fieldapp.db import new_id

PHOTO = b"\xff\xd8 a small photo"
SHA256 = hashlib.sha256(PHOTO).hexdigest()
ORGANISATION = "0198a000-0000-7000-8000-000000000001"
KEY = f"{ORGANISATION}/{SHA256}"


@pytest.fixture
def environment(disk_environment):
    return disk_environment


@pytest.fixture
def inbox(store) -> str:
    inbox = f"q/{ORGANISATION}/{new_id()}"
    store.begin(inbox)
    return inbox


@pytest.fixture
def url(store, inbox) -> str:
    return store.part_url(inbox, None, 1, len(PHOTO))


@pytest.fixture
def later(monkeypatch):
    """`later(seconds=…)` moves the clock that dates tokens."""

    def later(seconds: float) -> None:
        moved = SimpleNamespace(time=lambda: time.time() + seconds)
        monkeypatch.setattr("itsdangerous.timed.time", moved)

    return later


def test_a_part_answers_with_its_hash(stranger, url):
    reply = stranger.put(url, data=PHOTO)

    assert (reply.status_code, reply.headers["ETag"]) == (200, f'"{SHA256}"')


def test_an_upload_url_needs_neither_session_nor_header_of_ours(app, url):
    assert app.test_client().put(url, data=PHOTO).status_code == 200


@pytest.mark.parametrize(("seconds", "status"), [(3590, 200), (3700, 403)])
def test_an_upload_url_lasts_an_hour(stranger, url, later, seconds, status):
    later(seconds)

    reply = stranger.put(url, data=PHOTO)

    assert reply.status_code == status
    if status == 403:
        assert reply.json["problem"] == "LinkExpired"


@pytest.mark.parametrize(("seconds", "status"), [(590, 200), (700, 403)])
def test_a_file_url_lasts_ten_minutes(store, fetch, later, seconds, status):
    store.put(KEY, PHOTO)
    url = link(KEY, "image/jpeg", "inline", "a.jpg")
    later(seconds)

    assert fetch(url)[0] == status


@pytest.mark.parametrize("token", ["", "x", "../../etc/passwd", "W10.ab.cd", "%00", "a" * 5000])
@pytest.mark.parametrize("method", ["put", "get"])
def test_a_made_up_token_is_refused(stranger, token, method):
    path = "uploads" if method == "put" else "files"

    reply = getattr(stranger, method)(f"/{path}/{token}")

    assert reply.status_code in (403, 404)
    assert reply.json["detail"]


def test_a_link_to_look_is_no_link_to_write_and_the_other_way_round(store, stranger, url):
    store.put(KEY, PHOTO)
    look = link(KEY, "image/jpeg", "inline", "a.jpg")

    written = stranger.put(look.replace("/files/", "/uploads/"), data=PHOTO)
    seen = stranger.get(url.replace("/uploads/", "/files/"))

    assert [written.status_code, seen.status_code] == [403, 403]


def test_another_installations_link_is_refused(url, disk_environment):
    other = create_app(from_environment({**disk_environment, "FIELDAPP_SECRET_KEY": "another"}))

    reply = other.test_client().put(url, data=PHOTO)

    assert (reply.status_code, reply.json["problem"]) == (403, "LinkUnknown")


def test_a_part_without_its_length_is_refused(stranger, store, inbox, url):
    reply = stranger.put(url, data=PHOTO, environ_overrides={"CONTENT_LENGTH": ""})

    assert (reply.status_code, reply.json["problem"]) == (400, "WrongLength")
    assert reply.json["expected"] == len(PHOTO)
    assert store.parts(inbox, None) == []


def test_a_stream_of_another_length_is_not_kept(store, inbox, url):
    claim = store.part_claim(url.removeprefix("/uploads/"))

    for data in (PHOTO[:-1], PHOTO + b"!", b""):
        with pytest.raises(WrongLength):
            store.receive(claim, BytesIO(data))

    assert store.parts(inbox, None) == []


def test_a_part_that_breaks_off_leaves_nothing(stranger, store, inbox, url, tmp_path):
    reply = stranger.put(url, input_stream=BytesIO(PHOTO[:4]), content_length=len(PHOTO))

    assert reply.status_code == 400
    assert [file for file in (tmp_path / "store").rglob("*") if file.is_file()] == []


def test_an_upload_that_is_over_says_so(stranger, store, inbox, url):
    store.discard(inbox, None)

    reply = stranger.put(url, data=PHOTO)

    assert (reply.status_code, reply.json["problem"]) == (410, "InboxGone")
    assert "重新申请" in reply.json["detail"]


def test_served_bytes_cannot_act_as_a_page_of_ours(store, fetch):
    store.put(KEY, PHOTO)

    _, _, headers = fetch(link(KEY, "image/jpeg", "inline", "a.jpg"))

    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "private" in headers["Cache-Control"]
    assert "public" not in headers["Cache-Control"]


def test_a_file_seen_before_is_not_sent_again(store, fetch):
    store.put(KEY, PHOTO)

    status, data, _ = fetch(
        link(KEY, "image/jpeg", "inline", "a.jpg"), **{"If-None-Match": f'"{SHA256}"'}
    )

    assert (status, data) == (304, b"")
