"""What a flush adds: in one statement where that can be, and as the unit of work would where it cannot."""

from collections.abc import Iterator

import pytest
from sqlalchemy import event, text

from fieldapp.accounts.models import Appointment, Organisation, Person
from fieldapp.accounts.permissions import Role
from fieldapp.db import db, new_id, transaction
from fieldapp.ledger.models import LedgerEntry
from fieldapp.ledger.recording import insert_rows, row_digest
from fieldapp.projects.models import Pool
from fieldapp.visits.models import Task
from tests.fixtures.phone import whole_check

PHONE = "13800000000"


@pytest.fixture
def said(app) -> Iterator[list[str]]:
    """What the database was told."""
    told: list[str] = []

    def statement(_connection: object, _cursor: object, words: str, *_: object) -> None:
        told.append(words)

    event.listen(db.engine, "before_cursor_execute", statement)
    yield told
    event.remove(db.engine, "before_cursor_execute", statement)


def person(town, name: str, **more) -> Person:
    return Person(
        name=name,
        sign_in_name=f"new-{name}",
        password="",
        organisation=db.session.get_one(Organisation, town.organisation["antai"]),
        **more,
    )


def entries_hold(*rows) -> bool:
    """Whether each has its one entry, which commits to the row as the database has it."""
    for row in rows:
        named = db.select(LedgerEntry).where(LedgerEntry.row_id == row.id)
        entry = db.session.scalars(named).one()
        db.session.expire(row)
        if (entry.act, entry.digest) != ("insert", row_digest(row, entry.salt)):
            return False
    return True


def test_rows_that_name_each_other_are_added_with_their_keys_and_defaults(town):
    with transaction():
        new = person(town, "hua", phone=PHONE)
        new.appointments.append(Appointment(role=Role.SURVEYOR))
        db.session.add(new)

    with transaction(write=False):
        kept = db.session.scalars(db.select(Person).where(Person.name == "hua")).unique().one()
        assert kept is new
        assert kept.organisation_id == town.organisation["antai"]
        assert [(a.role, a.person_id, a.is_current) for a in kept.appointments] == [
            (Role.SURVEYOR, kept.id, True)
        ]
        assert entries_hold(kept, *kept.appointments)


def test_what_is_personal_is_shut_also_where_many_are_added(town):
    with transaction():
        db.session.add_all(person(town, name, phone=PHONE) for name in ("hua", "lan"))

    with transaction(write=False):
        raw = db.session.execute(text("select phone from person where sign_in_name like 'new-%'"))
        assert not any(PHONE in phone for (phone,) in raw)
        added = db.select(Person).where(Person.sign_in_name.startswith("new-"))
        found = db.session.scalars(added).unique().all()
        assert [each.phone for each in found] == [PHONE, PHONE]
        assert entries_hold(*found)


def test_what_went_back_with_a_savepoint_can_be_added_again(town):
    pool_id = new_id()
    with transaction():
        inside = db.session.begin_nested()
        db.session.add(Pool(id=pool_id, name="a", lead_insurer_id=town.organisation["antai"]))
        db.session.flush()
        inside.rollback()
        again = Pool(id=pool_id, name="b", lead_insurer_id=town.organisation["antai"])
        db.session.add(again)

    with transaction(write=False):
        assert db.session.get_one(Pool, pool_id) is again
        assert entries_hold(again)


def test_bare_rows_are_written_though_what_they_waited_for_was_put_aside(town):
    bare = {"id": new_id(), "name": "bare", "lead_insurer_id": town.organisation["antai"]}
    with transaction():
        other = Pool(name="put aside", lead_insurer_id=town.organisation["antai"])
        db.session.add(other)
        insert_rows({Pool: [bare]})
        db.session.expunge(other)

    with transaction(write=False):
        assert entries_hold(db.session.get_one(Pool, bare["id"]))


def test_a_name_can_move_over_to_a_new_row(town):
    """Two may not have it at any moment: the old one gives it up first."""
    with transaction():
        old = db.session.get_one(Organisation, town.organisation["antai"])
        name, old.name = old.name, "旧名"
        db.session.add(Organisation(name=name, short_name="新", kind=old.kind))

    with transaction(write=False):
        kept = db.session.scalars(db.select(Organisation).where(Organisation.name == name)).one()
        assert kept.short_name == "新"


def test_a_list_that_nobody_gave_is_no_list_in_the_database_either(town, give_task):
    task_id = give_task("zhou")

    with transaction(write=False):
        none = db.select(Task.id).where(Task.questions.is_(None))
        assert task_id in db.session.scalars(none).all()


@pytest.mark.parametrize("environment", ["postgresql+s3"], indirect=True)
def test_a_first_record_is_one_statement_with_all_that_follows_from_it(zhou, give_task, said):
    check = whole_check(zhou.task(give_task("zhou")))
    said.clear()

    assert zhou.send(check | {"answers": check["answers"][1:]}).json["state"] == "accepted"

    [told] = [words for words in said if "into record " in words]
    tables = (
        "visit",
        "answer",
        "evidence",
        "task",
        "task_closure",
        "site_signature",
        "ledger_entry",
    )
    assert [table for table in tables if f"insert into {table} (" not in told] == []
