"""Papers that do not change are carried over, said to be carried, and held to what was inspected then."""

from datetime import timedelta

import pytest

from fieldapp.checklists import draw, form, walk
from fieldapp.clock import at, iso, local_date, now, parse
from fieldapp.db import db, own_id, transaction
from fieldapp.projects import registering
from fieldapp.projects.models import Unit
from fieldapp.visits import carrying as offering
from fieldapp.visits.models import Task, Visit
from tests.fixtures.fieldwork import EDITION
from tests.fixtures.phone import as_bytes, whole_check, with_finding

THEN = timedelta(days=40)


@pytest.fixture
def crane(town):
    return {
        "registration": f"crane.tower.registration@{town.unit['tc1']}",
        "certificates": f"crane.tower.operator_certificates@{town.unit['tc1']}",
        "look": "fire.fire_lane@site",
    }


@pytest.fixture
def inspected(zhou, give_task, crane):
    """A check of forty days ago, accepted; its certificates are valid for twenty more days."""
    with at(now() - THEN):
        check = whole_check(zhou.task(give_task("zhou")), format=2)
    until = local_date(now() + timedelta(days=20)).isoformat()
    check = saying(check, crane["certificates"], valid_until=until)
    accepted(zhou, check)
    return check


@pytest.fixture
def task(zhou, give_task, inspected):
    """This month's task, as the phone gets it."""
    task_id = give_task("zhou")
    return lambda: zhou.task(task_id)


def saying(check, question, **changes):
    answers = [a | changes if a["question"] == question else a for a in check["answers"]]
    return check | {"answers": answers}


def accepted(phone, check):
    reply = phone.send(check).json
    assert reply["state"] in {"accepted", "revision"}, reply["reasons"]


def offer(task, question):
    return next((each for each in task["carried"] if each["question"] == question), None)


def carrying(task, question, **changes):
    """This month's check, in which the question is carried over."""
    found = offer(task, question)
    assert found is not None, "it is not offered"
    claim = {"visit_id": found["visit_id"], "answered_at": found["answered_at"]}
    check = whole_check(task, format=2)
    return saying(
        check, question, **{"carried_from": claim, "valid_until": found["valid_until"]} | changes
    )


def answer_of(caller, check, question):
    visit = caller.get(f"/api/visits/{check['id']}").json
    return next(a for a in visit["answers"] if a["question"] == question), visit


def codes(visit):
    return [(lack["question"], lack["code"]) for lack in visit["shortfalls"]]


def change_crane(town, name="1#塔机（换臂）"):
    with transaction():
        unit = db.session.get_one(Unit, town.unit["tc1"])
        unit.name = name
        registering._keep(unit, None, "changed")


def test_papers_are_offered_and_what_must_be_looked_at_is_not(task, crane, inspected):
    given = task()

    assert offer(given, crane["registration"])["visit_id"] == inspected["id"]
    assert offer(given, crane["certificates"])["valid_until"] is not None
    assert offer(given, crane["look"]) is None


def test_a_carried_answer_says_when_it_was_inspected_and_until_when_it_holds(
    zhou, task, crane, inspected, town
):
    check = carrying(task(), crane["certificates"])
    accepted(zhou, check)

    said, visit = answer_of(zhou.caller, check, crane["certificates"])

    then = next(a for a in inspected["answers"] if a["question"] == crane["certificates"])
    assert said["inspected_at"] == then["answered_at"]
    assert said["carried_from_id"] == own_id(town.organisation["anxun"], inspected["id"])
    assert said["valid_until"] == then["valid_until"]
    assert codes(visit) == []


def test_what_was_inspected_today_says_nothing_of_the_kind(zhou, inspected, crane):
    said, _ = answer_of(zhou.caller, inspected, crane["registration"])

    assert (said["carried_from_id"], said["inspected_at"]) == (None, None)


def test_the_next_month_rests_on_the_inspection_and_not_on_the_carrying(
    zhou, task, crane, inspected, give_task
):
    accepted(zhou, carrying(task(), crane["registration"]))

    with at(now() + timedelta(hours=3)):
        again = offer(zhou.task(give_task("zhou")), crane["registration"])

    assert again["visit_id"] == inspected["id"]


