"""Who signed a time stamp: found by verify.py with Python alone and by the page in a browser, alike, whatever the token is."""

import base64
import json
import random
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from fieldapp.archive import verify
from tests.archive.forged import forged
from tests.archive.forging import BODY, der, sequence
from tests.fixtures.authorities import KEYS, certificates, fingerprint, openssl, token_over
from tests.fixtures.needs import needs

FOLDER = Path(verify.__file__).parent
PAGE = Path(__file__).parent / "page.mjs"
OPENSSL_BELIEVES_TOO = {
    "of other content",
    "without content type",
    "with too many",
    "with a length spelt long",
}
RANDOM = 20261123


@pytest.fixture(scope="module")
def tokens():
    return forged()


@pytest.fixture(scope="module")
def chained(tmp_path_factory) -> Path:
    """An authority whose stamps carry its certificate, the one above it and the root."""
    needs("openssl", shutil.which("openssl"), "openssl")
    folder = tmp_path_factory.mktemp("tsa") / "chained"
    certificates(folder, "chained", between="between")
    return folder


def plain(folder: Path, name: str) -> str:
    return fingerprint(folder, name).replace(":", "").lower()


def said_by_page(asked: Sequence[tuple[bytes, str]], folder: Path) -> list[dict]:
    needs("node", shutil.which("node"), "nodejs")
    listed = folder / "tokens"
    listed.write_text(json.dumps([(base64.b64encode(one).decode(), by) for one, by in asked]))
    command = ["node", PAGE, FOLDER / "verify.html", "--stamps", listed]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def alike(tokens: Sequence[bytes], trusted: str, folder: Path) -> list[dict]:
    """What both say."""
    alone = [verify.signature_of(token, {trusted}) for token in tokens]
    assert said_by_page([(token, trusted) for token in tokens], folder) == alone
    return alone


def test_each_way_of_being_wrong_is_named(tokens):
    said = {
        name: verify.signature_of(one.token, {one.trusted.fingerprint})
        for name, one in tokens.items()
    }

    assert {name: one["signature"] for name, one in said.items()} == {
        name: one.outcome for name, one in tokens.items()
    }
    unsaid = [
        name for name, one in tokens.items() if one.reason not in said[name].get("reason", "")
    ]
    assert unsaid == []


def test_a_proved_one_names_its_signer_and_who_is_trusted(tokens):
    below = tokens["sound with one between"]

    said = verify.signature_of(below.token, {below.trusted.fingerprint, "0" * 64})

    assert said == {
        "signature": "proved",
        "signed_by": "时间戳 below",
        "trusted": below.trusted.fingerprint,
    }


def test_without_a_fingerprint_nothing_is_said_of_a_signature(tokens):
    for one in tokens.values():
        said = verify.signature_of(one.token, set())
        assert (said["signature"], said["reason"][:14]) == ("not checked", "no fingerprint")


def test_the_page_says_the_same_of_each(tokens, tmp_path):
    asked = [(one.token, one.trusted.fingerprint) for one in tokens.values()]

    alone = [verify.signature_of(token, {trusted}) for token, trusted in asked]
    assert said_by_page(asked, tmp_path) == alone


def test_openssl_thinks_the_same_where_it_can_be_asked(tokens, tmp_path):
    """It is asked of each that is proved or failed; of content type it does not look at the signed one."""
    needs("openssl", shutil.which("openssl"), "openssl")
    (tmp_path / "body").write_bytes(BODY)
    otherwise = set()
    for name, one in tokens.items():
        (tmp_path / "token").write_bytes(one.token)
        (tmp_path / "trusted.pem").write_bytes(one.trusted.certificate.public_bytes(Encoding.PEM))
        asked = ["openssl", "ts", "-verify", "-data", "body", "-in", "token", "-CAfile", "trusted.pem", "-partial_chain"]  # fmt: skip
        done = subprocess.run(asked, cwd=tmp_path, capture_output=True, check=False)
        if one.outcome != "not checked" and (done.returncode == 0) != (one.outcome == "proved"):
            otherwise.add(name)

    assert otherwise == OPENSSL_BELIEVES_TOO


@pytest.mark.parametrize("between", ["", "between"])
@pytest.mark.parametrize("kind", KEYS)
def test_what_openssl_signs_is_proved(kind, between, tmp_path):
    needs("openssl", shutil.which("openssl"), "openssl")
    folder = tmp_path / "authority"
    certificates(folder, kind, kind, between)
    signed = [token_over(folder, BODY, digest) for digest in ("sha256", "sha384", "sha512")]
    carried = ["tsa", *(["between", "root"] if between else [])]

    for name in carried:
        for said in alike(signed, plain(folder, name), tmp_path):
            assert (said["signature"], said["signed_by"]) == ("proved", "Test stamping authority")
    (folder / "token").write_bytes(signed[-1])
    assert b"OK" in openssl(folder, "ts", "-verify", "-data", "data", "-in", "token", "-CAfile", "root.pem", "-partial_chain", "-untrusted", "tsa.pem")  # fmt: skip
    if not between:
        [said] = alike(signed[:1], plain(folder, "root"), tmp_path)
        assert said["signature"] == "not checked", "the root is not in the token"


