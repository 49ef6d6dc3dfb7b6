"""How many of what waits are past their deadline, one question a state: the figures behind `waiting.py`.

Each takes the moment that is compared with and gives a count, which the caller asks.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Select, exists, func
from sqlalchemy.orm import aliased

from fieldapp.accounts.models import AccessEnding, OneTimePassword, Person
from fieldapp.archive.order_models import BundleOrder
from fieldapp.blobs.erasing_models import BlobErasure
from fieldapp.blobs.models import Blob, Upload
from fieldapp.cases.models import AccidentCase
from fieldapp.clock import year_of
from fieldapp.db import db
from fieldapp.evidence.models import BlindDraw, Evidence, Opening, Reading, Verdict
from fieldapp.evidence.redactions import gone
from fieldapp.evidence.viewing_models import ViewingCopy
from fieldapp.hazards.access import is_closed, is_undecided
from fieldapp.hazards.models import Finding, Hazard
from fieldapp.jobs import Job
from fieldapp.notify.models import Delivery
from fieldapp.oversight.models import AuthorityFinding
from fieldapp.oversight.showing import is_in
from fieldapp.reuse.models import Resemblance
from fieldapp.scoring.access import stands_at
from fieldapp.scoring.models import Occurrence, OpinionForm
from fieldapp.seals.models import SealLink
from fieldapp.seals.showing import not_submitted
from fieldapp.sync.models import Record, RecordJudgement
from fieldapp.visits.awaiting import awaited
from fieldapp.visits.call_rules import call_rules
from fieldapp.visits.models import Task, TaskClosure, Visit
from fieldapp.visits.signatures import is_signature

Count = Select[int]


def _count(of: type, *where: object) -> Count:
    return db.select(func.count()).select_from(of).where(*where)


def tasks(at: datetime) -> Count:
    return _count(Task, Task.due_at < at, ~exists().where(TaskClosure.task_id == Task.id))


def unassigned(at: datetime) -> Count:
    return _count(
        Task,
        Task.assignee_id.is_(None),
        Task.issued_at < at - timedelta(days=2),
        ~exists().where(TaskClosure.task_id == Task.id),
    )


def unacknowledged(at: datetime) -> Count:
    last = max(steps[-1].after for steps in call_rules().kinds.values())
    return _count(Task, Task.issued_at < at - last, awaited())


def uploads_open(at: datetime) -> Count:
    return _count(Upload, Upload.outcome.is_(None), Upload.asked_at < at - timedelta(days=7))


def uploads_checking(at: datetime) -> Count:
    return _count(
        Upload, Upload.outcome == "checking", Upload.completed_at < at - timedelta(hours=1)
    )


def jobs(at: datetime) -> Count:
    return _count(Job, Job.finished_at.is_(None), Job.run_at < at - timedelta(minutes=10))


def intake(at: datetime) -> Count:
    read = exists().where(
        Reading.organisation_id == Blob.organisation_id, Reading.sha256 == Blob.sha256
    )
    claimed = exists().where(
        Evidence.organisation_id == Blob.organisation_id, Evidence.sha256 == Blob.sha256
    )
    return _count(Blob, claimed, ~read, Blob.stored_at < at - timedelta(hours=1))


def copying(at: datetime) -> Count:
    return _count(
        ViewingCopy, ViewingCopy.outcome.is_(None), ViewingCopy.asked_at < at - timedelta(hours=2)
    )


def uncopied(at: datetime) -> Count:
    ours = (Evidence.organisation_id == ViewingCopy.organisation_id) & (
        Evidence.sha256 == ViewingCopy.original_sha256
    )
    judged = exists().where(ours, Verdict.evidence_id == Evidence.id)
    late = ViewingCopy.tried_at < at - timedelta(days=3)
    return _count(ViewingCopy, ViewingCopy.outcome == "failed", ~judged, late)


def opening(at: datetime) -> Count:
    return _count(Opening, Opening.outcome.is_(None), Opening.arrived_at < at - timedelta(hours=1))


def unopened(at: datetime) -> Count:
    claims = (Evidence.organisation_id == Opening.organisation_id) & (
        Evidence.envelope_sha256 == Opening.sha256
    )
    judged = exists().where(claims, Verdict.evidence_id == Evidence.id)
    return _count(
        Opening, Opening.outcome == "failed", ~judged, Opening.tried_at < at - timedelta(days=3)
    )


def bytes_owed(at: datetime) -> Count:
    stored = exists().where(
        Blob.organisation_id == Evidence.organisation_id, Blob.sha256 == Evidence.sha256
    )
    sealed = exists().where(
        Opening.organisation_id == Evidence.organisation_id,
        Opening.sha256 == Evidence.envelope_sha256,
    )
    return _count(Evidence, ~stored, ~sealed, Evidence.filed_at < at - timedelta(days=7))


def quarantined(at: datetime) -> Count:
    later = exists().where(
        RecordJudgement.record_id == Record.id, RecordJudgement.state != "quarantined"
    )
    return _count(Record, ~later, Record.received_at < at - timedelta(days=3))


def begun(at: datetime) -> Count:
    # What nobody ordered has nobody who could take it back: its phone's page tells of it.
    ordered = exists().where(Task.id == SealLink.task_id)
    late = not_submitted(at - timedelta(days=2)).where(ordered).subquery()
    return db.select(func.count()).select_from(late)


def verdicts(at: datetime) -> Count:
    explained = exists().where(
        Visit.answers_evidence_id == Evidence.id,
        Visit.kind == "explain",
        Visit.received_at > Verdict.at,
        Visit.received_at < at - timedelta(days=3),
    )
    judged = exists().where(Verdict.evidence_id == Evidence.id, ~explained)
    return _count(
        Evidence,
        ~judged,
        ~is_signature(),
        ~gone(),
        Evidence.subject_kind == "visit",
        Evidence.filed_at < at - timedelta(days=3),
    )


def blind(at: datetime) -> Count:
    first, own = aliased(Verdict), aliased(Verdict)
    judged = exists().where(
        first.evidence_id == Evidence.id,
        first.party_id == Evidence.service_insurer_id,
        first.at < at - timedelta(days=15),
    )
    by_authority = exists().where(own.evidence_id == Evidence.id, own.blind)
    drawn = exists().where(BlindDraw.evidence_id == Evidence.id)
    lasts = [Evidence.subject_kind == "visit", ~is_signature(), ~gone()]
    return _count(Evidence, *lasts, drawn, judged, ~by_authority)


def resemblances(at: datetime) -> Count:
    return _count(
        Resemblance, ~Resemblance.reviews.any(), Resemblance.found_at < at - timedelta(days=7)
    )


def severities(at: datetime) -> Count:
    return _count(Finding, is_undecided(), Finding.found_at < at - timedelta(days=1))


def hazards(at: datetime) -> Count:
    return _count(Hazard, ~is_closed(), Hazard.due_at < at)


def responses(at: datetime) -> Count:
    return _count(AuthorityFinding, is_in("overdue", at))


def occurrences_at(step: str, patience: timedelta) -> Callable[[datetime], Count]:
    return lambda at: _count(Occurrence, stands_at(step, before=at - patience))


def cases(at: datetime) -> Count:
    return _count(
        AccidentCase,
        ~AccidentCase.hand_over.has(),
        AccidentCase.reported_at < at - timedelta(days=30),
    )


def forms(at: datetime) -> Count:
    return _count(OpinionForm, OpinionForm.period < year_of(at), ~OpinionForm.submission.has())


def deliveries(at: datetime) -> Count:
    return _count(Delivery, Delivery.outcome.is_(None), Delivery.due_at < at - timedelta(hours=6))


def erasures(at: datetime) -> Count:
    return _count(
        BlobErasure, BlobErasure.erased_at.is_(None), BlobErasure.asked_at < at - timedelta(days=1)
    )


def bundles(at: datetime) -> Count:
    return _count(
        BundleOrder, BundleOrder.outcome.is_(None), BundleOrder.ordered_at < at - timedelta(days=1)
    )


def bundles_kept(at: datetime) -> Count:
    late = BundleOrder.expires_at < at - timedelta(days=1)
    return _count(BundleOrder, BundleOrder.outcome == "ready", late)


def invited(at: datetime) -> Count:
    ended = exists().where(AccessEnding.person_id == Person.id, AccessEnding.restored_at.is_(None))
    could = exists().where(OneTimePassword.person_id == Person.id, OneTimePassword.ends_at >= at)
    return _count(Person, Person.password == "", ~ended, ~could)
