"""Every state in which something waits: for whom, until when, and the way out. Doctor counts the overdue.

A thing that can wait and does not stand here is a dead end; a test walks all states of all rooms against this table.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, exists, func
from sqlalchemy.orm import aliased

from fieldapp.accounts.models import AccessEnding, OneTimePassword, Person
from fieldapp.archive.order_models import BundleOrder
from fieldapp.blobs.erasing_models import BlobErasure
from fieldapp.blobs.models import Blob, Upload
from fieldapp.cases.models import AccidentCase
from fieldapp.clock import now, year_of
from fieldapp.db import db
from fieldapp.evidence.models import BlindDraw, Evidence, Opening, Reading, Verdict
from fieldapp.evidence.redactions import gone
from fieldapp.evidence.viewing_models import ViewingCopy
from fieldapp.hazards.access import is_closed
from fieldapp.hazards.models import Finding, Hazard, SeverityDecision
from fieldapp.jobs import Job
from fieldapp.notify.models import Delivery
from fieldapp.oversight.models import AuthorityFinding
from fieldapp.oversight.showing import is_in
from fieldapp.reuse.models import Resemblance
from fieldapp.scoring.models import Occurrence, OccurrenceStep, OpinionForm
from fieldapp.seals.models import SealLink
from fieldapp.seals.showing import not_submitted
from fieldapp.sync.models import Record, RecordJudgement
from fieldapp.visits.awaiting import awaited
from fieldapp.visits.call_rules import call_rules
from fieldapp.visits.models import Task, TaskClosure, Visit
from fieldapp.visits.signatures import is_signature

Count = Select[int]


@dataclass(frozen=True)
class Waiting:
    """`owner` is a role (or `program`); `deadline` and `way_out` are for people; `overdue` counts the late ones."""

    name: str
    owner: str
    deadline: str
    way_out: str
    overdue: Callable[[datetime], Count]


def _count(of: type, *where: object) -> Count:
    return db.select(func.count()).select_from(of).where(*where)


def _tasks(at: datetime) -> Count:
    return _count(Task, Task.due_at < at, ~exists().where(TaskClosure.task_id == Task.id))


def _unassigned(at: datetime) -> Count:
    return _count(
        Task,
        Task.assignee_id.is_(None),
        Task.issued_at < at - timedelta(days=2),
        ~exists().where(TaskClosure.task_id == Task.id),
    )


def _unacknowledged(at: datetime) -> Count:
    last = max(steps[-1].after for steps in call_rules().kinds.values())
    return _count(Task, Task.issued_at < at - last, awaited())


def _uploads_open(at: datetime) -> Count:
    return _count(Upload, Upload.outcome.is_(None), Upload.asked_at < at - timedelta(days=7))


def _uploads_checking(at: datetime) -> Count:
    return _count(
        Upload, Upload.outcome == "checking", Upload.completed_at < at - timedelta(hours=1)
    )


def _jobs(at: datetime) -> Count:
    return _count(Job, Job.finished_at.is_(None), Job.run_at < at - timedelta(minutes=10))


def _intake(at: datetime) -> Count:
    read = exists().where(
        Reading.organisation_id == Blob.organisation_id, Reading.sha256 == Blob.sha256
    )
    claimed = exists().where(
        Evidence.organisation_id == Blob.organisation_id, Evidence.sha256 == Blob.sha256
    )
    return _count(Blob, claimed, ~read, Blob.stored_at < at - timedelta(hours=1))


def _copying(at: datetime) -> Count:
    return _count(
        ViewingCopy, ViewingCopy.outcome.is_(None), ViewingCopy.asked_at < at - timedelta(hours=2)
    )


def _uncopied(at: datetime) -> Count:
    ours = (Evidence.organisation_id == ViewingCopy.organisation_id) & (
        Evidence.sha256 == ViewingCopy.original_sha256
    )
    judged = exists().where(ours, Verdict.evidence_id == Evidence.id)
    late = ViewingCopy.tried_at < at - timedelta(days=3)
    return _count(ViewingCopy, ViewingCopy.outcome == "failed", ~judged, late)


def _opening(at: datetime) -> Count:
    return _count(Opening, Opening.outcome.is_(None), Opening.arrived_at < at - timedelta(hours=1))


def _unopened(at: datetime) -> Count:
    claims = (Evidence.organisation_id == Opening.organisation_id) & (
        Evidence.envelope_sha256 == Opening.sha256
    )
    judged = exists().where(claims, Verdict.evidence_id == Evidence.id)
    return _count(
        Opening, Opening.outcome == "failed", ~judged, Opening.tried_at < at - timedelta(days=3)
    )


def _bytes(at: datetime) -> Count:
    stored = exists().where(
        Blob.organisation_id == Evidence.organisation_id, Blob.sha256 == Evidence.sha256
    )
    sealed = exists().where(
        Opening.organisation_id == Evidence.organisation_id,
        Opening.sha256 == Evidence.envelope_sha256,
    )
    return _count(Evidence, ~stored, ~sealed, Evidence.filed_at < at - timedelta(days=7))


def _quarantined(at: datetime) -> Count:
    later = exists().where(
        RecordJudgement.record_id == Record.id, RecordJudgement.state != "quarantined"
    )
    return _count(Record, ~later, Record.received_at < at - timedelta(days=3))


def _begun(at: datetime) -> Count:
    # What nobody ordered has nobody who could take it back: its phone's page tells of it.
    ordered = exists().where(Task.id == SealLink.task_id)
    late = not_submitted(at - timedelta(days=2)).where(ordered).subquery()
    return db.select(func.count()).select_from(late)


def _verdicts(at: datetime) -> Count:
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
        ~gone(),
        ~is_signature(),
        Evidence.subject_kind == "visit",
        Evidence.filed_at < at - timedelta(days=3),
    )


def _blind(at: datetime) -> Count:
    first, own = aliased(Verdict), aliased(Verdict)
    judged = exists().where(
        first.evidence_id == Evidence.id,
        first.party_id == Evidence.service_insurer_id,
        first.at < at - timedelta(days=15),
    )
    by_authority = exists().where(own.evidence_id == Evidence.id, own.blind)
    drawn = exists().where(BlindDraw.evidence_id == Evidence.id)
    return _count(Evidence, Evidence.subject_kind == "visit", drawn, judged, ~by_authority)


def _resemblances(at: datetime) -> Count:
    return _count(
        Resemblance, ~Resemblance.reviews.any(), Resemblance.found_at < at - timedelta(days=7)
    )


def _severities(at: datetime) -> Count:
    decided = exists().where(SeverityDecision.finding_id == Finding.id)
    return _count(
        Finding,
        Finding.severity == "suspected_major",
        ~decided,
        Finding.found_at < at - timedelta(days=1),
    )


def _hazards(at: datetime) -> Count:
    return _count(Hazard, ~is_closed(), Hazard.due_at < at)


def _responses(at: datetime) -> Count:
    return _count(AuthorityFinding, is_in("overdue", at))


def _occurrences_at(step: str, patience: timedelta) -> Callable[[datetime], Count]:
    def late(at: datetime) -> Count:
        others = aliased(OccurrenceStep)
        last = (
            db.select(func.max(others.position))
            .where(others.occurrence_id == Occurrence.id)
            .scalar_subquery()
        )
        return (
            db.select(func.count())
            .select_from(Occurrence)
            .join(OccurrenceStep, OccurrenceStep.occurrence_id == Occurrence.id)
            .where(
                OccurrenceStep.position == last,
                OccurrenceStep.step == step,
                OccurrenceStep.at < at - patience,
            )
        )

    return late


def _cases(at: datetime) -> Count:
    return _count(
        AccidentCase,
        ~AccidentCase.hand_over.has(),
        AccidentCase.reported_at < at - timedelta(days=30),
    )


def _forms(at: datetime) -> Count:
    return _count(OpinionForm, OpinionForm.period < year_of(at), ~OpinionForm.submission.has())


def _deliveries(at: datetime) -> Count:
    return _count(Delivery, Delivery.outcome.is_(None), Delivery.due_at < at - timedelta(hours=6))


def _erasures(at: datetime) -> Count:
    return _count(
        BlobErasure, BlobErasure.erased_at.is_(None), BlobErasure.asked_at < at - timedelta(days=1)
    )


def _bundles(at: datetime) -> Count:
    return _count(
        BundleOrder, BundleOrder.outcome.is_(None), BundleOrder.ordered_at < at - timedelta(days=1)
    )


def _bundles_kept(at: datetime) -> Count:
    late = BundleOrder.expires_at < at - timedelta(days=1)
    return _count(BundleOrder, BundleOrder.outcome == "ready", late)


def _invited(at: datetime) -> Count:
    ended = exists().where(AccessEnding.person_id == Person.id, AccessEnding.restored_at.is_(None))
    could = exists().where(OneTimePassword.person_id == Person.id, OneTimePassword.ends_at >= at)
    return _count(Person, Person.password == "", ~ended, ~could)


WAITING: tuple[Waiting, ...] = (
    Waiting(
        "task.open",
        "surveyor",
        "the task's due time",
        "submit the visit; the dispatcher gives it to somebody else or takes it back",
        _tasks,
    ),
    Waiting(
        "task.unassigned",
        "dispatcher",
        "2 days",
        "name a surveyor; who issued it, or the service insurer, may take it back",
        _unassigned,
    ),
    Waiting(
        "task.unacknowledged",
        "dispatcher",
        "30 minutes, when the last step is called",
        "收到 on the phone or by starting; the AB岗 partner takes it over; the dispatcher names somebody else, or writes "
        "down that it was said by voice",
        _unacknowledged,
    ),
    Waiting(
        "visit.begun",
        "surveyor",
        "3 days",
        "hand the visit in, from this phone or from an export on another, or the dispatcher withdraws its task",
        _begun,
    ),
    Waiting(
        "upload.open",
        "surveyor",
        "7 days",
        "the phone sends the parts, or asks for a fresh upload",
        _uploads_open,
    ),
    Waiting(
        "upload.checking",
        "program",
        "1 hour",
        "the worker re-hashes; run `fieldapp worker`",
        _uploads_checking,
    ),
    Waiting(
        "evidence.bytes",
        "surveyor",
        "7 days",
        "the phone sends the original; the visit shows it as not yet here",
        _bytes,
    ),
    Waiting(
        "evidence.intake",
        "program",
        "1 hour",
        "the worker reads the bytes; run `fieldapp worker`",
        _intake,
    ),
    Waiting(
        "viewing_copy.asked",
        "program",
        "2 hours",
        "a worker of long jobs makes it; run `fieldapp worker`",
        _copying,
    ),
    Waiting(
        "viewing_copy.failed",
        "supervisor",
        "3 days",
        "have it tried again at the video, or judge by its posters and the downloaded original",
        _uncopied,
    ),
    Waiting(
        "envelope.arrived",
        "program",
        "1 hour",
        "the worker opens it with the key of its folder; run `fieldapp worker`",
        _opening,
    ),
    Waiting(
        "envelope.unopened",
        "supervisor",
        "3 days",
        "put the key back and ask at the photo to have it opened again, or reject the photo for a re-shoot",
        _unopened,
    ),
    Waiting(
        "evidence.verdict", "supervisor", "3 days", "give a verdict at the photo desk", _verdicts
    ),
    Waiting(
        "evidence.blind",
        "officer",
        "15 days from the insurer's verdict",
        "judge it blind in the queue 盲审 of the photo desk",
        _blind,
    ),
    Waiting(
        "resemblance.open",
        "supervisor",
        "7 days",
        "say what the pair is; across insurers the authority's officer does, under 疑似重复",
        _resemblances,
    ),
    Waiting(
        "record.quarantined",
        "supervisor",
        "3 days",
        "judge again or set aside, with words",
        _quarantined,
    ),
    Waiting(
        "finding.suspected_major", "reviewer", "1 day", "confirm or lower the severity", _severities
    ),
    Waiting(
        "hazard.open",
        "surveyor",
        "the hazard's deadline",
        "a re-inspection, whose task is issued a day before the deadline: rectified with a photo closes it, "
        "not rectified sets a new deadline",
        _hazards,
    ),
    Waiting(
        "authority_finding.told",
        "supervisor",
        "the response deadline",
        "accept or contest; after it the authority goes on",
        _responses,
    ),
    Waiting(
        "occurrence.proposed",
        "officer",
        "10 days",
        "a second person verifies or drops it",
        _occurrences_at("proposed", timedelta(days=10)),
    ),
    Waiting(
        "occurrence.verified",
        "officer",
        "10 days",
        "notify the insurer",
        _occurrences_at("verified", timedelta(days=10)),
    ),
    Waiting(
        "occurrence.notified",
        "officer",
        "15 days",
        "the insurer appeals, or it becomes final",
        _occurrences_at("notified", timedelta(days=15)),
    ),
    Waiting(
        "occurrence.appealed",
        "officer",
        "15 days",
        "decide the appeal with reasons",
        _occurrences_at("appealed", timedelta(days=15)),
    ),
    Waiting(
        "occurrence.decided",
        "officer",
        "10 days",
        "make it final or drop it",
        _occurrences_at("decided", timedelta(days=10)),
    ),
    Waiting(
        "case.not_handed_over",
        "supervisor",
        "30 days after the report, an employer's time to apply for the determination",
        "hand the surveyed case over; where nobody went, the authority puts that on record",
        _cases,
    ),
    Waiting(
        "opinion_form.draft", "officer", "the year's end", "grade every item and submit", _forms
    ),
    Waiting(
        "person.invited",
        "administrator",
        "72 hours, the life of a one-time password",
        "the person sets a password; or give a fresh one-time password, or end the access",
        _invited,
    ),
    Waiting(
        "bytes.to_erase",
        "program",
        "1 day",
        "a worker deletes them; where the store locks them, on the day after the lock ends",
        _erasures,
    ),
    Waiting(
        "bundle.ordered",
        "program",
        "1 day",
        "a worker of long jobs makes it, which waits for the sequencer; who ordered it may cancel it",
        _bundles,
    ),
    Waiting(
        "bundle.ready",
        "program",
        "FIELDAPP_BUNDLE_DAYS, and a day for the worker",
        "who ordered it downloads it; then a worker removes the file",
        _bundles_kept,
    ),
    Waiting(
        "delivery.trying",
        "program",
        "6 hours after it may go",
        "the worker sends it, or gives it up and says so; run `fieldapp worker`. The notice stands in the app",
        _deliveries,
    ),
    Waiting(
        "job.queued",
        "program",
        "10 minutes",
        "a worker runs it; after 8 tries doctor names it",
        _jobs,
    ),
)


def overdue() -> dict[str, int]:
    """How many of each are past their deadline now. Needs a transaction."""
    at = now()
    return {state.name: db.session.scalar(state.overdue(at)) or 0 for state in WAITING}
