"""Going back to a hazard: it is closed with a photo, or extended and counted; a fallen photo opens it again."""

from datetime import timedelta

import pytest

from fieldapp import jobs
from fieldapp.blobs.models import Blob
from fieldapp.clock import at, iso, now, parse
from fieldapp.db import db, new_id, own_id, transaction
from fieldapp.events import announce
from fieldapp.evidence import redacting
from fieldapp.evidence.announcements import VerdictGiven
from fieldapp.evidence.models import Evidence, Verdict
from tests.fixtures.phone import fix, photo, whole_check, with_finding

IN_A_WEEK = {"kind": "date", "at": iso(now() + timedelta(days=7))}


@pytest.fixture
def found(zhou, give_task):
    """`found(deadline=…)`: zhou sends a check with a finding like that; the finding as sent."""

    def find(*, shots=("far", "near"), **changes):
        record = with_finding(whole_check(zhou.task(give_task("zhou"))), **changes)
        for evidence, shot in zip(record["evidence"][-2:], shots, strict=True):
            evidence["shot"] = shot
        assert zhou.send(record).json["state"] == "accepted"
        return record

    return find


@pytest.fixture
def hazard(found, zhou):
    """A hazard whose deadline is a week off: its id."""
    found(deadline=IN_A_WEEK)
    return zhou.caller.get("/api/hazards").json["items"][0]["id"]


@pytest.fixture
def sun(sign_in):
    return sign_in("sun")


def send_back(sun, town, hazard, **to):
    """The supervisor has somebody go there."""
    body = {"kind": "re_inspection", "project_id": town.project["binjiang"], "hazard_id": hazard}
    to = to or {"organisation_id": town.organisation["anxun"]}
    return sun.post("/api/tasks", json=body | to)


@pytest.fixture
def task(sun, town, hazard, sign_in, zhou):
    """The re-inspection of the hazard on zhou's phone."""
    made = send_back(sun, town, hazard).json
    reply = sign_in("deng").put(
        f"/api/tasks/{made['id']}/surveyor",
        json={"surveyor_id": town.person["zhou"]},
        headers={"If-Match": made["etag"]},
    )
    assert reply.status_code == 200, reply.json
    return zhou.task(made["id"])


def seen(task, outcome, *, shot="after", said=None, **changes):
    """The record of a re-inspection."""
    moment = now()
    about = task["re_inspection"]
    evidence = [photo(moment, question=about["question"], shot=shot)] if shot else []
    said = said or {}
    return {
        "format": 1,
        "app": "field 0.1.0",
        "id": new_id(),
        "kind": "re_inspection",
        "task_id": task["id"],
        "project_id": task["project"]["id"],
        "scheme": task["scheme"],
        "edition": task["edition"],
        "nonce": task["nonce"],
        "started_at": iso(moment - timedelta(minutes=5)),
        "finished_at": iso(moment),
        "clock_offset_ms": None,
        "arrival": fix(moment),
        "categories": [],
        "answers": [],
        "findings": [],
        "evidence": evidence,
        "signature": None,
        "answers_re_shoot": None,
        "re_inspection": {
            "visit_id": about["visit_id"],
            "finding_id": about["finding_id"],
            "outcome": outcome,
            "words": None,
            "deadline": None,
        }
        | said,
    } | changes


def judge(town, record, outcome, *, by="sun", party="antai", words=None):
    """A verdict on the record's only photo."""
    with transaction():
        row = Verdict(
            evidence_id=own_id(town.organisation["anxun"], record["evidence"][-1]["id"]),
            party_id=town.organisation[party],
            by_id=town.person[by],
            outcome=outcome,
            reason="wrong_object" if outcome == "rejected" else None,
            follow_up="none" if outcome == "rejected" else None,
            words=words,
        )
        db.session.add(row)
        db.session.flush()
        announce(VerdictGiven(row.id, row.evidence_id, outcome, row.follow_up))


def one(caller, hazard):
    return caller.get(f"/api/hazards/{hazard}").json


def steps(caller, hazard):
    return [step["step"] for step in one(caller, hazard)["course"]]


def test_the_task_brings_the_finding_and_its_photos(task, hazard):
    about = task["re_inspection"]

    assert (about["words"], about["place"]) == ("消防车道被模板堆料占用", "东大门内")
    assert about["question"] == "fire.fire_lane@site"
    assert [each["shot"] for each in about["photos"]] == ["near", "far"]
    assert about["photos"][0]["url"].startswith("/api/tasks/")
    assert (about["rounds"], about["due_at"]) == (0, IN_A_WEEK["at"])


