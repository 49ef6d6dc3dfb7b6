"""The demo's 飞行检查: what officers saw beside the insurers' answers, and what the insurers said to that."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

from fieldapp.accounts.models import Person
from fieldapp.db import db, transaction
from fieldapp.demo.city import City
from fieldapp.demo.history import moment
from fieldapp.demo.settling import Settled
from fieldapp.oversight import inspecting, settling
from fieldapp.oversight.inspecting import Sighting
from fieldapp.oversight.models import AuthorityFinding
from fieldapp.projects.models import Project
from fieldapp.visits.models import Answer, Visit

OnDuty = Callable[[str, datetime], AbstractContextManager[str]]
"""`on_duty(sign-in name, moment)`: that person at work then; yields the person's id."""
ANSWER_WORKING_DAYS = 5


def inspect(town: City, settled: Settled, on_duty: OnDuty) -> dict[str, str]:
    """Ids of the findings by the plan's keys; without those whose visit the demo was told to leave out."""
    found = {}
    for key, row in town.plan["inspections"].items():
        unit_id = settled.units[row["project"], row["unit"]]
        question = f"{row['item']}@{unit_id}"
        visit_id = _visit_before(question, moment(row["at"]))
        if visit_id is not None:
            found[key] = _inspect(row, question, visit_id, settled, on_duty)
    return found


def _visit_before(question: str, at: datetime) -> str | None:
    with transaction(write=False):
        visit_id: str | None = db.session.scalar(
            db.select(Visit.id)
            .join(Answer, Answer.visit_id == Visit.id)
            .where(Answer.question == question, Answer.answered_at <= at)
            .order_by(Answer.answered_at.desc())
            .limit(1)
        )
        return visit_id


def _inspect(
    row: dict[str, Any], question: str, visit_id: str, settled: Settled, on_duty: OnDuty
) -> str:
    at = moment(row["at"])
    with on_duty(row["by"], at) as by, transaction():
        officer = db.session.get_one(Person, by)
        site = db.session.get_one(Project, settled.projects[row["project"]])
        inspection = inspecting.begin(officer, site, None)
        sighting = Sighting(question, visit_id, row["words"], row["place"], at)
        finding = inspecting.record_finding(inspection, officer, sighting, ANSWER_WORKING_DAYS)
        if finding.comparison != row["comparison"]:
            raise ValueError(f"{row['words']} is {finding.comparison}, not {row['comparison']}")
        finding_id = finding.id
    if "answer" in row:
        _answer(row["answer"], finding_id, on_duty)
    return finding_id


def _answer(answer: dict[str, Any], finding_id: str, on_duty: OnDuty) -> None:
    with on_duty(answer["by"], moment(answer["at"])) as by, transaction():
        finding = db.session.get_one(AuthorityFinding, finding_id)
        person = db.session.get_one(Person, by)
        settling.respond(finding, person, stance=answer["stance"], words=answer["words"])
