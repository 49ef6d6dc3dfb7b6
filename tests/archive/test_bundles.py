"""A bundle proves itself with Python alone, and nothing in it can be changed, added, dropped or signed anew."""

import ast
import io
import json
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from fieldapp import bundles
from fieldapp.archive import bundling, encrypting, verify
from fieldapp.archive.models import Bundle
from fieldapp.archive.packing import Packer
from fieldapp.archive.selecting import BadSelection
from fieldapp.db import db, transaction
from fieldapp.evidence.models import Evidence
from fieldapp.ledger.models import LedgerEntry
from tests.archive.conftest import DRAWN
from tests.fixtures.needs import needs

PAGE = Path(__file__).parent / "page.mjs"


@pytest.fixture
def judged(visit, sign_in) -> str:
    """The visit, with one verdict that an officer signed."""
    with transaction(write=False):
        photo = db.session.scalar(
            db.select(Evidence.id).where(Evidence.subject_id == visit).limit(1)
        )
    body = {"outcome": "rejected", "reason": "unclear"}
    assert sign_in("liu").post(f"/api/evidence/{photo}/verdicts", json=body).status_code == 201
    return visit


def test_a_bundle_proves_itself_without_us(judged, bundle, trust, tmp_path):
    file = bundle(f"visit:{judged}")
    with zipfile.ZipFile(file) as archive:
        (tmp_path / "verify.py").write_bytes(archive.read("verify.py"))

    alone = [sys.executable, "-I", "-S", tmp_path / "verify.py", file, "--trust", trust]
    done = subprocess.run(alone, capture_output=True, text=True, check=False)

    report = json.loads(done.stdout)
    assert report["failed"] == []
    assert (done.returncode, report["result"]) == (0, "proved")
    proved = report["proved"]
    assert proved["original"] == 2
    assert proved["act"] == 1, "the officer's signature"
    assert proved["seal"] == 1, "the phone's signature"
    assert proved["entry"] > 10
    assert report["not_checked"]["record"] == 1, "what people wrote is left out"
    assert "left out of a redacted bundle" in report["why_not_checked"]["record"]


def test_verify_asks_no_newer_python_than_its_readme_says():
    source = Path(verify.__file__).read_text()

    tree = ast.parse(source, feature_version=(3, 9))
    called = [one for one in ast.walk(tree) if isinstance(one, ast.Call)]
    assert [one.lineno for one in called for word in one.keywords if word.arg == "strict"] == []


def test_the_page_gives_the_same_reasons_as_the_program():
    page = (Path(verify.__file__).parent / "verify.html").read_text()
    written = page.split("const UNCHECKED = {\n")[1].split("\n}")[0]
    reasons = dict(re.findall(r"^  (\w+): '(.*)',$", written, re.MULTILINE))

    assert {what: why.replace("\\'", "'") for what, why in reasons.items()} == verify.UNCHECKED
    translated = page.split("const UNCHECKED_ZH = {\n")[1].split("\n}")[0]
    assert re.findall(r"^  (\w+): ", translated, re.MULTILINE) == list(verify.UNCHECKED)
    named = set(re.findall(r"(\w+): '", page.split("const KINDS = {\n")[1].split("\n}")[0]))
    called = [
        one
        for one in ast.walk(ast.parse(Path(verify.__file__).read_text()))
        if isinstance(one, ast.Call)
    ]
    checked = [
        one.args[1].value
        for one in called
        if getattr(one.func, "attr", "") == "expect" and isinstance(one.args[1], ast.Constant)
    ]
    assert named >= verify.UNCHECKED.keys() | set(checked)
    skipped = re.findall(r'not_checked\["(\w+)"\]', Path(verify.__file__).read_text())
    assert set(skipped) == verify.UNCHECKED.keys()


