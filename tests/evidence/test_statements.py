"""录音: a statement that was recorded is kept, played where it is judged, and judged like every photo."""

import pytest

from fieldapp.checklists.forms import editions
from fieldapp.db import db, transaction
from fieldapp.ledger.models import LedgerEntry
from tests.evidence.photos import jpeg
from tests.evidence.recordings import clip, sound


@pytest.fixture
def statement(file_photo):
    """What a phone's browser records."""
    return file_photo(data=sound("webm", "libopus"), shot="statement", media_type="audio/webm")


def recording(caller, evidence_id):
    return caller.get(f"/api/evidence/{evidence_id}/recording")


@pytest.mark.parametrize(
    ("container", "codec", "media_type"),
    [("webm", "libopus", "audio/webm"), ("ipod", "aac", "audio/mp4")],
)
def test_what_phones_record_is_taken_in_with_its_length(
    file_photo, sign_in, container, codec, media_type
):
    data = sound(container, codec, seconds=2)
    made = file_photo(data=data, shot="statement", media_type=media_type)

    told = sign_in("sun").get(f"/api/evidence/{made}").json["bytes"]

    assert (told["intake"], told["media_type"]) == ("accepted", media_type)
    assert 1900 <= told["duration_ms"] <= 2200


def test_it_is_played_and_the_ledger_keeps_who_listened(statement, sign_in):
    reply = recording(sign_in("sun"), statement)

    assert reply.status_code == 302
    with transaction(write=False):
        entries = db.session.scalars(
            db.select(LedgerEntry).where(LedgerEntry.row_id == statement, LedgerEntry.act == "read")
        ).all()
        assert [entry.purpose for entry in entries] == ["original"]


@pytest.mark.parametrize("data", [jpeg(), clip()])
def test_nothing_else_is_handed_out_as_sound(file_photo, sign_in, data):
    made = file_photo(data=data, shot="statement", media_type="audio/webm")

    assert recording(sign_in("sun"), made).json["problem"] == "NotShown"


def test_it_is_accepted_without_a_picture_of_it(statement, sign_in):
    reply = sign_in("sun").post(f"/api/evidence/{statement}/verdicts", json={"outcome": "accepted"})

    assert reply.status_code == 201


def test_an_outsider_hears_nothing(statement, sign_in):
    assert recording(sign_in("hu"), statement).status_code == 404


def test_the_survey_asks_for_one_where_somebody_is_questioned():
    survey = editions.load("accident_survey", "2026-2")

    [asked] = [each for _, each in survey.fields() if each.shot == "statement"]

    assert (asked.id, asked.required, asked.personal) == ("recording", False, "personal")
