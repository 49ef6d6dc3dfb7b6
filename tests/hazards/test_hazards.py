"""What was found is followed; what looked major is decided by the reviewer."""

from datetime import UTC, datetime, timedelta

import pytest

from fieldapp.accounts.models import Appointment
from fieldapp.clock import iso, now, parse
from fieldapp.db import db, transaction
from fieldapp.hazards.deadlines import due_at
from fieldapp.hazards.models import Hazard, HazardClosure
from tests.fixtures.phone import whole_check, with_finding


@pytest.fixture
def found(phone, edition, give_task):
    """`found(severity="suspected_major")`: zhou sends a check with a finding like that; the finding."""
    zhou = phone("zhou")

    def find(*, after=False, **changes):
        record = with_finding(whole_check(zhou.task(give_task("zhou"))), **changes)
        if after:
            record["evidence"][-1]["shot"] = "after"
        assert zhou.send(record).json["state"] == "accepted"
        return zhou.caller.get(f"/api/visits/{record['id']}").json["findings"][0]

    return find


def hazards(caller, query=""):
    return caller.get(f"/api/hazards{query}").json["items"]


def decide(caller, finding, severity="major", words="支腿悬空，符合判定标准"):
    return caller.put(
        f"/api/findings/{finding['id']}/severity-decision",
        json={"severity": severity, "words": words},
    )


FOUND = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "at", "due"),
    [
        ("immediately", None, "2026-11-20T15:59:59Z"),
        ("same_day", None, "2026-11-20T15:59:59Z"),
        ("date", "2026-12-01T02:00:00Z", "2026-12-01T02:00:00Z"),
        ("date", None, "2026-11-20T15:59:59Z"),
        (None, None, "2026-11-20T15:59:59Z"),
    ],
)
def test_when_a_hazard_is_due(kind, at, due):
    assert due_at(kind, at and parse(at), FOUND) == parse(due)


def test_what_looks_major_is_listed_until_the_reviewer_decided(found, sign_in):
    found()
    finding = found(severity="suspected_major")
    qian = sign_in("qian")
    assert [h["finding"]["id"] for h in hazards(qian, "?state=undecided")] == [finding["id"]]

    decide(qian, finding)

    assert hazards(qian, "?state=undecided") == []


def test_what_is_to_be_put_right_at_once_is_late_only_when_the_day_has_gone_by(found, sign_in):
    today = {"deadline": {"kind": "immediately", "at": None}, "found_at": iso(now())}
    yesterday = today | {"found_at": iso(now() - timedelta(days=1))}
    found(**today)
    found(**yesterday)

    late, fresh = hazards(sign_in("sun"))

    assert (late["state"], late["due_kind"]) == ("overdue", "immediately")
    assert (fresh["state"], fresh["due_kind"]) == ("open", "immediately")


def test_a_hazard_put_right_on_the_spot_is_found_but_not_followed(found, sign_in):
    finding = found(fixed_on_site=True, deadline=None, after=True)

    assert finding["hazard"] is None
    assert hazards(sign_in("sun")) == []


def test_put_right_on_the_spot_is_not_believed_without_its_photo(found, sign_in):
    finding = found(fixed_on_site=True, deadline=None)

    assert [h["finding"]["id"] for h in hazards(sign_in("sun"))] == [finding["id"]]


def test_a_hazard_is_open_then_overdue_then_closed(found, sign_in, town):
    finding = found(deadline={"kind": "date", "at": "2099-01-01T00:00:00Z"})
    sun = sign_in("sun")
    assert [h["state"] for h in hazards(sun, "?state=open")] == ["open"]

    with transaction():
        hazard = db.session.get_one(Hazard, finding["hazard"]["id"])
        hazard.due_at = parse("2026-01-01T00:00:00Z")
    assert [h["state"] for h in hazards(sun, "?state=overdue")] == ["overdue"]
    assert hazards(sun, "?state=open") == []

    with transaction():
        db.session.add(HazardClosure(hazard_id=hazard.id, closed_by_id=town.person["zhou"]))
    assert [h["state"] for h in hazards(sun, "?state=closed")] == ["closed"]
    assert hazards(sun, "?state=overdue") == []


@pytest.mark.parametrize(
    ("name", "seen"), [("zhou", 1), ("deng", 1), ("sun", 1), ("liu", 1), ("hu", 0), ("yun", 0)]
)
def test_hazards_are_seen_by_those_who_see_the_visit(found, sign_in, name, seen):
    found()

    assert len(hazards(sign_in(name))) == seen


def test_hazards_of_one_project(found, sign_in, town):
    found()
    sun = sign_in("sun")

    assert len(hazards(sun, f"?project={town.project['binjiang']}")) == 1
    assert hazards(sun, f"?project={town.project['yunqi']}") == []


@pytest.mark.parametrize("severity", ["major", "general"])
def test_the_reviewer_confirms_or_lowers(found, sign_in, severity):
    finding = found(severity="suspected_major", major_answer=True)

    reply = decide(sign_in("qian"), finding, severity)

    assert (reply.status_code, reply.json["severity"]) == (200, severity)
    assert reply.json["reported_severity"] == "suspected_major"
    assert hazards(sign_in("sun"))[0]["finding"]["severity"] == severity


def test_a_severity_is_decided_once(found, sign_in):
    finding = found(severity="suspected_major", major_answer=True)
    qian = sign_in("qian")
    decide(qian, finding, "major")

    assert decide(qian, finding, "major").status_code == 200
    assert decide(qian, finding, "general").json["problem"] == "AlreadyDecided"


def test_a_general_hazard_is_not_up_for_review(found, sign_in):
    assert decide(sign_in("qian"), found()).json["problem"] == "NotSuspected"


def test_who_may_not_decide_severity(found, sign_in, town):
    finding = found(severity="suspected_major", major_answer=True)
    with transaction():
        for name in ("rui", "hu"):
            db.session.add(Appointment(person_id=town.person[name], role="reviewer"))

    replies = {
        name: decide(sign_in(name), finding).status_code for name in ("sun", "liu", "hu", "rui")
    }

    assert replies == {"sun": 403, "liu": 403, "hu": 404, "rui": 404}


def test_nobody_decides_on_a_finding_of_their_own(phone, edition, give_task, town):
    with transaction():
        db.session.add(Appointment(person_id=town.person["wang"], role="reviewer"))
    wang = phone("wang")
    record = with_finding(
        whole_check(wang.task(give_task("wang"))), severity="suspected_major", major_answer=True
    )
    wang.send(record)
    [finding] = wang.caller.get(f"/api/visits/{record['id']}").json["findings"]

    assert decide(wang.caller, finding).status_code == 403
