"""Papers that do not change: an answer to one is carried over until it lapses, and is never taken for a look of today.

An edition marks them by `cadence`: `on_change` holds until the unit changes, `until_expiry` until the day that the surveyor
read off the paper. Both for a year at most. Who carries an answer names the visit that inspected it, never one that carried it.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from fieldapp.checklists import draw, form, publishing, walk
from fieldapp.clock import local_date, now
from fieldapp.db import db, own_id
from fieldapp.evidence.models import Evidence, Verdict
from fieldapp.projects.models import Unit, UnitChange
from fieldapp.visits.models import Answer, Task, Visit

LONGEST = timedelta(days=366)
PAPERS = ("on_change", "until_expiry")
INSPECTS = ("monthly_check", "follow_up")


@dataclass(frozen=True)
class Inspected:
    """What is known of an answer that a later one may rest on. `lapsed`: why it no longer may, in Chinese."""

    visit_id: str  # sent id
    value: str
    answered_at: datetime
    valid_until: date | None
    is_carried: bool
    lapsed: str | None


@dataclass(frozen=True)
class _Site:
    """Whose checks of what may rest on each other: one organisation's, by one edition."""

    organisation_id: str
    project_id: str
    scheme: str
    checklist: str
    edition: str


def offered(tasks: Iterable[Task]) -> dict[str, list[dict[str, Any]]]:
    """By task id, what its check may carry over today: [{"question", "visit_id", "answered_at", "valid_until"}]."""
    return {task.id: _offered(task) for task in tasks if task.kind == "monthly_check"}


def _offered(task: Task) -> list[dict[str, Any]]:
    site = _Site(task.organisation_id, task.project_id, task.scheme, task.checklist, task.edition)
    papers = _papers(site)
    rows = [(v, a) for v, a in _answers(site, papers, now()) if not _carried(a)]
    latest = {answer.question: (visit, answer) for visit, answer in rows}
    passed = {q: found for q, found in latest.items() if found[1].value == "pass"}
    known = _known(passed.values(), latest, papers, now())
    drawn = _drawn(task)
    return [
        {
            "question": question,
            "visit_id": found.visit_id,
            "answered_at": found.answered_at,
            "valid_until": found.valid_until,
        }
        for (_, question), found in known.items()
        if found.lapsed is None and question not in drawn
    ]


def _drawn(task: Task) -> set[str]:
    """What is to be photographed this time is looked at, whatever was seen before."""
    edition = publishing.read(publishing.published(task.checklist, task.edition))
    units = [form.Unit(unit.id, unit.kind, unit.name, unit.sub) for unit in task.project.units]
    asked = walk.questions(edition, units, [])
    return {each.key for each in draw.draw(edition, task.nonce, asked, {})}


def rested_on(organisation_id: str, said: Mapping[str, Any]) -> dict[str, Inspected]:
    """By question, what a check's carried answers name; a question whose claim names nothing of ours is left out.

    `said`: a record whose edition is a published checklist.
    """
    claims = {
        answer["question"]: own_id(organisation_id, answer["carried_from"]["visit_id"])
        for answer in said["answers"]
        if answer["carried_from"]
    }
    if not claims:
        return {}
    edition = said["edition"]
    site = _Site(
        organisation_id, said["project_id"], said["scheme"], edition["id"], edition["edition"]
    )
    papers = _papers(site)
    before = _answers(site, papers, said["started_at"])
    latest = {a.question: (v, a) for v, a in before if not _carried(a)}
    named = [(v, a) for v, a in before if claims.get(a.question) == v.id]
    known = _known(named, latest, papers, said["started_at"])
    return {question: found for (_, question), found in known.items()}


def _papers(site: _Site) -> dict[str, str]:
    """Cadence by item id, of the items that can be carried over at all."""
    edition = publishing.read(publishing.published(site.checklist, site.edition))
    items = (item for category in edition.categories for item in category.items)
    return {item.id: item.cadence for item in items if item.cadence in PAPERS}


def _answers(
    site: _Site, papers: Mapping[str, str], before: datetime
) -> list[tuple[Visit, Answer]]:
    """About papers, the earliest first."""
    rows = db.session.execute(
        db.select(Visit, Answer)
        .join(Answer, Answer.visit_id == Visit.id)
        .where(
            *(getattr(Visit, name) == value for name, value in vars(site).items()),
            Visit.kind.in_(INSPECTS),
            Answer.item_id.in_(papers),
            Visit.finished_at <= before,
            Visit.finished_at > before - LONGEST,
        )
        .order_by(Visit.finished_at, Visit.id)
    ).unique()
    return [(visit, answer) for visit, answer in rows]


def _known(
    named: Iterable[tuple[Visit, Answer]],
    latest: Mapping[str, tuple[Visit, Answer]],
    papers: Mapping[str, str],
    at: datetime,
) -> dict[tuple[str, str], Inspected]:
    rows = list(named)
    changes = _changes({answer.unit_id for _, answer in rows if answer.unit_id}, at)
    doubted = _doubted({visit.id for visit, _ in rows})
    return {
        (visit.id, answer.question): Inspected(
            visit.sent_id,
            answer.value,
            answer.answered_at,
            answer.valid_until,
            _carried(answer),
            _lapse(answer, papers.get(answer.item_id), at, changes.get(answer.unit_id or "", ()))
            or ("当时的照片未被采信" if (visit.id, answer.question) in doubted else None)
            or _outdone(latest.get(answer.question)),
        )
        for visit, answer in rows
    }


def _lapse(
    answer: Answer, cadence: str | None, at: datetime, changes: Sequence[datetime]
) -> str | None:
    if cadence == "until_expiry" and answer.valid_until is None:
        return "没有记下有效期"
    if answer.valid_until is not None and answer.valid_until < local_date(at):
        return f"有效期至 {answer.valid_until.isoformat()}，已过"
    if any(change > answer.answered_at for change in changes):
        return "核验之后，设备或部位的登记有变更"
    return None


def _outdone(latest: tuple[Visit, Answer] | None) -> str | None:
    return "之后的检查没有判为合格" if latest and latest[1].value != "pass" else None


def _changes(unit_ids: Collection[str], at: datetime) -> dict[str, list[datetime]]:
    """When each unit was changed, taken off or put back, until then."""
    rows = db.session.execute(
        db.select(UnitChange.unit_id, UnitChange.at)
        .join(Unit, Unit.id == UnitChange.unit_id)
        .where(UnitChange.unit_id.in_(unit_ids), UnitChange.what != "added", UnitChange.at <= at)
    )
    found: dict[str, list[datetime]] = {}
    for unit_id, moment in rows:
        found.setdefault(unit_id, []).append(moment)
    return found


def _doubted(visit_ids: Collection[str]) -> set[tuple[str, str]]:
    """(visit, question) of which somebody rejected a photo."""
    rows = db.session.execute(
        db.select(Evidence.subject_id, Evidence.question)
        .join(Verdict, Verdict.evidence_id == Evidence.id)
        .where(Evidence.subject_id.in_(visit_ids), Verdict.outcome == "rejected")
    )
    return {(subject_id, question) for subject_id, question in rows if question}


def _carried(answer: Answer) -> bool:
    return answer.carried_from_id is not None
