"""Records that wait: who sees them, and what a person decides."""

import pytest

from fieldapp.clock import local_date, parse
from fieldapp.db import db, new_id, transaction
from fieldapp.projects.models import Service
from fieldapp.visits.models import Task
from tests.fixtures.phone import with_finding


def waiting(caller):
    return caller.get("/api/quarantine").json["items"]


def decide(caller, record_id, decision, words="看过现场照片"):
    return caller.post(
        f"/api/quarantine/{record_id}/decisions", json={"decision": decision, "words": words}
    )


@pytest.fixture
def softened(zhou, check):
    """A check whose second record drops its finding."""
    zhou.send(with_finding(check))
    assert zhou.send(check).json["state"] == "quarantined"
    return check


def test_the_agency_sees_what_waits_with_its_reasons(zhou, check, sign_in):
    zhou.send({**check, "nonce": "A" * 43})

    [item] = waiting(sign_in("deng"))

    assert item["project"]["name"] == "滨江三号地块"
    assert item["sent_by"]["name"] == "zhou某"
    assert [(r["code"], r["where"]) for r in item["reasons"]] == [("task_mismatch", "/nonce")]


def test_the_service_insurer_sees_its_agencys_records_and_others_see_nothing(zhou, check, sign_in):
    zhou.send({**check, "nonce": "A" * 43})

    seen = {name: len(waiting(sign_in(name))) for name in ("sun", "hu", "rui")}

    assert seen == {"sun": 1, "hu": 0, "rui": 0}


def test_an_unreadable_record_names_no_project_and_stays_with_its_sender(zhou, sign_in):
    zhou.send(b"not json", to=new_id())

    assert [item["project"] for item in waiting(sign_in("deng"))] == [None]
    assert waiting(sign_in("sun")) == []


def test_accepted_records_do_not_wait(zhou, check, sign_in):
    zhou.send(check)

    assert waiting(sign_in("deng")) == []


def test_what_was_sent_can_be_looked_at(zhou, sign_in):
    zhou.send("不是 JSON".encode(), to=new_id())
    deng = sign_in("deng")

    record = deng.get(f"/api/quarantine/{waiting(deng)[0]['id']}").json

    assert record["body"] == "不是 JSON"
    assert [j["state"] for j in record["judgements"]] == ["quarantined"]


def test_a_softer_record_counts_once_a_person_let_it_pass(softened, sign_in):
    deng = sign_in("deng")
    [item] = waiting(deng)

    reply = decide(deng, item["id"], "judge_again")

    assert (reply.status_code, reply.json["state"]) == (201, "revision")
    assert waiting(deng) == []
    assert [j["judged_by"] and j["judged_by"]["name"] for j in reply.json["judgements"]] == [
        None,
        "deng某",
    ]
    visit = deng.get(f"/api/visits/{softened['id']}").json
    assert {a["value"] for a in visit["answers"]} == {"pass"}
    assert len(visit["findings"]) == 1, "a finding stays: the earlier record stays"


def test_judging_again_does_not_change_what_is_simply_wrong(zhou, check, sign_in):
    zhou.send({**check, "nonce": "A" * 43})
    deng = sign_in("deng")

    reply = decide(deng, waiting(deng)[0]["id"], "judge_again")

    assert (reply.status_code, reply.json["state"]) == (201, "quarantined")
    assert len(waiting(deng)) == 1


def test_judging_again_sees_what_was_put_right(zhou, check, sign_in):
    zhou.send({**check, "nonce": "A" * 43})
    with transaction():
        db.session.get_one(Task, check["task_id"]).nonce = "A" * 43
    deng = sign_in("deng")

    assert decide(deng, waiting(deng)[0]["id"], "judge_again").json["state"] == "accepted"


def test_a_visit_made_while_the_agency_still_served_may_be_let_in(zhou, check, sign_in, town):
    on = local_date(parse(check["started_at"]))
    with transaction():
        for service in db.session.scalars(
            db.select(Service).where(Service.agency_id == town.organisation["anxun"])
        ):
            service.agency_id = None
    assert zhou.send(check).json["state"] == "quarantined"
    deng = sign_in("deng")
    [item] = waiting(deng)
    assert decide(deng, item["id"], "judge_again").json["state"] == "quarantined"

    with transaction():
        for service in db.session.scalars(
            db.select(Service).where(Service.project_id == town.project["binjiang"])
        ):
            service.ends_on, service.agency_id = on, town.organisation["anxun"]

    assert decide(deng, item["id"], "judge_again").json["state"] == "accepted"


def test_a_record_set_aside_is_kept_and_no_longer_waits(softened, zhou, sign_in):
    deng = sign_in("deng")
    [item] = waiting(deng)

    assert decide(deng, item["id"], "set_aside").status_code == 201

    assert waiting(deng) == []
    again = zhou.send(softened).json
    assert again["state"] == "quarantined"
    assert again["reasons"][-1]["code"] == "set_aside"
    assert len(zhou.caller.get(f"/api/visits/{softened['id']}").json["records"]) == 2


def test_a_decision_is_made_once(softened, sign_in):
    deng = sign_in("deng")
    [item] = waiting(deng)
    decide(deng, item["id"], "judge_again")

    assert decide(deng, item["id"], "judge_again").json["problem"] == "NotWaiting"
    assert decide(deng, item["id"], "set_aside").json["problem"] == "NotWaiting"


def test_a_record_set_aside_by_mistake_is_judged_again(softened, sign_in):
    deng = sign_in("deng")
    [item] = waiting(deng)
    decide(deng, item["id"], "set_aside")

    assert decide(deng, item["id"], "set_aside").json["problem"] == "NotWaiting"
    assert decide(deng, item["id"], "judge_again").json["state"] == "revision"


def test_a_record_overtaken_by_a_later_one_never_replaces_it(softened, zhou, sign_in):
    deng = sign_in("deng")
    [item] = waiting(deng)
    newest = newer_record(zhou, softened)
    assert zhou.send(newest).json["state"] == "revision"

    reply = decide(deng, item["id"], "judge_again")

    assert [reason["code"] for reason in reply.json["reasons"]] == ["superseded"]


def newer_record(zhou, check):
    """The first record again, with its finding, from a newer app."""
    visit = zhou.caller.get(f"/api/visits/{check['id']}").json
    [finding] = visit["findings"]
    return with_finding(check, id=finding["sent_id"]) | {"app": "field 0.2.0"}


def test_the_insurer_does_not_decide_for_its_agency(softened, sign_in):
    sun = sign_in("sun")

    assert decide(sun, waiting(sun)[0]["id"], "set_aside").status_code == 403


def test_outsiders_cannot_tell_that_a_record_waits(softened, sign_in):
    [item] = waiting(sign_in("deng"))

    assert decide(sign_in("hu"), item["id"], "set_aside").status_code == 404


def test_a_decision_needs_words(softened, sign_in):
    deng = sign_in("deng")

    assert decide(deng, waiting(deng)[0]["id"], "set_aside", words="").status_code == 422
