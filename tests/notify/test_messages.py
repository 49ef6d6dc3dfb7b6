"""What goes out to people: through a gateway that may be slow, broken or say no; each ends on record."""

import json
import logging
from datetime import UTC, datetime, timedelta

import pytest

from fieldapp import jobs
from fieldapp.accounts.models import Person
from fieldapp.clock import at, now
from fieldapp.config import ConfigMissing, from_environment
from fieldapp.db import db, transaction
from fieldapp.ledger.models import LedgerEntry
from fieldapp.notify.models import Delivery
from fieldapp.notify.reminding import remind
from fieldapp.visits import calling
from fieldapp.visits.models import Task
from tests.notify.conftest import NUMBER, SECRET

TEN_IN_CHINA = datetime(2026, 11, 20, 2, tzinfo=UTC)
NIGHT_IN_CHINA = datetime(2026, 11, 20, 15, tzinfo=UTC)


def deliveries() -> list[Delivery]:
    with transaction(write=False):
        rows = db.select(Delivery).order_by(Delivery.asked_at, Delivery.id)
        return list(db.session.scalars(rows).unique())


def outcomes() -> list[tuple[str, str | None]]:
    return [(one.channel, one.outcome) for one in deliveries()]


def run(days: int = 2) -> None:
    """Everything that waits, step by step, for so long."""
    moment = now()
    for _ in range(days * 12):
        moment += timedelta(hours=2)
        with at(moment):
            jobs.run_all()


def test_a_survey_goes_out_at_once_at_night_and_without_personal_data(sms, survey):
    jobs.run_all()

    [(path, headers, body)] = sms.heard
    said = json.loads(body)
    assert (path, headers["Authorization"], said["to"]) == ("/send", SECRET, NUMBER)
    assert "滨江三号地块" in said["text"]
    assert "收到" in said["text"]
    assert "张" not in said["text"], "the injured person is nobody's business on the way"
    assert outcomes() == [("sms", "sent")]


def test_a_call_masks_the_colleagues_name(sms, survey, town):
    with at(now() + timedelta(minutes=31)):
        jobs.run_all()

    assert any("派工页" in text for text in sms.texts)
    assert not any("wang某" in text for text in sms.texts)


def test_what_was_answered_before_it_went_is_dropped(sms, survey, town):
    with transaction():
        task = db.session.get_one(Task, survey)
        calling.acknowledge(task, db.session.get_one(Person, town.person["wang"]), "phone", now())

    jobs.run_all()

    assert (sms.heard, outcomes()) == ([], [("sms", "dropped")])


def test_messages_of_one_kind_are_gathered_into_one(sms, give_task):
    with at(TEN_IN_CHINA):
        give_task("zhou")
        give_task("zhou")
        jobs.run_all()
    assert sms.heard == [], "it waits for others of its kind"

    with at(TEN_IN_CHINA + timedelta(minutes=5)):
        jobs.run_all()

    [text] = sms.texts
    assert "2项" in text
    first, second = deliveries()
    assert (first.outcome, second.outcome) == ("sent", "sent")
    assert {first.carried_by_id, second.carried_by_id} == {None, first.id} or {
        first.carried_by_id,
        second.carried_by_id,
    } == {None, second.id}


def test_nothing_but_urgent_goes_at_night(sms, give_task):
    with at(NIGHT_IN_CHINA):
        give_task("zhou")
    with at(NIGHT_IN_CHINA + timedelta(hours=8)):
        jobs.run_all()
    assert sms.heard == []

    with at(NIGHT_IN_CHINA + timedelta(hours=10)):
        jobs.run_all()
    assert len(sms.heard) == 1


def test_a_gateway_that_fails_is_tried_again_until_it_takes_it(sms, survey):
    sms.status = 500
    jobs.run_all()
    assert outcomes() == [("sms", None)]

    sms.status = 200
    with at(now() + timedelta(minutes=2)):
        jobs.run_all()

    [first] = [one for one in deliveries() if one.notice.kind == "survey_assigned"]
    assert (first.outcome, first.tries) == ("sent", 2)
    ids = {json.loads(body)["id"] for _, _, body in sms.heard[:2]}
    assert ids == {first.id}, "the gateway can tell a repetition"


