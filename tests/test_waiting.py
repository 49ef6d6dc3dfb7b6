"""Whatever can wait stands in the one table, with whom it waits for, until when, and the way out."""

from datetime import timedelta

import pytest
from sqlalchemy import CheckConstraint

from fieldapp import waiting
from fieldapp.accounts.permissions import Role
from fieldapp.blobs.models import Blob, Upload
from fieldapp.clock import at, now
from fieldapp.db import db, transaction
from fieldapp.evidence.models import BlindDraw, Evidence, Reading
from fieldapp.jobs import Job
from fieldapp.scoring.lifecycle import NEXT
from fieldapp.scoring.models import STEPS, Occurrence, OccurrenceStep
from fieldapp.sync.models import Record, RecordJudgement
from fieldapp.visits.models import TASK_KINDS, Task, TaskClosure
from fieldapp.waiting import WAITING
from tests.fixtures.world import YEAR, World, make

BY_NAME = {state.name: state for state in WAITING}

# Every state that a row can be in, as its table's own rule lists them, and where it waits; None: it is over.
OVER = None
STATES = {
    ("task", "kind"): dict.fromkeys(TASK_KINDS, "task.open"),
    ("upload", "outcome"): {
        "checking": "upload.checking",
        "stored": OVER,
        "wrong_hash": OVER,
        "wrong_size": OVER,
        "abandoned": OVER,
    },
    ("reading", "state"): {
        "accepted": "evidence.verdict",
        "refused": "evidence.verdict",
        "unreadable": "evidence.verdict",
    },
    ("opening", "outcome"): {"opened": "evidence.intake", "failed": "envelope.unopened"},
    ("viewing_copy", "outcome"): {"ready": OVER, "failed": "viewing_copy.failed"},
    ("bundle_order", "outcome"): {
        "ready": "bundle.ready",
        "failed": OVER,
        "cancelled": OVER,
        "removed": OVER,
    },
    ("verdict", "outcome"): {
        "accepted": OVER,
        "rejected": OVER,
    },  # a follow-up is a task of its own
    ("record_judgement", "state"): {
        "accepted": OVER,
        "revision": OVER,
        "quarantined": "record.quarantined",
        "set_aside": OVER,
    },
    ("delivery", "outcome"): {
        "sent": OVER,
        "refused": OVER,  # doctor names it; the notice stands in the app
        "given_up": OVER,
        "no_address": OVER,
        "dropped": OVER,
    },
    ("finding", "severity"): {
        "general": "hazard.open",
        "suspected_major": "finding.suspected_major",
    },
    ("re_inspection", "outcome"): {"rectified": OVER, "not_rectified": "hazard.open"},
    ("occurrence_step", "step"): {
        "proposed": "occurrence.proposed",
        "verified": "occurrence.verified",
        "notified": "occurrence.notified",
        "appealed": "occurrence.appealed",
        "decided": "occurrence.decided",
        "final": OVER,
        "dropped": OVER,
    },
}
# States that no column lists: a row waits because another one is not there yet.
BY_ABSENCE = {
    "task.unassigned",
    "task.unacknowledged",
    "upload.open",
    "visit.begun",
    "evidence.bytes",
    "envelope.arrived",
    "viewing_copy.asked",
    "bundle.ordered",
    "bytes.to_erase",
    "evidence.intake",
    "evidence.blind",
    "authority_finding.told",
    "opinion_form.draft",
    "case.not_handed_over",
    "delivery.trying",
    "job.queued",
    "person.invited",
    "resemblance.open",
}
# Lists of values in which nothing can wait.
NO_STATES = {
    ("seal_link", "state"),
    ("absence_answer", "stance"),
    ("answer", "value"),
    ("appointment", "role"),
    ("authority_finding", "comparison"),
    ("authority_finding", "severity"),
    ("bundle", "purpose"),
    ("delivery", "channel"),
    ("evidence", "capture"),
    ("finding", "deadline_kind"),
    ("form_grade", "grade"),
    ("form_grade_ground", "kind"),
    ("insurer_response", "stance"),
    ("occurrence_ground", "kind"),
    ("organisation", "kind"),
    ("organisation", "level"),
    ("recorded_fact", "kind"),
    ("redaction", "reason"),
    ("resemblance", "method"),
    ("resemblance", "severity"),
    ("resemblance_review", "outcome"),
    ("severity_decision", "severity"),
    ("site_signature", "outcome"),
    ("task_acknowledgement", "how"),
    ("task_call", "step"),
    ("unit_change", "what"),
    ("verdict", "follow_up"),
    ("verdict", "how"),
}


