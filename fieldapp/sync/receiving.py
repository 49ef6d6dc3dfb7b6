"""Taking in what a phone sent: kept byte for byte, then judged, then acknowledged. Whatever it is."""

import logging
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Row, Select, bindparam
from sqlalchemy.exc import IntegrityError, OperationalError

from fieldapp.accounts.models import Device, Person
from fieldapp.cases.surveying import surveyed
from fieldapp.clock import local_date, now
from fieldapp.db import db, new_id, own_id, savepoint
from fieldapp.errors import Conflict
from fieldapp.events import announce
from fieldapp.evidence import filing
from fieldapp.evidence.annotating import annotate
from fieldapp.evidence.models import Evidence
from fieldapp.hazards import re_inspecting
from fieldapp.hazards.opening import open_from
from fieldapp.keys import sha256, verifies
from fieldapp.projects.models import Project
from fieldapp.sync import carrying, judging, reading
from fieldapp.sync.announcements import RecordKept
from fieldapp.sync.gathering import Gathered, gather
from fieldapp.sync.lacking import Lack, drawn_in, lacks, lacks_of_task, personal_evidence
from fieldapp.sync.lacking_forms import form_lacks, personal_files
from fieldapp.sync.models import Record, RecordJudgement
from fieldapp.sync.reasons import Reason, reason
from fieldapp.sync.reissuing import issue_again, settle_twins
from fieldapp.sync.sealers import phone_of
from fieldapp.visits.forming import context_of, fill_in
from fieldapp.visits.models import Task, Visit
from fieldapp.visits.recording import Source
from fieldapp.visits.recording import record as record_visit

ATTEMPTS = 3
"""How often a record is judged when another one of the same visit arrives at the same moment."""

log = logging.getLogger(__name__)


def keep(
    by: Person,
    sent_id: str,
    body: bytes,
    *,
    device_id: str | None = None,
    signature: str | None = None,
) -> Record:
    """The record of these bytes, judged. The same bytes again are the same record, whoever sends them and when."""
    digest = sha256(body)
    before = _before(by.organisation_id, sent_id, digest, reading.project_named(body))
    if before.record is not None:
        return db.session.get_one(Record, before.record)
    device = _device(by, device_id)
    # Whole from the first: it is judged before it is written.
    kept = Record(
        id=new_id(),
        received_at=now(),
        organisation=by.organisation,
        organisation_id=by.organisation_id,
        sent_id=sent_id,
        project_id=before.project,
        sha256=digest,
        body=body,
        sent_by=by,
        sent_by_id=by.id,
        device=device,
        signature=signature and signature[:120],
        signature_state=_signature_state(device, signature, body),
        judgements=[],
    )
    try:
        with savepoint():
            db.session.add(kept)
    except IntegrityError:  # the same bytes came twice at once; theirs is as good
        twin = _before(by.organisation_id, sent_id, digest, None).record
        if twin is None:
            raise
        return db.session.get_one(Record, twin)
    judge(kept, is_first=before.another is None)
    announce(RecordKept(kept))
    return kept


def judge(
    kept: Record,
    *,
    by: Person | None = None,
    words: str | None = None,
    waived: frozenset[str] = frozenset(),
    is_first: bool = False,
) -> RecordJudgement:
    """Judge a kept record by what is known now, and write down what follows. `by`: the person who asked for it.

    `is_first`: no other record of its visit was here a moment ago.
    """
    read = reading.read(kept.body)
    if read.record is None:
        return _judged(kept, "quarantined", read.reasons, by=by, words=words)
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with savepoint():
                return _judge_read(
                    kept, read.record, by=by, words=words, waived=waived, is_first=is_first
                )
        except (IntegrityError, Conflict):
            # Another record of the same visit came in between; now it can be seen.
            is_first = False
            if attempt == ATTEMPTS:
                log.exception("record %s could not be written", kept.id)
        except OperationalError:
            raise
        except Exception:
            # Our mistake must not strand the worker: the bytes stay, a person can ask for them to be judged again.
            log.exception("record %s could not be judged", kept.id)
            break
    return _judged(kept, "quarantined", (reason("judging_failed"),), by=by, words=words)


