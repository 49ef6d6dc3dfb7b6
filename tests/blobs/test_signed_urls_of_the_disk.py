"""The disk store's own URLs: who holds one may do just what it says, for as long as it says."""

import hashlib
import time
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from threading import Event
from types import SimpleNamespace

import pytest

from fieldapp.app import create_app
from fieldapp.blobs.partial import CutOff, WrongLength
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
    store.begin(inbox, 5)
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


class TestAPartThatWasCut:
    @pytest.fixture
    def cut(self, stranger, url):
        """So many bytes came; then the phone was gone."""

        def cut(came: int) -> None:
            promised = {"CONTENT_LENGTH": str(len(PHOTO))}
            reply = stranger.put(url, data=PHOTO[:came], environ_overrides=promised)
            assert (reply.status_code, reply.json["problem"]) == (400, "CutOff")

        return cut

    @pytest.fixture
    def go_on(self, stranger, url):
        def go_on(offset, data: bytes):
            return stranger.patch(url, data=data, headers={"Upload-Offset": str(offset)})

        return go_on

    def test_is_no_part_but_its_bytes_wait(self, stranger, store, inbox, url, cut):
        cut(4)

        held = stranger.head(url)

        assert store.parts(inbox, None) == []
        assert (held.headers["Upload-Offset"], held.headers.get("ETag")) == ("4", None)

    def test_goes_on_where_it_ended(self, stranger, store, inbox, url, cut, go_on):
        cut(4)

        reply = go_on(4, PHOTO[4:])

        assert (reply.status_code, reply.headers["ETag"]) == (200, f'"{SHA256}"')
        assert [part.etag for part in store.parts(inbox, None)] == [SHA256]
        whole = stranger.head(url).headers
        assert (whole["Upload-Offset"], whole["ETag"]) == (str(len(PHOTO)), f'"{SHA256}"')

    def test_may_be_cut_again_and_again(self, stranger, url, cut, go_on):
        cut(4)
        for came in (6, 9):
            stranger.patch(
                url,
                data=PHOTO[came - 2 : came],
                environ_overrides={"CONTENT_LENGTH": str(len(PHOTO) - came + 2)},
                headers={"Upload-Offset": str(came - 2)},
            )
        held = int(stranger.head(url).headers["Upload-Offset"])

        assert go_on(held, PHOTO[held:]).headers["ETag"] == f'"{SHA256}"'

    def test_may_be_sent_anew_from_its_first_byte(self, stranger, store, inbox, url, cut):
        cut(4)

        assert stranger.put(url, data=PHOTO).headers["ETag"] == f'"{SHA256}"'
        assert len(store.parts(inbox, None)) == 1

    def test_whose_last_byte_came_before_the_server_was_killed_wants_no_byte_more(
        self, stranger, store, inbox, url, go_on, tmp_path
    ):
        (tmp_path / "store" / inbox / ".part-1-killed").write_bytes(PHOTO)
        held = int(stranger.head(url).headers["Upload-Offset"])

        reply = go_on(held, PHOTO[held:])

        assert (reply.status_code, reply.headers["ETag"]) == (200, f'"{SHA256}"')
        assert len(store.parts(inbox, None)) == 1

    def test_is_not_forgotten_for_a_try_that_came_less_far(self, stranger, url, cut, go_on):
        cut(8)
        cut(2)

        assert stranger.head(url).headers["Upload-Offset"] == "8"
        assert go_on(8, PHOTO[8:]).headers["ETag"] == f'"{SHA256}"'

    @pytest.mark.parametrize("offset", [5, len(PHOTO) - 1, "", "-1", "x", "9" * 5000])
    def test_takes_nothing_that_leaves_a_gap(self, stranger, url, cut, go_on, offset):
        cut(4)
        rest = len(PHOTO) - offset if isinstance(offset, int) else len(PHOTO)

        reply = go_on(offset, b"x" * rest)

        assert (reply.status_code, reply.json["problem"]) == (409, "WrongOffset")
        assert stranger.head(url).headers["Upload-Offset"] == "4"

    def test_counts_what_reached_us_before_the_cut_and_is_still_being_written(
        self, stranger, store, url
    ):
        claim = store.part_claim(url.removeprefix("/uploads/"))
        begun = Event()

        class Behind(BytesIO):
            """A busy server takes what the connection holds bit by bit, then finds it cut."""

            def read(self, size=-1):
                time.sleep(0.02 if begun.is_set() else 0)
                piece = super().read(1)
                begun.set()
                return piece

        with ThreadPoolExecutor(1) as pool:
            writing = pool.submit(store.receive, claim, Behind(PHOTO[:-2]))
            begun.wait()
            held = stranger.head(url).headers["Upload-Offset"]

        assert int(held) == len(PHOTO) - 2
        assert isinstance(writing.exception(), CutOff)

    def test_of_a_connection_that_hangs_never_gets_into_what_was_checked(self, store, inbox, url):
        """The first connection wakes up after the second brought the part in and the whole was adopted."""
        claim = store.part_claim(url.removeprefix("/uploads/"))

        class Hanging(BytesIO):
            def read(self, size: int | None = -1) -> bytes:
                if self.tell() == 4:
                    store.receive(claim, BytesIO(PHOTO[4:]), 4)
                    assert store.complete(inbox, None, [len(PHOTO)], {}) == []
                    store.adopt(inbox, KEY, store.inspect(inbox).version)
                return super().read(4)

        store.receive(claim, Hanging(PHOTO[:4] + b"!" * (len(PHOTO) - 4)))

        with store.open(KEY) as stored:
            assert stored.read() == PHOTO


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