def test_rectified_with_a_photo_closes_the_hazard_and_says_who(zhou, task, hazard, sun):
    assert zhou.send(seen(task, "rectified")).json["state"] == "accepted"

    shown = one(sun, hazard)
    assert (shown["state"], shown["rounds"], shown["task"]) == ("closed", 1, None)
    assert [step["step"] for step in shown["course"]] == [
        "found", "notice", "re_inspection", "closed",
    ]  # fmt: skip
    assert shown["course"][-1]["by"] == "zhou某"
    assert [p["shot"] for p in shown["course"][0]["photos"]] == ["far", "near"]
    assert [p["shot"] for p in shown["course"][2]["photos"]] == ["after"]


def test_rectified_without_a_photo_closes_nothing_and_is_asked_again(zhou, task, hazard, sun):
    record = seen(task, "rectified", shot=None)

    assert zhou.send(record).json["state"] == "accepted"

    visit = zhou.caller.get(f"/api/visits/{record['id']}").json
    assert [lack["code"] for lack in visit["shortfalls"]] == ["after_missing"]
    assert one(sun, hazard)["state"] == "open"


def test_not_rectified_sets_a_new_deadline_and_counts(zhou, task, hazard, sun):
    later = iso(now() + timedelta(days=20))
    said = {"words": "仍堆有木方", "deadline": {"kind": "date", "at": later}}

    zhou.send(seen(task, "not_rectified", shot="before", said=said))

    shown = one(sun, hazard)
    assert (shown["state"], shown["due_at"], shown["rounds"]) == ("open", later, 1)
    last = shown["course"][-1]
    assert (last["step"], last["outcome"], last["words"]) == (
        "re_inspection", "not_rectified", "仍堆有木方",
    )  # fmt: skip


def test_a_refusal_is_listed_by_itself(zhou, task, hazard, sun):
    said = {"words": "项目部拒绝清理", "refused": True, "deadline": IN_A_WEEK}

    zhou.send(seen(task, "not_rectified", shot="before", said=said))

    assert one(sun, hazard)["escalation"] == "refused"
    listed = sun.get("/api/hazards?state=refused").json
    assert [each["id"] for each in listed["items"]] == [hazard]
    assert listed["counts"]["refused"] == 1


def test_what_is_overdue_stands_first_and_says_so(found, zhou, sun, give_task):
    found(deadline=IN_A_WEEK)
    found(deadline={"kind": "date", "at": iso(now() - timedelta(hours=1))})

    shown = sun.get("/api/hazards").json

    assert [each["escalation"] for each in shown["items"]] == ["overdue", None]
    assert shown["counts"] == {
        "unclosed": 2,
        "undecided": 0,
        "refused": 0,
        "overdue": 1,
        "open": 1,
        "closed": 0,
    }


def test_what_is_still_to_be_closed_is_listed_without_what_is(zhou, task, hazard, found, sun):
    found(deadline=IN_A_WEEK)
    zhou.send(seen(task, "rectified", shot="after"))

    listed = sun.get("/api/hazards?state=unclosed").json

    assert one(sun, hazard)["state"] == "closed"
    assert hazard not in [each["id"] for each in listed["items"]]
    assert (len(listed["items"]), listed["counts"]["closed"]) == (1, 1)


def test_a_day_before_its_deadline_the_hazard_comes_back_by_itself(hazard, zhou):
    jobs.run_all()
    assert zhou.caller.get("/api/tasks").json["tasks"] == []

    with at(now() + timedelta(days=6, minutes=1)):
        jobs.run_all()

    [task] = zhou.caller.get("/api/tasks").json["tasks"]
    assert task["kind"] == "re_inspection"
    assert parse(task["due_at"]) > parse(IN_A_WEEK["at"])


def test_a_hazard_with_a_task_gets_no_second_one(task, hazard, zhou, sun, town):
    with at(now() + timedelta(days=6, minutes=1)):
        jobs.run_all()

    assert len(zhou.caller.get("/api/tasks").json["tasks"]) == 1
    assert send_back(sun, town, hazard).json["problem"] == "AlreadyIssued"


def test_a_new_deadline_brings_a_new_task_when_it_comes(zhou, task, hazard):
    said = {"words": "未清理", "deadline": {"kind": "immediately", "at": None}}
    zhou.send(seen(task, "not_rectified", shot="before", said=said))

    jobs.run_all()

    [again] = zhou.caller.get("/api/tasks").json["tasks"]
    assert again["re_inspection"]["rounds"] == 1
    assert again["re_inspection"]["due_kind"] == "immediately"


def test_a_closed_hazard_is_not_gone_back_to(zhou, task, hazard, sun, town):
    zhou.send(seen(task, "rectified"))

    assert send_back(sun, town, hazard).json["problem"] == "HazardClosed"