def test_a_gateway_that_never_answers_is_given_up_on_record(sms, give_task):
    sms.status = 503
    with at(TEN_IN_CHINA):
        give_task("zhou")
        run()

    [gone] = deliveries()
    assert (gone.outcome, gone.tries) == ("given_up", 6)
    assert gone.detail.startswith("HTTP 503")
    with transaction(write=False):
        entries = db.select(LedgerEntry).where(LedgerEntry.row_id == gone.id)
        assert len(db.session.scalars(entries).all()) > gone.tries


def test_what_was_gathered_is_tried_again_as_one(sms, give_task):
    sms.status = 500
    with at(TEN_IN_CHINA):
        for _ in range(3):
            give_task("zhou")

    with at(TEN_IN_CHINA + timedelta(minutes=5)):
        jobs.run_all()
    assert len(sms.heard) == 1

    with at(TEN_IN_CHINA + timedelta(minutes=7)):
        jobs.run_all()
    assert len(sms.heard) == 2
    assert [one.tries for one in deliveries()] == [2, 2, 2]


def test_a_silent_gateway_is_left_alone_for_a_minute_but_for_what_is_urgent(sms, give_task, town):
    with at(TEN_IN_CHINA):
        give_task("zhou")
        give_task("wang")
    sms.sleeps = 1.5
    with at(TEN_IN_CHINA + timedelta(minutes=5)):
        jobs.run_all()
    assert len(sms.heard) == 1

    sms.sleeps = 0
    with at(TEN_IN_CHINA + timedelta(minutes=10)):
        jobs.run_all()
    assert outcomes() == [("sms", "sent"), ("sms", "sent")]


def test_a_slow_gateway_holds_up_nothing_for_long(sms, survey):
    sms.sleeps = 1.5

    jobs.run_all()

    [one] = deliveries()
    assert (one.outcome, one.detail) == (None, "no answer in time")


def test_no_gateway_there_is_a_failure_like_any_other(sms, survey, app):
    from dataclasses import replace

    nobody = replace(app.config_object.sms, url="http://127.0.0.1:9/send")
    app.config_object = replace(app.config_object, sms=nobody)

    jobs.run_all()

    [one] = deliveries()
    assert (one.outcome, one.detail) == (None, "no connection: ConnectionRefusedError")


@pytest.mark.parametrize(
    ("status", "says"),
    [(400, "bad number"), (401, "who are you"), (200, '{"Code": "isv.BUSINESS_LIMIT"}')],
)
def test_a_gateway_that_says_no_is_not_asked_again(sms, survey, status, says):
    sms.status, sms.says = status, says

    jobs.run_all()

    assert outcomes() == [("sms", "refused")]
    assert says.strip('{}"')[:6] in deliveries()[0].detail


def test_a_gateway_that_sends_us_elsewhere_is_not_followed(sms, survey):
    sms.status, sms.location = 302, f"{sms.url}/thief"

    jobs.run_all()

    assert [path for path, _, _ in sms.heard] == ["/send"]
    assert outcomes() == [("sms", "refused")]


def test_neither_number_nor_secret_nor_words_reach_log_or_record(sms, survey, caplog):
    sms.status = 400
    sms.says = f"cannot send to {NUMBER} with {SECRET} at {sms.url}/send"
    caplog.set_level(logging.DEBUG)

    jobs.run_all()

    kept = deliveries()[0].detail
    for secret in (NUMBER, SECRET, sms.url, "滨江三号地块"):
        assert secret not in caplog.text
        assert secret not in kept
    assert SECRET not in repr(db.session) + repr(deliveries()[0].notice.facts)


def test_the_configuration_shows_no_secret(sms, app):
    assert SECRET not in repr(app.config_object)
    assert "/send" not in repr(app.config_object.sms)


def test_somebody_without_a_number_is_told_in_the_app_alone(sms, survey, app, town, sign_in):
    with transaction():
        db.session.get_one(Person, town.person["sun"]).phone = None
    with at(now() + timedelta(minutes=31)):
        jobs.run_all()

    page = sign_in("sun").get("/api/notices").json
    [told] = page["items"]
    assert (told["kind"], page["unseen"]) == ("survey_desk", 1)
    assert told["deliveries"] == [
        {"channel": "sms", "outcome": "no_address", "settled_at": told["made_at"]}
    ]


def test_a_group_robot_is_its_organisations_alone(wecom, give_task):
    with at(TEN_IN_CHINA):
        give_task("zhou")
        give_task("wang")
    with at(TEN_IN_CHINA + timedelta(minutes=5)):
        jobs.run_all()

    [(path, _, body)] = wecom.heard
    assert path == "/robot?key=k3y"
    assert "滨江三号地块" in json.loads(body)["text"]["content"]
    assert outcomes() == [("wecom", "sent")]