def said_by_page(page: Path, bundle: Path, trust: str, *tsa: str) -> dict:
    """What the page in a bundle finds."""
    node = shutil.which("node")
    needs("node", bool(node), "nodejs")
    command = [node, PAGE, page, bundle, trust, *tsa]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_page_in_the_bundle_finds_the_same(judged, bundle, trust, tmp_path):
    file, page = bundle(f"visit:{judged}"), tmp_path / "verify.html"
    with zipfile.ZipFile(file) as archive:
        page.write_bytes(archive.read("verify.html"))

    alone, whole = verify.check(str(file), trust), said_by_page(page, file, trust)
    assert (whole["result"], whole["failed"]) == ("proved", [])
    assert whole["not_checked"] == alone["not_checked"]
    assert whole["why_not_checked"] == alone["why_not_checked"]
    assert whole["why_not_checked"].keys() == whole["not_checked"].keys()
    assert whole["proved"] == alone["proved"]
    original = first_original(file)
    spoilt = rewritten(file, lambda name, data: b"another" if name == original else data)
    assert {"original", "file"} <= {
        fault["what"] for fault in said_by_page(page, spoilt, trust)["failed"]
    }


def test_what_was_drawn_on_a_copy_is_told_as_derived_from_its_photo(
    annotated, bundle, trust, tmp_path
):
    file = bundle(f"visit:{annotated}", redacted=False, purpose="court")
    with zipfile.ZipFile(file) as archive:
        [drawn] = [name for name in archive.namelist() if name.startswith("annotations/")]
        assert archive.read(drawn) == DRAWN
        (tmp_path / "verify.html").write_bytes(archive.read("verify.html"))

    report = verify.check(str(file), trust)

    assert (report["failed"], report["result"]) == ([], "proved")
    assert report["derived"] == {drawn: f"derived copy of {first_original(file)}"}
    assert (report["proved"]["annotation"], report["proved"]["seal"]) == (2, 2)
    assert said_by_page(tmp_path / "verify.html", file, trust)["derived"] == report["derived"]
    spoilt = rewritten(file, lambda name, data: b"another" if name == drawn else data)
    for failed in (
        verify.check(str(spoilt), trust)["failed"],
        said_by_page(tmp_path / "verify.html", spoilt, trust)["failed"],
    ):
        assert {"annotation", "file"} <= {fault["what"] for fault in failed}


def test_a_redacted_bundle_tells_of_what_was_drawn_and_does_not_show_it(annotated, bundle, trust):
    file = bundle(f"visit:{annotated}")

    report = verify.check(str(file), trust)

    assert (report["failed"], report["derived"]) == ([], {})
    assert report["not_checked"]["annotation"] == 1
    with zipfile.ZipFile(file) as archive:
        assert not [name for name in archive.namelist() if name.startswith("annotations/")]


def test_handing_out_is_an_entry_of_each_photo(judged, bundle):
    bundle(f"visit:{judged}")

    with transaction(write=False):
        exports = db.session.scalars(
            db.select(LedgerEntry).where(LedgerEntry.act == "export")
        ).all()
        photos = set(
            db.session.scalars(db.select(Evidence.id).where(Evidence.subject_id == judged))
        )
        assert {entry.row_id for entry in exports} == photos
        assert {entry.purpose for entry in exports} == {"bundle"}
        assert db.session.scalar(db.select(Bundle.manifest_sha256)) is not None


def test_without_a_fingerprint_it_says_that_the_key_was_not_checked(judged, bundle):
    report = verify.check(str(bundle(f"visit:{judged}")), None)

    assert (report["result"], report["failed"]) == ("trust_not_checked", [])


def test_another_fingerprint_proves_nothing(judged, bundle):
    report = verify.check(str(bundle(f"visit:{judged}")), "0" * 64)

    assert {"key", "checkpoint"} <= {fault["what"] for fault in report["failed"]}


def test_a_redacted_bundle_holds_no_words(judged, bundle):
    with zipfile.ZipFile(bundle(f"visit:{judged}")) as archive:
        told = b"".join(archive.read(name) for name in archive.namelist() if "original" not in name)

    assert b'"words":"' not in told
    assert not [name for name in archive.namelist() if name.startswith("records/")]


