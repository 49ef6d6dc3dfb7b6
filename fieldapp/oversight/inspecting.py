"""Spot inspections: an authority goes to a site, and sets what it sees beside the insurer's own answer."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, exists, func

from fieldapp import calendar
from fieldapp.accounts.models import Person
from fieldapp.accounts.permissions import Act, Scheme
from fieldapp.checklists import publishing
from fieldapp.clock import end_of_day, local_date, now, year_of
from fieldapp.db import db
from fieldapp.errors import Invalid, NotAllowed
from fieldapp.hazards.models import Finding, Hazard, HazardClosure, HazardReopening
from fieldapp.oversight.comparing import CURRENT, Answered, Seen, compare
from fieldapp.oversight.models import AuthorityFinding, SpotInspection
from fieldapp.projects.models import Project, Service
from fieldapp.visits.models import Answer, Visit

CLOCK_SKEW = timedelta(minutes=10)


@dataclass(frozen=True)
class Sighting:
    """What the officer saw, and the insurer's visit that it is set beside."""

    question: str
    visit_id: str
    words: str
    place: str
    found_at: datetime
    severity: str = "general"


class NoSuchAnswer(Invalid):
    zh = "该检查记录属于其他工地，或没有回答这一检查项。请重新选择。"
    en = "That visit is of another site, or has no answer to this question. Choose again."


class LaterAnswer(Invalid):
    zh = "保险机构对该项另有更近的检查记录，请以最近一次为准。"
    en = "The insurer answered this question in a later visit. Compare with that one."


class FoundInFuture(Invalid):
    zh = "发现时间不能晚于现在。"
    en = "A finding cannot be later than now."


class FoundTooEarly(Invalid):
    zh = "发现时间不能早于该保险机构开始服务本项目之日，也不能早于检查开始的前一年。"
    en = "A finding lies neither before the insurer began to serve the project nor before the year ahead of the inspection."


def begin(officer: Person, project: Project, words: str | None) -> SpotInspection:
    officer.require(Act.SPOT_INSPECTION_MAKE, Scheme.LIABILITY)
    inspection = SpotInspection(
        project_id=project.id,
        authority_id=officer.organisation_id,
        officer_id=officer.id,
        words=words,
    )
    db.session.add(inspection)
    db.session.flush()
    db.session.refresh(inspection)
    return inspection


def record_finding(
    inspection: SpotInspection,
    officer: Person,
    sighting: Sighting,
    response_working_days: int,
) -> AuthorityFinding:
    """What the authority saw at a question, compared with the insurer's latest answer to it before.

    Raises NotAllowed, NoSuchAnswer, LaterAnswer, FoundInFuture, FoundTooEarly.
    """
    if officer.organisation_id != inspection.authority_id:
        raise NotAllowed
    if sighting.found_at > now() + CLOCK_SKEW:
        raise FoundInFuture(where="/found_at")
    visit, answer = _answer(inspection.project_id, sighting)
    _require_in_time(inspection, visit.service_insurer_id, sighting.found_at)
    seen = Seen(sighting.found_at, sighting.severity)
    finding = AuthorityFinding(
        inspection_id=inspection.id,
        insurer_id=visit.service_insurer_id,
        visit_id=visit.id,
        record_sha256=visit.record_sha256,
        answer_value=answer.value,
        answered_at=_seen_at(answer),
        question=sighting.question,
        severity=sighting.severity,
        words=sighting.words,
        place=sighting.place,
        found_at=sighting.found_at,
        recorded_by_id=officer.id,
        comparison=compare(_answered(visit, answer, seen.at), seen, _persistence(visit, answer)),
        rules_version=CURRENT.version,
        response_due_at=response_due(response_working_days),
    )
    db.session.add(finding)
    db.session.flush()
    db.session.refresh(finding)
    return finding


def response_due(working_days: int) -> datetime:
    """The end of the last working day of an insurer's time to answer, counted from today in Shanghai."""
    return end_of_day(calendar.due(local_date(now()), working_days, calendar.overrides()).day)


