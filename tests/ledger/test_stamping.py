"""Checkpoints stamped by a real authority: openssl's, on this machine, over HTTP."""

import subprocess
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from fieldapp.archive.auditing import Trusted, audit
from fieldapp.clock import at, now
from fieldapp.db import db, transaction
from fieldapp.ledger import stamping
from fieldapp.ledger.models import Checkpoint, Timestamp
from fieldapp.ledger.stamping import Authority, NoStamp
from tests.fixtures.needs import needs

SETTINGS = """
[req]
distinguished_name = name
prompt = no
[name]
CN = Test stamping authority
[tsa]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
[root]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign
[ours]
serial = serial
crypto_device = builtin
signer_cert = tsa.pem
signer_key = tsa.key
signer_digest = sha256
default_policy = 1.2.3.4
digests = sha256
ordering = no
tsa_name = no
ess_cert_id_chain = no
"""


def openssl(folder: Path, *arguments: str) -> bytes:
    done = subprocess.run(["openssl", *arguments], cwd=folder, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def certificates(folder: Path, name: str) -> None:
    """A root and the signing certificate below it."""
    folder.mkdir()
    (folder / "settings").write_text(SETTINGS)
    (folder / "serial").write_text("01")
    key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-config", "settings")
    subject = ("-subj", f"/CN={name} root")
    openssl(folder, "req", "-x509", *key, *subject, "-keyout", "root.key", "-out", "root.pem", "-days", "9", "-extensions", "root")  # fmt: skip
    openssl(folder, "req", "-new", *key, "-keyout", "tsa.key", "-out", "tsa.csr")
    signed = ("-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial", "-days", "9")
    openssl(folder, "x509", "-req", "-in", "tsa.csr", "-out", "tsa.pem", *signed, "-extfile", "settings", "-extensions", "tsa")  # fmt: skip


@pytest.fixture(scope="module")
def authority(tmp_path_factory) -> Iterator[Authority]:
    found = subprocess.run(["openssl", "version"], capture_output=True, check=False).returncode == 0
    needs("openssl", found, "openssl")
    folder = tmp_path_factory.mktemp("tsa") / "authority"
    certificates(folder, "test")

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            (folder / "asked").write_bytes(self.rfile.read(int(self.headers["Content-Length"])))
            reply = openssl(folder, "ts", "-reply", "-config", "settings", "-section", "ours", "-queryfile", "asked")  # fmt: skip
            self.send_response(200)
            self.end_headers()
            self.wfile.write(reply)

        def log_message(self, *said: object) -> None:
            """Nothing to say."""

    server = HTTPServer(("127.0.0.1", 0), Answer)
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield Authority(f"http://127.0.0.1:{server.server_port}", folder / "root.pem")
    server.shutdown()
    server.server_close()


def faults(authority: Authority) -> list[str]:
    report = audit(Trusted(authority=authority), lambda _what, _count: None)
    return [fault["kind"] for fault in report["faults"]]


def test_the_newest_checkpoint_is_stamped_once_a_day(town, seal, authority):
    checkpoint = seal()

    stamp = stamping.stamp_when_due(authority)

    assert stamp.size == checkpoint.size
    assert abs(stamp.at - now()) < timedelta(minutes=1)
    assert stamping.stamp_when_due(authority) is None, "today's is made"
    with at(now() + timedelta(hours=25)):
        assert stamping.stamp_when_due(authority) is not None
    assert faults(authority) == []


def test_openssl_believes_the_same_token(town, seal, authority, tmp_path):
    seal()
    stamp = stamping.stamp_when_due(authority)
    (tmp_path / "body").write_text(db.session.get(Checkpoint, stamp.size).body)
    (tmp_path / "token").write_bytes(stamp.token)
    db.session.rollback()

    said = openssl(tmp_path, "ts", "-verify", "-data", "body", "-in", "token", "-CAfile", str(authority.roots))  # fmt: skip
    assert b"OK" in said


def test_a_changed_token_or_time_is_found(town, seal, authority):
    seal()
    stamp = stamping.stamp_when_due(authority).id
    with transaction():
        db.session.get_one(Timestamp, stamp).at -= timedelta(days=30)
    assert faults(authority) == ["bad_timestamp"]
    with transaction():
        row = db.session.get_one(Timestamp, stamp)
        row.token = row.token[:-1] + bytes([row.token[-1] ^ 1])
    assert faults(authority) == ["bad_timestamp"]


def test_a_token_by_somebody_else_is_not_kept(town, seal, authority, tmp_path):
    certificates(tmp_path / "other", "other")
    seal()

    with pytest.raises(NoStamp, match="does not hold"):
        stamping.stamp_when_due(Authority(authority.url, tmp_path / "other" / "root.pem"))
    assert stamping.latest() is None


def test_an_authority_that_is_away_stops_nothing(town, seal, authority):
    seal()
    away = Authority("http://127.0.0.1:9", authority.roots)

    stamping.keep_stamped(away)
    with pytest.raises(NoStamp):
        stamping.stamp_when_due(away)
