"""What waits for a person at the desk: how many of each, of what they may see and are the ones to move."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import ColumnElement, Select, func

from fieldapp.accounts.models import Person
from fieldapp.accounts.permissions import Act, Kind
from fieldapp.cases.access import cases_for, media_of
from fieldapp.cases.models import AccidentCase
from fieldapp.clock import now
from fieldapp.db import db
from fieldapp.desk import queues
from fieldapp.evidence import redactions
from fieldapp.evidence.access import may_see
from fieldapp.evidence.models import Evidence, Verdict
from fieldapp.hazards.access import hazards_for, in_state
from fieldapp.hazards.models import Finding, Hazard
from fieldapp.oversight import answering
from fieldapp.oversight.access import findings_for
from fieldapp.oversight.models import AuthorityFinding, InsurerResponse, SpotInspection
from fieldapp.oversight.showing import is_in
from fieldapp.reuse.access import resemblances_for
from fieldapp.reuse.models import Resemblance, ResemblanceReview
from fieldapp.scoring.access import forms_for, occurrences_for, stands_at
from fieldapp.scoring.models import Occurrence, OccurrenceStep, OpinionForm
from fieldapp.scoring.occurring import told_too_long_ago
from fieldapp.sync import quarantine
from fieldapp.visits.access import tasks_for
from fieldapp.visits.awaiting import awaited
from fieldapp.visits.models import Task, Visit
from fieldapp.visits.signatures import is_signature

Found = Select[Any]


@dataclass(frozen=True)
class Matter:
    """Something that waits for whoever may do this act; `found`: the rows, among what the person may see."""

    what: str
    act: Act
    found: Callable[[Person], Found]


def waiting(person: Person) -> list[dict[str, Any]]:
    """[{"what", "count"}] of every matter that the person may deal with, those with nothing too; one question to the database."""
    asked = [matter for matter in MATTERS if person.may(matter.act)]
    if not asked:
        return []
    counts = [
        matter.found(person).order_by(None).with_only_columns(func.count()).scalar_subquery()
        for matter in asked
    ]
    row = db.session.execute(db.select(*counts)).one()
    return [{"what": matter.what, "count": count} for matter, count in zip(asked, row, strict=True)]


def _tasks(*conditions: Any) -> Callable[[Person], Found]:
    return lambda person: tasks_for(person).where(~Task.closure.has(), *conditions)


def _overdue_tasks(person: Person) -> Found:
    late = Task.assignee_id.is_not(None) & (Task.due_at < now())
    return tasks_for(person).where(~Task.closure.has(), late)


def _hazards(state: str) -> Callable[[Person], Found]:
    return lambda person: hazards_for(person).where(in_state(state, now()))


def _severities(person: Person) -> Found:
    """疑似重大 of what the reviewer's own insurer serves: a pool's lead sees more, and decides none of it."""
    ours = db.select(Visit.id).where(Visit.service_insurer_id == person.organisation_id)
    rows = hazards_for(person).where(in_state("undecided", now()))
    return rows.where(Hazard.finding.has(Finding.visit_id.in_(ours)))


def _findings(state: str) -> Callable[[Person], Found]:
    """What an insurer is asked about; of an authority's, those of its own inspections."""

    def found(person: Person) -> Found:
        rows = findings_for(person).where(is_in(state, now()))
        if person.kind is Kind.INSURER:
            return rows
        own = SpotInspection.authority_id == person.organisation_id
        return rows.where(AuthorityFinding.inspection.has(own))

    return found


def _to_record(person: Person) -> Found:
    """Answered; what was contested is for a colleague of who found it."""
    contested = AuthorityFinding.response.has(InsurerResponse.stance == "contested")
    own = AuthorityFinding.recorded_by_id == person.id
    return _findings("responded")(person).where(~(contested & own))


def _resemblances(person: Person) -> Found:
    said = Resemblance.reviews.any(ResemblanceReview.party_id == person.organisation_id)
    return resemblances_for(person).where(~said)


def _occurrences(*steps: str) -> Callable[[Person], Found]:
    """What the authority began and is to move on."""
    return lambda person: _own_occurrences(person).where(stands_at(*steps))


def _own_occurrences(person: Person) -> Found:
    side = Occurrence.insurer_id if person.kind is Kind.INSURER else Occurrence.authority_id
    return occurrences_for(person).where(side == person.organisation_id)


