"""What every store promises: one set of tests, run on a folder and on a real S3."""

import hashlib
import secrets
from contextlib import suppress
from datetime import timedelta
from urllib.parse import quote

import pytest

from fieldapp.blobs.disk import DiskStore
from fieldapp.blobs.serving import link
from fieldapp.blobs.store import (
    PART_SIZE,
    BadKey,
    BytesDiffer,
    InboxGone,
    NotStored,
    StoreUnreachable,
    missing_parts,
    part_sizes,
)
from fieldapp.clock import now
from fieldapp.db import new_id

PHOTO = b"\xff\xd8 a small photo"
SHA256 = hashlib.sha256(PHOTO).hexdigest()
ORGANISATION = "0198a000-0000-7000-8000-000000000001"
KEY = f"{ORGANISATION}/{SHA256}"
TWO_PARTS = b"\xff\xd8" * (PART_SIZE // 2) + b"12345"


@pytest.fixture
def inbox() -> str:
    return f"q/{ORGANISATION}/{new_id()}"


@pytest.fixture
def joined(store, inbox, put):
    """`joined(data)` brings bytes into the inbox as a phone would; the store's name for the upload."""

    def joined(data: bytes) -> str | None:
        name = store.begin(inbox, len(data))
        sizes = part_sizes(len(data))
        for number, size in enumerate(sizes, 1):
            start = (number - 1) * PART_SIZE
            url = store.part_url(inbox, name, number, size)
            assert put(url, data[start : start + size]).status == 200
        assert store.complete(inbox, name, sizes, {}) == []
        return name

    return joined


@pytest.fixture
def spoil(store):
    """`spoil(key, data)` lays other bytes under a key, as a bad disk does."""

    def spoil(key: str, data: bytes) -> None:
        if isinstance(store, DiskStore):
            store.put(KEY, PHOTO)  # a folder that is in use
            file = store._path(key)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
        else:
            store._client.put_object(**store._at(key), Body=data)

    return spoil


class TestStoring:
    def test_what_is_put_comes_back(self, store):
        store.put(KEY, PHOTO)

        with store.open(KEY) as stored:
            assert stored.read() == PHOTO
        assert store.has(KEY)
        assert store.size(KEY) == len(PHOTO)

    def test_what_is_put_can_be_read_as_a_file(self, store):
        store.put(KEY, PHOTO)

        for _ in range(2):
            with store.as_file(KEY) as path:
                assert path.read_bytes() == PHOTO

    def test_a_file_is_put_as_it_is_and_read_from_anywhere(self, store, tmp_path):
        file = tmp_path / "bundle"
        file.write_bytes(TWO_PARTS)
        key = f"{ORGANISATION}/{hashlib.sha256(TWO_PARTS).hexdigest()}"

        store.put_file(key, file)

        with store.open(key, PART_SIZE) as stream:
            assert stream.read() == TWO_PARTS[PART_SIZE:]
        with pytest.raises(BytesDiffer):
            store.put_file(KEY, file)

    def test_other_bytes_are_not_put_under_a_hash(self, store):
        with pytest.raises(BytesDiffer):
            store.put(KEY, PHOTO + b"!")

        assert not store.has(KEY)

    def test_putting_again_is_harmless(self, store):
        store.put(KEY, PHOTO)
        store.put(KEY, PHOTO)

        with store.open(KEY) as stored:
            assert stored.read() == PHOTO

    def test_what_is_not_there_says_so(self, store):
        assert not store.has(KEY)
        for act in (store.open, store.size):
            with pytest.raises(NotStored):
                act(KEY)
        with pytest.raises(NotStored), store.as_file(KEY):
            pass

    def test_what_is_deleted_is_gone_and_deleting_again_is_harmless(self, store):
        store.put(KEY, PHOTO)

        store.delete(KEY)
        store.delete(KEY)

        assert not store.has(KEY)

    @pytest.mark.parametrize(
        "key",
        [
            "",
            "../" * 20,
            SHA256,
            KEY.upper(),
            KEY + "\n",
            KEY + "/..",
            f"../{KEY}",
            f"{ORGANISATION}/{SHA256[:-1]}",
            f"q/{ORGANISATION}/../{SHA256}",
        ],
    )
    def test_only_an_organisation_and_a_digest_make_a_key(self, store, key):
        for act in (store.open, store.delete, lambda key: store.put(key, PHOTO)):
            with pytest.raises(BadKey):
                act(key)

    def test_it_checks_itself_and_leaves_nothing(self, store):
        store.self_check()


class TestInbox:
    def test_what_arrives_in_parts_is_adopted_whole(self, store, inbox, joined):
        data = secrets.token_bytes(PART_SIZE + 7)
        key = f"{ORGANISATION}/{hashlib.sha256(data).hexdigest()}"
        name = joined(data)

        found = store.inspect(inbox)
        store.adopt(inbox, key, found.version)
        store.discard(inbox, name)

        assert (found.sha256, found.size) == (key.partition("/")[2], len(data))
        assert store.size(key) == len(data)
        with store.as_file(key) as path:
            assert path.read_bytes() == data
        with store.open(key) as stored:
            assert stored.read() == data

    def test_adopting_again_is_harmless(self, store, inbox, joined):
        joined(PHOTO)
        found = store.inspect(inbox)

        store.adopt(inbox, KEY, found.version)
        store.adopt(inbox, KEY, found.version)

        with store.open(KEY) as stored:
            assert stored.read() == PHOTO

    def test_adopting_never_takes_a_key_from_other_bytes(self, store, inbox, joined):
        store.put(KEY, PHOTO)
        joined(b"other bytes")

        store.adopt(inbox, KEY, store.inspect(inbox).version)

        with store.open(KEY) as stored:
            assert stored.read() == PHOTO

    @pytest.mark.parametrize("data", [PHOTO, TWO_PARTS], ids=["small", "large"])
    def test_good_bytes_take_the_place_of_spoilt_ones(self, store, inbox, joined, spoil, data):
        key = f"{ORGANISATION}/{hashlib.sha256(data).hexdigest()}"
        spoil(key, data[:-1] + b"?")
        joined(data)

        store.adopt(inbox, key, store.inspect(inbox).version)

        with store.open(key) as stored:
            assert stored.read() == data

    def test_parts_that_have_arrived_are_listed(self, store, inbox, put):
        name = store.begin(inbox, PART_SIZE + 5)
        assert store.parts(inbox, name) == []

        sent = put(store.part_url(inbox, name, 2, 5), b"12345")

        (part,) = store.parts(inbox, name)
        assert (part.number, part.size, part.etag) == (2, 5, sent.etag.strip('"'))

    def test_the_last_of_two_versions_of_a_part_counts(self, store, inbox, put):
        name = store.begin(inbox, 5)
        url = store.part_url(inbox, name, 1, 5)
        put(url, b"first")
        put(url, b"again")

        assert store.complete(inbox, name, [5], {}) == []
        assert store.inspect(inbox).sha256 == hashlib.sha256(b"again").hexdigest()

    @pytest.mark.parametrize("data", [b"", b"1234", b"123456", b"x" * 100_000])
    def test_a_part_of_another_size_is_refused(self, store, inbox, put, data):
        name = store.begin(inbox, 5)

        sent = put(store.part_url(inbox, name, 1, 5), data)

        assert 400 <= sent.status < 500
        assert store.parts(inbox, name) == []

    def test_a_forged_link_is_refused(self, store, inbox, put):
        name = store.begin(inbox, 5)
        url = store.part_url(inbox, name, 1, 5)

        sent = put(url[:-6] + ("AAAAAA" if not url.endswith("AAAAAA") else "BBBBBB"), b"12345")

        assert sent.status == 403
        assert store.parts(inbox, name) == []

    def test_completing_is_refused_while_parts_are_missing(self, store, inbox, put):
        name = store.begin(inbox, 2 * PART_SIZE + 5)
        put(store.part_url(inbox, name, 2, 5), b"12345")

        assert store.complete(inbox, name, [PART_SIZE, 5, 5], {}) == [1, 3]

    def test_completing_again_is_harmless(self, store, inbox, joined):
        name = joined(PHOTO)

        assert store.complete(inbox, name, [len(PHOTO)], {}) == []
        assert store.inspect(inbox).sha256 == SHA256

    def test_a_link_used_after_joining_brings_in_no_other_bytes(self, store, inbox, put, joined):
        name = joined(TWO_PARTS)

        put(store.part_url(inbox, name, 2, 4), b"1234")

        # A store may count such an upload as spoilt, which then reads as nothing or breaks off.
        with suppress(InboxGone, StoreUnreachable):
            assert store.inspect(inbox).sha256 == hashlib.sha256(TWO_PARTS).hexdigest()

    def test_a_link_used_between_hashing_and_adoption_brings_in_no_other_bytes(
        self, store, inbox, put, joined
    ):
        name = joined(PHOTO)
        found = store.inspect(inbox)

        put(store.part_url(inbox, name, 1, len(PHOTO)), PHOTO[::-1])
        store.adopt(inbox, KEY, found.version)

        with store.open(KEY) as stored:
            assert stored.read() == PHOTO

    def test_a_link_used_after_adoption_changes_nothing(self, store, inbox, put, joined):
        name = joined(PHOTO)
        store.adopt(inbox, KEY, store.inspect(inbox).version)

        put(store.part_url(inbox, name, 1, len(PHOTO)), PHOTO[::-1])
        store.discard(inbox, name)

        with store.open(KEY) as stored:
            assert stored.read() == PHOTO

    @pytest.mark.parametrize("act", ["complete", "parts", "inspect", "adopt", "receive"])
    def test_a_discarded_inbox_is_gone(self, store, inbox, put, joined, act):
        name = joined(TWO_PARTS)
        url = store.part_url(inbox, name, 2, 5)
        store.discard(inbox, name)
        store.discard(inbox, name)

        if act == "receive":
            assert put(url, b"12345").status in (404, 410)
            return
        acts = {
            "complete": lambda: store.complete(inbox, name, part_sizes(len(TWO_PARTS)), {}),
            "parts": lambda: store.parts(inbox, name),
            "inspect": lambda: store.inspect(inbox),
            "adopt": lambda: store.adopt(inbox, KEY, "any"),
        }
        with pytest.raises(InboxGone):
            acts[act]()

    def test_what_is_sent_too_late_in_one_piece_is_swept_with_the_old(
        self, store, inbox, put, joined
    ):
        name = joined(PHOTO)
        store.adopt(inbox, KEY, store.inspect(inbox).version)
        url = store.part_url(inbox, name, 1, len(PHOTO))
        store.discard(inbox, name)

        put(url, PHOTO)
        store.discard_older(ORGANISATION, now() + timedelta(days=1))

        with pytest.raises(InboxGone):
            store.inspect(inbox)
        assert store.has(KEY)

    def test_old_inboxes_are_emptied_and_young_ones_kept(self, store, inbox, put, joined):
        joined(PHOTO)
        other = f"q/{ORGANISATION}/{new_id()}"
        name = store.begin(other, PART_SIZE + 5)
        put(store.part_url(other, name, 1, 5), b"12345")

        assert store.discard_older(ORGANISATION, now() - timedelta(days=1)) == 0
        assert store.inspect(inbox).sha256 == SHA256
        assert store.discard_older(ORGANISATION, now() + timedelta(days=1)) == 2
        with pytest.raises(InboxGone):
            store.inspect(inbox)
        with pytest.raises(InboxGone):
            store.parts(other, name)


class TestLinks:
    def test_a_link_serves_the_bytes_under_its_headers(self, store, fetch):
        store.put(KEY, PHOTO)

        status, data, headers = fetch(link(KEY, "image/jpeg", "inline", "塔机 1.jpg"))

        assert (status, data) == (200, PHOTO)
        assert headers["Content-Type"] == "image/jpeg"
        assert headers["Content-Disposition"].startswith("inline")
        assert f"filename*=UTF-8''{quote('塔机 1.jpg')}" in headers["Content-Disposition"]

    @pytest.mark.parametrize(
        ("asked", "status", "got"),
        [("bytes=2-5", 206, PHOTO[2:6]), ("bytes=-3", 206, PHOTO[-3:]), ("bytes=900-", 416, None)],
    )
    def test_a_range_is_served_alone(self, store, fetch, asked, status, got):
        store.put(KEY, PHOTO)

        answered, data, _ = fetch(link(KEY, "video/mp4", "inline", "a.mp4"), Range=asked)

        assert answered == status
        assert got in (None, data)

    @pytest.mark.parametrize("media_type", ["text/html", "image/svg+xml", "application/pdf"])
    def test_what_can_carry_scripts_is_never_shown_inline(self, store, fetch, media_type):
        store.put(KEY, PHOTO)

        _, _, headers = fetch(link(KEY, media_type, "inline", "page"))

        assert headers["Content-Disposition"].startswith("attachment")

    def test_a_link_serves_no_other_bytes(self, store, fetch):
        other = b"another photo"
        store.put(KEY, PHOTO)
        store.put(f"{ORGANISATION}/{hashlib.sha256(other).hexdigest()}", other)
        url = link(KEY, "image/jpeg", "inline", "a.jpg")

        status, data, _ = fetch(url[:-6] + "AAAAAA")

        assert status == 403
        assert other not in data

    def test_a_link_to_what_is_not_there_says_so(self, fetch):
        assert fetch(link(KEY, "image/jpeg", "inline", "a.jpg"))[0] == 404


@pytest.mark.parametrize(
    ("size", "sizes"),
    [
        (1, [1]),
        (PART_SIZE, [PART_SIZE]),
        (PART_SIZE + 1, [PART_SIZE, 1]),
        (3 * PART_SIZE, [PART_SIZE] * 3),
    ],
)
def test_a_file_is_cut_into_parts_of_5_mib(size, sizes):
    assert part_sizes(size) == sizes
    assert missing_parts(sizes, {}, []) == list(range(1, len(sizes) + 1))