# -- it lapses -------------------------------------------------------------------------------------


def offered_in(days, task):
    """What the same task would offer so many days from now."""
    with at(now() + timedelta(days=days)), transaction(write=False):
        row = db.session.get_one(Task, task["id"])
        return {each["question"] for each in offering.offered([row])[row.id]}


def test_past_its_day_it_is_not_offered(task, crane):
    given = task()

    assert crane["certificates"] in offered_in(20, given)
    assert crane["certificates"] not in offered_in(21, given)
    assert crane["registration"] in offered_in(21, given)


def test_a_paper_whose_day_nobody_wrote_down_is_not_offered(task, town):
    assert offer(task(), f"crane.hoist.fall_arrester@{town.unit['tc1']}") is None


def test_after_a_change_of_the_unit_it_is_not_offered(task, crane, town):
    change_crane(town)

    assert offer(task(), crane["registration"]) is None


def test_after_a_year_it_is_not_offered(task, crane):
    given = task()

    assert crane["registration"] in offered_in(300, given)
    assert crane["registration"] not in offered_in(330, given)


def test_once_it_failed_it_is_not_offered(zhou, give_task, task, crane):
    with at(now() - timedelta(days=10)):
        failing = with_finding(
            whole_check(zhou.task(give_task("zhou")), format=2), crane["registration"]
        )
    accepted(zhou, failing)

    assert offer(task(), crane["registration"]) is None


def test_a_unit_changed_while_the_phone_was_away_is_told_and_followed_up(zhou, task, crane, town):
    check = carrying(task(), crane["registration"])
    with at(parse(check["started_at"]) - timedelta(minutes=5)):
        change_crane(town)

    accepted(zhou, check)

    _, visit = answer_of(zhou.caller, check, crane["registration"])
    assert codes(visit) == [(crane["registration"], "carried_lapsed")]
    tasks = zhou.caller.get("/api/tasks").json["tasks"]
    assert [t["questions"] for t in tasks if t["kind"] == "follow_up"] == [[crane["registration"]]]


def test_a_day_that_passed_before_the_visit_is_told(zhou, give_task, crane):
    until = local_date(now() - timedelta(days=5)).isoformat()
    with at(now() - THEN):
        then = whole_check(zhou.task(give_task("zhou")), format=2)
    accepted(zhou, saying(then, crane["certificates"], valid_until=until))
    own = next(a for a in then["answers"] if a["question"] == crane["certificates"])
    claim = {"visit_id": then["id"], "answered_at": own["answered_at"]}
    check = whole_check(zhou.task(give_task("zhou")), format=2)
    check = saying(check, crane["certificates"], carried_from=claim, valid_until=until)

    accepted(zhou, check)

    _, visit = answer_of(zhou.caller, check, crane["certificates"])
    assert codes(visit) == [(crane["certificates"], "carried_lapsed")]


def drawn_on(question, units):
    """A nonce by which the question is drawn, and one by which it is not."""
    asked = walk.questions(EDITION, units, [])
    found = {}
    for number in range(1000):
        nonce = f"{number:043}"
        keys = {each.key for each in draw.draw(EDITION, nonce, asked, {})}
        found.setdefault(question in keys, nonce)
        if len(found) > 1:
            return found[True], found[False]
    raise AssertionError("it is always drawn, or never")


@pytest.fixture
def nets(task):
    """A paper that may be drawn, and the nonces."""
    question = "fire.scaffold_net_material@site"
    units = [form.Unit(u["id"], u["kind"], u["name"], u["sub"]) for u in task()["project"]["units"]]
    return question, *drawn_on(question, units)


def with_nonce(task, nonce):
    with transaction():
        db.session.get_one(Task, task()["id"]).nonce = nonce
    return task()


def test_what_the_draw_falls_on_is_not_offered(task, nets):
    question, drawn, spared = nets

    assert offer(with_nonce(task, spared), question) is not None
    assert offer(with_nonce(task, drawn), question) is None