def _to_appeal(person: Person) -> Found:
    late = stands_at("notified", before=_appealable_since())
    return _own_occurrences(person).where(stands_at("notified"), ~late)


def _to_end(person: Person) -> Found:
    """The appeal is decided, or nobody appealed in time."""
    silent = stands_at("notified", before=_appealable_since())
    return _own_occurrences(person).where(stands_at("decided") | silent)


def _appealable_since() -> datetime:
    days = current_app.config_object.appeal_working_days  # type: ignore[attr-defined]
    return told_too_long_ago(days)


def _of_colleagues(step: str) -> Callable[[Person], Found]:
    """What a colleague proposed: nobody verifies their own, or hears the appeal against it."""
    return lambda person: _occurrences(step)(person).where(~_proposed_by(person))


def _proposed_by(person: Person) -> ColumnElement[bool]:
    return db.exists().where(
        OccurrenceStep.occurrence_id == Occurrence.id,
        OccurrenceStep.position == 0,
        OccurrenceStep.by_id == person.id,
    )


def _cases(person: Person) -> Found:
    ready = AccidentCase.surveyed_at.is_not(None) & ~AccidentCase.hand_over.has()
    return cases_for(person).where(ready)


def _cases_to_judge(person: Person) -> Found:
    """Handed over, with media on which the caller's authority has not said whether it admits them."""
    judged = db.exists().where(
        Verdict.evidence_id == Evidence.id, Verdict.party_id == person.organisation_id
    )
    waits = db.exists().where(
        media_of(AccidentCase.id),
        may_see(person, Act.EVIDENCE_JUDGE_ADMISSIBILITY),
        ~judged,
        ~is_signature(),
        ~redactions.gone(),
    )
    return cases_for(person).where(AccidentCase.hand_over.has(), waits)


def _forms(person: Person) -> Found:
    own = OpinionForm.assessor_id == person.organisation_id
    return forms_for(person).where(own, ~OpinionForm.submission.has())


def _matters() -> Iterator[Matter]:
    """The most pressing first: somebody lies hurt, something may fall, then what holds others up."""
    yield Matter("surveys_unacknowledged", Act.TASK_DISPATCH, _tasks(awaited()))
    yield Matter("hazards_refused", Act.HAZARD_READ, _hazards("refused"))
    yield Matter("hazards_overdue", Act.HAZARD_READ, _hazards("overdue"))
    yield Matter("severities", Act.SEVERITY_CONFIRM, _severities)
    yield Matter("tasks_unassigned", Act.TASK_DISPATCH, _tasks(Task.assignee_id.is_(None)))
    yield Matter("tasks_overdue", Act.TASK_DISPATCH, _overdue_tasks)
    yield Matter("photos", Act.EVIDENCE_JUDGE_QUALITY, queues.to_judge_now)
    yield Matter("photos_blind", Act.EVIDENCE_JUDGE_ADMISSIBILITY, queues.to_judge_now)
    yield Matter("quarantine", Act.QUARANTINE_DECIDE, quarantine.waiting_for)
    yield Matter("cases", Act.CASE_HAND_OVER, _cases)
    yield Matter("cases_to_judge", Act.EVIDENCE_JUDGE_ADMISSIBILITY, _cases_to_judge)
    yield Matter("findings_unanswered", Act.FINDING_READ, _findings("overdue"))
    yield Matter("findings_to_answer", Act.FINDING_RESPOND, _findings("waiting"))
    yield Matter("findings_to_record", Act.FACT_RECORD, _to_record)
    yield Matter("absences_told", Act.ABSENCE_ANSWER, answering.unanswered)
    yield Matter("occurrences_told", Act.OCCURRENCE_APPEAL, _to_appeal)
    yield Matter("occurrences_to_verify", Act.OCCURRENCE_VERIFY, _of_colleagues("proposed"))
    yield Matter("occurrences_to_tell", Act.OCCURRENCE_VERIFY, _occurrences("verified"))
    yield Matter("occurrences_to_decide", Act.OCCURRENCE_VERIFY, _of_colleagues("appealed"))
    yield Matter("occurrences_to_end", Act.OCCURRENCE_VERIFY, _to_end)
    yield Matter("forms", Act.FORM_GRADE, _forms)
    yield Matter("resemblances", Act.RESEMBLANCE_REVIEW, _resemblances)


MATTERS = tuple(_matters())