def test_a_robot_that_knows_us_not_has_refused(wecom, give_task):
    wecom.says = '{"errcode": 93000, "errmsg": "invalid webhook url"}'
    with at(TEN_IN_CHINA):
        give_task("zhou")
    with at(TEN_IN_CHINA + timedelta(minutes=5)):
        jobs.run_all()

    assert outcomes() == [("wecom", "refused")]


def test_what_is_not_urgent_can_be_switched_off_and_still_stands_in_the_app(
    sms, give_task, sign_in
):
    zhou = sign_in("zhou")
    zhou.put("/api/mutings/task_given")

    with at(TEN_IN_CHINA):
        give_task("zhou")

    assert deliveries() == []
    assert [one["kind"] for one in zhou.get("/api/notices").json["items"]] == ["task_given"]
    shown = {
        one["kind"]: one["muted"] for one in zhou.delete("/api/mutings/task_given").json["items"]
    }
    assert shown["task_given"] is False


@pytest.mark.parametrize("kind", ["survey_assigned", "no_such_thing"])
def test_what_is_urgent_cannot_be_switched_off(sign_in, kind):
    wang = sign_in("wang")

    assert wang.put(f"/api/mutings/{kind}").status_code == 404
    assert kind not in [one["kind"] for one in wang.get("/api/mutings").json["items"]]


def test_each_deadline_is_reminded_of_once(sms, give_task, sign_in):
    task_id = give_task("zhou")
    with transaction(write=False):
        due = db.session.get_one(Task, task_id).due_at
    with at(due - timedelta(days=4)):
        remind()
    assert kinds_told(sign_in) == ["task_given"]

    for hours in (60, 50, 2):
        with at(due - timedelta(hours=hours)):
            remind()

    assert kinds_told(sign_in) == ["due_soon", "task_given"]


def kinds_told(sign_in) -> list[str]:
    return [one["kind"] for one in sign_in("zhou").get("/api/notices").json["items"]]


def test_seen_is_seen_up_to_there(give_task, sign_in):
    give_task("zhou")
    give_task("zhou")
    zhou = sign_in("zhou")
    newest, oldest = zhou.get("/api/notices").json["items"]

    assert zhou.put(f"/api/notices/{oldest['id']}/sight").json["unseen"] == 1
    assert zhou.put(f"/api/notices/{newest['id']}/sight").json["unseen"] == 0
    assert sign_in("wang").put(f"/api/notices/{newest['id']}/sight").status_code == 404


@pytest.mark.parametrize(
    "settings",
    [
        {"FIELDAPP_SMS_URL": "ftp://sms.example"},
        {"FIELDAPP_SMS_URL": "https://sms.example", "FIELDAPP_SMS_BODY": '{"to": $telephone}'},
        {"FIELDAPP_SMS_URL": "https://sms.example", "FIELDAPP_SMS_BODY": "to $phone"},
        {
            "FIELDAPP_SMS_URL": "https://sms.example",
            "FIELDAPP_SMS_BODY": '{"to": $phone}',
            "FIELDAPP_SMS_ACCEPTED": "(",
        },
        {"FIELDAPP_SMS_URL": "https://sms.example", "FIELDAPP_SMS_HEADERS": "k3y"},
        {"FIELDAPP_WECOM_HOOKS": "/no/such/file"},
    ],
    ids=["scheme", "field", "body", "pattern", "headers", "file"],
)
def test_a_gateway_that_could_never_work_stops_the_start(tmp_path, settings):
    with pytest.raises(ConfigMissing):
        from_environment({"FIELDAPP_DATA_DIR": str(tmp_path)} | settings)


def test_a_form_is_filled_as_a_form(tmp_path):
    from fieldapp.notify.gateways import Message, filled

    config = from_environment(
        {
            "FIELDAPP_DATA_DIR": str(tmp_path),
            "FIELDAPP_SMS_URL": "https://sms.example",
            "FIELDAPP_SMS_HEADERS": '{"Content-Type": "application/x-www-form-urlencoded"}',
            "FIELDAPP_SMS_BODY": "mobile=$phone&content=$text",
        }
    )

    body = filled(config.sms, Message("1", {"phone": "1", "text": "a&b=滨"}))

    assert body == "mobile=1&content=a%26b%3D%E6%BB%A8"
