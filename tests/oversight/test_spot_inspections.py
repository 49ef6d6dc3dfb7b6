"""An authority looks for itself, the insurer answers, and only then may a fact stand on record."""

from datetime import date, time, timedelta

import pytest

from fieldapp import calendar, waiting
from fieldapp.clock import SHANGHAI, at_local, iso, local_date, now, parse
from fieldapp.db import db, transaction
from fieldapp.ledger.models import LedgerEntry
from fieldapp.oversight.models import AuthorityFinding
from fieldapp.oversight.settling import Absence, record_absence
from fieldapp.projects.models import Service
from fieldapp.visits.models import Answer
from tests.fixtures.scored import BOLTS


@pytest.fixture
def question(town) -> str:
    return f"{BOLTS}@{town.unit['tc2']}"


@pytest.fixture
def inspect(sign_in, town):
    """`inspect(visit_id, question)`: liu's spot inspection of binjiang finds a fault there; the reply."""

    def inspect(visit_id: str, question: str, by: str = "liu", **changes: object):
        officer = sign_in(by)
        begun = officer.post("/api/spot-inspections", json={"project_id": town.project["binjiang"]})
        assert begun.status_code == 201, begun.json
        body = {
            "question": question,
            "visit_id": visit_id,
            "words": "第四标准节连接螺栓松动2颗",
            "place": "2#塔机第四标准节",
            "found_at": iso(now() - timedelta(hours=1)),
        }
        return officer.post(
            f"/api/spot-inspections/{begun.json['id']}/findings", json=body | changes
        )

    return inspect


@pytest.fixture
def missed(past, inspect, question) -> dict:
    visit_id = past.visit({question: "pass"})
    past.photo(visit_id, question)
    return inspect(visit_id, question).json


def test_a_paper_carried_over_is_held_against_the_day_on_which_it_was_inspected(
    past, inspect, question
):
    visit_id = past.visit({question: "pass"})
    seen_at = now() - timedelta(days=20)
    with transaction():
        [carried] = db.session.scalars(db.select(Answer).where(Answer.visit_id == visit_id))
        carried.inspected_at = seen_at

    finding = inspect(visit_id, question).json

    assert finding["insurer_answer"]["answered_at"] == iso(seen_at)


def answer(sign_in, finding, stance="accepted", words=None, by="sun"):
    body = {"stance": stance, "words": words}
    return sign_in(by).put(f"/api/authority-findings/{finding['id']}/response", json=body)


def record(sign_in, finding, words=None, by="liu"):
    return sign_in(by).put(
        f"/api/authority-findings/{finding['id']}/recorded-fact", json={"words": words}
    )


def test_a_finding_stands_beside_the_insurers_answer_and_its_photos(missed, question):
    assert missed["comparison"] == "missed"
    assert missed["insurer_answer"]["value"] == "pass"
    assert missed["insurer_answer"]["surveyor"]["name"] == "wang某"
    assert len(missed["insurer_answer"]["photos"]) == 1
    assert missed["item"]["id"] == BOLTS
    assert missed["state"] == "waiting"


def test_the_insurer_has_until_the_end_of_the_fifth_working_day(missed):
    due = parse(missed["response_due_at"]).astimezone(SHANGHAI)

    assert due.date() == calendar.due(local_date(now()), 5, {}).day
    assert f"{due:%H:%M:%S}" == "23:59:59"


def test_the_insurer_sees_a_finding_against_itself_at_once(sign_in, missed):
    sun = sign_in("sun")

    assert [f["id"] for f in sun.get("/api/authority-findings").json["items"]] == [missed["id"]]
    assert sun.get(f"/api/authority-findings/{missed['id']}").json["comparison"] == "missed"
    assert sun.get("/api/authority-findings?state=responded").json["items"] == []


@pytest.mark.parametrize("outsider", ["hu", "rui", "yun"])
def test_other_insurers_and_counties_find_nothing(sign_in, missed, outsider):
    caller = sign_in(outsider)

    assert caller.get("/api/authority-findings").json["items"] == []
    assert caller.get(f"/api/authority-findings/{missed['id']}").status_code == 404


def test_the_social_insurance_agency_has_no_findings(sign_in, missed):
    assert sign_in("she").get("/api/authority-findings").status_code == 403


