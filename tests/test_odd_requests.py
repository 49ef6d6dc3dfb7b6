"""What no person types but every machine will: answered with a sentence, never as a fault of ours."""

import pytest

from fieldapp.db import plain_json
from fieldapp.keys import to_text


def cursor(value):
    return to_text(plain_json([value, "x"]).encode())


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/api/projects?after=" + cursor({"t": "2026-01-01T00:00:00Z"}), 422),
        ("/api/projects?after=" + cursor({"v": 7}), 422),
        ("/api/visits?after=" + cursor({"v": "滨江"}), 422),
        ("/field/%00.js", 404),
        ("/field/" + "a" * 5000, 404),
    ],
)
def test_an_address_that_means_nothing(sign_in, address, status):
    assert sign_in("sun").get(address).status_code == status


def test_a_rendition_of_a_size_that_nobody_makes(sign_in, past):
    photo = past.photo(past.visit({}))

    reply = sign_in("sun").get(f"/api/evidence/{photo}/renditions/{10**30}")

    assert (reply.status_code, reply.json["problem"]) == (404, "NotShown")


def test_half_a_character_is_the_senders_to_mend(sign_in, past, town):
    order = {"kind": "monthly_check", "project_id": town.project["binjiang"], "note": "\ud800"}

    reply = sign_in("sun").post(
        "/api/tasks", json=order | {"organisation_id": town.organisation["anxun"]}
    )

    assert (reply.status_code, reply.json["problem"]) == (422, "Invalid")
    assert "无法保存" in reply.json["detail"]


@pytest.mark.parametrize(
    ("sent", "zh", "en"),
    [
        ({}, "必填。", "Missing data for required field."),
        ({"decision": "burn"}, "须为以下之一：judge_again, set_aside。", "Must be one of"),
        ({"decision": 7}, "格式不正确。", "Not a valid string."),
        ({"words": "很" * 501}, "须填写，最多 500 个字。", "Length must be between 1 and 500."),
        ({"words": " \n\u3000"}, "须填写，最多 500 个字。", "Length must be between 1 and 500."),
        ({"more": 1}, "不认识的字段。", "Unknown field."),
    ],
)
def test_what_is_wrong_with_a_field_is_said_in_the_readers_language(sign_in, sent, zh, en):
    def details(**headers):
        reply = sign_in("sun").post("/api/quarantine/x/decisions", json=sent, headers=headers)
        assert reply.status_code == 422
        return " ".join(fault["detail"] for fault in reply.json["errors"])

    assert zh in details()
    assert en in details(**{"Accept-Language": "en"})
