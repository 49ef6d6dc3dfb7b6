"""The very first start: `fieldapp administrator` makes whom everything else begins with, and lets the last one in again."""

import getpass

import pytest

from fieldapp.app import create_app
from fieldapp.cli import run
from fieldapp.config import from_environment
from fieldapp.db import db
from tests.fixtures.application import Caller

PASSWORD = "FIELDAPP_ADMINISTRATOR_PASSWORD"
GOOD, BETTER = "twelve green apples", "thirteen red cherries"


@pytest.fixture
def installation(environment, monkeypatch):
    """Settings of an installation that has never been started."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv(PASSWORD, raising=False)
    return environment


def sign_in(environment, name: str, password: str):
    app = create_app(from_environment(environment))
    with app.app_context():
        given = {"sign_in_name": name, "password": password}
        reply = Caller(app.test_client()).post("/api/session", json=given)
        db.session.remove()
        db.engine.dispose()
    return reply


def test_the_first_administrator_signs_in_and_may_begin(installation, monkeypatch, capsys):
    monkeypatch.setenv(PASSWORD, GOOD)

    assert run(["administrator", "Root.Op", "--organisation", "某市运营中心"]) == 0

    told = capsys.readouterr()
    assert "某市运营中心" in told.out
    assert GOOD not in told.out + told.err
    session = sign_in(installation, "root.op", GOOD).json
    assert session["organisation"]["kind"] == "operator"
    assert {"organisation.manage", "person.manage"} <= {act["act"] for act in session["acts"]}


def test_the_password_is_typed_twice_where_no_environment_holds_it(installation, monkeypatch):
    typed = iter([GOOD, "mistyped!!", GOOD, GOOD])
    monkeypatch.setattr(getpass, "getpass", lambda _prompt: next(typed))

    assert run(["administrator", "root.op"]) == 1
    assert run(["administrator", "root.op"]) == 0

    assert sign_in(installation, "root.op", GOOD).status_code == 200


def test_who_forgot_the_password_is_let_in_again_at_the_machine(installation, monkeypatch):
    monkeypatch.setenv(PASSWORD, GOOD)
    run(["administrator", "root.op"])
    monkeypatch.setenv(PASSWORD, BETTER)

    assert run(["administrator", "root.op"]) == 0

    assert sign_in(installation, "root.op", GOOD).status_code == 401
    assert sign_in(installation, "root.op", BETTER).status_code == 200


@pytest.mark.parametrize(("name", "password"), [("root.op", "short"), ("r", GOOD), ("a b c", GOOD)])
def test_what_cannot_be_is_refused_in_a_sentence(installation, monkeypatch, capsys, name, password):
    monkeypatch.setenv(PASSWORD, password)

    assert run(["administrator", name]) == 1

    assert len(capsys.readouterr().err) > 20


def test_nobody_else_is_given_a_password_this_way(app, town, installation, monkeypatch, capsys):
    monkeypatch.setenv("FIELDAPP_DATABASE_URL", installation["FIELDAPP_DATABASE_URL"])
    monkeypatch.setenv(PASSWORD, GOOD)

    assert run(["administrator", "wang"]) == 1

    assert "taken" in capsys.readouterr().err