def test_another_county_cannot_inspect_the_site(sign_in, town):
    reply = sign_in("yun").post(
        "/api/spot-inspections", json={"project_id": town.project["binjiang"]}
    )

    assert reply.status_code == 404


def test_the_city_sees_a_countys_inspection_but_adds_nothing_to_it(sign_in, missed, question):
    city = sign_in("shi")
    inspection = city.get("/api/spot-inspections").json["items"][0]
    body = {
        "question": question,
        "visit_id": missed["insurer_answer"]["visit_id"],
        "words": "松动",
        "place": "塔身",
        "found_at": iso(now()),
    }

    reply = city.post(f"/api/spot-inspections/{inspection['id']}/findings", json=body)

    assert reply.status_code == 403


def test_the_comparison_wants_the_insurers_latest_answer(past, inspect, question):
    old = past.visit({question: "pass"}, at=now() - timedelta(days=9))
    new = past.visit({question: "fail"}, at=now() - timedelta(days=2))

    refused = inspect(old, question)

    assert refused.status_code == 422
    assert refused.json["problem"] == "LaterAnswer"
    assert refused.json["latest_visit_id"] == new


def test_a_visit_elsewhere_or_without_the_question_is_no_comparison(past, inspect, question):
    elsewhere = past.visit({question: "pass"}, project="yunqi", insurer="hengxin")
    silent = past.visit({"fire.fire_lane@site": "pass"})

    for visit_id in (elsewhere, silent):
        assert inspect(visit_id, question).json["problem"] == "NoSuchAnswer"


def test_a_finding_is_not_dated_in_the_future(past, inspect, question):
    visit_id = past.visit({question: "pass"})

    reply = inspect(visit_id, question, found_at=iso(now() + timedelta(hours=1)))

    assert reply.json["problem"] == "FoundInFuture"


@pytest.mark.parametrize("early", ["before_the_service", "years_ago"])
def test_a_finding_is_dated_neither_before_the_service_nor_years_before_the_inspection(
    past, inspect, question, town, early
):
    visit_id = past.visit({question: "pass"})
    today = local_date(now())
    starts_on = today - timedelta(days=3) if early == "before_the_service" else date(2000, 1, 1)
    with transaction():
        for service in db.session.scalars(
            db.select(Service).where(Service.project_id == town.project["binjiang"])
        ).unique():
            service.starts_on = starts_on
    last_moments = {
        "before_the_service": at_local(starts_on, time()) - timedelta(minutes=1),
        "years_ago": at_local(date(today.year - 1, 1, 1), time()) - timedelta(minutes=1),
    }

    reply = inspect(visit_id, question, found_at=iso(last_moments[early]))

    assert reply.status_code == 422
    assert reply.json["problem"] == "FoundTooEarly"
    assert reply.json["where"] == "/found_at"


@pytest.mark.parametrize(
    ("severity", "closed", "theirs", "comparison"),
    [
        ("general", False, "general", "agreed"),
        ("general", False, "suspected_major", "understated"),
        ("general", True, "general", "falsely_closed"),
    ],
)
def test_the_insurers_own_finding_is_weighed(
    past, inspect, question, severity, closed, theirs, comparison
):
    visit_id = past.visit({question: "fail"})
    closed_at = now() - timedelta(days=1) if closed else None
    past.finding(visit_id, question, severity=severity, closed_at=closed_at)

    assert inspect(visit_id, question, severity=theirs).json["comparison"] == comparison


def test_what_the_insurer_called_fixed_on_the_spot_is_falsely_closed(past, inspect, question):
    visit_id = past.visit({question: "fail"})
    past.finding(visit_id, question, fixed_on_site=True)

    assert inspect(visit_id, question).json["comparison"] == "falsely_closed"


def test_what_the_insurer_found_itself_never_becomes_a_fact(past, inspect, question, sign_in):
    visit_id = past.visit({question: "fail"})
    past.finding(visit_id, question)
    finding = inspect(visit_id, question).json
    answer(sign_in, finding)

    reply = record(sign_in, finding, "理由")

    assert (reply.status_code, reply.json["problem"]) == (409, "NotAFact")
    assert "不扣分" in reply.json["detail"]


