"""Work given out by people: to a surveyor, to the agency, to somebody else, and taken back."""

from datetime import date, timedelta

import pytest

from fieldapp import jobs
from fieldapp.accounts.models import Appointment, Person
from fieldapp.clock import at, at_local, iso, local_date, month_of, now, parse
from fieldapp.db import db, transaction
from fieldapp.projects.models import Service
from fieldapp.visits import months
from fieldapp.visits.models import MonthIssue, Shortfall, Task, TaskClosure
from tests.fixtures.fieldwork import visit_row
from tests.fixtures.phone import answer, follow_up, whole_check
from tests.fixtures.town import LIABILITY

MONTH = month_of(now())


@pytest.fixture
def sun(sign_in, edition):
    """The supervisor of the insurer that serves binjiang, with the agency anxun."""
    return sign_in("sun")


@pytest.fixture
def deng(sign_in, edition):
    """The agency's dispatcher."""
    return sign_in("deng")


def order(caller, town, *, project="binjiang", **changes):
    body = {"kind": "monthly_check", "project_id": town.project[project], **changes}
    return caller.post("/api/tasks", json=body)


def tasks_of(caller):
    return caller.get("/api/tasks").json["tasks"]


def issued(caller, **asked):
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    return caller.get(f"/api/tasks/issued?{query}").json


def withdraw(caller, task, words="工地停工"):
    return caller.put(f"/api/tasks/{task['id']}/withdrawal", json={"words": words})


def reassign(caller, task, etag=None, **to):
    headers = {"If-Match": etag or task["etag"]}
    return caller.put(f"/api/tasks/{task['id']}/surveyor", json=to, headers=headers)


def another_surveyor(town, name="deng"):
    """Somebody of the agency who now goes to sites as well."""
    with transaction():
        db.session.add(Appointment(person_id=town.person[name], role="surveyor"))
    return town.person[name]


def test_a_dispatcher_gives_a_check_to_one_of_their_own(deng, town, sign_in):
    made = order(deng, town, surveyor_id=town.person["zhou"], note="先看2#塔机")

    assert made.status_code == 201
    assert (made.json["state"], made.json["issued_by"]["name"]) == ("open", "deng某")
    [task] = tasks_of(sign_in("zhou"))
    assert (task["id"], task["period"], task["note"]) == (made.json["id"], MONTH, "先看2#塔机")


def test_a_supervisor_hands_a_check_to_the_agency_whose_dispatcher_names_who_goes(
    sun, deng, town, sign_in
):
    made = order(sun, town, organisation_id=town.organisation["anxun"]).json
    assert (made["state"], made["surveyor"]) == ("unassigned", None)
    zhou = sign_in("zhou")
    assert tasks_of(zhou) == []

    [waiting] = issued(deng, state="unassigned")["items"]
    named = reassign(deng, waiting, surveyor_id=town.person["zhou"])

    assert named.json["state"] == "open"
    assert [task["id"] for task in tasks_of(zhou)] == [made["id"]]
    assert [a["surveyor"] and a["surveyor"]["name"] for a in named.json["assignments"]] == [
        None,
        "zhou某",
    ]


def test_nobody_gives_work_to_anothers_people(sun, deng, town):
    theirs = order(sun, town, surveyor_id=town.person["zhou"])
    ours = order(deng, town, surveyor_id=town.person["wang"])
    not_the_agency = order(sun, town, organisation_id=town.organisation["hengxin"])
    nobody = order(sun, town)
    both = order(
        sun, town, surveyor_id=town.person["wang"], organisation_id=town.organisation["anxun"]
    )

    replies = (theirs, ours, not_the_agency, nobody, both)
    assert [reply.json["problem"] for reply in replies] == ["NoTaker"] * 5


def test_who_goes_to_no_sites_is_given_no_task(sun, town):
    assert order(sun, town, surveyor_id=town.person["sun"]).json["problem"] == "NoTaker"


