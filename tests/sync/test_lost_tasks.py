"""Visits whose task a database put back does not know: a person looks, and the task stands again."""

from datetime import timedelta

import pytest

from fieldapp.clock import iso, now
from fieldapp.db import db, new_id, transaction
from fieldapp.keys import canonical
from fieldapp.ledger.models import Restoration
from fieldapp.ledger.restorations import Break, Root
from fieldapp.visits.call_models import TaskAcknowledgement, TaskCall
from fieldapp.visits.models import Task, TaskAssignment
from tests.fixtures.phone import whole_check
from tests.sync.test_quarantine import decide, waiting


@pytest.fixture
def check(zhou, give_task):
    """A check whose task zhou's phone has, and the server had."""
    record = whole_check(zhou.task(give_task("zhou")), format=2)
    check = record | {"chain": [downloaded(zhou, record)]}
    forget(check["task_id"])
    return check


def downloaded(phone, record, **changes):
    said = {
        "format": 2,
        "kind": "task_downloaded",
        "subject": {"kind": "task", "id": record["task_id"]},
        "task_id": record["task_id"],
        "nonce": record["nonce"],
        "at": iso(now() - timedelta(hours=3)),
        "position": 1,
        "previous": None,
        "clock_offset_ms": 0,
        "device_id": phone.device_id,
    }
    text = canonical(said | changes).decode()
    return {"seal": text, "signature": phone.sign(text.encode())}


def forget(task_id):
    """As the older copy has it."""
    with transaction():
        for table in (TaskAcknowledgement, TaskCall, TaskAssignment):
            for row in db.session.scalars(db.select(table).where(table.task_id == task_id)):
                db.session.delete(row)
            db.session.flush()
        task = db.session.get_one(Task, task_id)
        db.session.expire(task)
        db.session.delete(task)


@pytest.fixture
def put_back(app):
    """A copy of five hours ago took the database's place an hour ago."""
    return declared(now() - timedelta(hours=5), now() - timedelta(hours=1))


def declared(copied_at, at):
    kept, lost = (Root(size, "0" * 64, iso(copied_at)) for size in (10, 20))
    said = Break(new_id(), "fieldapp/test", iso(at), "drill", kept, lost, "0" * 16)
    with transaction():
        db.session.add(
            Restoration(
                id=said.id,
                at=at,
                body=said.signed_text().decode(),
                key_id=said.key_id,
                signature="",
                words="演练",
            )
        )
    return said


def codes(reply):
    return [reason["code"] for reason in reply.json["reasons"]]


def test_the_record_waits_and_says_what_a_person_can_do(zhou, check, put_back, sign_in):
    reply = zhou.send(check)

    assert (reply.json["state"], codes(reply)) == ("quarantined", ["task_lost"])
    assert "重新判断" in reply.json["reasons"][0]["detail"]


def test_a_person_lets_it_in_and_the_task_stands_again_as_done(zhou, check, put_back, sign_in):
    zhou.send(check)
    deng = sign_in("deng")

    decided = decide(deng, waiting(deng)[0]["id"], "judge_again").json

    assert decided["state"] == "accepted"
    assert zhou.send(check).json["state"] == "accepted"
    task = deng.get(f"/api/tasks/{check['task_id']}").json
    assert (task["state"], task["surveyor"]["name"]) == ("done", "zhou某")
    assert task["issued_by"]["name"] == "deng某"
    drawn = [a for a in deng.get(f"/api/visits/{check['id']}").json["answers"] if a["drawn"]]
    assert drawn, "the same questions are drawn, from the same nonce"


def test_a_later_record_of_the_visit_needs_nobody(zhou, check, put_back, sign_in):
    zhou.send(check)
    deng = sign_in("deng")
    decide(deng, waiting(deng)[0]["id"], "judge_again")

    assert zhou.send(check | {"words": "补充"}).json["state"] == "revision"


def test_what_was_given_out_again_since_is_done_by_the_same_visit(
    zhou, check, put_back, give_task, sign_in
):
    again = give_task("zhou")
    zhou.send(check)
    deng = sign_in("deng")

    decide(deng, waiting(deng)[0]["id"], "judge_again")

    assert deng.get(f"/api/tasks/{again}").json["state"] == "done"


def test_an_old_restoration_explains_no_task_of_today(zhou, give_task, phone):
    """A phone may sign whatever moment it likes: it could choose its nonce, and by it what is drawn."""
    long_ago = now() - timedelta(days=90)
    declared(long_ago - timedelta(hours=5), long_ago)
    record = whole_check(zhou.task(give_task("zhou")), format=2)
    signed = downloaded(zhou, record, at=iso(long_ago - timedelta(hours=1)))
    forget(record["task_id"])

    assert codes(zhou.send(record | {"chain": [signed]})) == ["unknown_task"]


def test_without_a_declared_restoration_there_never_was_such_a_task(zhou, check):
    assert codes(zhou.send(check)) == ["unknown_task"]


@pytest.mark.parametrize(("copied", "put_back"), [(2, 1), (9, 5)])
def test_a_task_of_another_time_was_not_lost_then(zhou, check, copied, put_back):
    declared(now() - timedelta(hours=copied), now() - timedelta(hours=put_back))

    assert codes(zhou.send(check)) == ["unknown_task"]


@pytest.mark.parametrize("changes", [{"nonce": "B" * 43}, {"task_id": new_id()}])
def test_a_phone_that_signed_something_else_proves_nothing(zhou, check, put_back, changes):
    chain = [downloaded(zhou, check, **changes)]

    assert codes(zhou.send(check | {"chain": chain})) == ["unknown_task"]


def test_a_forged_signature_proves_nothing(zhou, check, put_back):
    [link] = check["chain"]
    forged = {**link, "signature": zhou.sign(b"something else")}

    assert codes(zhou.send(check | {"chain": [forged]})) == ["unknown_task"]


def test_a_task_that_is_here_is_never_made_again(zhou, check, put_back, give_task):
    task_id = give_task("wang")
    theirs = check | {"task_id": task_id, "nonce": db.session.get_one(Task, task_id).nonce}

    reply = zhou.send(theirs | {"chain": [downloaded(zhou, theirs)]})

    assert codes(reply) == ["unknown_task"]


def test_a_re_shoot_waits_until_its_photo_is_here_again(zhou, check, put_back, sign_in):
    again = check | {
        "kind": "re_shoot",
        "answers_re_shoot": {"visit_id": new_id(), "evidence_id": new_id()},
        "answers": [],
        "categories": [],
    }
    zhou.send(again)
    deng = sign_in("deng")

    decided = decide(deng, waiting(deng)[0]["id"], "judge_again").json

    assert decided["state"] == "quarantined"
    assert [reason["code"] for reason in decided["reasons"]] == ["matter_lost"]
