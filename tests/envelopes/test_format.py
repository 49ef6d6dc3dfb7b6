"""An envelope gives all of its content to its key, and nothing to anybody else or after any change."""

import base64
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldapp.config import new_signing_key
from fieldapp.envelopes.format import PIECE, Opener, Unopened, read_head, seal, sealed_size
from fieldapp.keys import sha256

OURS, THEIRS = Opener(new_signing_key()), Opener(new_signing_key())
CONTENT = b"both sides of an identity card"
WHOLE = seal(CONTENT, OURS.public_key)
RECORDED = json.loads((Path(__file__).parent / "recorded.json").read_text())


def reason(envelope: bytes, key: Opener = OURS) -> str:
    with pytest.raises(Unopened) as refused:
        key.open(envelope)
    return refused.value.reason


@pytest.mark.parametrize("size", [1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE + 7])
def test_what_was_sealed_is_opened_byte_for_byte(size):
    content = bytes(n % 251 for n in range(size))
    envelope = seal(content, OURS.public_key)

    assert len(envelope) == sealed_size(size)
    assert OURS.open(envelope) == content


def test_an_envelope_that_a_phone_made_is_opened():
    """Recorded from the phone's own code: the two sides mean the same bytes."""
    key = Opener(RECORDED["private_key"])
    envelope = base64.b64decode(RECORDED["envelope"])

    assert read_head(envelope).key_id == key.id == RECORDED["key_id"]
    assert sha256(key.open(envelope)) == RECORDED["content_sha256"]


def test_the_envelope_tells_nothing_of_its_content():
    assert CONTENT not in WHOLE
    assert seal(CONTENT, OURS.public_key)[161:] != WHOLE[161:]


def test_another_key_does_not_open_it():
    assert reason(WHOLE, THEIRS) == "unknown_key"


@pytest.mark.parametrize("at", range(len(WHOLE)))
def test_a_bit_that_was_turned_anywhere_is_found(at):
    changed = bytearray(WHOLE)
    changed[at] ^= 1

    expected = {"not_an_envelope"} if at < 4 else {"unknown_key"} if at < 12 else None
    assert reason(bytes(changed)) in (expected or {"tampered", "not_an_envelope"})


@pytest.mark.parametrize(
    "envelope", [b"", b"FAE1", WHOLE[:-1], WHOLE + b"\0", CONTENT * 20], ids=range(5)
)
def test_what_was_cut_or_lengthened_or_is_something_else_is_found(envelope):
    assert reason(envelope) in {"tampered", "not_an_envelope"}


def test_pieces_that_were_swapped_are_found():
    envelope = seal(b"a" * PIECE + b"b" * PIECE, OURS.public_key)
    step = PIECE + 16
    first, second = envelope[161 : 161 + step], envelope[161 + step :]

    assert reason(envelope[:161] + second + first) == "tampered"


@given(st.binary(max_size=400))
def test_no_bytes_do_anything_but_open_or_say_why(data):
    assert reason(data) in {"not_an_envelope", "unknown_key", "tampered"}
