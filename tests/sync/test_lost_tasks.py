"""Visits whose task a database put back does not know: a person looks, and the task stands again."""

from datetime import timedelta

import pytest

from fieldapp.clock import iso, now
from fieldapp.db import db, new_id, transaction
from fieldapp.keys import canonical, sha256
from fieldapp.ledger.models import Restoration
from fieldapp.ledger.restorations import Break, Root
from fieldapp.seals.models import SealLink
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


def linked(phone, record, position, before=None, **changes):
    """One more link of the phone's chain; `before`: the one that it names."""
    previous = before and sha256(before["seal"].encode())
    return downloaded(phone, record, position=position, previous=previous, **changes)


def offered(phone, *links):
    """Brought by themselves at a contact, as the chain is before its visit is handed in."""
    reply = phone.caller.post("/api/seals", json={"seals": list(links)})
    assert reply.status_code < 300, reply.json


def contradicting(reply):
    return [one["detail"] for one in reply.json["reasons"] if one["code"] == "chain_contradicts"]


def test_a_chain_that_goes_on_from_what_was_known_says_nothing_against_it(zhou, check, put_back):
    other = {"task_id": new_id(), "nonce": "C" * 43}
    first = linked(zhou, check, 1, at=iso(now() - timedelta(hours=6)), **other)
    held = linked(zhou, check, 2, first)
    after = linked(zhou, check, 3, held, at=iso(now() - timedelta(minutes=5)), **other)
    offered(zhou, first)
    known_before_the_copy()
    offered(zhou, after)

    assert codes(zhou.send(check | {"chain": [held]})) == ["task_lost"]


def test_a_link_put_in_front_of_what_the_server_knew_before_is_told(zhou, check, put_back, sign_in):
    """Signed after the loss, dated into it: the chain had long gone past that place."""
    other = {"task_id": new_id(), "nonce": "C" * 43}
    first = linked(zhou, check, 1, at=iso(now() - timedelta(hours=7)), **other)
    second = linked(zhou, check, 2, first, at=iso(now() - timedelta(hours=6)), **other)
    offered(zhou, first, second)
    known_before_the_copy()

    reply = zhou.send(check | {"chain": [linked(zhou, check, 2, first)]})

    assert set(codes(reply)) == {"task_lost", "chain_contradicts"}
    told = "".join(contradicting(reply))
    assert "第 2 环还有另一份" in told
    assert "恢复之前已收到这部手机的第 2 环" in told
    deng = sign_in("deng")
    assert decide(deng, waiting(deng)[0]["id"], "judge_again").json["state"] == "accepted"


def test_a_link_behind_one_that_was_signed_since_is_told(zhou, check, put_back, give_task):
    given = give_task("zhou")
    since = {"task_id": given, "nonce": "C" * 43}
    first = linked(zhou, check, 1, at=iso(now() - timedelta(minutes=2)), **since)
    held = linked(zhou, check, 2, first)

    [signed, later_task] = contradicting(zhou.send(check | {"chain": [first, held]}))

    assert "第 1 环签于恢复之后" in signed
    assert "第 1 环属于恢复之后才派的任务" in later_task


def test_a_link_that_does_not_fit_its_neighbours_is_told(zhou, check, put_back):
    other = {"task_id": new_id(), "nonce": "C" * 43}
    first = linked(zhou, check, 1, at=iso(now() - timedelta(hours=4)), **other)
    offered(zhou, first)

    [told] = contradicting(zhou.send(check | {"chain": [linked(zhou, check, 2)]}))

    assert "第 2 环与前后环接不上" in told


def known_before_the_copy():
    with transaction():
        db.session.execute(db.update(SealLink).values(received_at=now() - timedelta(hours=5)))


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