def test_who_does_not_serve_the_project_gives_out_nothing_there(sign_in, edition, town):
    pool_member = order(sign_in("rui"), town, surveyor_id=town.person["wang"])
    stranger = order(sign_in("hu"), town, surveyor_id=town.person["he"])

    assert pool_member.json["problem"] == "NotServing"
    assert stranger.status_code == 404


def test_the_same_check_is_issued_once(sun, town):
    first = order(sun, town, surveyor_id=town.person["wang"]).json

    again = order(sun, town, organisation_id=town.organisation["anxun"])

    assert (again.status_code, again.json["problem"]) == (409, "AlreadyIssued")
    assert again.json["task_id"] == first["id"]


def test_a_check_that_was_taken_back_can_be_issued_anew(sun, town):
    first = order(sun, town, surveyor_id=town.person["wang"]).json
    withdraw(sun, first)

    assert order(sun, town, surveyor_id=town.person["wang"]).status_code == 201


@pytest.mark.parametrize("days", [-1, 400])
def test_a_task_is_due_later_than_now_and_within_a_year(sun, town, days):
    due = iso(now() + timedelta(days=days))

    reply = order(sun, town, surveyor_id=town.person["wang"], due_at=due)

    assert reply.json["problem"] == "DueOutOfReach"


def test_a_task_taken_back_is_gone_from_the_phone_and_says_why(sun, town, sign_in):
    task = order(sun, town, surveyor_id=town.person["wang"]).json

    back = withdraw(sun, task)

    assert (back.json["state"], back.json["words"]) == ("withdrawn", "工地停工")
    assert back.json["closed_by"]["name"] == "sun某"
    assert tasks_of(sign_in("wang")) == []
    assert withdraw(sun, task).status_code == 200
    assert withdraw(sun, task, "另有安排").json["problem"] == "TaskOver"


def test_the_agency_does_not_take_back_what_the_insurer_issued(sun, deng, town):
    task = order(sun, town, organisation_id=town.organisation["anxun"]).json

    assert withdraw(deng, task).json["problem"] == "OthersToWithdraw"


def test_a_record_of_a_task_taken_back_meanwhile_is_accepted(sun, town, phone):
    wang = phone("wang")
    task = order(sun, town, surveyor_id=town.person["wang"]).json
    check = whole_check(wang.task(task["id"]))
    withdraw(sun, task)

    assert wang.send(check).json["state"] == "accepted"

    [row] = issued(sun)["items"]
    visit = wang.caller.get(f"/api/visits/{check['id']}").json
    assert (row["state"], row["came_after_all"]) == ("withdrawn", visit["id"])


def test_a_record_of_a_task_that_a_colleague_has_now_waits_and_can_be_let_pass(
    deng, town, phone, sign_in
):
    colleague = another_surveyor(town)
    zhou = phone("zhou")
    task = order(deng, town, surveyor_id=town.person["zhou"]).json
    check = whole_check(zhou.task(task["id"]))
    reassign(deng, task, surveyor_id=colleague)

    reply = zhou.send(check)
    assert [reason["code"] for reason in reply.json["reasons"]] == ["not_your_task"]
    [kept] = deng.get("/api/quarantine").json["items"]
    passed = deng.post(
        f"/api/quarantine/{kept['id']}/decisions",
        json={"decision": "judge_again", "words": "改派时他已在现场"},
    )

    assert passed.json["state"] == "accepted"


def test_a_record_of_a_task_taken_over_by_the_insurer_is_not_unknown(sun, deng, town, phone):
    zhou = phone("zhou")
    task = order(deng, town, surveyor_id=town.person["zhou"]).json
    check = whole_check(zhou.task(task["id"]))
    [seen] = issued(sun)["items"]
    reassign(sun, seen, surveyor_id=town.person["wang"])

    reply = zhou.send(check)

    assert [reason["code"] for reason in reply.json["reasons"]] == ["not_your_task"]


