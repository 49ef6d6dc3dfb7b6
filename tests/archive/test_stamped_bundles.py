"""A bundle carries what a third party's clock said of the log, and its checkers say how far they looked."""

import json
import subprocess
import sys
import zipfile

import pytest

from fieldapp import bundles
from fieldapp.archive import verify
from tests.archive.test_bundles import rewritten, said_by_page
from tests.fixtures.authorities import answer, fingerprint, openssl


def test_a_stamp_is_proved_to_be_over_this_log_and_its_signature_left_to_openssl(
    stamped,
    trust,
    authority,
    tmp_path,
):
    report = verify.check(str(stamped), trust)

    assert (report["result"], report["failed"]) == ("proved", [])
    [said] = report["stamps"]
    assert (said["by"], said["over_this_log"]) == (authority.url, "proved")
    assert said["signature"] == "not checked"
    assert report["not_checked"]["timestamp_signature"] == 1
    with zipfile.ZipFile(stamped) as archive:
        archive.extractall(tmp_path / "out")
    command = said["to_check"].replace("ROOTS.pem", str(authority.roots)).split()
    assert b"OK" in openssl(tmp_path / "out", *command[1:])


@pytest.fixture
def page(stamped, tmp_path):
    with zipfile.ZipFile(stamped) as archive:
        archive.extract("verify.html", tmp_path)
    return tmp_path / "verify.html"


@pytest.fixture
def tsa(authority) -> str:
    return fingerprint(authority.roots.parent, "tsa")


def test_the_page_says_the_same_of_stamps(stamped, trust, tsa, page):
    for given in ([], [tsa], ["0" * 64]):
        plain = [one.replace(":", "").lower() for one in given]
        said, alone = (
            said_by_page(page, stamped, trust, *plain),
            verify.check(str(stamped), trust, given),
        )

        assert (said["result"], said["failed"]) == ("proved", [])
        assert said["stamps"] == alone["stamps"]
        assert said["not_checked"] == alone["not_checked"]


def test_who_signed_is_proved_to_whoever_names_a_certificate(stamped, trust, tsa, tmp_path):
    with zipfile.ZipFile(stamped) as archive:
        archive.extract("verify.py", tmp_path)
    alone = [sys.executable, "-I", "-S", tmp_path / "verify.py", stamped, "--trust", trust]
    command = [*alone, "--tsa", "0" * 64, "--tsa", tsa]

    done = subprocess.run(command, capture_output=True, text=True, check=False)

    report = json.loads(done.stdout)
    assert (done.returncode, report["result"], report["failed"]) == (0, "proved", [])
    [said] = report["stamps"]
    assert (said["signature"], said["signed_by"]) == ("proved", "Test stamping authority")
    assert said["trusted"] == tsa.replace(":", "").lower()
    assert report["proved"]["timestamp_signature"] == 1
    assert "timestamp_signature" not in report["not_checked"]


def test_another_fingerprint_leaves_the_signature_unchecked(stamped, trust, capsys):
    assert bundles.verify([str(stamped), "--trust", trust, "--tsa", "0" * 64]) == 0

    report = json.loads(capsys.readouterr().out)
    [said] = report["stamps"]
    assert said["signature"] == "not checked"
    assert said["reason"] == "carries no certificate that has a given fingerprint"
    assert said["to_check"].startswith("openssl ts -verify")
    assert report["not_checked"]["timestamp_signature"] == 1


def test_a_signature_that_is_wrong_fails(stamped, trust, tsa, page):
    def spoil(name: str, data: bytes) -> bytes:
        return data[:-1] + bytes([data[-1] ^ 1]) if name.endswith(".tsr") else data

    file = rewritten(stamped, spoil)

    alone = verify.check(str(file), trust, [tsa])
    said = said_by_page(page, file, trust, tsa.replace(":", "").lower())
    for report in (alone, said):
        [stamp] = report["stamps"]
        assert (stamp["signature"], stamp["reason"]) == ("failed", "its signature is wrong")
        [fault] = [one for one in report["failed"] if one["what"] == "timestamp_signature"]
        assert fault["detail"] == stamp["reason"]
        assert report["result"] == "failed"


@pytest.mark.parametrize("option", ["--trust", "--tsa"])
def test_what_is_no_fingerprint_is_refused(option, capsys):
    with pytest.raises(SystemExit):
        bundles.verify(["any.zip", option, "12:34"])

    assert "64 hex digits" in capsys.readouterr().err


@pytest.mark.parametrize(
    "spoil", [lambda data: data[:40], lambda _data: b"no stamp at all", lambda _data: b""]
)
def test_a_token_that_is_no_stamp_of_its_checkpoint_fails(stamped, trust, spoil):
    file = rewritten(stamped, lambda name, data: spoil(data) if name.endswith(".tsr") else data)

    failed = verify.check(str(file), trust)["failed"]

    assert {"timestamp", "file"} <= {fault["what"] for fault in failed}


def test_the_stamp_of_another_checkpoint_is_not_this_ones(stamped, trust, tmp_path, authority):
    with zipfile.ZipFile(stamped) as archive:
        token = next(archive.read(name) for name in archive.namelist() if name.endswith(".tsr"))
    assert verify.stamp_of(token)[0].endswith("Z")
    (authority.roots.parent / "asked").write_bytes(
        openssl(authority.roots.parent, "ts", "-query", "-data", "root.pem", "-sha256")
    )
    other = answer(authority.roots.parent)

    file = rewritten(stamped, lambda name, data: other if name.endswith(".tsr") else data)

    failed = verify.check(str(file), trust)["failed"]
    assert "timestamp" in {fault["what"] for fault in failed}
    assert verify.check(str(file), trust)["stamps"] == []


def test_a_log_without_stamps_makes_a_bundle_without(visit, bundle, trust):
    report = verify.check(str(bundle(f"visit:{visit}")), trust)

    assert (report["result"], report["stamps"]) == ("proved", [])