def test_a_re_inspection_needs_its_hazard(sun, town, hazard, sign_in):
    body = {
        "kind": "re_inspection",
        "project_id": town.project["binjiang"],
        "surveyor_id": town.person["wang"],
    }

    assert sun.post("/api/tasks", json=body).json["problem"] == "NoHazard"
    stranger = sign_in("hu").post("/api/tasks", json=body | {"hazard_id": hazard})
    assert stranger.status_code == 404


def test_of_another_hazard_it_waits_for_a_person(zhou, task):
    reply = zhou.send(seen(task, "rectified", said={"finding_id": new_id()}))

    assert [reason["where"] for reason in reply.json["reasons"]] == ["/re_inspection"]


def test_a_later_record_may_not_turn_not_rectified_into_rectified(zhou, task, hazard, sun):
    first = seen(task, "not_rectified", shot="before", said={"words": "未清理"})
    zhou.send(first)
    second = seen(task, "rectified", id=first["id"])

    assert [r["code"] for r in zhou.send(second).json["reasons"]] == ["softened"]
    assert one(sun, hazard)["state"] != "closed"


# -- the photo falls -------------------------------------------------------------------------------


def test_a_rejected_photo_opens_the_hazard_again_and_says_why(zhou, task, hazard, sun, town):
    record = seen(task, "rectified")
    zhou.send(record)

    judge(town, record, "rejected", words="不是同一处车道")

    shown = one(sun, hazard)
    assert shown["state"] == "open"
    last = shown["course"][-1]
    assert (last["step"], last["by"]) == ("reopened", "sun某")
    assert "不是同一处车道" in last["words"]
    with at(now() + timedelta(days=7)):
        jobs.run_all()
    assert [t["kind"] for t in zhou.caller.get("/api/tasks").json["tasks"]] == ["re_inspection"]


def test_the_insurer_may_think_again(zhou, task, hazard, sun, town):
    record = seen(task, "rectified")
    zhou.send(record)
    judge(town, record, "rejected")

    judge(town, record, "accepted")

    assert one(sun, hazard)["state"] == "closed"
    assert steps(sun, hazard)[-3:] == ["closed", "reopened", "closed"]


def test_one_good_photo_of_several_is_enough(zhou, task, hazard, sun, town):
    record = seen(task, "rectified")
    question = task["re_inspection"]["question"]
    record["evidence"].append(photo(now(), question=question, shot="after"))
    zhou.send(record)

    judge(town, record, "rejected")
    assert one(sun, hazard)["state"] == "closed"

    record["evidence"].pop()
    judge(town, record, "rejected")
    assert one(sun, hazard)["state"] == "open"


def test_an_authoritys_verdict_opens_nothing(zhou, task, hazard, sun, town):
    record = seen(task, "rectified")
    zhou.send(record)

    judge(town, record, "rejected", by="liu", party="county1")

    assert one(sun, hazard)["state"] == "closed"


def test_put_right_on_the_spot_becomes_a_hazard_when_its_photo_falls(found, zhou, sun, town):
    record = found(fixed_on_site=True, deadline=None, shots=("before", "after"))
    assert sun.get("/api/hazards").json["items"] == []

    judge(town, record, "rejected")

    [hazard] = sun.get("/api/hazards").json["items"]
    assert hazard["state"] == "open"
    assert "reopened" in steps(sun, hazard["id"])

    judge(town, record, "accepted")
    assert one(sun, hazard["id"])["state"] == "closed"


@pytest.fixture
def two_fixed_on_site(zhou, give_task, sun):
    """One check that found two things at the same question and had both put right: the check, and which hazard is whose."""
    told = {"fixed_on_site": True, "deadline": None}
    record = with_finding(whole_check(zhou.task(give_task("zhou"))), words="东侧", **told)
    record = with_finding(record, words="西侧", **told)
    for evidence, shot in zip(record["evidence"][-4:], ("before", "after") * 2, strict=True):
        evidence["shot"] = shot
    assert zhou.send(record).json["state"] == "accepted"

    def hazards():
        items = sun.get("/api/hazards").json["items"]
        return {hazard["finding"]["words"]: hazard["state"] for hazard in items}

    return record, hazards


def test_a_photo_accepted_after_all_closes_only_what_it_shows(two_fixed_on_site, town):
    record, hazards = two_fixed_on_site
    east = record | {"evidence": record["evidence"][:-2]}
    judge(town, record, "rejected")
    judge(town, east, "rejected")

    judge(town, east, "accepted")

    assert hazards() == {"东侧": "closed", "西侧": "open"}


def test_a_photo_that_falls_opens_only_what_it_showed(two_fixed_on_site, town):
    record, hazards = two_fixed_on_site
    east = record | {"evidence": record["evidence"][:-2]}
    judge(town, east, "rejected")
    judge(town, east, "accepted")

    judge(town, record, "rejected")

    assert hazards() == {"东侧": "closed", "西侧": "open"}


A_WEEK_AND_A_DAY = timedelta(days=8)