def test_of_two_who_give_a_task_on_at_once_the_second_is_told(deng, town):
    colleague = another_surveyor(town)
    task = order(deng, town, surveyor_id=town.person["zhou"]).json
    assert reassign(deng, task, surveyor_id=colleague).status_code == 200

    late = reassign(deng, task, surveyor_id=town.person["zhou"])

    assert late.status_code == 412
    assert deng.put(f"/api/tasks/{task['id']}/surveyor", json={}).status_code == 428


def test_tasks_are_listed_by_what_they_wait_for(sun, town):
    task = order(sun, town, surveyor_id=town.person["wang"]).json

    assert issued(sun)["counts"] == {
        "overdue": 0, "open": 1, "unassigned": 0, "done": 0, "withdrawn": 0,
    }  # fmt: skip
    with transaction():
        db.session.get_one(Task, task["id"]).due_at = now() - timedelta(hours=1)
    assert [t["id"] for t in issued(sun, state="overdue")["items"]] == [task["id"]]
    assert issued(sun, state="open")["items"] == []
    assert issued(sun, surveyor=town.person["zhou"])["items"] == []
    assert issued(sun, period=MONTH, project=town.project["binjiang"])["items"] != []


def test_what_waits_stands_first_and_the_soonest_due_at_the_top(sun, town, give_task):
    hours = {give_task("zhou"): 50, give_task("zhou"): 2, give_task("zhou"): -1}
    withdrawn, *due = [give_task("zhou"), *sorted(hours, key=lambda each: hours[each])]
    with transaction():
        for each, left in hours.items():
            db.session.get_one(Task, each).due_at = now() + timedelta(hours=left)
        closed = TaskClosure(task_id=withdrawn, closed_by_id=town.person["sun"], reason="停工")
        db.session.add(closed)

    first = issued(sun, limit=2)
    rest = issued(sun, limit=2, after=first["next"])

    assert [t["id"] for t in first["items"] + rest["items"]] == [*due, withdrawn]
    assert rest["next"] is None
    assert [t["id"] for t in issued(sun, state="open")["items"]] == due[1:]


def test_an_insurer_sees_nothing_of_the_time_of_another(sun, sign_in, town):
    old = order(sun, town, organisation_id=town.organisation["anxun"]).json
    yesterday = local_date(now()) - timedelta(days=1)
    with transaction():
        db.session.get_one(Task, old["id"]).issued_at = now() - timedelta(days=9)
    handed_to_hengxin(town, yesterday, agency=None)
    hu = sign_in("hu")

    new = order(hu, town, surveyor_id=town.person["he"], period=months.month_after(MONTH)).json

    assert [task["id"] for task in issued(sun)["items"]] == [old["id"]]
    assert [task["id"] for task in issued(hu)["items"]] == [new["id"]]
    assert issued(sun)["items"][0]["may"] == ["withdrawal"], "of its own; it gives it to nobody"


def handed_to_hengxin(town, first, *, agency="anxun"):
    """hengxin serves binjiang from that day on, with the same agency or none, antai until the day before."""
    with transaction():
        of_project = (Service.project_id == town.project["binjiang"], Service.scheme == LIABILITY)
        for service in db.session.scalars(db.select(Service).where(*of_project)):
            service.ends_on = first - timedelta(days=1)
        theirs = town.organisation["hengxin"]
        db.session.add(
            Service(
                project_id=town.project["binjiang"],
                scheme=LIABILITY,
                originating_insurer_id=theirs,
                service_insurer_id=theirs,
                agency_id=agency and town.organisation[agency],
                starts_on=first,
            )
        )


def test_what_is_given_out_early_in_the_morning_is_of_that_day_s_insurer(
    sun, sign_in, town, give_task
):
    today = local_date(now())
    task_id = give_task("zhou")
    with transaction():
        db.session.get_one(Task, task_id).issued_at = at_local(today, months.FIRST_MORNING)
    handed_to_hengxin(town, today)

    assert [task["id"] for task in issued(sign_in("hu"))["items"]] == [task_id]
    assert issued(sun)["items"] == []


