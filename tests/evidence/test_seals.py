"""A seal proves that an enrolled phone vouched for just this photo."""

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from fieldapp.accounts.models import Device
from fieldapp.evidence.filing import seal_state
from fieldapp.keys import canonical, to_text

KEY = ec.generate_private_key(ec.SECP256R1())
PHONE = Device(
    public_key=to_text(
        KEY.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
    )
)
ID, DIGEST = "0199", "a" * 64


def sealed(**changes) -> str:
    return canonical({"evidence_id": ID, "sha256": DIGEST, "capture": "live"} | changes).decode()


def signature(text: str) -> str:
    r, s = decode_dss_signature(KEY.sign(text.encode(), ec.ECDSA(hashes.SHA256())))
    return to_text(r.to_bytes(32, "big") + s.to_bytes(32, "big"))


def state(seal, signed, device=PHONE) -> str:
    return seal_state(seal, signed, device, ID, DIGEST)


def test_a_seal_by_the_enrolled_phone_is_valid():
    assert state(sealed(), signature(sealed())) == "valid"


@pytest.mark.parametrize(
    "text", [sealed(evidence_id="0200"), sealed(sha256="b" * 64), "[]", "not json", "[" * 100_000]
)
def test_a_seal_of_something_else_is_invalid(text):
    assert state(text, signature(text)) == "invalid"


def test_a_seal_that_was_changed_after_signing_is_invalid():
    assert state(sealed(capture="imported"), signature(sealed())) == "invalid"


def test_a_seal_by_a_phone_that_nobody_enrolled_is_invalid():
    assert state(sealed(), signature(sealed()), device=None) == "invalid"


@pytest.mark.parametrize(
    ("seal", "signed"), [(None, None), (sealed(), None), (None, "x"), ("", "")]
)
def test_no_seal_is_missing(seal, signed):
    assert state(seal, signed) == "missing"
