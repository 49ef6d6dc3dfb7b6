"""The demo's 飞行检查: what officers saw beside the insurers' answers, and what the insurers said to that."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

from fieldapp.accounts.models import Person
from fieldapp.db import db, own_id, transaction
from fieldapp.demo.city import City
from fieldapp.demo.darkroom import SIZE, look_at
from fieldapp.demo.history import PlannedPhoto, moment
from fieldapp.demo.remembering import put_all, store
from fieldapp.demo.saying import Ids
from fieldapp.demo.settling import Settled
from fieldapp.demo.shooting import shoot
from fieldapp.demo.signing import signed
from fieldapp.evidence import judging
from fieldapp.evidence.judging import Judgement
from fieldapp.evidence.models import Evidence
from fieldapp.keys import sha256
from fieldapp.oversight import inspecting, photographing, settling
from fieldapp.oversight.inspecting import Sighting
from fieldapp.oversight.models import AuthorityFinding
from fieldapp.projects.models import Project
from fieldapp.visits.models import Answer, Visit

OnDuty = Callable[[str, datetime], AbstractContextManager[str]]
"""`on_duty(sign-in name, moment)`: that person at work then; yields the person's id."""
ANSWER_WORKING_DAYS = 5
PHOTOS = 2


def inspect(town: City, settled: Settled, on_duty: OnDuty) -> dict[str, str]:
    """Ids of the findings by the plan's keys; without those whose visit the demo was told to leave out."""
    found = {}
    for key, row in town.plan["inspections"].items():
        unit_id = settled.units[row["project"], row["unit"]]
        question = f"{row['item']}@{unit_id}"
        visit_id = _visit_before(question, moment(row["at"]))
        if visit_id is not None:
            found[key] = _inspect(key, row, question, visit_id, settled, on_duty)
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
    key: str,
    row: dict[str, Any],
    question: str,
    visit_id: str,
    settled: Settled,
    on_duty: OnDuty,
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
        photos = _photographed(key, row, officer)
        photographing.add(finding, officer, photos)
    if "judge" in row:
        _judge(row["judge"], [photo.id for photo in photos], on_duty)
    if "answer" in row:
        _answer(row["answer"], finding_id, on_duty)
    return finding_id


def _photographed(key: str, row: dict[str, Any], officer: Person) -> list[photographing.Taken]:
    """What the officer's own camera saw of it, in the store and read as every file."""
    at, ids = moment(row["at"]), Ids(f"inspection/{key}")
    taken = []
    for place in range(PHOTOS):
        seed = 700 + 10 * place + len(key)
        planned = PlannedPhoto(
            row["item"], row["unit"], "near", at, seed, row["project"], unsafe=True
        )
        data = shoot(planned, SIZE).jpeg
        result = look_at(data)
        put_all(officer.organisation_id, [(data, result)])
        store(officer.organisation_id, data, result)
        taken.append(
            photographing.Taken(ids.photo(place), sha256(data), len(data), "image/jpeg", at)
        )
    return taken


def _judge(judge: dict[str, Any], sent_ids: list[str], on_duty: OnDuty) -> None:
    """A colleague believes them: the officer who took them may not judge them."""
    with on_duty(judge["by"], moment(judge["at"])) as by, transaction():
        colleague = db.session.get_one(Person, by)
        for sent_id in sent_ids:
            id_ = own_id(colleague.organisation_id, sent_id)
            with signed(
                colleague, "POST", f"/api/evidence/{id_}/verdicts", {"outcome": "accepted"}
            ):
                judging.give(db.session.get_one(Evidence, id_), colleague, Judgement("accepted"))


def _answer(answer: dict[str, Any], finding_id: str, on_duty: OnDuty) -> None:
    with on_duty(answer["by"], moment(answer["at"])) as by, transaction():
        finding = db.session.get_one(AuthorityFinding, finding_id)
        person = db.session.get_one(Person, by)
        settling.respond(finding, person, stance=answer["stance"], words=answer["words"])
