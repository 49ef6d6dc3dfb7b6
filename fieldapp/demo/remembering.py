"""The demo's past months: tasks, visits through the same door as a phone's, photos, verdicts, closed hazards."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, time, timedelta
from typing import Any

from fieldapp.accounts.models import Person
from fieldapp.blobs.models import Blob
from fieldapp.blobs.store import current_store
from fieldapp.checklists.form import Edition
from fieldapp.checklists.models import PublishedEdition
from fieldapp.checklists.publishing import published, read
from fieldapp.clock import at, at_local, local_date, now
from fieldapp.db import db, own_id, transaction
from fieldapp.demo import scenes
from fieldapp.demo.city import City
from fieldapp.demo.darkroom import Developed, look_at, signature
from fieldapp.demo.going_back import outcome_of
from fieldapp.demo.history import PlannedPhoto, PlannedVisit
from fieldapp.demo.phones import Phone
from fieldapp.demo.proving import Check, Taken, fill
from fieldapp.demo.saying import (
    CHECKLIST,
    EDITION,
    SCHEME,
    Ids,
    said_of_check,
    said_on_going_back,
    signer_of,
)
from fieldapp.demo.settling import Settled
from fieldapp.evidence import flagging, intake, judging
from fieldapp.evidence.judging import Judgement
from fieldapp.evidence.models import Evidence
from fieldapp.evidence.sandbox import Result
from fieldapp.hazards.models import Finding
from fieldapp.keys import sha256
from fieldapp.ledger.actor import Actor, acting
from fieldapp.projects.models import Project as ProjectRow
from fieldapp.sync import receiving
from fieldapp.sync.models import Record
from fieldapp.visits.models import Task
from fieldapp.visits.tasking import issue, issue_monthly_check

JUDGED_AFTER = timedelta(hours=20)
WRITERS = 12
SENT_AFTER = timedelta(minutes=25)
ISSUED_BEFORE = timedelta(hours=20)
ASKED_LATELY = timedelta(days=1)


class Memory:
    """Writes one planned visit after another. `photos` hands out developed photos in the order that they are asked for."""

    def __init__(self, city: City, settled: Settled) -> None:
        self._city = city
        self._settled = settled
        self._phones: dict[str, Phone] = {}
        with transaction(write=False):
            edition = published(CHECKLIST, EDITION)
            self.edition: Edition = read(edition)

    def enrol(self, surveyors: Iterable[str]) -> None:
        """Each comes with a phone of their own, which is there from the year's beginning."""
        morning = at_local(date(self._city.year, 1, 1), time(8))
        for place, name in enumerate(sorted(set(surveyors))):
            phone = self._phones[name] = Phone(" ".join(scenes.PHONES[place % len(scenes.PHONES)]))
            phone.enrol(self._settled.people[name], morning)

    def issue(self, visit: PlannedVisit) -> tuple[str, str]:
        """The task of that month: its id and nonce."""
        year, month = map(int, visit.period.split("-"))
        with at(at_local(date(year, month, 1), time(8))), transaction():
            row = issue_monthly_check(
                db.session.get_one(ProjectRow, self._settled.projects[visit.project]),
                db.session.get_one(Person, self._settled.people[visit.surveyor]),
                db.session.get_one(PublishedEdition, (CHECKLIST, EDITION)),
                scheme=SCHEME,
                period=visit.period,
            )
            return row.id, row.nonce

    def check(self, visit: PlannedVisit, nonce: str) -> Check:
        project = self._city.project(visit.project)
        ids = {unit.name: self._settled.units[project.key, unit.name] for unit in project.units}
        return fill(visit, project, ids, self.edition, nonce)

    def has_been(self, taken: Taken) -> bool:
        """Whether somebody has gone back there by the city's today."""
        return taken.planned.at.date() <= self._city.today

    def write(self, check: Check, task_id: str, photos: list[Developed]) -> None:
        """The visit as sent, its bytes as stored and read, its verdicts as given, its hazards as closed."""
        sender = self._settled.people[check.visit.surveyor]
        ids = Ids(f"{check.visit.project}/{check.visit.period}")
        drawn = signature(signer_of(ids), ids.number)
        files = [(photo.shot.jpeg, photo.result) for photo in photos] + [(drawn, look_at(drawn))]
        site = self._city.project(check.visit.project)
        with transaction(write=False):
            organisation_id = db.session.get_one(Person, sender).organisation_id
            task = db.session.get_one(Task, task_id)
            said = said_of_check(task, check, self.edition, site, photos, drawn, ids)
        put_all(organisation_id, files)
        sent_at = check.ended_at + SENT_AFTER
        with at(sent_at), acting(Actor("person", sender, organisation_id)), transaction():
            self._hand_in(check.visit.surveyor, said)
            for data, result in files:
                store(organisation_id, data, result)
        self._judge(check, organisation_id, ids, sent_at + JUDGED_AFTER)

    def go_back(self, check: Check, place: int, photo: Developed) -> None:
        """The re-inspection of one of a check's hazards: its task, its photo and the verdict on that."""
        sender = self._settled.people[check.visit.surveyor]
        with transaction(write=False):
            organisation_id = db.session.get_one(Person, sender).organisation_id
        ids = Ids(f"{check.visit.project}/{check.visit.period}")
        taken = check.gone_back[place]
        again = Ids(f"{check.visit.project}/{check.visit.period}/again/{place}")
        finding_id = own_id(organisation_id, ids.finding(taken.question or ""))
        with at(photo.shot.at - ISSUED_BEFORE), acting(Actor("system", "demo")), transaction():
            task = self._re_inspection(finding_id, sender, photo)
            seen = outcome_of(taken.finding, photo.shot.at, self._city.today)
            said = said_on_going_back(task, taken, photo, seen, ids, again)
        put_all(organisation_id, [(photo.shot.jpeg, photo.result)])
        sent_at = photo.shot.at + SENT_AFTER
        with at(sent_at), acting(Actor("person", sender, organisation_id)), transaction():
            self._hand_in(check.visit.surveyor, said)
            store(organisation_id, photo.shot.jpeg, photo.result)
        self._accept(check, own_id(organisation_id, again.photo(0)), sent_at + JUDGED_AFTER)

    def _hand_in(self, surveyor: str, said: dict[str, Any]) -> None:
        """Now, in the present transaction."""
        sent = self._phones[surveyor].hand_in(said)
        by = db.session.get_one(Person, self._settled.people[surveyor])
        require_accepted(
            receiving.keep(
                by, said["id"], sent.body, device_id=sent.device_id, signature=sent.signature
            )
        )

    def _judge(self, check: Check, organisation_id: str, ids: Ids, judged_at: datetime) -> None:
        """The supervisor's verdicts; of this month's photos most still wait."""
        judged = [
            (place, taken.planned)
            for place, taken in enumerate(check.taken)
            if taken.planned.verdict
        ]
        if not judged:
            return
        person_id, insurer_id = self._supervisor_of(check)
        with at(judged_at), acting(Actor("person", person_id, insurer_id)), transaction():
            by = db.session.get_one(Person, person_id)
            for place, planned in judged:
                evidence = db.session.get_one(Evidence, own_id(organisation_id, ids.photo(place)))
                _give(evidence, by, planned, self._city.today)
            signed = db.session.get_one(Evidence, own_id(organisation_id, ids.signature))
            judging.give(signed, by, Judgement("accepted"))

    def _re_inspection(self, finding_id: str, surveyor: str, photo: Developed) -> Task:
        hazard = db.session.get_one(Finding, finding_id).hazard
        if hazard is None:
            raise ValueError("the plan closes what was put right on the spot")
        task = issue(
            kind="re_inspection",
            scheme=SCHEME,
            project=hazard.project,
            assignee=db.session.get_one(Person, surveyor),
            edition=db.session.get_one(PublishedEdition, (CHECKLIST, EDITION)),
            due_at=photo.shot.at + timedelta(days=1),
        )
        task.hazard_id = hazard.id
        db.session.flush()
        return task

    def _accept(self, check: Check, evidence_id: str, judged_at: datetime) -> None:
        """The supervisor believes the photo of 整改后; what came last still waits."""
        if judged_at.date() > self._city.today:
            return
        person_id, insurer_id = self._supervisor_of(check)
        with at(judged_at), acting(Actor("person", person_id, insurer_id)), transaction():
            evidence = db.session.get_one(Evidence, evidence_id)
            judging.give(evidence, db.session.get_one(Person, person_id), Judgement("accepted"))

    def _supervisor_of(self, check: Check) -> tuple[str, str]:
        """Ids of the service insurer's supervisor and of the insurer."""
        service = self._city.project(check.visit.project).service()
        insurer = service.service_insurer if service else ""
        name = next(
            name
            for name, p in self._city.people.items()
            if p.organisation == insurer and "supervisor" in p.roles
        )
        return self._settled.people[name], self._settled.organisations[insurer]


