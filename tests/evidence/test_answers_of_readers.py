"""A reader may have been taken over by the file that it read: whatever it leaves is an answer, never a fault of ours."""

import json

import pytest

from fieldapp.evidence import reader, recoding_apart, sandbox
from fieldapp.evidence.recoding_apart import NotRecoded

DEEP = b"[" * 100_000


def left(said: object, lengths: object = ()) -> bytes:
    body = json.dumps({**said, "lengths": lengths} if isinstance(said, dict) else said).encode()
    return len(body).to_bytes(sandbox.LENGTH, "big") + body


def test_an_answer_of_the_right_shape_is_believed():
    said = reader.blank() | {"media_type": "image/jpeg", "width": 4000, "height": 3000}

    assert sandbox._believed(left(said)).said == said


@pytest.mark.parametrize("answer", [b"", left(7), left([1, 2]), left(reader.blank(), [1])])
def test_a_recoders_nonsense_is_no_copy_and_is_asked_for_once(answer):
    with pytest.raises(NotRecoded) as refused:
        recoding_apart._taken(answer)

    assert refused.value.reason == "crashed"


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        left(7),
        left("accepted"),
        left([1, 2]),
        len(DEEP).to_bytes(sandbox.LENGTH, "big") + DEEP,
        left(reader.blank() | {"width": "wide"}),
        left(reader.blank() | {"height": 2**40}),
        left(reader.blank() | {"duration_ms": 1.5}),
        left(reader.blank() | {"media_type": "x" * 200}),
        left(reader.blank() | {"reason": "a\x00b"}),
        left(reader.blank() | {"measures": {"sharp": float("nan")}}),
        left(reader.blank() | {"state": "wonderful"}),
        left(reader.blank() | {"likeness": {"pdq": ["zz"], "quality": 3}}),
        left(reader.blank() | {"renditions": [{"longest_side": 320}]}, [float("inf")]),
        left(reader.blank() | {"renditions": [7]}, [1]),
    ],
)
def test_nonsense_is_unreadable_and_asked_for_once(answer):
    result = sandbox._believed(answer)

    assert (result.said["state"], result.said["reason"]) == ("unreadable", "crashed")
    assert result.pictures == ()
