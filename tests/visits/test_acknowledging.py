"""收到: a survey that must be there in three hours is acknowledged, or others are called; each step stays."""

from datetime import timedelta

import pytest

from fieldapp import jobs
from fieldapp.accounts.models import Appointment, Person
from fieldapp.accounts.permissions import Role
from fieldapp.clock import at, iso, now, parse
from fieldapp.db import db, new_id, transaction
from fieldapp.visits import dispatching
from fieldapp.visits.call_models import TaskCall
from fieldapp.visits.models import Task
from fieldapp.waiting import overdue
from tests.fixtures.application import Caller
from tests.fixtures.phone import Phone
from tests.seals.test_chains import Chain

MINUTE = timedelta(minutes=1)


@pytest.fixture
def lian(app, town):
    """A second surveyor of antai."""
    with transaction():
        known = db.session.get_one(Person, town.person["wang"])
        person = Person(
            organisation_id=known.organisation_id,
            name="lian某",
            sign_in_name="lian",
            password=known.password,
        )
        db.session.add(person)
        db.session.flush()
        db.session.add(Appointment(person_id=person.id, role=Role.SURVEYOR))
        return person.id


@pytest.fixture
def partner(sign_in, town, lian):
    """lian stands in for wang."""
    named = sign_in("gu").put(
        f"/api/people/{town.person['wang']}/partner", json={"partner_id": lian}
    )
    assert named.status_code == 200, named.json
    return lian


@pytest.fixture
def desk(sign_in, survey):
    """`desk()`: the task's 收到 as the supervisor of antai reads it."""
    sun = sign_in("sun")
    return lambda: sun.get(f"/api/tasks/{survey}").json["acknowledgement"]


def after(minutes: int) -> None:
    """Whatever waits is done as if so many minutes had passed."""
    with at(now() + minutes * MINUTE):
        jobs.run_all()


def steps(told) -> list[tuple[str, str | None]]:
    return [(call["step"], call["person"] and call["person"]["name"]) for call in told["calls"]]


def say(phone: Phone, task_id: str, kind: str = "task_acknowledged", **said) -> None:
    subject = {"kind": "task", "id": task_id}
    if kind == "visit_started":
        subject = {"kind": "visit", "id": new_id()}
    link = Chain(phone).link(kind, subject=subject, task_id=task_id, **said)
    reply = phone.caller.post("/api/seals", json={"seals": [link]})
    assert reply.status_code == 200, reply.json


def test_the_phone_asks_for_it_and_says_when_somebody_else_is_called(survey, sign_in):
    [task] = sign_in("wang").get("/api/tasks").json["tasks"]

    asked = task["acknowledgement"]
    assert (asked["role"], asked["acknowledged_at"]) == ("assignee", None)
    wait = parse(asked["until"]) - parse(task["issued_at"])
    assert round(wait / MINUTE) == 15


def test_other_tasks_ask_for_nothing(give_task, sign_in):
    give_task("zhou")

    [task] = sign_in("zhou").get("/api/tasks").json["tasks"]

    assert task["acknowledgement"] is None


@pytest.mark.parametrize(
    ("kind", "how"), [("task_acknowledged", "phone"), ("visit_started", "started")]
)
def test_who_says_it_is_left_in_peace(survey, phone, desk, partner, kind, how):
    say(phone("wang"), survey, kind)

    after(60)

    told = desk()
    assert (told["state"], told["said"]["how"]) == ("acknowledged", how)
    assert steps(told) == [("assignee", "wang某")]


def test_said_offline_it_counts_from_when_it_was_said(survey, phone, desk):
    moment = now() - 5 * MINUTE
    say(phone("wang"), survey, at=iso(moment), clock_offset_ms=1000)

    said = desk()["said"]
    assert parse(said["said_at"]) == moment + timedelta(seconds=1)
    assert parse(said["received_at"]) > parse(said["said_at"])


def test_silence_calls_the_partner_and_then_the_desk_at_any_hour(survey, desk, partner):
    after(14)
    assert steps(desk()) == [("assignee", "wang某")]

    after(16)
    assert steps(desk())[1:] == [("partner", "lian某")]
    assert desk()["state"] == "awaited"

    after(31)
    assert steps(desk())[2:] == [("dispatcher", "sun某")]
    after(300)
    assert len(desk()["calls"]) == 3, "nobody is called twice"


def test_without_a_partner_the_desk_is_called_at_once_and_that_is_said(survey, desk):
    after(16)

    assert steps(desk())[1:] == [("partner", None), ("dispatcher", "sun某")]


