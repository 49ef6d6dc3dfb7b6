"""An authority's finding as people see it: with the insurer's answer, its photos, and how far the matter has come."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_

from fieldapp.blobs.models import Blob
from fieldapp.checklists import publishing
from fieldapp.checklists.form import Item
from fieldapp.checklists.models import PublishedEdition
from fieldapp.clock import now
from fieldapp.db import db
from fieldapp.evidence.models import Evidence
from fieldapp.oversight.comparing import DISAGREEMENTS
from fieldapp.oversight.models import (
    AuthorityFinding,
    FactWithdrawal,
    InsurerResponse,
    RecordedFact,
)
from fieldapp.visits.models import Visit

SIGHTING = "sighting"
"""Of evidence: its subject is an authority's finding."""


def shown(finding: AuthorityFinding) -> dict[str, Any]:
    """AuthorityFinding of the contract."""
    return shown_all([finding])[0]


def shown_all(findings: Sequence[AuthorityFinding]) -> list[dict[str, Any]]:
    """Each of them, with as many questions to the database as for one."""
    theirs, own = _visits_photos(findings), _own_photos(findings)
    used = {(finding.visit.checklist, finding.visit.edition) for finding in findings}
    editions = {each: publishing.published(*each) for each in used}
    plain = ("id", "inspection_id", "question", "severity", "words", "place", "found_at")
    kept = ("recorded_at", "comparison", "rules_version", "response_due_at", "response", "fact")
    return [
        {
            **{name: getattr(finding, name) for name in plain + kept},
            "state": state(finding),
            "project": finding.inspection.project,
            "authority": finding.inspection.authority,
            "insurer": finding.insurer,
            "item": _names(
                editions[finding.visit.checklist, finding.visit.edition], finding.question
            ),
            "photos": own[finding.id],
            "insurer_answer": _insurer_answer(finding, theirs),
        }
        for finding in findings
    ]


def state(finding: AuthorityFinding) -> str:
    """recorded | withdrawn | settled (nothing can follow) | responded | overdue | waiting (for the insurer)."""
    if finding.fact is not None:
        return "withdrawn" if finding.fact.withdrawal else "recorded"
    if finding.comparison not in DISAGREEMENTS:
        return "settled"
    if finding.response is not None:
        return "responded"
    return "overdue" if now() > finding.response_due_at else "waiting"


def is_in(wanted: str, at: datetime) -> ColumnElement[bool]:
    """The same as a condition on rows."""
    own = (RecordedFact.source_id == AuthorityFinding.id, RecordedFact.kind == "authority_finding")
    recorded = db.exists().where(*own)
    withdrawn = db.exists().where(*own, FactWithdrawal.fact_id == RecordedFact.id)
    answered = db.exists().where(InsurerResponse.finding_id == AuthorityFinding.id)
    disputed = AuthorityFinding.comparison.in_(sorted(DISAGREEMENTS))
    late = AuthorityFinding.response_due_at < at
    return {
        "recorded": recorded & ~withdrawn,
        "withdrawn": withdrawn,
        "settled": ~recorded & ~disputed,
        "responded": ~recorded & disputed & answered,
        "overdue": ~recorded & disputed & ~answered & late,
        "waiting": ~recorded & disputed & ~answered & ~late,
    }[wanted]


def insurer_answer(finding: AuthorityFinding) -> dict[str, Any]:
    """The answer as it was compared, with the photos that the visit has at the question."""
    return _insurer_answer(finding, _visits_photos([finding]))


def authority_photos(finding: AuthorityFinding) -> list[dict[str, Any]]:
    """What the officer photographed there, each with since when it is kept."""
    return _own_photos([finding])[finding.id]


def _insurer_answer(
    finding: AuthorityFinding, photos: dict[tuple[str, str | None], list[Evidence]]
) -> dict[str, Any]:
    return {
        "visit_id": finding.visit_id,
        "value": finding.answer_value,
        "answered_at": finding.answered_at,
        "surveyor": finding.visit.surveyor,
        "photos": [
            {
                "id": photo.id,
                "shot": photo.shot,
                "captured_at": photo.captured_at,
                "thumb_url": thumb_url(photo.id),
            }
            for photo in photos[finding.visit_id, finding.question]
        ],
    }


def _visits_photos(
    findings: Sequence[AuthorityFinding],
) -> dict[tuple[str, str | None], list[Evidence]]:
    """By visit and question."""
    rows = db.session.scalars(
        db.select(Evidence)
        .where(
            Evidence.subject_kind == "visit",
            Evidence.subject_id.in_({finding.visit_id for finding in findings}),
            Evidence.question.in_({finding.question for finding in findings}),
        )
        .order_by(Evidence.position, Evidence.captured_at)
    )
    found: dict[tuple[str, str | None], list[Evidence]] = defaultdict(list)
    for photo in rows.unique():
        found[photo.subject_id, photo.question].append(photo)
    return found


def _own_photos(findings: Sequence[AuthorityFinding]) -> dict[str, list[dict[str, Any]]]:
    """By finding."""
    own = (Blob.organisation_id == Evidence.organisation_id, Blob.sha256 == Evidence.sha256)
    rows = db.session.execute(
        db.select(Evidence, Blob.stored_at)
        .outerjoin(Blob, and_(*own))
        .where(
            Evidence.subject_kind == SIGHTING,
            Evidence.subject_id.in_([finding.id for finding in findings]),
        )
        .order_by(Evidence.position)
    ).unique()
    plain = ("id", "shot", "captured_at", "captured_by", "sha256")
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for photo, stored_at in rows:
        found[photo.subject_id].append(
            {
                **{name: getattr(photo, name) for name in plain},
                "stored_at": stored_at,
                "thumb_url": thumb_url(photo.id),
            }
        )
    return found


def thumb_url(evidence_id: str) -> str:
    return f"/api/evidence/{evidence_id}/renditions/320"


def item_names(visit: Visit, question: str) -> dict[str, str] | None:
    """{"id", "zh", "en"} of the question's item in the edition that the visit used."""
    return _names(publishing.published(visit.checklist, visit.edition), question)


def _names(edition: PublishedEdition, question: str) -> dict[str, str] | None:
    item = _item(edition, question)
    return None if item is None else {"id": item.id, "zh": item.zh, "en": item.en}


def item_of(checklist: str, edition: str, question: str) -> Item | None:
    return _item(publishing.published(checklist, edition), question)


def _item(edition: PublishedEdition, question: str) -> Item | None:
    read = publishing.read(edition)
    wanted = question.split("@", 1)[0]
    items = (item for category in read.categories for item in category.items)
    return next((item for item in items if item.id == wanted), None)
