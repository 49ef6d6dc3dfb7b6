"""What a visit's photo is about: its item and unit, the answer it proves, the finding it shows."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from sqlalchemy import or_, tuple_

from fieldapp.checklists import publishing
from fieldapp.checklists.form import Item
from fieldapp.checklists.forms.template import Field
from fieldapp.checklists.models import PublishedEdition
from fieldapp.clock import iso
from fieldapp.db import db
from fieldapp.evidence.models import Evidence
from fieldapp.evidence.subjects import Surroundings
from fieldapp.hazards.models import Finding
from fieldapp.projects.models import Unit
from fieldapp.visits.models import Answer, Visit

EditionKey = tuple[str, str]
Pair = tuple[str, str]


def surroundings_of(photos: list[Evidence]) -> dict[str, Surroundings]:
    """By evidence id. A fixed number of queries."""
    visits = _by_id(Visit, {photo.subject_id for photo in photos})
    editions = {(visit.checklist, visit.edition) for visit in visits.values()}
    items, fields = _items(editions), _fields(editions)
    units = _by_id(Unit, {unit for photo in photos if (unit := _unit_id(photo.question))})
    answers = _answers(photos)
    findings = _findings(photos)
    said = _explanations(photos)
    return {
        photo.id: replace(
            _of_form(photo, visit, fields[visit.checklist, visit.edition])
            if (visit.checklist, visit.edition) in fields
            else _one(photo, visit, items, units, answers, findings),
            explanations=[_said(each) for each in said if _is_about(each, photo)],
        )
        for photo in photos
        if (visit := visits.get(photo.subject_id))
    }


def _of_form(photo: Evidence, visit: Visit, fields: dict[str, Field]) -> Surroundings:
    asked = fields.get((photo.question or "").rpartition("/")[2])
    return Surroundings(
        visit_id=visit.id,
        case_id=visit.case_id,
        item={"id": asked.id, "zh": asked.zh, "en": asked.en} if asked else None,
        hint=asked.hint_zh if asked else None,
    )


def _one(
    photo: Evidence,
    visit: Visit,
    items: dict[EditionKey, dict[str, Item]],
    units: dict[str, Unit],
    answers: dict[Pair, Answer],
    findings: dict[Pair, Finding],
) -> Surroundings:
    item = items.get((visit.checklist, visit.edition), {}).get(_item_id(photo.question))
    unit = units.get(_unit_id(photo.question) or "")
    answer = answers.get((visit.id, photo.question or ""))
    finding = findings.get((photo.organisation_id, photo.finding_sent_id or ""))
    return Surroundings(
        visit_id=visit.id,
        item={"id": item.id, "zh": item.zh, "en": item.en} if item else None,
        unit={"id": unit.id, "name": unit.name} if unit else None,
        hint=_hint(item, photo.shot),
        finding=_finding(finding) if finding else None,
        answer=_answer(answer) if answer else None,
    )


def _explanations(photos: list[Evidence]) -> list[Visit]:
    """Visits in which a surveyor said something to the judge of one of the photos."""
    about = or_(
        Visit.answers_evidence_id.in_({photo.id for photo in photos}),
        Visit.id.in_({photo.subject_id for photo in photos}),
    )
    said = db.select(Visit).where(Visit.words.is_not(None), about).order_by(Visit.received_at)
    return list(db.session.scalars(said).unique())


def _is_about(visit: Visit, photo: Evidence) -> bool:
    return photo.id == visit.answers_evidence_id or photo.subject_id == visit.id


def _said(visit: Visit) -> dict[str, Any]:
    return {
        "words": visit.words,
        "at": visit.finished_at,
        "by": {"name": visit.surveyor.name},
        "kind": visit.kind,
        "visit_id": visit.id,
    }


def _item_id(question: str | None) -> str:
    return (question or "").rpartition("@")[0]


def _unit_id(question: str | None) -> str | None:
    unit_id = (question or "").rpartition("@")[2]
    return None if unit_id in ("", "site") else unit_id


def _hint(item: Item | None, shot: str) -> str | None:
    return next(
        (listed.hint for listed in (item.photo if item else ()) if listed.shot == shot), None
    )


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "id": finding.id,
        "severity": finding.present_severity,
        "words": finding.words,
        "place": finding.place,
        "deadline": {"kind": finding.deadline_kind, "at": iso(finding.deadline_at)},
        "fixed_on_site": finding.fixed_on_site,
        "found_at": iso(finding.found_at),
    }


def _answer(answer: Answer) -> dict[str, Any]:
    return {
        "value": answer.value,
        "words": answer.words,
        "reason": answer.reason,
        "readings": answer.readings,
        "drawn": answer.drawn,
        "by_group": answer.by_group,
        "answered_at": iso(answer.answered_at),
    }


def _by_id(row: Any, ids: Iterable[str]) -> dict[str, Any]:
    return {
        found.id: found
        for found in db.session.scalars(db.select(row).where(row.id.in_(ids))).unique()
    }


def _items(editions: set[EditionKey]) -> dict[EditionKey, dict[str, Item]]:
    published = (db.session.get(PublishedEdition, key) for key in editions)
    return {
        (row.checklist, row.edition): {
            item.id: item for category in publishing.read(row).categories for item in category.items
        }
        for row in published
        if row is not None and not publishing.is_form(row)
    }


def _fields(editions: set[EditionKey]) -> dict[EditionKey, dict[str, Field]]:
    published = (db.session.get(PublishedEdition, key) for key in editions)
    return {
        (row.checklist, row.edition): {
            asked.id: asked for _, asked in publishing.read_form(row).fields()
        }
        for row in published
        if row is not None and publishing.is_form(row)
    }


def _answers(photos: list[Evidence]) -> dict[Pair, Answer]:
    asked = {(photo.subject_id, photo.question) for photo in photos if photo.question}
    rows = db.session.scalars(
        db.select(Answer).where(tuple_(Answer.visit_id, Answer.question).in_(asked))
    )
    return {(row.visit_id, row.question): row for row in rows}


def _findings(photos: list[Evidence]) -> dict[Pair, Finding]:
    asked = {
        (photo.organisation_id, photo.finding_sent_id) for photo in photos if photo.finding_sent_id
    }
    wanted = db.select(Finding).where(tuple_(Finding.organisation_id, Finding.sent_id).in_(asked))
    return {(row.organisation_id, row.sent_id): row for row in db.session.scalars(wanted).unique()}
