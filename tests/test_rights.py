"""Roles of PostgreSQL: the web's does all of the product's work, and can rewrite nothing of the ledger's."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import psycopg
import pytest
from sqlalchemy import create_engine, text

from fieldapp import jobs, rights
from fieldapp.app import FieldApp, create_app
from fieldapp.archive import bundling, verify
from fieldapp.archive.auditing import Trusted, audit
from fieldapp.cli import run as command
from fieldapp.config import from_environment
from fieldapp.db import db, transaction
from fieldapp.ledger import sequencer as sequencing
from fieldapp.ledger.actor import Actor, acting
from fieldapp.ledger.sequencer import published_fingerprint
from fieldapp.migrating import bring_up
from tests.evidence.deleting import LAWFUL
from tests.fixtures.application import _migrate
from tests.fixtures.phone import bytes_of, whole_check, with_finding

WEB, SEQUENCER = "the_web", "the_sequencer"


@pytest.fixture
def owners_url(postgres, tmp_path_factory) -> Iterator[str]:
    """A database with its tables, and the grants as the command prints them, run by the owner."""
    fill = partial(_migrate, folder=tmp_path_factory.getbasetemp())
    url = postgres.create(postgres.template("migrated", fill))
    engine = create_engine(url)
    with engine.begin() as owner:
        for role in (WEB, SEQUENCER):
            owner.execute(text(f"create role {role} login"))
        for statement in rights.statements(WEB, SEQUENCER):
            owner.execute(text(statement))
    yield url
    with engine.begin() as owner:
        for role in (WEB, SEQUENCER):
            owner.execute(text(f"drop owned by {role}"))
            owner.execute(text(f"drop role {role}"))
    engine.dispose()
    postgres.drop(url)


@pytest.fixture
def as_role(owners_url):
    return lambda role: owners_url.replace("//app@", f"//{role}@")


@pytest.fixture
def environment(as_role, tmp_path) -> dict[str, str]:
    return {
        "FIELDAPP_DATA_DIR": str(tmp_path / "var"),
        "FIELDAPP_DATABASE_URL": as_role(WEB),
        "FIELDAPP_STORE_DIR": str(tmp_path / "store"),
        "FIELDAPP_BLIND_PERCENT": "0",
    }


@pytest.fixture
def app(environment) -> Iterator[FieldApp]:
    app = create_app(from_environment(environment))
    bring_up(app)  # as every start does: there is nothing to do, and no right to do it
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def seal(app, as_role):
    """The sequencer with a role of its own."""
    own = create_app(replace(app.config_object, database_url=as_role(SEQUENCER)))

    def seal(_seconds: float = 0) -> None:
        with own.app_context(), acting(Actor("system", "sequencer")):
            sequencing.from_folder(own.config_object).seal_all()

    yield seal
    with own.app_context():
        db.engine.dispose()


def test_the_webs_role_does_the_work_and_the_sequencers_seals_it(
    edition, phone, give_task, sign_in, seal, tmp_path, monkeypatch, app
):
    zhou, deng, liu = phone("zhou"), sign_in("deng"), sign_in("liu")
    check = whole_check(zhou.task(give_task("zhou")))
    reply = zhou.send(with_finding(check))
    assert reply.json["state"] == "accepted", reply.json
    for upload in reply.json["uploads"][:2]:
        zhou.put_bytes(upload, bytes_of(upload["evidence_ids"][0]))
    assert zhou.send(check).json["state"] == "quarantined"
    with acting(Actor("system", "worker")):
        jobs.run_all()
    seal()

    [waiting] = deng.get("/api/quarantine").json["items"]
    aside = {"decision": "set_aside", "words": "看过"}
    assert deng.post(f"/api/quarantine/{waiting['id']}/decisions", json=aside).status_code < 300
    [item] = liu.get("/api/desk").json["items"]
    photos = liu.get(f"/api/desk/visits/{item['visit_id']}").json["photos"]
    photo = next(one["id"] for one in photos if one["bytes"]["stored_at"])
    verdict = {"outcome": "rejected", "reason": "unclear"}
    assert liu.post(f"/api/evidence/{photo}/verdicts", json=verdict).status_code == 201
    assert liu.put(f"/api/evidence/{photo}/redaction", json=LAWFUL).status_code == 200
    with acting(Actor("system", "worker")):
        jobs.run_all()
    monkeypatch.setattr(bundling.time, "sleep", seal)
    file = tmp_path / "bundle.zip"
    with acting(Actor("system", "test")):
        with transaction():
            ordered = bundling.order(bundling.Order(f"visit:{item['visit_id']}"))
        bundling.make(ordered, file, lambda _done: None)

    trust = published_fingerprint(app.config_object)
    assert verify.check(str(file), trust)["result"] == "proved"
    assert audit(Trusted(trust), lambda _what, _count: None)["faults"] == []


@pytest.mark.parametrize("table", [*rights.WRITTEN_ONCE, *rights.SEQUENCERS])
@pytest.mark.parametrize("deed", ["update {} set {} = {}", "delete from {}", "truncate {} cascade"])
def test_the_webs_role_rewrites_nothing(town, as_role, table, deed):
    [column] = [c.name for c in db.metadata.tables[table].primary_key.columns][:1]

    with (
        psycopg.connect(as_role(WEB).replace("+psycopg", "")) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute(deed.format(table, column, column))


def test_the_sequencers_role_gives_places_and_changes_no_entry(town, as_role):
    with psycopg.connect(as_role(SEQUENCER).replace("+psycopg", "")) as connection:
        connection.execute("update ledger_entry set leaf = 7 where leaf = 7")
        for forbidden in (
            "update ledger_entry set digest = digest",
            "delete from ledger_entry",
            "update checkpoint set body = body",
            "select * from person",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege), connection.transaction():
                connection.execute(forbidden)


def test_the_role_in_use_is_told_what_it_could_change(app, owners_url):
    assert rights.changeable() == []
    owner = create_app(replace(app.config_object, database_url=owners_url))
    with owner.app_context():
        assert rights.changeable() == [*rights.WRITTEN_ONCE, *rights.SEQUENCERS]
        db.engine.dispose()


def test_every_table_of_the_database_is_granted_or_withheld_by_name(owners_url, capsys):
    engine = create_engine(owners_url)
    with engine.connect() as owner:
        made = owner.scalars(
            text(
                "select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace"
            )
        )
        tables = set(made)
    engine.dispose()

    assert command(["database", "grants", "--web", 'we"b', "--sequencer", SEQUENCER]) == 0

    said = capsys.readouterr().out
    assert {line.split()[4] for line in said.splitlines() if line.startswith("REVOKE")} == tables
    assert 'TO "we""b";' in said