def test_nobody_is_sent_to_a_site_that_their_insurer_serves_no_more(town, give_task, sign_in):
    left, of_agency = give_task("wang"), give_task("zhou")
    handed_to_hengxin(town, local_date(now()))

    assert left not in [task["id"] for task in tasks_of(sign_in("wang"))]
    assert of_agency in [task["id"] for task in tasks_of(sign_in("zhou"))], "it serves on"


def test_candidates_are_ones_own_people_and_the_agency_of_the_project(sun, deng, town):
    project = f"?project={town.project['binjiang']}"

    of_insurer = sun.get(f"/api/tasks/candidates{project}").json
    of_agency = deng.get(f"/api/tasks/candidates{project}").json

    assert [each["name"] for each in of_insurer["surveyors"]] == ["wang某"]
    assert of_insurer["agency"]["name"] == "安巡技术服务公司"
    assert [each["name"] for each in of_agency["surveyors"]] == ["zhou某"]
    assert of_agency["agency"] is None


# -- the month -------------------------------------------------------------------------------------


def month(caller, **asked):
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    return caller.get(f"/api/monthly-checks/{MONTH}?{query}").json


def issue_all(caller):
    return caller.post(f"/api/monthly-checks/{MONTH}/issues").json


def checked_last_month(town, give_task, who="zhou"):
    """`who` did the check before this month's."""
    task_id = give_task(who)
    with transaction():
        task = db.session.get_one(Task, task_id)
        task.period = "2020-01"
        long_ago = parse("2020-01-10T02:00:00Z")
        visit_row(town, task_id, period="2020-01", started_at=long_ago, finished_at=long_ago)


def test_one_act_gives_every_project_its_check_by_who_went_last(sun, town, give_task, sign_in):
    checked_last_month(town, give_task)
    [row] = month(sun)["items"]
    assert (row["state"], row["next_surveyor"]["name"]) == ("missing", "zhou某")

    said = issue_all(sun)

    assert (said["issued"], said["unassigned"], said["already"]) == (1, 0, 0)
    assert MONTH in [task["period"] for task in tasks_of(sign_in("zhou"))]
    [row] = month(sun)["items"]
    assert (row["state"], row["task"]["surveyor"]["name"]) == ("issued", "zhou某")


def test_where_nobody_went_before_the_agency_names_somebody(sun, deng, town):
    said = issue_all(sun)

    assert (said["issued"], said["unassigned"]) == (1, 1)
    assert (
        issued(deng, state="unassigned")["items"][0]["organisation"]["name"] == "安巡技术服务公司"
    )


def test_nobody_is_sent_twice(sun, deng, town):
    issue_all(sun)

    again, by_agency = issue_all(sun), issue_all(deng)

    assert (again["issued"], again["already"]) == (0, 1)
    assert (by_agency["issued"], by_agency["already"]) == (0, 1)
    assert month(sun)["last_issue"]["issued"] == 0


def test_a_month_that_was_done_is_covered(sun, town, give_task):
    task_id = give_task("zhou")
    with transaction():
        visit_row(town, task_id, period=MONTH)

    shown = month(sun)

    assert shown["counts"] == {"missing": 0, "unassigned": 0, "issued": 0, "done": 1}
    assert shown["items"][0]["visit"]["surveyor"]["name"] == "zhou某"
    assert month(sun, state="missing")["items"] == []
    assert issue_all(sun)["issued"] == 0


def test_a_check_that_was_not_whole_says_what_it_lacks(sun, zhou, check):
    open_ = [a for a in check["answers"] if a["question"].startswith("fire.")]
    zhou.send(check | {"answers": [a for a in check["answers"] if a not in open_]})

    shown = month(sun)

    assert (shown["counts"]["done"], shown["whole"]) == (1, 0)
    assert shown["items"][0]["lacking"] == len(open_)


def test_one_whole_check_covers_the_month_whatever_a_later_one_left_open(sun, town, give_task):
    task_id = give_task("zhou")
    with transaction():
        whole = visit_row(town, task_id, period=MONTH, finished_at=now() - timedelta(hours=3)).id
        partial = visit_row(town, task_id, period=MONTH).id
        lacks = Shortfall(visit_id=partial, position=0, code="no_proof", detail="-")
        db.session.add(lacks)

    shown = month(sun)

    [row] = shown["items"]
    assert (row["visit"]["id"], row["lacking"], shown["whole"]) == (whole, 0, 1)


