"""Whether a store keeps what it is told to keep is tried, not believed; a store that has no lock says so."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from fieldapp.blobs.locking import ObjectLock
from fieldapp.blobs.s3 import S3Store
from fieldapp.blobs.store import StoreUnreachable
from fieldapp.config import S3Config
from fieldapp.doctor import CHECKS

ENABLED = "<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled></ObjectLockConfiguration>"


class Locking(BaseHTTPRequestHandler):
    """What no sound store with a lock answers: it says that it locks and deletes all the same, or `server.says` "denied". The sound one: test_a_store_that_locks."""

    def do_GET(self):
        asked = parse_qs(urlsplit(self.path).query, keep_blank_values=True)
        if "object-lock" in asked:
            is_denied = self.server.says == "denied"
            return self._refuse(403, "AccessDenied") if is_denied else self._answer(200, ENABLED)
        return self._refuse(501, "NotImplemented")

    def do_PUT(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        key = urlsplit(self.path).path.removeprefix("/photos/")
        self.server.kept.append((key, f"v{len(self.server.kept)}"))
        self._answer(200, "", {"x-amz-version-id": self.server.kept[-1][1]})

    def do_DELETE(self):
        place = urlsplit(self.path)
        version = parse_qs(place.query).get("versionId", [None])[0]
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
    server.says, server.kept = "enabled", []
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
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


def test_a_lock_that_was_promised_and_does_not_hold_is_found_out(bucket, locking):
    assert bucket.object_lock()[0] is ObjectLock.BROKEN
    assert locking.kept == []


def test_a_store_that_will_not_say_is_not_taken_for_one_without(bucket, locking):
    locking.says = "denied"

    with pytest.raises(StoreUnreachable):
        bucket.object_lock()


def test_doctor_says_honestly_that_this_store_has_none(app):
    check = CHECKS["object_lock"]()

    assert (check.ok, check.numbers) == (True, {"state": "none"})
    assert "对象锁" in check.detail
