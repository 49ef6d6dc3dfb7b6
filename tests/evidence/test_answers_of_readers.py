"""A reader may have been taken over by the file that it read: whatever it leaves is an answer, never a fault of ours."""

import json
import re
from dataclasses import asdict
from pathlib import Path

import pytest

from fieldapp.evidence import note_sentences, reader, recoding_apart, sandbox
from fieldapp.evidence.exif import Exif
from fieldapp.evidence.recoding_apart import NotRecoded

EXIF = asdict(Exif(captured_at="2026-11-20T09:30:00", offset="+08:00"))
ROOT = Path(__file__).parents[2]
NOTES = re.compile(r"^\| (`.*?) \|", re.MULTILINE)
DEEP = b"[" * 100_000


def left(said: object, lengths: object = ()) -> bytes:
    body = json.dumps({**said, "lengths": lengths} if isinstance(said, dict) else said).encode()
    return len(body).to_bytes(sandbox.LENGTH, "big") + body


def test_an_answer_of_the_right_shape_is_believed():
    notes = [{"code": "trailing_data", "size": 2000, "kind": "zip"}, {"code": "motion_photo"}]
    said = reader.blank() | {"media_type": "image/jpeg", "width": 4000, "height": 3000}
    said |= {"exif": EXIF | {"lon": "121.5", "lat": "31.2"}, "notes": notes}

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
        left(reader.blank() | {"exif": {}}),
        left(reader.blank() | {"exif": EXIF | {"more": "x"}}),
        left(reader.blank() | {"exif": EXIF | {"captured_at": "yesterday"}}),
        left(reader.blank() | {"exif": EXIF | {"lon": "1e999", "lat": "0"}}),
        left(reader.blank() | {"exif": EXIF | {"lon": "12"}}),
        left(reader.blank() | {"exif": EXIF | {"make": "x" * 65}}),
        left(reader.blank() | {"exif": EXIF | {"redacted": 1}}),
        left(reader.blank() | {"measures": {"brightness": "dark"}}),
        left(reader.blank() | {"notes": [{"code": "trailing_data"}]}),
        left(reader.blank() | {"notes": [{"code": "trailing_data", "size": "x", "kind": "zip"}]}),
        left(reader.blank() | {"notes": ["motion_photo"]}),
        left(reader.blank() | {"renditions": [7]}, [1]),
    ],
)
def test_nonsense_is_unreadable_and_asked_for_once(answer):
    result = sandbox._believed(answer)

    assert (result.said["state"], result.said["reason"]) == ("unreadable", "crashed")
    assert result.pictures == ()


def test_every_note_that_the_documentation_lists_has_its_two_sentences():
    listed = (ROOT / "docs" / "intake.md").read_text().split("## Notes")[1].split("## EXIF")[0]
    codes = [code for line in NOTES.findall(listed) for code in re.findall("`([a-z0-9_]+)`", line)]
    written = {
        code
        for file in (ROOT / "fieldapp" / "evidence").glob("*.py")
        for code in re.findall(r'{"code": "([a-z0-9_]+)"', file.read_text())
    }

    assert written <= {*codes, "c2pa"}
    for code in codes:
        for state in ("trusted", "valid", "invalid", "not_read"):
            note = {"code": code, "state": state, "size": 5000, "kind": "zip", "count": 99}
            note |= {"degrees": 90, "per_second": 240, "datum": "TOKYO"}
            zh, en = (note_sentences.sentence(note, english=english) for english in (False, True))
            assert re.search("[\u4e00-\u9fff]", zh)
            assert not re.search("[\u4e00-\u9fff]", en)
            assert en != code
