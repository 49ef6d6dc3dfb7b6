"""An organisation's administrator and its people: inviting, roles, resets, leaving, lost phones."""

from datetime import timedelta

import pytest

from fieldapp.accounts.models import Appointment, OneTimePassword, Person
from fieldapp.clock import now
from fieldapp.db import db, transaction
from fieldapp.ledger.models import LedgerEntry
from tests.fixtures.application import Caller
from tests.fixtures.town import PASSWORD

NEW = {
    "sign_in_name": "Lu.Ping",
    "name": "陆平",
    "phone": "13857904321",
    "roles": ["surveyor"],
}
OWN = "eleven plum trees"


@pytest.fixture
def gu(sign_in) -> Caller:
    """The administrator of antai."""
    return sign_in("gu")


@pytest.fixture
def invited(gu) -> dict:
    reply = gu.post("/api/people", json=NEW)
    assert reply.status_code == 201, reply.json
    return reply.json


def person_id(gu, name: str) -> str:
    (found,) = [
        person for person in gu.get("/api/people").json["items"] if person["sign_in_name"] == name
    ]
    return found["id"]


def try_sign_in(stranger, name: str, password: str):
    return stranger.post("/api/session", json={"sign_in_name": name, "password": password})


def set_password(stranger, name: str, password: str, new: str = OWN):
    given = {"sign_in_name": name, "password": password, "new_password": new}
    return stranger.put("/api/session/password", json=given)


# -- inviting -------------------------------------------------------------------------------------


def test_an_invited_person_sets_a_password_of_their_own_and_is_in(gu, invited, stranger):
    assert invited["person"]["state"] == "invited"
    assert invited["person"]["sign_in_name"] == "lu.ping"

    first = try_sign_in(stranger, "lu.ping", invited["password"])
    assert (first.status_code, first.json["problem"]) == (403, "OneTimeOnly")
    assert "设置密码" in first.json["detail"]

    inside = set_password(stranger, "lu.ping", invited["password"])
    assert (inside.status_code, inside.json["roles"]) == (200, ["surveyor"])
    assert stranger.get("/api/session").status_code == 200
    assert try_sign_in(stranger, "LU.PING", OWN).status_code == 200
    assert gu.get(f"/api/people/{invited['person']['id']}").json["state"] == "active"


def test_a_one_time_password_is_good_once(invited, stranger):
    set_password(stranger, "lu.ping", invited["password"])

    again = set_password(stranger, "lu.ping", invited["password"], "another good one")

    assert again.status_code == 401


def test_a_one_time_password_ends_after_three_days(invited, stranger):
    with transaction():
        issued = db.session.scalar(db.select(OneTimePassword))
        assert issued.ends_at - issued.made_at == timedelta(hours=72)
        issued.ends_at = now()

    assert set_password(stranger, "lu.ping", invited["password"]).status_code == 401


def test_the_one_time_password_is_told_once_and_kept_nowhere(gu, invited, app):
    shown = gu.get(f"/api/people/{invited['person']['id']}")

    assert shown.json["one_time_password"].keys() == {"made_at", "ends_at"}
    assert invited["password"] not in shown.text
    with transaction(write=False):
        kept = db.session.connection().exec_driver_sql("select password from one_time_password")
        assert all(row[0].startswith("$argon2") for row in kept)


def test_a_taken_sign_in_name_is_said_at_its_field(gu):
    reply = gu.post("/api/people", json=NEW | {"sign_in_name": "WANG"})

    assert (reply.status_code, reply.json["problem"]) == (409, "NameTaken")
    assert [fault["where"] for fault in reply.json["errors"]] == ["/sign_in_name"]


def test_an_insurer_has_no_dispatcher(gu):
    reply = gu.post("/api/people", json=NEW | {"roles": ["dispatcher"]})

    assert (reply.status_code, reply.json["problem"]) == (422, "RoleNotOfKind")
    assert reply.json["errors"][0]["where"] == "/roles"


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        ({"sign_in_name": "陆"}, "/sign_in_name"),
        ({"name": "  "}, "/name"),
        ({"phone": "call me"}, "/phone"),
        ({"roles": []}, "/roles"),
    ],
)
def test_what_is_wrong_with_an_invitation_is_said_in_chinese_at_its_field(gu, changed, where):
    reply = gu.post("/api/people", json=NEW | changed)

    assert reply.status_code == 422
    (fault,) = reply.json["errors"]
    assert fault["where"] == where
    assert not fault["detail"].isascii()