def listed_values() -> dict[tuple[str, str], set[str]]:
    """(table, column) -> the values that its CHECK lists."""
    found = {}
    for table in db.metadata.tables.values():
        for check in table.constraints:
            text = str(check.sqltext) if isinstance(check, CheckConstraint) else ""
            column, listed, values = text.partition(" in (")
            if listed and column != "scheme":
                found[table.name, column] = {v.strip(" '") for v in values.rstrip(")").split(",")}
    return found


def test_every_list_of_states_is_known_here():
    """A new state, or a new table with states, is to be given its place in STATES."""
    found = listed_values()

    assert set(found) - NO_STATES == set(STATES)
    assert {key: set(values) for key, values in STATES.items()} == {
        key: found[key] for key in STATES
    }


def test_each_state_that_waits_stands_in_the_table_and_nothing_else_does():
    waits = {name for places in STATES.values() for name in places.values() if name} | BY_ABSENCE

    assert waits == set(BY_NAME)
    assert len(WAITING) == len(BY_NAME)


def test_an_occurrence_waits_exactly_where_something_may_follow():
    waits = {step for step, place in STATES["occurrence_step", "step"].items() if place}

    assert waits == {step for step, following in NEXT.items() if following}
    assert set(STEPS) == set(NEXT)


@pytest.mark.parametrize("state", WAITING, ids=lambda state: state.name)
def test_each_says_whom_it_waits_for_until_when_and_how_it_ends(state):
    assert state.owner in {*Role, "program"}
    assert len(state.deadline) > 3
    assert len(state.way_out) > 10


# -- the late are counted, and only they -----------------------------------------------------------

FROM = {
    # state: (how long it may wait from its making on, what makes one more)
    "upload.open": (timedelta(days=7), lambda w: upload(w, None)),
    "upload.checking": (timedelta(hours=1), lambda w: upload(w, "checking")),
    "job.queued": (timedelta(minutes=10), lambda _: Job(kind="intake", subject_id="x")),
}


@pytest.fixture
def world(town, past, phone, give_task) -> World:
    """Made just now: what is late is counted to the second."""
    return make(town, past, phone, give_task)


def upload(world, outcome: str | None) -> Upload:
    other = db.session.get_one(Upload, world["upload"]["yunqi"])
    copied = ("organisation_id", "asked_by_id", "size", "media_type", "purpose")
    return Upload(
        sha256="c" * 64,
        outcome=outcome,
        completed_at=now() if outcome else None,
        **{name: getattr(other, name) for name in copied},
    )


def late(name: str, moment) -> int:
    """How many are late at that moment."""
    with transaction(write=False):
        return db.session.scalar(BY_NAME[name].overdue(moment))


@pytest.mark.parametrize("name", FROM)
def test_a_row_is_late_once_its_time_ran_out(world, name):
    patience, make = FROM[name]
    before = late(name, now() + patience + timedelta(seconds=60))
    made = now()
    with transaction():
        db.session.add(make(world))

    assert late(name, made + patience - timedelta(seconds=60)) == 0
    assert late(name, now() + patience + timedelta(seconds=60)) == before + 1


# state: how long from the world's making on until all of its rows of that state are late
PATIENCE = {
    "task.open": timedelta(days=60),
    "evidence.bytes": timedelta(days=7),
    "evidence.verdict": timedelta(days=3),
    "record.quarantined": timedelta(days=3),
    "resemblance.open": timedelta(days=7),
    "finding.suspected_major": timedelta(days=1),
    "hazard.open": timedelta(days=1),
    "authority_finding.told": timedelta(days=8),
    "occurrence.proposed": timedelta(days=10),
    "occurrence.notified": timedelta(days=15),
}
IN_TIME = timedelta(hours=1)


def test_the_worlds_own_rows_are_in_time_now_and_late_when_their_time_ran_out(world, past):
    missing = past.photo(
        world["visit"]["yunqi"], organisation="hengxin", by="he"
    )  # its bytes never come
    start = now()

    early = {name: late(name, start - IN_TIME) for name in PATIENCE}
    after = {
        name: late(name, start + patience + timedelta(hours=1))
        for name, patience in PATIENCE.items()
    }

    assert missing
    assert early == dict.fromkeys(PATIENCE, 0)
    assert {name: count for name, count in after.items() if not count} == {}
    assert after["record.quarantined"] == len(world["record"])
    assert after["finding.suspected_major"] == len(world["finding"])
    assert after["authority_finding.told"] == len(world["authority_finding"])
    assert after["occurrence.proposed"] == 1
    assert after["occurrence.notified"] == 3