def test_a_full_bundle_is_encrypted_and_opens_with_its_passphrase(
    judged, bundle, trust, tmp_path, capsys
):
    plain = bundle(f"visit:{judged}", redacted=False, purpose="court")
    full, secret = tmp_path / "full.zip", tmp_path / "secret"
    secret.write_text("a long enough passphrase\n")
    encrypting.encrypt(plain, full, encrypting.lock_of(secret.read_text().strip()))
    command = [str(full), "--trust", trust, "--passphrase-file", str(secret)]

    assert bundles.verify(command) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["proved"]["record"] == 1, "the phone's own record is in it"
    assert not zipfile.is_zipfile(full)

    secret.write_text("another passphrase")
    assert bundles.verify(command) == 1
    assert "passphrase is wrong" in capsys.readouterr().err
    data = bytearray(full.read_bytes())
    data[len(data) // 2] ^= 1
    full.write_bytes(data)
    secret.write_text("a long enough passphrase")
    assert bundles.verify(command) == 1
    with pytest.raises(encrypting.WeakPassphrase):
        encrypting.lock_of("short")


def test_an_export_goes_on_after_a_cut(
    judged, bundle, trust, tmp_path, sealing_at_once, monkeypatch
):
    """Cut after the first original: what was written stays and is not written again."""
    file, added = tmp_path / "cut.zip", []
    real = Packer.add

    def cut(self, name, chunks, *, packed=False):
        if len(added) == 1:
            raise OSError("the power went")
        added.append(name)
        return real(self, name, chunks, packed=packed)

    with transaction():
        bundle_id = bundling.order(bundling.Order(f"visit:{judged}"))
    monkeypatch.setattr(Packer, "add", cut)
    with pytest.raises(OSError, match="the power went"):
        bundling.make(bundle_id, file, lambda _done: None)
    monkeypatch.setattr(Packer, "add", real)
    part = file.with_name("cut.zip.part")
    with part.open("ab") as half:
        half.write(b"half a member")
    assert not file.exists()

    bundling.make(bundle_id, file, lambda _done: None)

    report = verify.check(str(file), trust)
    assert (report["result"], report["failed"]) == ("proved", [])
    assert sorted(tmp_path.glob("cut.zip.*")) == []


@pytest.mark.parametrize(
    "selection", ["", "visit", "visit:", "people:1", "insurer:1:year", "all:1"]
)
def test_a_selection_that_is_none(app, selection):
    with pytest.raises(BadSelection), transaction():
        bundling.order(bundling.Order(selection))


def test_an_empty_selection_is_said(town, bundle):
    with pytest.raises(bundling.NothingSelected):
        bundle("visit:nothing")


# -- somebody who changes the file -----------------------------------------------------------------


def rewritten(file: Path, change) -> Path:
    """The bundle with members changed: `change(name, data)` gives new data, or None to drop the member."""
    out = file.with_name(f"changed-{file.name}")
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(out, "w") as new:
        for info in old.infolist():
            data = change(info.filename, old.read(info))
            if data is not None:
                new.writestr(info, data)
    return out


def first_original(file: Path) -> str:
    with zipfile.ZipFile(file) as archive:
        return next(name for name in archive.namelist() if name.startswith("originals/"))


def test_nothing_in_a_bundle_can_be_changed_or_dropped(judged, bundle, trust):
    file = bundle(f"visit:{judged}")
    with zipfile.ZipFile(file) as archive:
        names = archive.namelist()
    unnoticed = []
    for name in names:
        for what, change in {
            "changed": lambda data: data[:-3] + bytes([data[-3] ^ 1]) + data[-2:],
            "dropped": lambda _data: None,
            "emptied": lambda _data: b"",
        }.items():
            spoilt = rewritten(file, lambda n, data: change(data) if n == name else data)  # noqa: B023
            if not verify.check(str(spoilt), trust)["failed"]:
                unnoticed.append((name, what))

    assert len(names) > 6
    assert unnoticed == []


def test_a_file_that_cannot_be_read_leaves_the_others_proved(judged, bundle, trust, tmp_path):
    """One flipped bit on a disk: the archive's own check fails where a careful forger's would not."""
    file = bundle(f"visit:{judged}")
    original, whole = first_original(file), verify.check(str(file), trust)["proved"]
    with zipfile.ZipFile(file) as archive:
        bit = archive.getinfo(original).header_offset + 30 + len(original) + 40
        (tmp_path / "verify.html").write_bytes(archive.read("verify.html"))
    data = bytearray(file.read_bytes())
    data[bit] ^= 1
    file.write_bytes(data)

    report = verify.check(str(file), trust)

    assert [fault["where"] for fault in report["failed"] if fault["what"] == "file"] == [original]
    assert report["proved"] == whole | {w: whole[w] - 1 for w in ("file", "original")}
    assert said_by_page(tmp_path / "verify.html", file, trust)["proved"] == report["proved"]


def test_a_full_bundle_is_told_from_a_broken_one(tmp_path, judged, bundle):
    full = tmp_path / "full.zip"
    plain = bundle(f"visit:{judged}", redacted=False, purpose="court")
    encrypting.encrypt(plain, full, encrypting.lock_of("a long enough passphrase"))

    [fault] = verify.check(str(full), None)["failed"]

    assert "encrypted" in fault["detail"]
    assert "passphrase" in fault["detail"]


def test_the_verifiers_are_had_apart_from_any_bundle(app):
    anybody = app.test_client()
    for name in ("verify.py", "verify.html"):
        with anybody.get(f"/api/verifiers/{name}") as got:
            assert got.data == (Path(verify.__file__).parent / name).read_bytes()
            assert got.headers["Content-Disposition"] == f"attachment; filename={name}"
    assert anybody.get("/api/verifiers/README.txt").status_code == 404


def test_nothing_can_be_added(judged, bundle, trust):
    file = bundle(f"visit:{judged}")
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("originals/" + "a" * 64, b"a photo of elsewhere")

    failed = verify.check(str(file), trust)["failed"]
    assert {"original", "file"} <= {fault["what"] for fault in failed}


def test_a_line_dropped_with_its_manifest_mended_is_noticed(judged, bundle, trust):
    """Somebody who knows the format mends the manifest too; the manifest's own hash is in the log."""
    file = bundle(f"visit:{judged}")
    original = first_original(file)

    def change(name: str, data: bytes) -> bytes | None:
        if name == original:
            return None
        if name == "manifest.jsonl":
            lines = [line for line in data.splitlines() if original.encode() not in line]
            return b"".join(line + b"\n" for line in lines)
        return data

    failed = verify.check(str(rewritten(file, change)), trust)["failed"]
    assert "manifest" in {fault["what"] for fault in failed}


def packed(content: bytes, how: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An archive of one file."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", how) as archive:
        archive.writestr("bundle.json", content)
    return made.getvalue()


PACKED = packed(b'{"keys": []}' * 99)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (PACKED.replace(PACKED[41:49], b"\xff" * 8), "bundle.json cannot be read"),
        (packed(b"{}", zipfile.ZIP_LZMA), "bundle.json cannot be read: packed in a way"),
        (packed(b"[" * 5000), "bundle.json cannot be read"),
        (PACKED.replace(b"bundle.json", b"\x98\x99ndle.json").replace(b"\x14\0\0\0\x08", b"\x14\0\0\x08\x08"), "not a whole archive"),
    ],
    ids=["spoilt", "packed otherwise", "without end", "named in no script"],
)  # fmt: skip
def test_a_spoilt_archive_is_told_with_the_file_that_is_spoilt(tmp_path, data, said):
    file = tmp_path / "spoilt.zip"
    file.write_bytes(data)

    [fault] = verify.check(str(file), None)["failed"]

    assert said in fault["detail"]


@pytest.mark.parametrize(
    "data", [b"", b"PK\x03\x04", b"no zip at all" * 100], ids=["empty", "cut", "other"]
)
def test_what_is_no_bundle_is_said_to_be_none(tmp_path, data, capsys):
    file = tmp_path / "other.zip"
    file.write_bytes(data)

    assert bundles.verify([str(file)]) == 1
    assert json.loads(capsys.readouterr().out)["result"] == "failed"