def _judge_read(
    kept: Record,
    said: dict[str, Any],
    *,
    by: Person | None,
    words: str | None,
    waived: frozenset[str],
    is_first: bool,
) -> RecordJudgement:
    with db.session.no_autoflush:  # the record can wait: it is not asked for
        looked_at = by is not None
        gathered = gather(kept, said, waived=waived, looked_at=looked_at, is_first=is_first)
    judgement = judging.judge(said, gathered.facts)
    if judgement.state == "quarantined" and is_first:
        # What speaks against it may be another record of the visit that came in between.
        return _judge_read(kept, said, by=by, words=words, waived=waived, is_first=False)
    if judgement.state == "quarantined":
        return _judged(kept, "quarantined", judgement.reasons, by=by, words=words)
    visit = _write(kept, said, gathered, by)
    return _judged(kept, judgement.state, (), by=by, words=words, visit=visit)


def _write(kept: Record, said: dict[str, Any], gathered: Gathered, by: Person | None) -> Visit:
    facts, service = gathered.facts, gathered.service
    task = _task(gathered, said, by)
    if service is None:
        raise ValueError("a service covers the project of an accepted record")
    said_more = _follows(said, gathered)
    visit = record_visit(
        said,
        standing=gathered.visit,
        task=task,
        surveyor=kept.sent_by,
        service_insurer_id=service.service_insurer_id,
        source=Source(kept.sha256, kept.received_at),
        drawn=said_more.drawn,
        shortfalls=[(lack.question, lack.code, lack.detail) for lack in said_more.lacks],
    )
    if task is not None and gathered.lost is not None:
        settle_twins(task, visit)
    if facts.form is not None and said["form"] is not None:
        fill_in(visit, said["form"], facts.form)
    open_from(visit, said["findings"], said["evidence"])
    if task is not None:
        re_inspecting.record(visit, task, said)
    if visit.case_id is not None:
        surveyed(visit)
    day = local_date(said["started_at"])
    shows_somebody = task is not None and task.evidence is not None and task.evidence.personal
    filing.file_all(
        [
            _claim(
                kept,
                said,
                visit,
                position,
                evidence,
                gathered.sealers.get(phone_of(evidence["seal"]) or "", kept.device),
                # Whoever the rejected photo showed is shown again, whatever the record calls it.
                personal=shows_somebody or evidence["id"] in said_more.personal,
            )
            for position, evidence in enumerate(said["evidence"])
        ],
        {(visit.project_id, said["scheme"], day): service.service_insurer_id},
        are_new=not facts.filed,
    )
    for drawn in said["annotations"]:
        sealer = gathered.sealers.get(phone_of(drawn["seal"]) or "", kept.device)
        original = db.session.get_one(Evidence, own_id(kept.organisation_id, drawn["annotates"]))
        annotate(original, drawn, sealer)
    return visit


def _task(gathered: Gathered, said: dict[str, Any], by: Person | None) -> Task | None:
    if gathered.lost is None or by is None:
        return gathered.task
    return issue_again(gathered.lost, said["started_at"], by)


@dataclass(frozen=True)
class _Follows:
    """What the edition says of an accepted record."""

    drawn: frozenset[str]
    lacks: tuple[Lack, ...]
    personal: frozenset[str]


def _follows(said: dict[str, Any], gathered: Gathered) -> _Follows:
    if gathered.facts.form is None:
        return _by_checklist(said, gathered)
    if said["form"] is None:
        return _Follows(frozenset(), lacks_of_task(said), frozenset())
    return _by_form(said, gathered)