@pytest.mark.parametrize("step", ["verified", "appealed", "decided"])
def test_an_occurrence_is_late_by_its_last_step_alone(world, town, step):
    with transaction():
        row = db.session.get_one(Occurrence, world["occurrence"]["untold"])
        steps = ("verified", "notified", "appealed", "decided")
        for taken in steps[: steps.index(step) + 1]:
            made = {"step": taken, "words": "-", "by_id": town.person["liu"]}
            row.steps.append(OccurrenceStep(position=len(row.steps), **made))

    assert late(f"occurrence.{step}", now() + timedelta(days=9)) == 0
    assert late(f"occurrence.{step}", now() + timedelta(days=16)) == 1
    assert late("occurrence.proposed", now() + timedelta(days=16)) == 0


def test_a_form_is_late_when_its_year_is_over(world):
    at_new_year = now().replace(year=int(YEAR) + 1, month=1, day=2)

    assert late("opinion_form.draft", now()) == 0
    assert late("opinion_form.draft", at_new_year) == len(world["form"])


def test_somebody_invited_is_late_once_the_one_time_password_ran_out(sign_in):
    gu = sign_in("gu")
    given = {"sign_in_name": "new.one", "name": "新人", "roles": ["surveyor"]}
    person = gu.post("/api/people", json=given).json["person"]

    assert late("person.invited", now() + timedelta(hours=71)) == 0
    assert late("person.invited", now() + timedelta(hours=73)) == 1

    gu.put(f"/api/people/{person['id']}/access-ending", json={"reason": "未到岗"})
    assert late("person.invited", now() + timedelta(hours=73)) == 0


def test_bytes_that_nobody_reads_are_late_after_an_hour(world, town):
    with transaction():
        photo = db.session.get_one(Evidence, world["evidence"]["yunqi"])
        reading = db.session.get(Reading, (photo.organisation_id, photo.sha256))
        assert reading is not None
        stored = db.session.get_one(Blob, (photo.organisation_id, photo.sha256))
        assert stored.stored_at <= now()
        db.session.add(
            Blob(
                organisation_id=town.organisation["antai"],
                sha256="a" * 64,
                size=1,
                media_type="image/jpeg",
            )
        )
        claimed = {c.name: getattr(photo, c.name) for c in Evidence.__table__.c}
        claimed |= {"id": "e" * 36, "sent_id": "e" * 36, "sha256": "a" * 64}
        db.session.add(Evidence(**claimed | {"organisation_id": town.organisation["antai"]}))

    assert late("evidence.intake", now() + timedelta(minutes=59)) == 0
    assert late("evidence.intake", now() + timedelta(minutes=61)) == 1


def test_a_task_that_was_done_a_record_that_was_judged_are_no_longer_late(world, past, town):
    far = now() + timedelta(days=90)
    tasks, records = late("task.open", far), late("record.quarantined", far)
    with transaction():
        task = db.session.get_one(Task, world["task"]["yunqi"])
        db.session.add(
            TaskClosure(task_id=task.id, closed_by_id=town.person["he"], reason="工地停工")
        )
        record = db.session.get_one(Record, world["record"]["yunqi"])
        record.judgements.append(
            RecordJudgement(state="set_aside", judged_by_id=town.person["hu"], words="重复")
        )

    assert (late("task.open", far), late("record.quarantined", far)) == (tasks - 1, records - 1)


def test_a_drawn_photo_is_late_fifteen_days_after_its_insurers_verdict(world, past):
    photo = world["evidence"]["yunqi"]
    with transaction():
        db.session.add(BlindDraw(evidence_id=photo))
    assert late("evidence.blind", now() + timedelta(days=90)) == 0

    past.verdict(photo, "hu")

    assert late("evidence.blind", now() + timedelta(days=14)) == 0
    assert late("evidence.blind", now() + timedelta(days=16)) == 1


def test_all_are_counted_at_the_present_moment(world):
    with at(now() + timedelta(days=400)), transaction(write=False):
        counts = waiting.overdue()

    assert set(counts) == set(BY_NAME)
    assert counts["task.open"] > 0
    with transaction(write=False):
        assert waiting.overdue()["task.open"] == 0