def test_what_could_not_be_inspected_is_lacking_until_a_follow_up_saw_it(sun, zhou, check):
    left = {"value": "not_inspected", "reason": "locked"}
    first, *rest = check["answers"]
    zhou.send(check | {"answers": [first | left, *rest]})
    assert month(sun)["items"][0]["lacking"] == 1
    [task] = [t for t in zhou.caller.get("/api/tasks").json["tasks"] if t["kind"] == "follow_up"]

    zhou.send(follow_up(task, answer(first["question"], now())))

    assert (month(sun)["items"][0]["lacking"], month(sun)["whole"]) == (0, 1)


def test_an_agency_sends_none_of_the_insurers_people(deng, town, give_task):
    checked_last_month(town, give_task, "wang")

    said = issue_all(deng)

    assert (said["issued"], said["unassigned"]) == (1, 1)


@pytest.mark.parametrize(("asked", "status"), [("2020-01", 422), ("2026-13", 404), ("x", 404)])
def test_only_this_month_and_the_next_are_issued(sun, asked, status):
    assert sun.post(f"/api/monthly-checks/{asked}/issues").status_code == status


def test_on_the_first_morning_the_program_issues_the_month_and_says_so(
    app, sun, town, give_task, sign_in
):
    checked_last_month(town, give_task)
    with transaction():
        months.await_next_month()
        months.await_next_month()  # at each start; it waits once
    jobs.run_all()
    assert month(sun)["last_issue"] is None

    first = (local_date(now()).replace(day=1) + timedelta(days=32)).replace(day=1)
    with at(at_local(first, months.FIRST_MORNING) + timedelta(minutes=1)):
        jobs.run_all()
        with transaction(write=False):
            done = db.session.scalars(
                db.select(MonthIssue).order_by(MonthIssue.organisation_id)
            ).all()
            told = {each.organisation_id: (each.issued, each.by) for each in done}
            waits = db.session.scalars(
                db.select(jobs.Job.subject_id).where(jobs.Job.finished_at.is_(None))
            ).all()

    assert told == {
        town.organisation["antai"]: (1, None),
        town.organisation["hengxin"]: (1, None),
    }
    assert waits == [f"{first + timedelta(days=32):%Y-%m}"]
    assert f"{first:%Y-%m}" in [task["period"] for task in tasks_of(sign_in("zhou"))]


def test_who_left_is_not_sent_again(sun, town, give_task):
    checked_last_month(town, give_task)
    with transaction():
        zhou = db.session.get_one(Person, town.person["zhou"])
        zhou.appointments[0].ends_at = now() - timedelta(days=1)

    assert month(sun)["items"][0]["next_surveyor"] is None
    assert issue_all(sun)["unassigned"] == 1


def test_a_check_left_with_the_insurer_before_does_not_cover_the_month(
    sun, town, give_task, sign_in
):
    left = give_task("wang")
    handed_to_hengxin(town, local_date(now()))
    hu = sign_in("hu")
    missing = [row["project"]["id"] for row in month(hu, state="missing")["items"]]

    said = issue_all(hu)

    assert town.project["binjiang"] in missing
    assert (said["issued"], month(hu)["counts"]["missing"]) == (2, 0)
    [old] = [task for task in issued(sun)["items"] if task["id"] == left]
    assert (old["state"], old["words"]) == ("withdrawn", "服务机构已变更，由现服务机构另行派发")


def test_nobody_gives_out_the_checks_of_a_month_in_which_they_serve_no_more(sun, town):
    following = months.month_after(MONTH)
    handed_to_hengxin(town, date.fromisoformat(f"{following}-01"))

    said = sun.post(f"/api/monthly-checks/{following}/issues").json

    assert (said["issued"], said["already"]) == (0, 0)
