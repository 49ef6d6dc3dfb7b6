"""What was left uninspected comes back as a task that names it; what was rejected may be explained."""

from datetime import timedelta

import pytest

from fieldapp import events
from fieldapp.clock import iso, now
from fieldapp.db import db, own_id, transaction
from fieldapp.evidence.announcements import VerdictGiven
from fieldapp.evidence.models import Verdict
from fieldapp.projects.models import Unit
from tests.fixtures.phone import answer, follow_up, photo

LANE, HYDRANTS = "fire.fire_lane@site", "fire.hydrants@site"


def leaving(record, *questions):
    """The same check in which these were not inspected."""
    left = {"value": "not_inspected", "reason": "locked"}
    answers = [a | left if a["question"] in questions else a for a in record["answers"]]
    return record | {"answers": answers}


def tasks_of(zhou, kind):
    return [t for t in zhou.caller.get("/api/tasks").json["tasks"] if t["kind"] == kind]


def some_questions(record, count=2):
    return [a["question"] for a in record["answers"] if a["question"].startswith("fire.")][:count]


def test_what_was_not_inspected_becomes_a_task_that_names_it(zhou, check):
    left = some_questions(check)

    zhou.send(leaving(check, *left))

    [task] = tasks_of(zhou, "follow_up")
    assert sorted(task["questions"]) == sorted(left)
    assert task["project"]["id"] == check["project_id"]


@pytest.fixture
def known_machines(town):
    """The register is older than the check, so that nobody needs to have answered for a machine to find it there."""
    with transaction():
        for unit in db.session.scalars(db.select(Unit)):
            unit.registered_at = now() - timedelta(days=90)


def test_what_was_not_answered_becomes_the_same_task(zhou, check, known_machines):
    kept, left = check["answers"][:1], [a["question"] for a in check["answers"][1:]]

    zhou.send(check | {"answers": kept})
    [task] = tasks_of(zhou, "follow_up")
    assert sorted(task["questions"]) == sorted(left)

    zhou.send(check)
    assert tasks_of(zhou, "follow_up") == []


def test_a_category_declared_absent_leaves_nothing_to_follow_up(zhou, check, known_machines):
    crane = {"category": "crane", "present": False, "reason": "not_started", "words": None}
    categories = [crane if c["category"] == "crane" else c for c in check["categories"]]
    answers = [a for a in check["answers"] if not a["question"].startswith("crane.")]

    zhou.send(check | {"categories": categories, "answers": answers})

    assert tasks_of(zhou, "follow_up") == []


def test_a_whole_check_leaves_nothing(zhou, check):
    zhou.send(check)

    assert tasks_of(zhou, "follow_up") == []


def test_a_revision_that_inspected_it_takes_the_task_back(zhou, check):
    left = some_questions(check)
    zhou.send(leaving(check, *left))

    zhou.send(leaving(check, left[0]))
    [task] = tasks_of(zhou, "follow_up")
    assert task["questions"] == [left[0]]

    assert zhou.send(check).json["state"] == "revision"
    assert tasks_of(zhou, "follow_up") == []


def test_the_follow_up_asks_for_what_was_left_and_nothing_else(zhou, check):
    left = some_questions(check)
    zhou.send(leaving(check, *left))
    [task] = tasks_of(zhou, "follow_up")
    record = follow_up(task, answer(left[0], now()))

    assert zhou.send(record).json["state"] == "accepted"

    visit = zhou.caller.get(f"/api/visits/{record['id']}").json
    lacking = {lack["question"] for lack in visit["shortfalls"]} - {None, left[0]}
    assert lacking == {left[1]}
    assert [again["questions"] for again in tasks_of(zhou, "follow_up")] == [[left[1]]]


def test_what_is_not_inspected_again_comes_back_again(zhou, check):
    [left] = some_questions(check, 1)
    zhou.send(leaving(check, left))
    [task] = tasks_of(zhou, "follow_up")

    zhou.send(follow_up(task, answer(left, now(), value="not_inspected", reason="locked")))

    [again] = tasks_of(zhou, "follow_up")
    assert (again["id"] != task["id"], again["questions"]) == (True, [left])


def test_a_follow_up_answers_nothing_that_it_was_not_asked(zhou, check):
    left = some_questions(check)
    zhou.send(leaving(check, left[0]))
    [task] = tasks_of(zhou, "follow_up")

    reply = zhou.send(follow_up(task, answer(left[1], now())))

    assert [(r["code"], r["where"]) for r in reply.json["reasons"]] == [
        ("task_mismatch", "/answers/0/question")
    ]


# -- explanations ----------------------------------------------------------------------------------


