"""How writes are tried, and how fresh the rows are that they begin with."""

import pytest
from sqlalchemy import QueuePool, create_engine, text
from sqlalchemy.exc import IntegrityError

import fieldapp.db
from fieldapp.accounts.models import Organisation
from fieldapp.db import db, rows_just_read, savepoint, straight_first, transaction


def organisation(name):
    return Organisation(name=name, short_name=name, kind="insurer")


def names(*wanted):
    named = db.select(Organisation.name).where(Organisation.name.in_(wanted))
    return sorted(db.session.scalars(named))


class Refused(Exception):
    pass


def refuse():
    raise Refused


def test_what_fails_inside_is_undone_and_what_was_before_stays(app):
    tries, caught = [], []

    def act():
        tries.append(1)
        with transaction():
            db.session.add(organisation("before"))
            try:
                with savepoint():
                    db.session.add(organisation("inside"))
                    refuse()
            except Refused as refusal:
                caught.append(refusal)
        return "done"

    assert straight_first(act) == "done"
    assert names("before", "inside") == ["before"]
    assert (len(tries), len(caught)) == (2, 1)


def test_what_succeeds_is_done_once(app):
    tries = []

    def act():
        tries.append(1)
        with transaction(), savepoint():
            db.session.add(organisation("inside"))

    straight_first(act)

    assert names("inside") == ["inside"]
    assert tries == [1]


def test_what_fails_outside_a_savepoint_is_not_tried_again(app):
    tries = []

    def act():
        tries.append(1)
        with transaction(), savepoint():
            db.session.add(organisation("inside"))
        raise Refused

    with pytest.raises(Refused):
        straight_first(act)
    assert tries == [1]


def test_a_clash_inside_is_met_by_whoever_expects_it(app):
    def act():
        with transaction():
            db.session.add(organisation("first"))
            try:
                with savepoint():
                    db.session.add(organisation("first"))
            except IntegrityError:
                return "met"

    assert straight_first(act) == "met"
    assert names("first") == ["first"]


def test_a_clash_that_shows_after_it_was_left_is_met_by_whoever_expects_it_inside(app):
    def act():
        with transaction():
            db.session.add(organisation("first"))
            try:
                with savepoint():
                    db.session.add(organisation("first"))
            except IntegrityError:
                return "met"
            names("first")  # a question has everything written that waits
            return "unmet"

    assert straight_first(act) == "met"
    assert names("first") == ["first"]


@pytest.fixture
def renamed_meanwhile(app):
    """An organisation that was read, and then renamed by somebody else."""
    with transaction():
        row = organisation("read")
        db.session.add(row)
    with db.engine.begin() as connection:
        table = Organisation.__table__
        connection.execute(table.update().where(table.c.id == row.id).values(name="renamed"))
    return row


def test_rows_read_a_moment_ago_are_not_asked_for_again(renamed_meanwhile):
    with rows_just_read():
        with transaction(write=False):
            assert renamed_meanwhile.name == "read"
        with transaction(write=False):
            assert renamed_meanwhile.name == "renamed"


def test_what_took_longer_than_a_moment_is_read_anew(renamed_meanwhile, monkeypatch):
    """A record that comes in slowly is judged by what is known when it is here."""
    with rows_just_read():
        monkeypatch.setattr(fieldapp.db, "MOMENT_S", -1.0)
        with transaction(write=False):
            assert renamed_meanwhile.name == "renamed"


def test_a_connection_that_ended_while_it_rested_is_made_anew(postgres, monkeypatch):
    monkeypatch.setattr(fieldapp.db, "MOMENT_S", -1.0)  # every rest is a long one
    url = postgres.create()
    mine, other = (create_engine(url, poolclass=QueuePool, pool_size=1) for _ in range(2))
    fieldapp.db.prepare_engine(mine)
    own = text("select pg_backend_pid()")
    with mine.connect() as connection:
        before = connection.scalar(own)

    with other.connect() as connection:
        connection.execute(text("select pg_terminate_backend(:pid, 5000)"), {"pid": before})

    with mine.connect() as connection:
        assert connection.scalar(own) != before
    mine.dispose()
    other.dispose()
    postgres.drop(url)


def test_what_is_committed_is_durable_whatever_the_server_was_told(postgres):
    """An administrator who made commits hasty would have receipts outlive what they promise."""
    url = postgres.create()
    name = url.rpartition("/")[2]
    administrator = create_engine(url, isolation_level="AUTOCOMMIT")
    with administrator.connect() as connection:
        connection.execute(text(f"alter database {name} set synchronous_commit = off"))
    administrator.dispose()
    engine = create_engine(url)
    fieldapp.db.prepare_engine(engine)

    with engine.connect() as connection:
        durable = connection.scalar(text("show synchronous_commit"))
    engine.dispose()
    postgres.drop(url)

    assert durable == "on"
