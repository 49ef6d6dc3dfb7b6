"""What a visit asks of the database. Forty phones that come back into the network at six wait for exactly that."""

from collections import Counter
from collections.abc import Iterator

import pytest
from sqlalchemy import event

from fieldapp.db import db
from tests.fixtures.phone import bytes_of, whole_check


@pytest.fixture
def sent(zhou, give_task):
    """A check of several photos, accepted: [(where to send it, the photo)]."""
    check = whole_check(zhou.task(give_task("zhou")))
    reply = zhou.send(check)
    assert reply.json["state"] == "accepted"
    return [(upload, bytes_of(upload["evidence_ids"][0])) for upload in reply.json["uploads"]]


@pytest.fixture
def asked(app) -> Iterator[Counter]:
    """How often the database was asked or told something."""
    count: Counter = Counter()

    def statement(*_: object) -> None:
        count["statements"] += 1

    def commit(*_: object) -> None:
        count["commits"] += 1

    event.listen(db.engine, "before_cursor_execute", statement)
    event.listen(db.engine, "commit", commit)
    yield count
    event.remove(db.engine, "before_cursor_execute", statement)
    event.remove(db.engine, "commit", commit)


on_a_folder = pytest.mark.parametrize("environment", ["sqlite+disk"], indirect=True)


@on_a_folder
def test_a_record_and_the_promise_of_its_uploads_are_one_commit(zhou, give_task, asked):
    check = whole_check(zhou.task(give_task("zhou")))
    asked.clear()

    reply = zhou.send(check)

    assert len(reply.json["uploads"]) > 1
    assert (
        asked["commits"] == 2
    )  # letting the caller in is a transaction of its own, which writes nothing


@on_a_folder
def test_tasks_that_a_visit_left_are_asked_for_when_it_is_told_of_again_alone(zhou, give_task, app):
    check = whole_check(zhou.task(give_task("zhou")))
    said: list[str] = []

    def statement(_connection: object, _cursor: object, text: str, *_: object) -> None:
        said.append(text)

    event.listen(db.engine, "before_cursor_execute", statement)
    zhou.send(check)
    first = [text for text in said if "task.origin_visit_id = " in text]
    zhou.send(check | {"words": "补充说明"})
    event.remove(db.engine, "before_cursor_execute", statement)

    again = [text for text in said if "task.origin_visit_id = " in text]
    assert (len(first), len(again)) == (0, 1)


@on_a_folder
def test_sending_bytes_asks_the_database_nothing(zhou, sent, asked):
    upload, photo = sent[0]
    asked.clear()

    zhou.put_part(upload, photo)

    assert asked == {}


def test_many_photos_are_completed_with_as_many_statements_as_one(zhou, sent, asked):
    one, *others = [
        {"id": upload["id"], "parts": [{"number": 1, "etag": zhou.put_part(upload, photo)}]}
        for upload, photo in sent[:4]
    ]
    said = []
    for reports in ([one], others):
        asked.clear()
        reply = zhou.caller.post("/api/uploads/completions", json={"uploads": reports})
        assert {each["state"] for each in reply.json["uploads"]} <= {"stored", "checking"}
        said.append(asked["statements"])

    assert said[0] == said[1]
