"""An authority's finding as people see it: with the insurer's answer, its photos, and how far the matter has come."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_

from fieldapp.blobs.models import Blob
from fieldapp.checklists import publishing
from fieldapp.checklists.form import Item
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
    inspection = finding.inspection
    plain = ("id", "inspection_id", "question", "severity", "words", "place", "found_at")
    kept = ("recorded_at", "comparison", "rules_version", "response_due_at", "response", "fact")
    return {
        **{name: getattr(finding, name) for name in plain + kept},
        "state": state(finding),
        "project": inspection.project,
        "authority": inspection.authority,
        "insurer": finding.insurer,
        "item": item_names(finding.visit, finding.question),
        "photos": authority_photos(finding),
        "insurer_answer": insurer_answer(finding),
    }


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
    photos = db.session.scalars(
        db.select(Evidence)
        .where(
            Evidence.subject_kind == "visit",
            Evidence.subject_id == finding.visit_id,
            Evidence.question == finding.question,
        )
        .order_by(Evidence.position, Evidence.captured_at)
    )
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
            for photo in photos.unique()
        ],
    }


def authority_photos(finding: AuthorityFinding) -> list[dict[str, Any]]:
    """What the officer photographed there, each with since when it is kept."""
    own = (Blob.organisation_id == Evidence.organisation_id, Blob.sha256 == Evidence.sha256)
    rows = db.session.execute(
        db.select(Evidence, Blob.stored_at)
        .outerjoin(Blob, and_(*own))
        .where(Evidence.subject_kind == SIGHTING, Evidence.subject_id == finding.id)
        .order_by(Evidence.position)
    ).unique()
    plain = ("id", "shot", "captured_at", "captured_by", "sha256")
    return [
        {
            **{name: getattr(photo, name) for name in plain},
            "stored_at": stored_at,
            "thumb_url": thumb_url(photo.id),
        }
        for photo, stored_at in rows
    ]


def thumb_url(evidence_id: str) -> str:
    return f"/api/evidence/{evidence_id}/renditions/320"


def item_names(visit: Visit, question: str) -> dict[str, str] | None:
    """{"id", "zh", "en"} of the question's item in the edition that the visit used."""
    item = item_of(visit.checklist, visit.edition, question)
    return None if item is None else {"id": item.id, "zh": item.zh, "en": item.en}


def item_of(checklist: str, edition: str, question: str) -> Item | None:
    read = publishing.read(publishing.published(checklist, edition))
    wanted = question.split("@", 1)[0]
    items = (item for category in read.categories for item in category.items)
    return next((item for item in items if item.id == wanted), None)
