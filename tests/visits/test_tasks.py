"""What a surveyor's phone is given to do."""

from datetime import timedelta

from fieldapp import events
from fieldapp.clock import SHANGHAI, now, parse
from fieldapp.db import db, transaction
from fieldapp.evidence.announcements import VerdictGiven
from fieldapp.evidence.models import Verdict
from fieldapp.keys import from_text
from fieldapp.projects.models import Service, Unit
from fieldapp.visits.models import TaskClosure
from tests.fixtures.fieldwork import evidence_row, visit_row


def test_a_task_brings_everything_for_work_without_signal(sign_in, town, edition, give_task):
    give_task("zhou")

    [task] = sign_in("zhou").get("/api/tasks").json["tasks"]

    assert task["kind"] == "monthly_check"
    assert task["edition"] == {"id": "monthly_check", "edition": "2026-1", "digest": edition.digest}
    assert [unit["name"] for unit in task["project"]["units"]][:2] == ["1#塔机", "2#塔机"]
    assert task["project"]["site"]["datum"] == "WGS-84"
    assert task["project"]["contacts"] == [{"organisation": "东方建工", "party": "contractor"}]
    assert task["re_shoot"] is None
    assert len(from_text(task["nonce"])) == 32


def test_a_monthly_check_is_due_when_the_month_ends_in_china(sign_in, town, give_task):
    give_task("zhou")

    [task] = sign_in("zhou").get("/api/tasks").json["tasks"]

    due = parse(task["due_at"]).astimezone(SHANGHAI)
    assert (due + timedelta(seconds=1)).day == 1
    assert f"{due:%Y-%m}" == task["period"]


def test_nobody_is_shown_another_persons_tasks(sign_in, town, give_task):
    give_task("zhou")

    assert sign_in("wang").get("/api/tasks").json["tasks"] == []


def test_a_finished_task_is_gone(sign_in, town, give_task):
    task_id = give_task("zhou")
    with transaction():
        db.session.add(TaskClosure(task_id=task_id, closed_by_id=town.person["zhou"]))

    assert sign_in("zhou").get("/api/tasks").json["tasks"] == []


def test_a_removed_machine_is_not_sent(sign_in, town, give_task):
    give_task("zhou")
    with transaction():
        db.session.get_one(Unit, town.unit["tc2"]).removed_at = now()

    [task] = sign_in("zhou").get("/api/tasks").json["tasks"]

    assert "2#塔机" not in [unit["name"] for unit in task["project"]["units"]]


def test_an_agency_that_no_longer_serves_gets_no_tasks_there(sign_in, town, give_task):
    give_task("zhou")
    end_agency(town)

    assert sign_in("zhou").get("/api/tasks").json["tasks"] == []


def test_the_last_visit_is_told(sign_in, town, give_task):
    task_id = give_task("zhou")
    with transaction():
        done = visit_row(town, task_id)

    [task] = sign_in("zhou").get("/api/tasks").json["tasks"]

    assert parse(task["last_visit_at"]) == done.finished_at


def test_a_photo_that_cannot_be_made_good_asks_for_nothing(sign_in, town, give_task):
    reject(town, give_task("zhou"), follow_up="none")

    assert [task["kind"] for task in sign_in("zhou").get("/api/tasks").json["tasks"]] == [
        "monthly_check"
    ]


def test_a_rejected_photo_comes_back_to_who_took_it(sign_in, town, give_task):
    evidence = reject(town, give_task("zhou"))

    task = next(
        t for t in sign_in("zhou").get("/api/tasks").json["tasks"] if t["kind"] == "re_shoot"
    )

    assert task["re_shoot"] == {
        "visit_id": task["re_shoot"]["visit_id"],
        "evidence_id": evidence.sent_id,
        "question": "fire.fire_lane@site",
        "shot": "far",
        "reason": "unclear",
        "words": "看不清车道宽度",
        "thumb_url": f"/api/evidence/{evidence.id}/renditions/320",
    }
    due = parse(task["due_at"]).astimezone(SHANGHAI)
    assert (due.hour, due.minute) == (18, 0)
    assert (due.date() - now().astimezone(SHANGHAI).date()).days == 1


def test_a_later_verdict_takes_the_re_shoot_back(sign_in, town, give_task):
    evidence = reject(town, give_task("zhou"))
    with transaction():
        announce(town, evidence, outcome="accepted", reason=None, follow_up=None)

    assert [t["kind"] for t in sign_in("zhou").get("/api/tasks").json["tasks"]] == ["monthly_check"]


def test_an_authoritys_verdict_leaves_the_insurers_re_shoot(sign_in, town, give_task):
    evidence = reject(town, give_task("zhou"))
    with transaction():
        announce(
            town,
            evidence,
            by="liu",
            party="county1",
            outcome="accepted",
            reason=None,
            follow_up=None,
        )

    assert "re_shoot" in [t["kind"] for t in sign_in("zhou").get("/api/tasks").json["tasks"]]


def test_tasks_are_for_surveyors(sign_in):
    assert sign_in("liu").get("/api/tasks").status_code == 403


def reject(town, task_id, **changes):
    with transaction():
        evidence = evidence_row(visit_row(town, task_id))
        announce(town, evidence, **changes)
    return evidence


def announce(town, evidence, *, by="sun", party="antai", **changes):
    given = {
        "outcome": "rejected",
        "reason": "unclear",
        "follow_up": "re_shoot",
        "words": "看不清车道宽度",
    } | changes
    verdict = Verdict(
        evidence_id=evidence.id, party_id=town.organisation[party], by_id=town.person[by], **given
    )
    db.session.add(verdict)
    db.session.flush()
    events.announce(VerdictGiven(verdict.id, evidence.id, verdict.outcome, verdict.follow_up))


def end_agency(town):
    with transaction():
        for service in db.session.scalars(
            db.select(Service).where(Service.agency_id == town.organisation["anxun"])
        ):
            service.agency_id = None
