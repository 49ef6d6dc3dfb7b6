"""Whether a store keeps what it is told to keep is tried, not believed; a store that has no lock says so."""

import hashlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from fieldapp.blobs.locking import ObjectLock
from fieldapp.blobs.s3 import S3Store
from fieldapp.blobs.store import StillLocked, StoreUnreachable
from fieldapp.config import S3Config
from fieldapp.doctor import CHECKS

KEY = f"0198a000-0000-7000-8000-000000000001/{hashlib.sha256(b'photo').hexdigest()}"
ENABLED = "<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled></ObjectLockConfiguration>"


class Locking(BaseHTTPRequestHandler):
    """An S3 with versions of its own making; the real ones with a lock cannot be had for a test. `server.says`, `server.holds`."""

    def do_GET(self):
        asked = parse_qs(urlsplit(self.path).query, keep_blank_values=True)
        if "object-lock" in asked:
            return self._object_lock()
        if "versioning" in asked:
            return self._answer(
                200, "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>"
            )
        listed = "".join(
            f"<Version><Key>{key}</Key><VersionId>{version}</VersionId></Version>"
            for key, version in self.server.kept
        )
        return self._answer(200, f"<ListVersionsResult>{listed}</ListVersionsResult>")

    def _object_lock(self):
        if self.server.says == "denied":
            return self._refuse(403, "AccessDenied")
        if self.server.says == "none":
            return self._refuse(404, "ObjectLockConfigurationNotFoundError")
        return self._answer(200, ENABLED)

    def do_PUT(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.server.retained = bool(self.headers.get("x-amz-object-lock-retain-until-date"))
        key = urlsplit(self.path).path.removeprefix("/photos/")
        self.server.kept.append((key, f"v{len(self.server.kept)}"))
        self._answer(200, "", {"x-amz-version-id": self.server.kept[-1][1]})

    def do_DELETE(self):
        place = urlsplit(self.path)
        version = parse_qs(place.query).get("versionId", [None])[0]
        if self.server.holds and version:
            return self._refuse(403, "AccessDenied")
        key = place.path.removeprefix("/photos/")
        self.server.kept = [one for one in self.server.kept if one != (key, version)]
        return self._answer(204, "")

    def _refuse(self, status: int, code: str):
        self._answer(status, f"<Error><Code>{code}</Code></Error>")

    def _answer(self, status: int, body: str, headers: dict | None = None):
        self.send_response(status)
        for name, value in ({"Content-Length": str(len(body))} | (headers or {})).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_):
        """In silence."""


@pytest.fixture
def locking():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Locking)
    server.says, server.holds, server.kept, server.retained = "enabled", True, [], False
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def bucket(locking, tmp_path) -> S3Store:
    endpoint = f"http://127.0.0.1:{locking.server_port}"
    config = S3Config(endpoint, "photos", "key", "secret", "us-east-1", "path", endpoint)
    return S3Store(config, scratch=tmp_path)


def test_a_lock_that_holds_is_proved_by_trying(bucket, locking):
    found, words = bucket.object_lock()

    assert found is ObjectLock.PROVED
    assert "保留期内的版本删不掉" in words.zh
    assert locking.retained


def test_a_lock_that_was_promised_and_does_not_hold_is_found_out(bucket, locking):
    locking.holds = False

    assert bucket.object_lock()[0] is ObjectLock.BROKEN
    assert locking.kept == []


def test_where_there_is_none_nothing_is_tried(bucket, locking):
    locking.says = "none"

    assert bucket.object_lock()[0] is ObjectLock.NONE
    assert locking.kept == []


def test_it_is_tried_once_for_a_program(bucket, locking):
    for _ in range(3):
        bucket.object_lock()

    assert len(locking.kept) == 1


def test_a_store_that_will_not_say_is_not_taken_for_one_without(bucket, locking):
    locking.says = "denied"

    with pytest.raises(StoreUnreachable):
        bucket.object_lock()


def test_what_a_lock_holds_is_not_said_to_be_erased(bucket, locking):
    locking.kept = [(KEY, "v1"), (KEY, "v2"), (f"{KEY}0", "v3")]

    with pytest.raises(StillLocked):
        bucket.erase(KEY)
    locking.holds = False
    bucket.erase(KEY)

    assert locking.kept == [(f"{KEY}0", "v3")]


def test_doctor_says_honestly_that_this_store_has_none(app):
    check = CHECKS["object_lock"]()

    assert (check.ok, check.numbers) == (True, {"state": "none"})
    assert "对象锁" in check.detail