@pytest.fixture
def rejected(zhou, check, town):
    """`rejected("explain")`: the first photo of a check, which sun rejected; the check and the photo."""

    def reject(wanted):
        assert zhou.send(check).json["state"] == "accepted"
        shown = check["evidence"][0]
        give(town, shown, "rejected", wanted)
        return check, shown

    return reject


def give(town, shown, outcome, wanted=None):
    with transaction():
        row = Verdict(
            evidence_id=own_id(town.organisation["anxun"], shown["id"]),
            party_id=town.organisation["antai"],
            by_id=town.person["sun"],
            outcome=outcome,
            reason="wrong_time" if outcome == "rejected" else None,
            follow_up=wanted,
        )
        db.session.add(row)
        db.session.flush()
        events.announce(VerdictGiven(row.id, row.evidence_id, outcome, wanted))


def answering(task, check, shown, **changes):
    named = {"visit_id": check["id"], "evidence_id": shown["id"]}
    return follow_up(task) | {"kind": task["kind"], "answers_re_shoot": named} | changes


def test_who_took_the_photo_is_asked_to_explain_it(zhou, rejected):
    _, shown = rejected("explain")

    [task] = tasks_of(zhou, "explain")

    assert (task["re_shoot"]["evidence_id"], task["re_shoot"]["reason"]) == (
        shown["id"],
        "wrong_time",
    )


def test_the_words_stand_beside_the_photo_and_the_photo_waits_again(zhou, rejected, sign_in, town):
    check, shown = rejected("explain")
    sun = sign_in("sun")
    assert sun.get("/api/desk?queue=explained").json["items"] == []
    [task] = tasks_of(zhou, "explain")

    sent = answering(task, check, shown, words="手机没电重启，时钟慢了一天")
    assert zhou.send(sent).json["state"] == "accepted"

    evidence_id = own_id(town.organisation["anxun"], shown["id"])
    [said] = sun.get(f"/api/evidence/{evidence_id}").json["explanations"]
    assert (said["words"], said["by"]["name"]) == ("手机没电重启，时钟慢了一天", "zhou某")
    desk = sun.get("/api/desk?queue=explained").json
    assert [item["visit_id"] for item in desk["items"]] == [
        own_id(town.organisation["anxun"], check["id"])
    ]
    assert tasks_of(zhou, "explain") == []

    give(town, shown, "accepted")
    assert sun.get("/api/desk?queue=explained").json["items"] == []


def test_an_explanation_without_words_is_told(zhou, rejected):
    check, shown = rejected("explain")
    [task] = tasks_of(zhou, "explain")
    record = answering(task, check, shown, words=" ")

    zhou.send(record)

    visit = zhou.caller.get(f"/api/visits/{record['id']}").json
    assert [lack["code"] for lack in visit["shortfalls"]] == ["explanation_missing"]


def test_a_re_shoot_may_carry_words(zhou, rejected, sign_in, town):
    check, shown = rejected("re_shoot")
    [task] = tasks_of(zhou, "re_shoot")
    again = photo(now(), question=shown["question"], shot=shown["shot"])
    record = answering(task, check, shown, words="镜头有水汽，已擦净", evidence=[again])

    zhou.send(record)

    sun = sign_in("sun")
    for sent_id in (shown["id"], again["id"]):
        evidence = sun.get(f"/api/evidence/{own_id(town.organisation['anxun'], sent_id)}").json
        assert [said["words"] for said in evidence["explanations"]] == ["镜头有水汽，已擦净"]


def test_an_explanation_cannot_be_given_to_somebody_else(zhou, rejected, sign_in, town):
    rejected("explain")
    sun = sign_in("sun")
    [task] = sun.get("/api/tasks/issued?kind=explain").json["items"]

    reply = sun.put(
        f"/api/tasks/{task['id']}/surveyor",
        json={"surveyor_id": town.person["wang"]},
        headers={"If-Match": task["etag"]},
    )

    assert (reply.json["problem"], task["may"]) == ("OwnWords", ["withdrawal"])


def test_a_revision_corrects_what_was_said_and_not_when_somebody_was_there(zhou, check):
    zhou.send(check)
    before = zhou.caller.get(f"/api/visits/{check['id']}").json

    later = {"started_at": iso(now()), "finished_at": iso(now()), "arrival": None}
    assert zhou.send(check | later).json["state"] == "revision"

    after = zhou.caller.get(f"/api/visits/{check['id']}").json
    told = ("started_at", "finished_at", "arrival", "period")
    assert {name: after[name] for name in told} == {name: before[name] for name in told}
    assert after["revision"] == 2