def put_all(organisation_id: str, files: list[tuple[bytes, Result]]) -> None:
    """Originals and renditions into the store, several at once: waiting for the disk is most of the work."""
    kept = current_store()
    every = [
        data
        for original, result in files
        for data in (original, *(p.data for p in result.pictures))
    ]
    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(lambda data: kept.put(f"{organisation_id}/{sha256(data)}", data), every))


def store(organisation_id: str, data: bytes, result: Result) -> None:
    """The rows of bytes that are in the store already, and what intake said of them."""
    digest = sha256(data)
    media_type = result.said["media_type"] or "application/octet-stream"
    if db.session.get(Blob, (organisation_id, digest)) is None:
        db.session.add(
            Blob(
                organisation_id=organisation_id,
                sha256=digest,
                size=len(data),
                media_type=media_type,
            )
        )
        db.session.flush()
    stored = [(sha256(picture.data), picture) for picture in result.pictures]
    intake.write_down(organisation_id, digest, result, stored)
    flagging.flag_all(organisation_id, digest)


def _give(evidence: Evidence, by: Person, planned: PlannedPhoto, today: date) -> None:
    if planned.verdict == "accepted":
        judging.give(evidence, by, Judgement("accepted"))
        return
    # What was asked for weeks ago would stand on the phone as neglected for ever.
    lately = local_date(now()) >= today - ASKED_LATELY
    follow_up = "explain" if lately and planned.follow_up == "explain" else "none"
    judging.give(evidence, by, Judgement("rejected", reason=planned.fault, follow_up=follow_up))


def require_accepted(record: Record) -> None:
    if record.judgement.state != "accepted":
        raise ValueError(
            f"the demo's own visit was {record.judgement.state}: {record.judgement.reasons}"
        )
