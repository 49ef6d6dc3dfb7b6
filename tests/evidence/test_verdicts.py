"""Judging photos."""

from concurrent.futures import ThreadPoolExecutor
from contextvars import Context
from threading import Barrier

import pytest

from tests.fixtures.town import INJURY

ACCEPTED = {"outcome": "accepted", "seen_ms": 2400}
REJECTED = {
    "outcome": "rejected",
    "reason": "unclear",
    "follow_up": "re_shoot",
    "words": "看不清铭牌",
}


@pytest.fixture
def judge(sign_in):
    """`judge("sun", photo, **verdict)`: the reply."""
    return lambda name, photo, verdict: sign_in(name).post(
        f"/api/evidence/{photo}/verdicts", json=verdict
    )


def test_the_insurers_supervisor_accepts_a_photo(sign_in, judge, file_photo):
    photo = file_photo()

    reply = judge("sun", photo, ACCEPTED)

    assert reply.status_code == 201
    assert reply.json["party"]["kind"] == "insurer"
    shown = sign_in("sun").get(f"/api/evidence/{photo}").json
    assert shown["verdict"]["id"] == reply.json["id"]
    assert shown["verdict"]["outcome"] == "accepted"


def test_a_rejection_says_why_and_what_follows(judge, file_photo):
    photo = file_photo()

    no_reason = judge("sun", photo, {"outcome": "rejected", "follow_up": "none"})
    no_follow_up = judge("sun", photo, {"outcome": "rejected", "reason": "unclear"})
    whole = judge("sun", photo, REJECTED)

    assert (no_reason.status_code, no_reason.json["where"]) == (422, "/reason")
    assert (no_follow_up.status_code, no_follow_up.json["where"]) == (422, "/follow_up")
    assert whole.status_code == 201
    assert whole.json["words"] == "看不清铭牌"


def test_a_rejection_for_re_shooting_reaches_the_phone(sign_in, judge, file_photo):
    photo = file_photo()

    judge("sun", photo, REJECTED)

    asked = [
        t["re_shoot"]
        for t in sign_in("zhou").get("/api/tasks").json["tasks"]
        if t["kind"] == "re_shoot"
    ]
    assert [(r["reason"], r["words"]) for r in asked] == [("unclear", "看不清铭牌")]


def test_a_later_verdict_supersedes_and_the_earlier_stays(sign_in, judge, file_photo):
    photo = file_photo()

    judge("sun", photo, REJECTED)
    judge("sun", photo, ACCEPTED)

    shown = sign_in("sun").get(f"/api/evidence/{photo}").json
    assert [v["outcome"] for v in shown["verdicts"]] == ["rejected", "accepted"]
    assert shown["verdict"]["outcome"] == "accepted"


def test_the_same_verdict_sent_twice_is_one(sign_in, judge, file_photo):
    photo = file_photo()

    first, again = judge("sun", photo, REJECTED), judge("sun", photo, REJECTED)

    assert first.json["id"] == again.json["id"]
    assert len(sign_in("sun").get(f"/api/evidence/{photo}").json["verdicts"]) == 1


def test_a_photo_whose_bytes_have_not_come_cannot_be_accepted_but_rejected(judge, file_photo):
    photo = file_photo(data=None)

    accepted = judge("sun", photo, ACCEPTED)

    assert (accepted.status_code, accepted.json["problem"]) == (409, "NotYetReadable")
    assert judge("sun", photo, REJECTED).status_code == 201


def test_nobody_judges_his_own_capture(judge, file_photo):
    photo = file_photo(by="wang")

    reply = judge("wang", photo, ACCEPTED)

    assert (reply.status_code, reply.json["problem"]) == (403, "OwnCapture")


@pytest.mark.parametrize("name", ["wang", "qian", "deng"])
def test_who_sees_but_does_not_judge_is_refused(judge, file_photo, name):
    reply = judge(name, file_photo(), ACCEPTED)

    assert (reply.status_code, reply.json["problem"]) == (403, "NotAllowed")


@pytest.mark.parametrize("name", ["hu", "rui", "yun", "she"])
def test_outsiders_find_nothing_to_judge(judge, file_photo, name):
    assert judge(name, file_photo(), ACCEPTED).status_code == 404


def test_the_authority_judges_for_itself_unseen_by_the_insurer(sign_in, judge, file_photo):
    photo = file_photo()
    judge("sun", photo, REJECTED)

    admitted = judge("liu", photo, ACCEPTED)

    assert admitted.status_code == 201
    outcomes = {
        name: [v["outcome"] for v in sign_in(name).get(f"/api/evidence/{photo}").json["verdicts"]]
        for name in ("liu", "sun", "zhou")
    }
    assert outcomes == {"liu": ["rejected", "accepted"], "sun": ["rejected"], "zhou": ["rejected"]}
    hidden = sign_in("sun").get(f"/api/ledger/verdict/{admitted.json['id']}")
    assert hidden.status_code == 404


def test_an_authoritys_rejection_sends_nobody_back(judge, file_photo):
    reply = judge("liu", file_photo(), {"outcome": "rejected", "reason": "wrong_place"})

    assert reply.status_code == 201
    assert reply.json["follow_up"] is None


def test_an_injury_photo_is_judged_by_the_social_insurance_agency(judge, file_photo, make_visit):
    photo = file_photo(make_visit(task={"scheme": INJURY}))

    assert judge("she", photo, ACCEPTED).status_code == 201
    assert judge("ren", photo, ACCEPTED).status_code == 403
    assert judge("liu", photo, ACCEPTED).status_code == 404


@pytest.mark.parametrize(
    "verdict",
    [
        {"outcome": "perhaps"},
        {"outcome": "rejected", "reason": "ugly", "follow_up": "none"},
        {"outcome": "rejected", "reason": "unclear", "follow_up": "fine"},
        {"outcome": "accepted", "seen_ms": -1},
        {},
    ],
)
def test_a_malformed_verdict_is_refused(judge, file_photo, verdict):
    assert judge("sun", file_photo(), verdict).status_code == 422


def test_a_rejection_sent_twice_at_once_is_one_and_asks_for_one_re_shoot(app, sign_in, file_photo):
    photo, callers, ready = file_photo(), [sign_in("sun"), sign_in("sun")], Barrier(2)

    def reject(caller):
        with app.app_context():
            ready.wait()
            return caller.post(f"/api/evidence/{photo}/verdicts", json=REJECTED).json["id"]

    with ThreadPoolExecutor(2) as pool:
        sent = [pool.submit(Context().run, reject, caller) for caller in callers]
        ids = {future.result() for future in sent}

    assert len(ids) == 1
    tasks = sign_in("zhou").get("/api/tasks").json["tasks"]
    assert [t["kind"] for t in tasks].count("re_shoot") == 1


def test_a_verdict_is_no_change_of_the_photo(sign_in, judge, file_photo):
    photo = file_photo()

    judge("sun", photo, ACCEPTED)

    custody = sign_in("sun").get(f"/api/evidence/{photo}").json["custody"]
    assert [e["act"] for e in custody if e["table"] == "evidence"] == ["insert"]
    assert [e["act"] for e in custody if e["table"] == "verdict"] == ["insert"]
