"""Wrong passwords: who types them is stopped, and neither a colleague behind the same address nor the owner of the name is."""

import pytest

from fieldapp.accounts import throttling
from fieldapp.accounts.throttling import MOST_HERE, MOST_NAMES, MOST_OF_NAME
from tests.fixtures.town import PASSWORD

SITE, ELSEWHERE = "203.0.113.7", "198.51.100.9"


@pytest.fixture
def tries(app, town):
    """`tries("wang", "no", SITE)`: the status of signing in from there."""

    def tries(name: str, password: str, address: str) -> int:
        reply = app.test_client().post(
            "/api/session",
            json={"sign_in_name": name, "password": password},
            headers={"X-Fieldapp": "1"},
            environ_base={"REMOTE_ADDR": address},
        )
        return reply.status_code

    return tries


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """The limits small, so that a test need not hash a hundred passwords."""
    monkeypatch.setattr(throttling, "MOST_HERE", 3)
    monkeypatch.setattr(throttling, "MOST_OF_NAME", 5)
    monkeypatch.setattr(throttling, "MOST_NAMES", 4)


def test_the_limits_go_from_narrow_to_wide():
    assert MOST_HERE < MOST_NAMES < MOST_OF_NAME


def test_who_types_wrongly_closes_their_own_door_and_nobody_elses(tries):
    for _ in range(3):
        assert tries("wang", "no", SITE) == 401

    assert tries("wang", PASSWORD, SITE) == 429
    assert tries("sun", PASSWORD, SITE) == 200
    assert tries("wang", PASSWORD, ELSEWHERE) == 200


def test_somebody_elsewhere_cannot_lock_out_who_works_here(tries):
    tries("wang", PASSWORD, SITE)
    for place in range(5):
        tries("wang", "guess", f"198.51.100.{place}")

    assert tries("wang", "guess", "198.51.100.77") == 429
    assert tries("wang", PASSWORD, SITE) == 200


def test_many_names_from_one_place_stop_strangers_and_not_the_site(tries):
    tries("wang", PASSWORD, SITE)
    for name in ("sun", "qian", "he", "hu"):
        tries(name, "Password1", SITE)

    assert tries("liu", PASSWORD, SITE) == 429
    assert tries("wang", PASSWORD, SITE) == 200
    assert tries("liu", PASSWORD, ELSEWHERE) == 200


def test_one_line_of_ipv6_is_one_place(tries):
    for last in range(3):
        tries("wang", "no", f"2001:db8:1:2::{last + 1}")

    assert tries("wang", PASSWORD, "2001:db8:1:2:ffff::9") == 429
    assert tries("wang", PASSWORD, "2001:db8:1:3::1") == 200


def test_setting_a_password_is_guarded_like_signing_in(app, town):
    def set_password() -> int:
        given = {"sign_in_name": "wang", "password": "no", "new_password": "eleven plum trees"}
        headers = {"X-Fieldapp": "1"}
        return app.test_client().put("/api/session/password", json=given, headers=headers)

    assert [set_password().status_code for _ in range(4)] == [401, 401, 401, 429]


@pytest.mark.parametrize(("proxies", "status"), [("1", 200), ("0", 429)])
def test_behind_our_own_proxy_the_callers_address_counts(environment, proxies, status):
    from fieldapp.app import create_app
    from fieldapp.config import from_environment
    from fieldapp.db import db, transaction
    from fieldapp.migrating import bring_up
    from tests.fixtures import town as towns

    app = create_app(from_environment(environment | {"FIELDAPP_PROXIES": proxies}))
    bring_up(app)

    def tries(password: str, address: str) -> int:
        return (
            app.test_client()
            .post(
                "/api/session",
                json={"sign_in_name": "wang", "password": password},
                headers={"X-Fieldapp": "1", "X-Forwarded-For": address},
            )
            .status_code
        )

    with app.app_context():
        with transaction():
            towns.build()
        for _ in range(3):
            tries("no", ELSEWHERE)
        assert tries(PASSWORD, SITE) == status
        db.session.remove()
        db.engine.dispose()
