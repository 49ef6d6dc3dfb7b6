"""复查: going back to a hazard. What was seen closes it, with a photo of 整改后, or sets a new deadline and counts."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from fieldapp import jobs
from fieldapp.accounts.models import Person
from fieldapp.checklists.models import PublishedEdition
from fieldapp.clock import at_local, local_date, now
from fieldapp.db import db, transaction
from fieldapp.errors import Conflict, NotFound
from fieldapp.evidence.models import Evidence
from fieldapp.hazards.access import hazard_for
from fieldapp.hazards.deadlines import due_at
from fieldapp.hazards.models import Finding, Hazard, HazardClosure, HazardReopening, ReInspection
from fieldapp.projects.access import service_of
from fieldapp.visits.about import Matter
from fieldapp.visits.dispatching import who_goes_again
from fieldapp.visits.models import Task, TaskClosure, Visit
from fieldapp.visits.tasking import EVENING, issue, next_evening, open_tasks_of

KIND = "re_inspection"
JOB = "re_inspect"
PROOF_JOB = "look_for_proof"
LEAD = timedelta(days=1)
"""So long before the deadline the task is on the phone."""
PROOF_WITHIN = timedelta(days=7)
"""So long the bytes of 整改后 may take; afterwards an upload is given up as well."""
MOST_PHOTOS = 3
_RANK = {"near": 0, "before": 1, "far": 2}


class HazardClosed(Conflict):
    zh = "这条隐患已经闭环，无需复查。"
    en = "This hazard is closed; there is nothing to re-inspect."


def matter(person: Person, hazard_id: str) -> Matter:
    """The hazard as the matter of a task. Raises NotFound for outsiders, HazardClosed."""
    hazard = hazard_for(person, hazard_id)
    if hazard.closure is not None:
        raise HazardClosed
    visit = db.session.get_one(Visit, hazard.finding.visit_id)
    return Matter(hazard.id, hazard.project, visit.scheme, _edition(visit))


def as_task(tasks: Sequence[Task]) -> dict[str, dict[str, Any]]:
    """By task id: the finding with its photos, as the phone needs it beside the camera."""
    hazards = {
        hazard.id: hazard
        for hazard in db.session.scalars(
            db.select(Hazard).where(Hazard.id.in_({task.hazard_id for task in tasks}))
        ).unique()
    }
    found = [hazard.finding for hazard in hazards.values()]
    sent = _sent_ids({finding.visit_id for finding in found})
    photos = _photos_of(found)
    return {
        task.id: _told(task.id, hazards[task.hazard_id], sent, photos)
        for task in tasks
        if task.hazard_id in hazards
    }


def photo_for(person: Person, task_id: str, evidence_id: str) -> Evidence:
    """A photo of what the person is sent back to, whoever took it: an agency goes to what its insurer found.

    Raises NotFound for anybody else's task, and for any other photo.
    """
    task = db.session.scalar(open_tasks_of(person).where(Task.id == task_id))
    hazard = db.session.get(Hazard, task.hazard_id) if task and task.hazard_id else None
    if hazard is not None:
        for photo in _shown_of(hazard.finding, _photos_of([hazard.finding])):
            if photo.id == evidence_id:
                return photo
    raise NotFound


def await_deadline(hazard: Hazard) -> None:
    """See to it that the hazard has a task when its deadline comes, however often that is moved."""
    jobs.enqueue(JOB, hazard.id, after=max(hazard.due_at - LEAD - now(), timedelta()))


def await_proof(visit: Visit) -> None:
    """A record's word for its photo of 整改后 is taken for as long as the photo may be on its way."""
    jobs.enqueue(PROOF_JOB, visit.id, after=PROOF_WITHIN)


@jobs.handles(JOB)
def issue_when_due(hazard_id: str) -> None:
    """A task for the surveyor who found it; the agency or the insurer names another where that one is gone."""
    with transaction():
        hazard = db.session.get(
            Hazard, hazard_id, with_for_update={"of": Hazard}, populate_existing=True
        )
        if hazard is None or hazard.closure is not None or hazard.due_at - LEAD > now():
            return
        if db.session.scalar(open_tasks([hazard.id]).limit(1)) is None:
            give_out(hazard)


def open_tasks(hazard_ids: Sequence[str]) -> Any:
    """The re-inspections that somebody is to make."""
    return db.select(Task).where(Task.hazard_id.in_(hazard_ids), ~Task.closure.has())


def record(visit: Visit, task: Task, said: Mapping[str, Any]) -> ReInspection | None:
    """What the accepted record of a re-inspection says of its hazard; none where it says nothing."""
    given = said["re_inspection"]
    if given is None or task.hazard_id is None:
        return None
    # Locked: a verdict on an earlier photo must not reopen what is being closed.
    hazard = db.session.get_one(
        Hazard, task.hazard_id, with_for_update={"of": Hazard}, populate_existing=True
    )
    seen = _seen(visit, hazard, given)
    if hazard.re_inspections[-1] is not seen:
        return seen  # it lay on the phone while somebody else went there: their word is newer
    if seen.outcome == "rectified":
        proven = any(part["shot"] == "after" for part in said["evidence"])
        _close(hazard, visit, seen) if proven else await_deadline(hazard)
    else:
        _extend(hazard, visit, seen, (given["deadline"] or {}).get("kind"))
    db.session.flush()
    return seen


