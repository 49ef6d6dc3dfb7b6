"""Files from cameras and from attackers, where a collection of them lies beside the project."""

import csv
import re
from contextlib import suppress
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from fieldapp.evidence import sandbox

CORPUS = Path(__file__).parents[3] / "shared" / "corpus"
BY_CLASS = {
    "et__QuickTime.heic": ("unreadable", "undecodable"),
    "gen__jpeg_trailing_2MB_zero.jpg": ("shown", None),
    "gen__mp4_moov_size_overflow.mp4": (None, "corrupt"),
    "gen__png_bomb_9000x6600_under_limit.png": (None, "too_many_pixels"),
    "gen__png_claims_65000x65000_tiny_idat.png": (None, "too_many_pixels"),
    "gen__png_ztxt_bomb_64MB.png": (None, "corrupt"),
    "gen__empty.jpg": (None, "empty"),
    "gen__three_bytes_ffd8ff.jpg": (None, "empty"),
    "gen__truncated_half_real_photo.jpg": ("unreadable", "truncated"),
    "pil__broken.png": (None, "corrupt"),
}
PREFIXES = {
    "gofuzz__": {("unreadable", "undecodable"), ("unreadable", "truncated"), (None, "corrupt")}
    | {("shown", None)},
    "lh__": {(None, "corrupt"), (None, "type")},
    "gen__exif": {("shown", None)},
    "mei__Negative": {(None, "corrupt")},
}

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not CORPUS.is_dir(), reason=f"no photo corpus at {CORPUS.name}/ beside the project"
    ),
]


def said_of(file: Path) -> dict:
    return sandbox.read(file, features="").said


def test_every_real_photo_is_shown():
    real = sorted(file for folder in ("photos", "heic") for file in (CORPUS / folder).glob("*"))

    assert real
    assert {file.name for file in real if said_of(file)["state"] != "shown"} == set()


def test_every_hostile_file_ends_in_its_state():
    wrong = {}
    for file in sorted((CORPUS / "hostile").glob("*")):
        said = said_of(file)
        found = (said["state"], said["reason"])
        if found not in expected_of(file) or said["reason"] in ("crashed", "out_of_limits"):
            wrong[file.name] = found

    assert wrong == {}


def expected_of(file: Path) -> set:
    if file.name in BY_CLASS:
        return {BY_CLASS[file.name]}
    for prefix, expected in PREFIXES.items():
        if file.name.startswith(prefix):
            return expected
    return {("shown", None)} if listed()[file.name].startswith("ACCEPT") else {(None, "type")}


def listed() -> dict[str, str]:
    with (CORPUS / "MANIFEST.tsv").open(newline="") as lines:
        rows = csv.DictReader(lines, delimiter="\t")
        return {Path(row["path"]).name: row["strict_pipeline_verdict"] for row in rows}


def test_a_film_says_when_and_where_it_was_taken():
    said = said_of(CORPUS / "video" / "gpmf__max-heromode.mp4")

    assert (said["state"], said["duration_ms"]) == ("shown", 10_543)
    assert (said["exif"]["lat"], said["exif"]["lon"]) == ("33.1268000", "-117.3273000")
    assert said["exif"]["captured_at"] == "2019-11-18T15:45:32"
    assert said_of(CORPUS / "video" / "et__QuickTime.mov")["reason"] == "type"  # Motion JPEG


@pytest.mark.parametrize(
    ("name", "state"),
    [("c2pa__CA.jpg", "valid"), ("c2pa__XCA.jpg", "invalid"), ("c2pa__cloud.jpg", "not_read")],
)
def test_content_credentials_are_noted_and_never_fetched(name, state):
    assert {"code": "c2pa", "state": state} in said_of(CORPUS / "photos" / name)["notes"]


def test_credentials_by_a_signer_on_the_list_are_trusted(tmp_path):
    signed = CORPUS / "photos" / "c2pa__CA.jpg"
    issuer, anchors = issuer_in(signed.read_bytes()), tmp_path / "ours.pem"
    anchors.write_bytes(issuer.public_bytes(Encoding.PEM))

    notes = sandbox.read(signed, features="", anchors=anchors).said["notes"]

    assert {"code": "c2pa", "state": "trusted"} in notes
    changed = sandbox.read(CORPUS / "photos" / "c2pa__XCA.jpg", features="", anchors=anchors)
    assert {"code": "c2pa", "state": "invalid"} in changed.said["notes"]


def issuer_in(data: bytes) -> x509.Certificate:
    """The authority above the signer, from the chain that the manifest carries."""
    for found in re.finditer(b"\x30\x82", data):
        length = 4 + int.from_bytes(data[found.start() + 2 : found.start() + 4], "big")
        with suppress(ValueError):
            one = x509.load_der_x509_certificate(data[found.start() :][:length])
            if "Intermediate" in one.subject.rfc4514_string():
                return one
    raise AssertionError("no chain in the manifest")


def test_a_moving_photo_is_noted():
    notes = said_of(CORPUS / "heic" / "immich__samsung-one-ui-6.heic")["notes"]

    assert {"code": "motion_photo"} in notes
