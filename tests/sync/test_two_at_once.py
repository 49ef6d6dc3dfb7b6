"""Two phones, or one impatient phone, send at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from contextvars import Context
from threading import Barrier

from fieldapp.db import db, transaction
from fieldapp.sync import receiving
from fieldapp.sync.models import Record
from fieldapp.visits.models import Visit
from tests.fixtures.phone import with_finding


def at_once(app, phones, records):
    """Replies of sending each record from its own thread, all starting together."""
    ready = Barrier(len(records))

    def send(phone, record):
        with app.app_context():
            ready.wait()
            return phone.send(record)

    with ThreadPoolExecutor(len(records)) as pool:
        sent = [
            pool.submit(Context().run, send, *pair) for pair in zip(phones, records, strict=True)
        ]
        return [future.result() for future in sent]


def test_the_same_bytes_twice_at_once_are_one_record(app, phone, zhou, check):
    second = phone("zhou")
    body = [check, check]

    replies = at_once(app, [zhou, second], body)

    assert [reply.status_code for reply in replies] == [200, 200]
    assert {reply.json["state"] for reply in replies} == {"accepted"}
    assert how_many() == (1, 1)


def test_two_records_of_one_visit_at_once_are_told_apart(app, phone, zhou, check):
    second = phone("zhou")

    replies = at_once(app, [zhou, second], [check, {**check, "app": "field 0.2.0"}])

    assert sorted(reply.json["state"] for reply in replies) == ["accepted", "revision"]
    assert how_many() == (2, 1)


def test_a_record_of_the_visit_that_came_in_between_is_seen(zhou, check):
    zhou.send(check)
    zhou.send({**check, "app": "field 0.2.0"})

    with transaction():
        newest = db.select(Record).order_by(Record.received_at.desc(), Record.id.desc())
        again = receiving.judge(db.session.scalars(newest).first(), is_first=True)
        assert again.state == "revision"


def test_whichever_comes_first_a_finding_is_not_lost(app, phone, zhou, check):
    second = phone("zhou")

    replies = at_once(app, [zhou, second], [check, with_finding(check)])

    states = {reply.json["state"] for reply in replies}
    assert states in ({"accepted", "revision"}, {"accepted", "quarantined"})
    assert len(zhou.caller.get(f"/api/visits/{check['id']}").json["findings"]) == 1


def how_many():
    with transaction(write=False):
        return tuple(
            db.session.scalar(db.select(db.func.count()).select_from(row))
            for row in (Record, Visit)
        )