def test_what_was_carried_though_it_was_drawn_is_looked_at_after_all(zhou, task, nets):
    question, drawn, spared = nets
    carried = next(
        answer
        for answer in carrying(with_nonce(task, spared), question)["answers"]
        if answer["question"] == question
    )
    claim = {name: carried[name] for name in ("carried_from", "valid_until")}
    check = saying(whole_check(with_nonce(task, drawn), format=2), question, **claim)

    accepted(zhou, check)

    _, visit = answer_of(zhou.caller, check, question)
    assert codes(visit) == [(question, "carried_lapsed")]
    assert "抽拍" in visit["shortfalls"][0]["detail"]


# -- a wrong claim waits for a person --------------------------------------------------------------

NOWHERE = "01a20202-2931-7000-bb73-000000000000"
CLAIMS = {
    "of no visit": lambda c: c | {"visit_id": NOWHERE},
    "of another moment": lambda c: c | {"answered_at": iso(parse(c["answered_at"]) + THEN / 2)},
}


@pytest.mark.parametrize("what", CLAIMS)
def test_a_claim_waits(zhou, task, crane, what):
    check = carrying(task(), crane["registration"])
    said = next(a for a in check["answers"] if a["question"] == crane["registration"])
    check = saying(check, crane["registration"], carried_from=CLAIMS[what](said["carried_from"]))

    reply = zhou.send(check).json

    assert reply["state"] == "quarantined"
    assert [r["code"] for r in reply["reasons"]] == ["carried_wrongly"]


def test_another_day_than_was_written_down_waits(zhou, task, crane):
    check = carrying(task(), crane["certificates"], valid_until="2030-01-01")

    assert [r["code"] for r in zhou.send(check).json["reasons"]] == ["carried_wrongly"]


def test_what_must_be_looked_at_every_time_is_not_carried(zhou, task, crane, inspected):
    then = next(a for a in inspected["answers"] if a["question"] == crane["look"])
    claim = {"visit_id": inspected["id"], "answered_at": then["answered_at"]}
    check = saying(whole_check(task(), format=2), crane["look"], carried_from=claim)

    assert [r["code"] for r in zhou.send(check).json["reasons"]] == ["carried_wrongly"]


def test_a_carried_answer_bears_no_other(zhou, task, crane, give_task):
    middle = carrying(task(), crane["registration"])
    accepted(zhou, middle)
    with at(now() + timedelta(hours=4)):
        check = whole_check(zhou.task(give_task("zhou")), format=2)
    own = next(a for a in middle["answers"] if a["question"] == crane["registration"])
    claim = {"visit_id": middle["id"], "answered_at": own["answered_at"]}

    reply = zhou.send(saying(check, crane["registration"], carried_from=claim)).json

    assert [r["code"] for r in reply["reasons"]] == ["carried_wrongly"]


def test_a_person_may_let_a_wrong_claim_pass_and_it_is_inspected_after_all(
    zhou, task, crane, sign_in
):
    check = carrying(task(), crane["registration"])
    claim = {"visit_id": NOWHERE, "answered_at": check["started_at"]}
    check = saying(check, crane["registration"], carried_from=claim)
    assert zhou.send(check).json["state"] == "quarantined"
    deng = sign_in("deng")
    [waiting] = deng.get("/api/quarantine").json["items"]

    decided = deng.post(
        f"/api/quarantine/{waiting['id']}/decisions",
        json={"decision": "judge_again", "words": "电话核实"},
    )

    assert decided.json["state"] == "accepted"
    _, visit = answer_of(zhou.caller, check, crane["registration"])
    assert codes(visit) == [(crane["registration"], "carried_lapsed")]
    with transaction(write=False):
        left = db.session.scalar(db.select(Task.questions).where(Task.kind == "follow_up"))
        assert left == [crane["registration"]]


def test_records_that_carry_nothing_are_judged_as_before(zhou, inspected):
    assert b"carried_from" not in as_bytes(inspected)
    with transaction(write=False):
        assert db.session.scalar(db.select(Visit)).revision == 1