def test_a_partner_who_says_it_has_the_task(survey, desk, partner, app, sign_in, give_task):
    give_task("zhou")  # whatever else was given out later, to others
    after(16)
    lian = Phone(_caller(app), "lian")
    assert lian.task(survey)["acknowledgement"]["role"] == "partner"
    assert lian.task(survey)["acknowledgement"]["assignee"]["name"] == "wang某"

    say(lian, survey)

    told = desk()
    assert (told["state"], told["said"]["person"]["name"]) == ("acknowledged", "lian某")
    assert lian.task(survey)["acknowledgement"]["role"] == "assignee"
    assert sign_in("wang").get("/api/tasks").json["tasks"] == []
    after(100)
    assert len(desk()["calls"]) == 2, "the partner is not called again about it"


def test_who_comes_too_late_is_kept_and_takes_nothing_back(survey, desk, partner, app, phone):
    after(16)
    lian, wang = Phone(_caller(app), "lian"), phone("wang")
    say(lian, survey)

    say(wang, survey)

    told = desk()
    assert told["said"]["person"]["name"] == "lian某"
    assert [one["person"]["name"] for one in told["late"]] == ["wang某"]
    assert lian.task(survey)["acknowledgement"]["acknowledged_at"]


def test_a_partner_who_was_not_called_yet_takes_nothing(survey, desk, partner, app):
    say(Phone(_caller(app), "lian"), survey)

    assert desk()["state"] == "awaited"


def test_given_to_somebody_else_it_begins_anew(survey, desk, partner, town):
    after(16)

    with at(now() + 20 * MINUTE), transaction():
        sun = db.session.get_one(Person, town.person["sun"])
        dispatching.reassign(db.session.get_one(Task, survey), sun, partner, None)

    assert steps(desk())[-1] == ("assignee", "lian某")
    after(40)
    assert steps(desk())[-2:] == [("partner", None), ("dispatcher", "sun某")]


def test_the_desk_writes_down_what_was_said_by_voice(survey, desk, sign_in):
    sun = sign_in("sun")
    address = f"/api/tasks/{survey}/acknowledgement"

    said = sun.put(address, json={"words": "电话确认，已出发"})
    again = sun.put(address, json={"words": "再次"})

    assert said.json["acknowledgement"]["said"]["words"] == "电话确认，已出发"
    assert said.json["acknowledgement"]["said"]["person"]["name"] == "sun某"
    assert (again.status_code, again.json["problem"]) == (409, "NothingToAcknowledge")


def test_nobody_is_called_about_what_was_taken_back(survey, sign_in, desk, partner):
    sign_in("sun").put(f"/api/tasks/{survey}/withdrawal", json={"words": "重复报案"})

    after(60)

    assert steps(desk()) == [("assignee", "wang某")]
    assert desk()["state"] == "over"


def test_a_link_of_somebody_elses_phone_acknowledges_nothing(survey, phone, desk):
    say(phone("zhou"), survey)

    assert desk()["state"] == "awaited"


def test_a_silent_survey_is_counted_as_overdue(survey, give_task):
    give_task("zhou")
    with transaction(write=False):
        assert overdue()["task.unacknowledged"] == 0
    with at(now() + 31 * MINUTE), transaction(write=False):
        assert overdue()["task.unacknowledged"] == 1


def test_one_that_was_answered_is_not_overdue(survey, give_task, phone):
    say(phone("wang"), survey)
    give_task("zhou")

    with at(now() + 31 * MINUTE), transaction(write=False):
        assert overdue()["task.unacknowledged"] == 0


def test_each_call_says_which_rules_it_followed(survey):
    with transaction(write=False):
        assert db.session.scalars(db.select(TaskCall.rules_version)).all() == [1]


@pytest.mark.parametrize("unfit", ["wang", "sun", "he"])
def test_only_another_surveyor_of_the_house_can_stand_in(sign_in, town, unfit):
    named = sign_in("gu").put(
        f"/api/people/{town.person['wang']}/partner", json={"partner_id": town.person[unfit]}
    )

    assert (named.status_code, named.json["problem"]) == (422, "NoPartner")


def test_a_partner_who_left_is_called_no_more(survey, desk, partner, sign_in):
    sign_in("gu").put(f"/api/people/{partner}/access-ending", json={"reason": "离职"})

    after(16)

    assert steps(desk())[1] == ("partner", None)


def _caller(app) -> Caller:
    return Caller(app.test_client())
