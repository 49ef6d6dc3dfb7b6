"""Everybody's home says what waits for them, of what is theirs, and sends them there."""

from datetime import timedelta

import pytest

from fieldapp.clock import now
from fieldapp.db import db, transaction
from fieldapp.evidence.models import Verdict
from fieldapp.hazards.models import Hazard
from fieldapp.oversight.models import AuthorityFinding
from fieldapp.scoring.models import OccurrenceStep
from fieldapp.visits.models import Task
from tests.fixtures.world import make


@pytest.fixture
def waits(sign_in):
    """`waits("sun")`: {what: how many}, without what nobody waits for."""

    def waits(who: str) -> dict[str, int]:
        reply = sign_in(who).get("/api/home")
        assert reply.status_code == 200, reply.json
        return {each["what"]: each["count"] for each in reply.json["waiting"] if each["count"]}

    return waits


def test_everybody_is_told_what_waits_for_them_and_nothing_of_others(
    town, past, phone, give_task, waits
):
    world = make(town, past, phone, give_task)
    with transaction():
        db.session.get_one(Task, world["task"]["injury"]).kind = "accident_survey"

    assert waits("sun") == {
        "surveys_unacknowledged": 1,
        "photos": 2,
        "quarantine": 2,
        "findings_to_answer": 1,
        "absences_told": 1,
        "occurrences_told": 2,
        "resemblances": 1,
    }
    assert waits("hu") == {
        "photos": 1,
        "quarantine": 1,
        "findings_to_answer": 1,
        "occurrences_told": 1,
    }
    assert waits("qian") == {"severities": 1}
    assert waits("deng") == {"quarantine": 1}
    assert waits("liu") == {"forms": 1, "resemblances": 1}
    assert waits("chen") == {"occurrences_to_verify": 1, "forms": 1, "resemblances": 1}
    assert waits("rui") == {}
    assert waits("admin") == {}


def test_what_is_late_or_nobodys_is_told_to_those_who_can_move_it(
    town, past, phone, give_task, waits
):
    world = make(town, past, phone, give_task)
    with transaction():
        db.session.get_one(Hazard, world["hazard"]["binjiang"]).due_at = now() - timedelta(days=1)
        db.session.get_one(Task, world["task"]["binjiang"]).assignee_id = None
        db.session.get_one(Task, world["task"]["yunqi"]).due_at = now() - timedelta(days=1)
        finding = db.session.get_one(AuthorityFinding, world["authority_finding"]["yunqi"])
        finding.response_due_at = now() - timedelta(days=1)

    sun, deng, hu, yun = waits("sun"), waits("deng"), waits("hu"), waits("yun")

    assert (sun["hazards_overdue"], sun["tasks_unassigned"]) == (1, 1)
    assert (deng["hazards_overdue"], deng["tasks_unassigned"]) == (1, 1)
    assert (hu["tasks_overdue"], hu["findings_unanswered"]) == (1, 1)
    assert yun["findings_unanswered"] == 1
    assert {"hazards_overdue", "tasks_unassigned"}.isdisjoint(hu)


def test_a_case_handed_over_waits_for_those_who_admit_its_media_until_they_did(
    town, past, phone, give_task, waits
):
    world = make(town, past, phone, give_task)
    assert waits("she")["cases_to_judge"] == 1
    assert all("cases_to_judge" not in waits(who) for who in ("sun", "ren", "liu"))

    with transaction():
        verdict = {"party_id": town.organisation["social"], "by_id": town.person["she"]}
        photo = world["evidence"]["case"]
        db.session.add(Verdict(evidence_id=photo, outcome="accepted", **verdict))

    assert "cases_to_judge" not in waits("she")


def test_whose_time_to_appeal_has_run_out_waits_for_the_authority_and_no_longer_for_the_insurer(
    town, past, phone, give_task, waits
):
    make(town, past, phone, give_task)
    with transaction():
        notices = db.select(OccurrenceStep).where(OccurrenceStep.step == "notified")
        for notice in db.session.scalars(notices):
            notice.at = now() - timedelta(days=30)

    assert "occurrences_told" not in waits("sun")
    assert waits("liu")["occurrences_to_end"] == 1
    assert waits("chen")["occurrences_to_end"] == 1