def test_a_fact_waits_for_the_insurer(sign_in, missed):
    early = record(sign_in, missed)
    answer(sign_in, missed)
    after = record(sign_in, missed)

    assert (early.status_code, early.json["problem"]) == (409, "InsurerNotHeard")
    assert after.status_code == 201
    assert after.json["words"] == missed["words"]
    assert sign_in("sun").get(f"/api/authority-findings/{missed['id']}").json["state"] == "recorded"


def test_the_deadline_stands_in_for_an_answer(sign_in, missed):
    with transaction():
        row = db.session.get_one(AuthorityFinding, missed["id"])
        row.response_due_at = now() - timedelta(minutes=1)

    assert record(sign_in, missed).status_code == 201


def test_a_fact_stands_once(sign_in, missed):
    answer(sign_in, missed)
    record(sign_in, missed)

    again = record(sign_in, missed)

    assert (again.status_code, again.json["problem"]) == (409, "FactExists")


def test_contesting_wants_words_and_so_does_recording_against_it(sign_in, missed):
    wordless = answer(sign_in, missed, "contested")
    contested = answer(sign_in, missed, "contested", "检查后另有人员拆动")
    unreasoned = record(sign_in, missed, by="chen")
    reasoned = record(sign_in, missed, "现场无拆动记录，维持", by="chen")

    assert wordless.json["problem"] == "WordsNeeded"
    assert contested.json["response"]["stance"] == "contested"
    assert unreasoned.json["problem"] == "WordsNeeded"
    assert reasoned.status_code == 201


@pytest.mark.parametrize(("stance", "status"), [("accepted", 201), ("contested", 403)])
def test_nobody_overrules_the_objection_against_their_own_finding(sign_in, missed, stance, status):
    answer(sign_in, missed, stance, "检查后另有人员拆动")
    waiting_for = {
        who: {each["what"]: each["count"] for each in sign_in(who).get("/api/home").json["waiting"]}
        for who in ("liu", "chen")
    }

    recorded = record(sign_in, missed, "现场无拆动记录，维持")

    assert recorded.status_code == status
    assert recorded.json.get("problem") == ("OwnFinding" if status == 403 else None)
    assert waiting_for["chen"]["findings_to_record"] == 1
    assert waiting_for["liu"]["findings_to_record"] == (0 if status == 403 else 1)


def test_an_answer_is_given_once(sign_in, missed):
    answer(sign_in, missed)

    again = answer(sign_in, missed, "contested", "反悔")

    assert (again.status_code, again.json["problem"]) == (409, "AlreadyAnswered")


def test_only_the_findings_own_authority_records_the_fact(sign_in, missed):
    answer(sign_in, missed)

    assert record(sign_in, missed, by="yun").status_code == 404
    assert record(sign_in, missed, by="shi").status_code == 403
    assert record(sign_in, missed, by="sun").status_code == 403


def test_what_was_left_undone_goes_on_record_by_itself(town):
    from fieldapp.accounts.models import Person

    with transaction():
        officer = db.session.get_one(Person, town.person["liu"])
        absence = Absence(
            "construction_liability",
            town.organisation["antai"],
            town.project["binjiang"],
            "2026",
            "2026年8月未进行月度检查",
        )
        fact = record_absence(officer, absence)

    assert (fact.kind, fact.authority_id) == ("absence", town.organisation["county1"])


def test_every_act_leaves_its_entry(sign_in, missed):
    answer(sign_in, missed)
    record(sign_in, missed)

    tables = set(db.session.scalars(db.select(LedgerEntry.table_name)))

    assert {"spot_inspection", "authority_finding", "insurer_response", "recorded_fact"} <= tables


def test_nobody_is_late_in_answering_what_asks_for_no_answer(past, inspect, question):
    found = inspect(past.visit({question: "fail"}), question).json
    disputed = inspect(past.visit({question: "pass"}), question).json
    assert (found["comparison"], disputed["comparison"]) == ("agreed", "missed")
    with transaction():
        for finding in db.session.scalars(db.select(AuthorityFinding)):
            finding.response_due_at = now() - timedelta(days=1)

    with transaction(write=False):
        assert waiting.overdue()["authority_finding.told"] == 1