@pytest.mark.parametrize("new", ["short", "aaaaaaaaaaaaaa", "i am lu.ping indeed"])
def test_a_weak_password_is_refused_at_its_field(invited, stranger, new):
    reply = set_password(stranger, "lu.ping", invited["password"], new)

    assert (reply.status_code, reply.json["errors"][0]["where"]) == (422, "/new_password")
    assert set_password(stranger, "lu.ping", invited["password"]).status_code == 200


def test_the_one_time_password_cannot_become_ones_own(invited, stranger):
    once = invited["password"]

    assert set_password(stranger, "lu.ping", once, once).status_code == 422


# -- who may administer whom ----------------------------------------------------------------------


def test_the_phone_number_is_masked_and_its_reading_is_on_record(gu, invited):
    address = f"/api/people/{invited['person']['id']}"
    assert gu.get(address).json["phone"] == "138****4321"

    assert gu.get(f"{address}/phone-number").json == {"phone": "13857904321"}

    with transaction(write=False):
        read = db.session.scalar(db.select(LedgerEntry).where(LedgerEntry.act == "read"))
        assert (read.row_id, read.purpose) == (invited["person"]["id"], "contact")
        raw = db.session.connection().exec_driver_sql("select phone from person")
        assert not any("13857904321" in (row[0] or "") for row in raw)


def test_an_administrator_finds_their_own_people_only(gu, sign_in):
    names = {person["sign_in_name"] for person in gu.get("/api/people").json["items"]}
    elsewhere = person_id(sign_in("mo"), "he")

    assert names == {"wang", "sun", "qian", "gu"}
    assert gu.get(f"/api/people/{elsewhere}").status_code == 404
    assert gu.put(f"/api/people/{elsewhere}/roles/surveyor").status_code == 404
    assert gu.post(f"/api/people/{elsewhere}/one-time-passwords").status_code == 404


def test_people_are_searched_by_name_and_paged(gu, invited):
    found = gu.get("/api/people?search=陆").json
    assert [person["name"] for person in found["items"]] == ["陆平"]

    first = gu.get("/api/people?limit=3").json
    rest = gu.get(f"/api/people?limit=3&after={first['next']}").json
    assert len(first["items"]) == 3
    assert [person["sign_in_name"] for person in rest["items"]] == ["sun", "wang"]
    assert [p["name"] for p in gu.get("/api/people?state=invited").json["items"]] == ["陆平"]


def test_the_operator_appoints_administrators_elsewhere_and_nothing_more(sign_in, town):
    admin = sign_in("admin")
    theirs = NEW | {"organisation_id": town.organisation["ruifeng"]}

    surveyor = admin.post("/api/people", json=theirs)
    administrator = admin.post("/api/people", json=theirs | {"roles": ["administrator"]})

    assert surveyor.status_code == 403
    assert administrator.status_code == 201
    seen = {person["sign_in_name"] for person in admin.get("/api/people").json["items"]}
    assert seen == {"admin", "gu", "mo", "lu.ping"}


def test_nobody_invites_into_another_organisation(gu, town):
    reply = gu.post("/api/people", json=NEW | {"organisation_id": town.organisation["hengxin"]})

    assert reply.status_code == 403


def test_two_who_change_a_person_at_once_are_told(gu):
    address = f"/api/people/{person_id(gu, 'wang')}"
    seen = {"If-Match": gu.get(address).headers["ETag"]}

    assert gu.put(address, json={"name": "王海"}).status_code == 428
    assert gu.put(address, json={"name": "王海"}, headers=seen).status_code == 200
    stale = gu.put(address, json={"name": "王大海"}, headers=seen)
    assert stale.status_code == 412
    newest = {"If-Match": stale.headers["ETag"]}
    assert gu.put(address, json={"name": "王大海"}, headers=newest).json["name"] == "王大海"


# -- roles ----------------------------------------------------------------------------------------


def test_a_role_is_given_and_taken_and_says_who_and_when(gu):
    address = f"/api/people/{person_id(gu, 'wang')}"

    given = gu.put(f"{address}/roles/reviewer").json
    taken = gu.delete(f"{address}/roles/reviewer").json

    assert given["roles"] == ["reviewer", "surveyor"]
    assert taken["roles"] == ["surveyor"]
    newest = taken["appointments"][0]
    assert (newest["role"], newest["given_by"]["name"], newest["ended_by"]["name"]) == (
        "reviewer",
        "gu某",
        "gu某",
    )


def test_giving_a_role_twice_makes_one_appointment(gu):
    address = f"/api/people/{person_id(gu, 'wang')}"

    gu.put(f"{address}/roles/reviewer")
    twice = gu.put(f"{address}/roles/reviewer").json

    assert [a["role"] for a in twice["appointments"]] == ["reviewer", "surveyor"]