def store(town, record):
    """The bytes of its last photo arrive."""
    sent = record["evidence"][-1]
    with transaction():
        stored = Blob(
            organisation_id=town.organisation["anxun"],
            sha256=sent["sha256"],
            size=sent["size"],
            media_type=sent["media_type"],
        )
        db.session.add(stored)


def test_a_closure_whose_photo_never_comes_falls_after_a_week(zhou, task, hazard, sun):
    zhou.send(seen(task, "rectified"))

    with at(now() + timedelta(days=6)):
        jobs.run_all()
        shown = one(sun, hazard)
    assert shown["state"] == "closed"
    assert shown["awaits_photo_until"] > iso(now() + timedelta(days=6))
    with at(now() + A_WEEK_AND_A_DAY):
        jobs.run_all()

    assert one(sun, hazard)["state"] != "closed"
    assert one(sun, hazard)["awaits_photo_until"] is None
    assert "整改后的照片一周内没有传到" in [step["words"] for step in one(sun, hazard)["course"]]


def test_a_closure_whose_photo_came_stands(zhou, task, hazard, sun, town):
    record = seen(task, "rectified")
    zhou.send(record)
    store(town, record)
    assert one(sun, hazard)["awaits_photo_until"] is None

    with at(now() + A_WEEK_AND_A_DAY):
        jobs.run_all()

    assert one(sun, hazard)["state"] == "closed"


def test_put_right_on_the_spot_wants_its_photo_too(found, sun):
    found(fixed_on_site=True, deadline=None, shots=("before", "after"))

    with at(now() + A_WEEK_AND_A_DAY):
        jobs.run_all()

    [hazard] = sun.get("/api/hazards").json["items"]
    assert hazard["state"] == "open"


def test_an_old_record_that_comes_late_does_not_outdo_a_newer_look(
    zhou, task, hazard, sun, town, sign_in
):
    early = seen(task, "rectified")
    early |= {
        "started_at": iso(now() - timedelta(hours=6)),
        "finished_at": iso(now() - timedelta(hours=5)),
    }
    sun.put(f"/api/tasks/{task['id']}/withdrawal", json={"words": "改由本公司人员去"})
    wang_task = send_back(sun, town, hazard, surveyor_id=town.person["wang"])
    assert wang_task.status_code == 201
    with transaction():
        from fieldapp.hazards.models import ReInspection
        from fieldapp.visits.models import Task
        from tests.fixtures.fieldwork import visit_row

        wangs = db.session.get_one(Task, wang_task.json["id"])
        visit = visit_row(town, wangs.id)
        db.session.add(
            ReInspection(
                visit_id=visit.id,
                hazard_id=hazard,
                outcome="not_rectified",
                inspected_at=now() - timedelta(hours=1),
            )
        )

    assert zhou.send(early).json["state"] == "accepted"

    assert one(sun, hazard)["state"] == "open"
    assert one(sun, hazard)["rounds"] == 2


def test_whoever_is_sent_back_sees_what_a_colleague_of_the_insurer_found(
    phone, edition, give_task, sun, town, sign_in
):
    wang = phone("wang")
    record = with_finding(whole_check(wang.task(give_task("wang"))), deadline=IN_A_WEEK)
    assert wang.send(record).json["state"] == "accepted"
    hazard = wang.caller.get("/api/hazards").json["items"][0]["id"]
    made = send_back(sun, town, hazard).json
    named = {"surveyor_id": town.person["zhou"]}
    deng = sign_in("deng")
    deng.put(f"/api/tasks/{made['id']}/surveyor", json=named, headers={"If-Match": made["etag"]})

    zhou = sign_in("zhou")
    [task] = zhou.get("/api/tasks").json["tasks"]
    old = [each["url"] for each in task["re_inspection"]["photos"]]

    # It is theirs to see: what is missing is only the picture, whose bytes never came here.
    assert {zhou.get(url).json["problem"] for url in old} == {"NotShown"}
    assert {wang.caller.get(url).json["problem"] for url in old} == {"NotFound"}
    other = own_id(town.organisation["antai"], record["evidence"][0]["id"])
    assert zhou.get(f"/api/tasks/{task['id']}/photos/{other}").json["problem"] == "NotFound"


def test_in_place_of_a_photo_that_was_deleted_by_law_stands_a_picture_that_says_so(task, zhou):
    [first, *_] = [each["url"] for each in task["re_inspection"]["photos"]]
    with transaction():
        shown = db.session.get_one(Evidence, first.rsplit("/", 1)[1])
        redacting.redact(shown, None, redacting.Ordered("ordered", "法院裁定"))

    reply = zhou.caller.get(first)

    assert (reply.status_code, reply.mimetype) == (200, "image/svg+xml")
    assert "已依法删除" in reply.text
