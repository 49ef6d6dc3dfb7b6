"""A rejected photo, taken again: a visit of its own that replaces nothing."""

import pytest

from fieldapp import events
from fieldapp.clock import iso, now
from fieldapp.db import db, new_id, own_id, transaction
from fieldapp.evidence.announcements import VerdictGiven
from fieldapp.evidence.models import Evidence, Verdict
from tests.fixtures.phone import fix, photo, whole_check


@pytest.fixture
def rejected(zhou, give_task, town):
    """The first photo of a check, sent back for a re-shoot: (check, photo)."""
    check = whole_check(zhou.task(give_task("zhou")))
    assert zhou.send(check).json["state"] == "accepted"
    shown = check["evidence"][0]
    reject(shown, town)
    return check, shown


def reject(shown, town):
    with transaction():
        verdict = Verdict(
            evidence_id=own_id(town.organisation["anxun"], shown["id"]),
            party_id=town.organisation["antai"],
            by_id=town.person["sun"],
            outcome="rejected",
            reason="unclear",
            follow_up="re_shoot",
        )
        db.session.add(verdict)
        db.session.flush()
        events.announce(VerdictGiven(verdict.id, verdict.evidence_id, "rejected", "re_shoot"))


def re_shoot(zhou, check, shown, **changes):
    [task] = zhou.caller.get("/api/tasks").json["tasks"]
    at = now()
    return {
        "format": 1,
        "app": "field 0.1.0",
        "id": new_id(),
        "kind": "re_shoot",
        "task_id": task["id"],
        "project_id": task["project"]["id"],
        "scheme": task["scheme"],
        "edition": task["edition"],
        "nonce": task["nonce"],
        "started_at": iso(at),
        "finished_at": iso(at),
        "clock_offset_ms": None,
        "arrival": fix(at),
        "categories": [],
        "answers": [],
        "findings": [],
        "evidence": [photo(at, question=shown["question"], shot=shown["shot"])],
        "signature": None,
        "answers_re_shoot": {"visit_id": check["id"], "evidence_id": shown["id"]},
    } | changes


def test_a_re_shoot_is_accepted_lacks_nothing_and_does_its_task(zhou, rejected):
    record = re_shoot(zhou, *rejected)

    assert zhou.send(record).json["state"] == "accepted"

    visit = zhou.caller.get(f"/api/visits/{record['id']}").json
    assert (visit["kind"], visit["shortfalls"]) == ("re_shoot", [])
    assert zhou.caller.get("/api/tasks").json["tasks"] == []


def test_the_rejected_photo_stays_where_it_was(zhou, rejected):
    check, shown = rejected
    zhou.send(re_shoot(zhou, check, shown))

    visit = zhou.caller.get(f"/api/visits/{check['id']}").json

    assert len(visit["evidence"]) == len(check["evidence"])


def test_a_re_shoot_of_another_photo_waits_for_a_person(zhou, rejected):
    check, shown = rejected
    record = re_shoot(zhou, check, shown)
    record["answers_re_shoot"]["evidence_id"] = check["evidence"][1]["id"]

    reply = zhou.send(record)

    assert [(r["code"], r["where"]) for r in reply.json["reasons"]] == [
        ("task_mismatch", "/answers_re_shoot")
    ]


def test_a_re_shoot_without_a_photo_is_told(zhou, rejected):
    record = re_shoot(zhou, *rejected, evidence=[])

    zhou.send(record)

    [shortfall] = zhou.caller.get(f"/api/visits/{record['id']}").json["shortfalls"]
    assert shortfall["code"] == "re_shoot_missing"


def test_a_signature_taken_again_is_as_personal_as_the_first(zhou, give_task, town):
    check = whole_check(zhou.task(give_task("zhou")))
    zhou.send(check)
    [signed] = [e for e in check["evidence"] if e["id"] == check["signature"]["evidence_id"]]
    reject(signed, town)

    record = re_shoot(zhou, check, signed)
    assert zhou.send(record).json["state"] == "accepted"

    again = own_id(town.organisation["anxun"], record["evidence"][0]["id"])
    with transaction(write=False):
        assert db.session.get_one(Evidence, again).personal