def parts(token: bytes) -> dict[str, tuple[int, int]]:
    """Where the signed parts of a token are."""
    signed_data = verify._signed_data(token)
    carried, infos = (verify._values(value.body) for value in signed_data[3:])
    info = verify._of(infos[0], verify.SEQUENCE)
    found = {f"certificate {at}": one.whole for at, one in enumerate(carried)}
    found |= {"content": verify._content(signed_data), "attributes": info[3].whole}
    found |= {"signer": info[1].whole, "signature": info[5].whole}
    return {
        name: (token.rindex(one) if name == "signer" else token.index(one), len(one))
        for name, one in found.items()
    }


def changed(token: bytes, at: int, byte: int) -> bytes:
    return token[:at] + bytes([byte]) + token[at + 1 :]


@pytest.mark.parametrize("trusted", ["tsa", "between", "root"])
def test_a_changed_byte_in_any_part_is_never_proved(chained, trusted, tmp_path):
    chance, given = random.Random(RANDOM), plain(chained, trusted)
    token = token_over(chained, BODY)
    places = parts(token)
    below = 3 if trusted == "root" else 2 if trusted == "between" else 1
    carried = [plain(chained, name) for name in ("tsa", "between", "root")][:below]
    spoilt = []
    for name, (start, length) in places.items():
        whole = token[start : start + length]
        if name.startswith("certificate") and verify._certificate(verify._single(whole)).fingerprint not in carried:  # fmt: skip
            continue  # not on the way to the trusted one
        for _ in range(25):
            at = start + chance.randrange(length)
            spoilt.append(changed(token, at, token[at] ^ chance.randrange(1, 256)))

    said = {one["signature"] for one in alike(spoilt, given, tmp_path)}

    assert len(spoilt) == 25 * (4 + below)
    assert "proved" not in said
    assert "failed" in said


def test_a_token_cut_anywhere_or_that_lies_is_a_failure(chained, tmp_path):
    chance, given = random.Random(RANDOM), plain(chained, "root")
    token = token_over(chained, BODY)
    cut = [token[:length] for length in range(0, len(token), 5)]
    lying = [
        changed(token, chance.randrange(len(token)), chance.choice((0x7F, 0x80, 0x84, 0xFF)))
        for _ in range(200)
    ]
    nested = b""
    for _ in range(2000):
        nested = der(0x30, nested)
    hostile = [
        b"\x30\x80" + token,
        b"\x30\x84\xff\xff\xff\xff" + token,
        b"\x30\x88" + b"\xff" * 8 + token,
        b"\x3f\xff\xff\xff\x7f\x00",
        token + b"\x00",
        nested,
        *stuffed(b"\x05\x00" * 100_000),
        *stuffed(nested),
        *stuffed(b"\xff" * 1000),
    ]

    for said in alike(cut + hostile, given, tmp_path):
        assert said["signature"] == "failed"
        assert said["reason"]
    alike(lying, given, tmp_path)
    for spoilt in cut + hostile + lying:
        try:
            verify.stamp_of(spoilt)
        except verify.MALFORMED:
            continue


def stuffed(filling: bytes) -> list[bytes]:
    """Tokens with this in place of the certificates, or of the signers, or of what is signed."""
    name, info = (
        bytes.fromhex("06092a864886f70d010702"),
        bytes.fromhex("060b2a864886f70d0109100104"),
    )
    made = []
    for place in ("certificates", "signers", "content"):
        held = {"certificates": b"", "signers": b"", "content": b""} | {place: filling}
        content = sequence(info, der(0xA0, der(4, held["content"])))
        carried, signers = der(0xA0, held["certificates"]), der(0x31, held["signers"])
        signed = sequence(b"\x02\x01\x03", b"\x31\x00", content, carried, signers)
        made.append(sequence(sequence(b"\x02\x01\x00"), sequence(name, der(0xA0, signed))))
    return made


def test_p384_is_the_curve_that_it_should_be():
    curve = verify.P384

    assert verify._on_curve(curve, *curve.g)
    assert verify._two_products(curve.p, curve.n, (*curve.g, 1), 0, (*curve.g, 1))[2] == 0