def _by_checklist(said: dict[str, Any], gathered: Gathered) -> _Follows:
    edition, order = gathered.facts.edition, gathered.facts.order
    if edition is None:
        raise ValueError("an accepted record names its edition")
    drawn = drawn_in(said, edition, gathered.units)
    return _Follows(
        drawn,
        (
            *lacks(said, edition, gathered.units, order.questions if order else None),
            *carrying.lapses(said, edition, gathered.facts.carried, drawn),
        ),
        personal_evidence(said, edition),
    )


def _by_form(said: dict[str, Any], gathered: Gathered) -> _Follows:
    form = gathered.facts.form
    if form is None:
        raise ValueError("an accepted form names its edition")
    context = context_of(said["scheme"], said["finished_at"], gathered.context)
    lacking = form_lacks(said, form, context)
    return _Follows(frozenset(), lacking, personal_files(said, form))


def _claim(
    kept: Record,
    said: dict[str, Any],
    visit: Visit,
    position: int,
    evidence: dict[str, Any],
    sealer: Device | None,
    *,
    personal: bool,
) -> filing.Claim:
    return filing.Claim(
        organisation_id=kept.organisation_id,
        sent_id=evidence["id"],
        subject_kind="visit",
        subject_id=visit.id,
        scheme=visit.scheme,
        project_id=visit.project_id,
        personal=personal,
        question=evidence["question"],
        category=evidence["category"],
        finding_sent_id=evidence["finding_id"],
        shot=evidence["shot"],
        position=position,
        capture=evidence["capture"],
        captured_at=evidence["captured_at"],
        clock_offset_ms=said["clock_offset_ms"],
        task_issued_at=visit.task.issued_at if visit.task else None,
        captured_by_id=kept.sent_by_id,
        device=sealer,
        fix=evidence["fix"],
        sha256=evidence["sha256"],
        size=evidence["size"],
        media_type=evidence["media_type"],
        preview_sha256=evidence["preview"] and evidence["preview"]["sha256"],
        envelope_sha256=evidence["envelope"] and evidence["envelope"]["sha256"],
        seal=evidence["seal"],
        seal_signature=evidence["seal_signature"],
    )


def _judged(
    kept: Record,
    state: str,
    reasons: tuple[Reason, ...],
    *,
    by: Person | None,
    words: str | None,
    visit: Visit | None = None,
) -> RecordJudgement:
    judgement = RecordJudgement(
        id=new_id(),
        judged_at=now(),
        state=state,
        reasons=[found.as_json() for found in reasons],
        visit_id=visit and visit.id,
        judged_by=by,
        words=words,
    )
    kept.judgements.append(judgement)
    return judgement


def _before(organisation_id: str, sent_id: str, digest: str, project_id: str | None) -> Row[Any]:
    """Ids of what is here, mostly nothing but the project: `record` of these bytes, `another` of the same visit, `project`."""
    asked = {"owner": organisation_id, "sent_id": sent_id, "sha256": digest, "project": project_id}
    return db.session.execute(_what_is_here(), asked).one()


@cache
def _what_is_here() -> Select[Any]:
    of_the_visit = db.select(Record.id).where(
        Record.organisation_id == bindparam("owner"), Record.sent_id == bindparam("sent_id")
    )
    record = of_the_visit.where(Record.sha256 == bindparam("sha256"))
    project = db.select(Project.id).where(Project.id == bindparam("project"))
    return db.select(
        record.scalar_subquery().label("record"),
        of_the_visit.limit(1).scalar_subquery().label("another"),
        project.scalar_subquery().label("project"),
    )


def _device(by: Person, device_id: str | None) -> Device | None:
    if device_id is None:
        return None
    return db.session.scalar(
        db.select(Device).where(Device.person_id == by.id, Device.sent_id == device_id)
    )


def _signature_state(device: Device | None, signature: str | None, body: bytes) -> str:
    if not signature:
        return "missing"
    if device is None:
        return "invalid"
    return "valid" if verifies(device.public_key, signature, body) else "invalid"