def _require_in_time(inspection: SpotInspection, insurer_id: str, found_at: datetime) -> None:
    """It counts in the year in which it was found, against an insurer that served the project.

    What was seen in December may be written down in January.
    """
    served_from = db.session.scalar(
        db.select(func.min(Service.starts_on)).where(
            Service.project_id == inspection.project_id,
            Service.scheme == Scheme.LIABILITY,
            Service.service_insurer_id == insurer_id,
        )
    )
    before_service = served_from is not None and local_date(found_at) < served_from
    if before_service or int(year_of(found_at)) < int(year_of(inspection.started_at)) - 1:
        raise FoundTooEarly(where="/found_at")


def _answer(project_id: str, sighting: Sighting) -> tuple[Visit, Answer]:
    answers = {
        visit.id: (visit, answer)
        for visit, answer in db.session.execute(
            db.select(Visit, Answer)
            .join(Answer, Answer.visit_id == Visit.id)
            .where(
                Visit.project_id == project_id,
                Visit.scheme == Scheme.LIABILITY,
                Answer.question == sighting.question,
            )
            .order_by(Answer.answered_at)
        )
    }
    if sighting.visit_id not in answers:
        raise NoSuchAnswer(where="/visit_id")
    before = [(v, a) for v, a in answers.values() if a.answered_at <= sighting.found_at]
    if before and before[-1][0].id != sighting.visit_id:
        raise LaterAnswer(where="/visit_id", latest_visit_id=before[-1][0].id)
    return answers[sighting.visit_id]


def _answered(visit: Visit, answer: Answer, found_at: datetime) -> Answered:
    own = db.session.scalar(
        db.select(Finding).where(Finding.visit_id == visit.id, Finding.question == answer.question)
    )
    return Answered(
        value=answer.value,
        at=_seen_at(answer),
        severity=_severity(own) if own else None,
        closed_at=_closed_at(visit, answer, own, found_at),
    )


def _seen_at(answer: Answer) -> datetime:
    """A paper that was carried over was seen when it was inspected, not when somebody relied on it."""
    return answer.inspected_at or answer.answered_at


def _severity(finding: Finding) -> str:
    decision = finding.severity_decision
    return decision.severity if decision else finding.severity


def _closed_at(
    visit: Visit, answer: Answer, own: Finding | None, found_at: datetime
) -> datetime | None:
    """When the insurer last called a fault at this question put right: on the spot, or by closing its hazard."""
    if (
        own is not None
        and own.fixed_on_site
        and (own.hazard is None or own.hazard.opened_at > found_at)
    ):
        return own.found_at
    closures = (
        db.select(HazardClosure.closed_at)
        .join(Hazard, Hazard.id == HazardClosure.hazard_id)
        .join(Finding, Finding.id == Hazard.finding_id)
        .where(
            Finding.project_id == visit.project_id,
            Finding.question == answer.question,
            HazardClosure.closed_at <= found_at,
            ~_taken_back_by(found_at),
        )
        .order_by(HazardClosure.closed_at.desc())
    )
    if own is not None:
        return db.session.scalar(closures.where(Finding.id == own.id).limit(1))
    # An older hazard's closure speaks for this answer only where this visit closed it or it came after.
    here = (HazardClosure.visit_id == visit.id) | (HazardClosure.closed_at >= answer.answered_at)
    return db.session.scalar(closures.where(here).limit(1))


def _taken_back_by(found_at: datetime) -> ColumnElement[bool]:
    """The insurer itself had opened the hazard again when the authority looked."""
    return exists().where(
        HazardReopening.closure_id == HazardClosure.id, HazardReopening.reopened_at <= found_at
    )


def _persistence(visit: Visit, answer: Answer) -> str:
    edition = publishing.read(publishing.published(visit.checklist, visit.edition))
    items = {item.id: item for category in edition.categories for item in category.items}
    return items[answer.item_id].persistence