def reopen(
    hazard: Hazard, closure: HazardClosure | None, by_id: str, words: str, verdict_id: str | None
) -> None:
    """The closure fell; somebody is to go there again."""
    fell = HazardReopening(
        hazard_id=hazard.id,
        closure_id=closure and closure.id,
        reopened_by_id=by_id,
        words=words,
        verdict_id=verdict_id,
    )
    db.session.add(fell)
    db.session.flush()
    db.session.expire(hazard, ["reopenings"])
    if closure is not None:
        db.session.expire(closure, ["reopening"])
    await_deadline(hazard)


def _seen(visit: Visit, hazard: Hazard, given: Mapping[str, Any]) -> ReInspection:
    seen = next((each for each in hazard.re_inspections if each.visit_id == visit.id), None)
    if seen is None:
        seen = ReInspection(visit_id=visit.id)
        hazard.re_inspections.append(seen)
    seen.outcome, seen.words = given["outcome"], given["words"]
    seen.refused = given["refused"] and given["outcome"] == "not_rectified"
    seen.inspected_at = visit.finished_at
    seen.due_at = _new_deadline(given, visit.finished_at)
    db.session.flush()
    hazard.re_inspections.sort(key=lambda each: each.inspected_at)
    return seen


def _new_deadline(given: Mapping[str, Any], inspected_at: datetime) -> datetime | None:
    if given["outcome"] == "rectified":
        return None
    deadline = given["deadline"] or {"kind": None, "at": None}
    return due_at(deadline["kind"], deadline["at"], inspected_at)


def _close(hazard: Hazard, visit: Visit, seen: ReInspection) -> None:
    if hazard.closure is None and all(each.visit_id != visit.id for each in hazard.closures):
        hazard.closures.append(
            HazardClosure(
                visit_id=visit.id,
                closed_by_id=visit.surveyor_id,
                words=(seen.words or "复查合格，已整改")[:500],
                closed_at=visit.finished_at,
            )
        )
        await_proof(visit)
    for task in db.session.scalars(open_tasks([hazard.id])).unique():
        task.closure = TaskClosure(closed_by_id=visit.surveyor_id, reason="隐患已闭环")


def _extend(hazard: Hazard, visit: Visit, seen: ReInspection, kind: str | None) -> None:
    if seen.due_at is not None:
        hazard.due_at, hazard.due_kind = seen.due_at, kind
    closure = hazard.closure
    if closure is not None:
        reopen(hazard, closure, visit.surveyor_id, "复查见仍未整改", None)
    else:
        await_deadline(hazard)


def give_out(hazard: Hazard) -> None:
    visit = db.session.get_one(Visit, hazard.finding.visit_id)
    service = service_of(hazard.project_id, visit.scheme)
    if service is None:
        return  # nobody serves the project any more; the hazard stays on the list of who did
    evening_after = at_local(local_date(hazard.due_at) + timedelta(days=1), EVENING)
    task = issue(
        kind=KIND,
        scheme=visit.scheme,
        project=hazard.project,
        assignee=who_goes_again(service, visit.surveyor_id),
        organisation=service.agency or service.service_insurer,
        edition=_edition(visit),
        due_at=max(next_evening(), evening_after),
    )
    task.hazard_id = hazard.id


def _edition(visit: Visit) -> PublishedEdition:
    return db.session.get_one(PublishedEdition, (visit.checklist, visit.edition))


def _sent_ids(visit_ids: set[str]) -> dict[str, str]:
    rows = db.session.execute(db.select(Visit.id, Visit.sent_id).where(Visit.id.in_(visit_ids)))
    return {row.id: row.sent_id for row in rows}


def _photos_of(findings: Sequence[Finding]) -> list[Evidence]:
    return list(
        db.session.scalars(
            db.select(Evidence)
            .where(
                Evidence.subject_kind == "visit",
                Evidence.subject_id.in_({finding.visit_id for finding in findings}),
                Evidence.finding_sent_id.in_({finding.sent_id for finding in findings}),
                Evidence.media_type.startswith("image/"),
            )
            .order_by(Evidence.position, Evidence.id)
        ).unique()
    )


def _shown_of(finding: Finding, photos: list[Evidence]) -> list[Evidence]:
    """The finding's own, the most telling first."""
    mine = [
        photo
        for photo in photos
        if (photo.subject_id, photo.finding_sent_id) == (finding.visit_id, finding.sent_id)
    ]
    mine.sort(key=lambda photo: _RANK.get(photo.shot, len(_RANK)))
    return mine[:MOST_PHOTOS]


def _told(
    task_id: str, hazard: Hazard, sent: dict[str, str], photos: list[Evidence]
) -> dict[str, Any]:
    finding = hazard.finding
    return {
        "visit_id": sent[finding.visit_id],
        "finding_id": finding.sent_id,
        "question": finding.question,
        "severity": finding.present_severity,
        "words": finding.words,
        "place": finding.place,
        "found_at": finding.found_at,
        "due_at": hazard.due_at,
        "due_kind": hazard.due_kind,
        "rounds": len(hazard.re_inspections),
        "photos": [
            {
                "shot": photo.shot,
                "captured_at": photo.captured_at,
                "url": f"/api/tasks/{task_id}/photos/{photo.id}",
            }
            for photo in _shown_of(finding, photos)
        ],
    }