def test_what_somebody_may_do_changes_at_once(gu, sign_in):
    wang = sign_in("wang")
    assert wang.get("/api/tasks").status_code == 200

    gu.delete(f"/api/people/{person_id(gu, 'wang')}/roles/surveyor")

    assert wang.get("/api/tasks").status_code == 403


@pytest.mark.parametrize("act", ["dismiss", "end"])
def test_the_last_administrator_cannot_end_themself(gu, act):
    own = f"/api/people/{person_id(gu, 'gu')}"

    def end():
        if act == "dismiss":
            return gu.delete(f"{own}/roles/administrator")
        return gu.put(f"{own}/access-ending", json={"reason": "离任"})

    assert (end().status_code, end().json["problem"]) == (409, "LastAdministrator")
    gu.put(f"/api/people/{person_id(gu, 'sun')}/roles/administrator")
    assert end().status_code == 200
    assert gu.get("/api/people").status_code in (401, 403)


def test_the_operator_cannot_leave_an_organisation_without_administrator(sign_in):
    admin = sign_in("admin")

    reply = admin.put(
        f"/api/people/{person_id(admin, 'gu')}/access-ending", json={"reason": "离任"}
    )

    assert reply.status_code == 409


# -- resets and leaving ---------------------------------------------------------------------------


def test_a_reset_ends_every_session_and_the_old_password(gu, sign_in, stranger):
    wang = sign_in("wang")

    reset = gu.post(f"/api/people/{person_id(gu, 'wang')}/one-time-passwords")

    assert wang.get("/api/session").status_code == 401
    assert try_sign_in(stranger, "wang", PASSWORD).status_code == 401
    assert set_password(stranger, "wang", reset.json["password"]).status_code == 200


def test_a_second_reset_ends_the_first(gu, stranger):
    address = f"/api/people/{person_id(gu, 'wang')}/one-time-passwords"

    first, second = gu.post(address).json["password"], gu.post(address).json["password"]

    assert set_password(stranger, "wang", first).status_code == 401
    assert set_password(stranger, "wang", second).status_code == 200


def test_everybody_changes_their_own_password_and_other_desks_are_signed_out(sign_in, stranger):
    here, elsewhere = sign_in("sun"), sign_in("sun")

    wrong = set_password(here, "sun", "not this one")
    changed = set_password(here, "sun", PASSWORD)

    assert (wrong.status_code, changed.status_code) == (401, 200)
    assert here.get("/api/session").status_code == 200
    assert elsewhere.get("/api/session").status_code == 401
    assert try_sign_in(stranger, "sun", PASSWORD).status_code == 401


def test_who_has_left_is_out_and_told_so(gu, sign_in, stranger):
    wang = sign_in("wang")

    ended = gu.put(f"/api/people/{person_id(gu, 'wang')}/access-ending", json={"reason": "离职"})

    assert (ended.json["state"], ended.json["roles"]) == ("ended", [])
    assert ended.json["ending"]["reason"] == "离职"
    assert wang.get("/api/session").status_code == 401
    refused = try_sign_in(stranger, "wang", PASSWORD)
    assert (refused.status_code, refused.json["problem"]) == (403, "AccessEnded")
    assert set_password(stranger, "wang", PASSWORD).status_code == 403


def test_who_comes_back_is_given_roles_anew(gu, stranger):
    address = f"/api/people/{person_id(gu, 'wang')}"
    gu.put(f"{address}/access-ending", json={"reason": "借调"})
    assert gu.put(f"{address}/roles/surveyor").status_code == 409
    assert gu.post(f"{address}/one-time-passwords").status_code == 409

    gu.delete(f"{address}/access-ending")
    back = gu.put(f"{address}/roles/surveyor").json

    assert (back["state"], back["roles"]) == ("active", ["surveyor"])
    assert try_sign_in(stranger, "wang", PASSWORD).status_code == 200


def test_every_step_leaves_an_entry_in_the_ledger(gu, town):
    wang = person_id(gu, "wang")
    gu.put(f"/api/people/{wang}/roles/reviewer")

    with transaction(write=False):
        given = db.session.scalar(
            db.select(Appointment.id).where(Appointment.given_by_id == town.person["gu"])
        )
        entry = db.session.scalar(db.select(LedgerEntry).where(LedgerEntry.row_id == given))
        gu_id = db.session.scalar(db.select(Person.id).where(Person.sign_in_name == "gu"))
        assert (entry.table_name, entry.act, entry.actor_id) == ("appointment", "insert", gu_id)
