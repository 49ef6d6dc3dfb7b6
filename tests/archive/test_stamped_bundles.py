"""A bundle carries what a third party's clock said of the log, and its checkers say how far they looked."""

import json
import shutil
import subprocess
import zipfile

import pytest

from fieldapp.archive import verify
from fieldapp.ledger import stamping
from tests.archive.test_bundles import PAGE, rewritten
from tests.fixtures.needs import needs
from tests.ledger.test_stamping import authority, certificates, openssl  # noqa: F401 - a fixture of the room below


@pytest.fixture
def stamped(visit, seal, authority, bundle):  # noqa: F811
    """A bundle of a visit whose log was stamped, and went on growing before the bundle was made."""
    seal()
    stamping.stamp_when_due(authority)
    return bundle(f"visit:{visit}")


def test_a_stamp_is_proved_to_be_over_this_log_and_its_signature_left_to_openssl(
    stamped,
    trust,
    authority,  # noqa: F811
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


def test_the_page_says_the_same_of_stamps(stamped, trust, tmp_path):
    node = shutil.which("node")
    needs("node", bool(node), "nodejs")
    with zipfile.ZipFile(stamped) as archive:
        (tmp_path / "verify.html").write_bytes(archive.read("verify.html"))
    command = [node, PAGE, tmp_path / "verify.html", stamped, trust]

    said = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)

    assert (said["result"], said["failed"]) == ("proved", [])
    assert said["stamps"] == verify.check(str(stamped), trust)["stamps"]


@pytest.mark.parametrize(
    "spoil", [lambda data: data[:40], lambda _data: b"no stamp at all", lambda _data: b""]
)
def test_a_token_that_is_no_stamp_of_its_checkpoint_fails(stamped, trust, spoil):
    file = rewritten(stamped, lambda name, data: spoil(data) if name.endswith(".tsr") else data)

    failed = verify.check(str(file), trust)["failed"]

    assert {"timestamp", "file"} <= {fault["what"] for fault in failed}


def test_the_stamp_of_another_checkpoint_is_not_this_ones(stamped, trust, tmp_path, authority):  # noqa: F811
    with zipfile.ZipFile(stamped) as archive:
        token = next(archive.read(name) for name in archive.namelist() if name.endswith(".tsr"))
    assert verify.stamp_of(token)[0].endswith("Z")
    (authority.roots.parent / "asked").write_bytes(
        openssl(authority.roots.parent, "ts", "-query", "-data", "root.pem", "-sha256")
    )
    other = openssl(authority.roots.parent, "ts", "-reply", "-config", "settings", "-section", "ours", "-queryfile", "asked")  # fmt: skip

    file = rewritten(stamped, lambda name, data: other if name.endswith(".tsr") else data)

    failed = verify.check(str(file), trust)["failed"]
    assert "timestamp" in {fault["what"] for fault in failed}
    assert verify.check(str(file), trust)["stamps"] == []


def test_a_log_without_stamps_makes_a_bundle_without(visit, bundle, trust):
    report = verify.check(str(bundle(f"visit:{visit}")), trust)

    assert (report["result"], report["stamps"]) == ("proved", [])
