"""The demo's accident: reported, surveyed as a phone would have sent it, handed over; two of its papers unreadable."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any

from fieldapp.accounts.models import Person
from fieldapp.cases import handing_over, reporting
from fieldapp.cases.models import AccidentCase
from fieldapp.cases.surveying import open_survey
from fieldapp.checklists.publishing import published
from fieldapp.clock import iso
from fieldapp.db import db, transaction
from fieldapp.demo.city import City
from fieldapp.demo.darkroom import Developed, develop
from fieldapp.demo.history import History, moment
from fieldapp.demo.phones import Phone
from fieldapp.demo.remembering import SENT_AFTER, put_all, require_accepted, store
from fieldapp.demo.saying import Ids, fix, told_of
from fieldapp.demo.settling import Settled
from fieldapp.sync import receiving
from fieldapp.visits import dispatching
from fieldapp.visits.models import Task

OnDuty = Callable[[str, datetime], AbstractContextManager[str]]
"""`on_duty(sign-in name, moment)`: that person at work then; yields the person's id."""
ROWS = {
    "injured": "5d3c1b52-6a0b-4c57-9d0e-2f6f5f0c9a11",
    "statements": "8a7e4d90-13f4-4b7e-8f6c-71d2c3b4e512",
}
"""The rows of the form's groups: one person injured, one asked."""
TIDYING = timedelta(minutes=20)


def tell_accident(town: City, history: History, settled: Settled, on_duty: OnDuty) -> None:
    plan = town.plan["accident"]
    photos = list(develop(history.accident_photos))
    supervisor, surveyor = plan["supervisor"], plan["surveyors"][0]
    with on_duty(supervisor, moment(plan["reported_at"])) as by, transaction():
        case_id = reporting.report(db.session.get_one(Person, by), _report(plan, settled)).id
    with on_duty(supervisor, moment(plan["dispatched_at"])) as by, transaction():
        task = open_survey(db.session.get_one(AccidentCase, case_id))
        if task is None:
            raise ValueError("the report calls for a survey")
        dispatching.reassign(task, db.session.get_one(Person, by), settled.people[surveyor], None)
        task_id = task.id
    _survey(plan, photos, task_id, on_duty)
    with on_duty(supervisor, moment(plan["handed_over_at"])) as by, transaction():
        handing_over.hand_over(
            db.session.get_one(AccidentCase, case_id),
            db.session.get_one(Person, by),
            settled.organisations["injury"],
        )


def _report(plan: dict[str, Any], settled: Settled) -> reporting.Report:
    person = plan["person"]
    return reporting.Report(
        number=plan["number"],
        project_id=settled.projects[plan["project"]],
        accident_kind=plan["kind"],
        place=plan["words"],
        occurred_at=moment(plan["accident_at"]),
        reported_at=moment(plan["reported_at"]),
        injured_name=person["name"],
        injured_id_number=person["id_number"],
        injury=person["injury"],
    )


def _survey(plan: dict[str, Any], photos: list[Developed], task_id: str, on_duty: OnDuty) -> None:
    sent_at = photos[-1].shot.at + TIDYING + SENT_AFTER
    phone = Phone(
        "HUAWEI ALN-AL80"
    )  # the one for accidents: its chain stands apart from the checks'
    with on_duty(plan["surveyors"][0], sent_at) as by:
        phone.enrol(by, moment(plan["reported_at"]))
        with transaction(write=False):
            organisation_id = db.session.get_one(Person, by).organisation_id
            said = _said(db.session.get_one(Task, task_id), plan, photos)
            sent = phone.hand_in(said)
        put_all(organisation_id, [(photo.shot.jpeg, photo.result) for photo in photos])
        with transaction():
            kept = receiving.keep(
                db.session.get_one(Person, by),
                said["id"],
                sent.body,
                device_id=sent.device_id,
                signature=sent.signature,
            )
            require_accepted(kept)
            for photo in photos:
                store(organisation_id, photo.shot.jpeg, photo.result)


def _said(task: Task, plan: dict[str, Any], photos: list[Developed]) -> dict[str, Any]:
    """The survey's record. What it leaves open is told as shortfalls, as of any survey."""
    ids = Ids(plan["number"])
    arrived_at, ended_at = moment(plan["arrived_at"]), photos[-1].shot.at + TIDYING
    edition = published(task.checklist, task.edition)
    return {
        "format": 2,
        "app": "field demo",
        "id": ids.visit,
        "kind": task.kind,
        "task_id": task.id,
        "project_id": task.project_id,
        "scheme": task.scheme,
        "edition": {
            "id": edition.checklist,
            "edition": edition.edition,
            "digest": edition.digest,
        },
        "nonce": task.nonce,
        "started_at": iso(arrived_at),
        "finished_at": iso(ended_at),
        "clock_offset_ms": 300,
        "arrival": fix(photos[0].shot, arrived_at),
        "categories": [],
        "answers": [],
        "findings": [],
        "evidence": [
            told_of(photo, ids.photo(place), question=_path(asked), shot=shot)
            for place, (photo, (_, asked, shot, _)) in enumerate(
                zip(photos, plan["evidence"], strict=True)
            )
        ],
        "signature": None,
        "answers_re_shoot": None,
        "form": _form(task, plan),
    }


def _path(asked: str) -> str:
    """`statements/witness_signature` of the plan, in the form's one row."""
    group, _, field = asked.rpartition("/")
    return f"{group}/{ROWS[group]}/{field}" if group else field


def _form(task: Task, plan: dict[str, Any]) -> dict[str, Any]:
    person, witness = plan["person"], plan["witness"]
    context = task.context
    values = {
        "case_number": context["case.number"],
        "accident_at": context["case.accident_at"],
        "reported_at": context["case.reported_at"],
        "dispatched_at": iso(moment(plan["dispatched_at"])),
        "arrived_at": iso(moment(plan["arrived_at"])),
        "arrived_place": "scene",
        "employer_name": context["employer.name"],
        "policy_number": context["employer.policy_number"],
        "course": plan["course"],
        "accident_kind": "fall",
        "conclusion": "genuine",
    }
    injured = {
        "injured_name": person["name"],
        "id_type": "resident_id",
        "id_number": person["id_number"],
        "job": person["job"],
        "injured_part": person["injury"],
        "injury_degree": "undiagnosed",
        "hospital": person["hospital"],
        "person_and_id": "agree",
        "person_and_injury": "agree",
    }
    rows = {"injured": injured, "statements": witness}
    return {
        "values": {name: value for name, value in values.items() if value is not None},
        "rows": {group: [{"id": ROWS[group], "values": said}] for group, said in rows.items()},
    }
