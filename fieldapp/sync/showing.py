"""One visit with everything that its records brought."""

from typing import Any

from fieldapp.accounts.models import Person
from fieldapp.blobs.models import Blob
from fieldapp.checklists import publishing
from fieldapp.db import db
from fieldapp.evidence.models import Evidence
from fieldapp.hazards.models import Finding
from fieldapp.hazards.showing import shown
from fieldapp.projects.models import Unit
from fieldapp.sync.models import Record
from fieldapp.sync.showing_forms import form_of
from fieldapp.visits.access import visit_for
from fieldapp.visits.models import Visit
from fieldapp.visits.schemas import VisitSchema


def visit(person: Person, id: str) -> dict[str, Any]:
    """By row id or own sent id. Raises NotFound."""
    found = visit_for(person, id)
    findings = db.session.scalars(
        db.select(Finding)
        .where(Finding.visit_id == found.id)
        .order_by(Finding.found_at, Finding.id)
    ).all()
    return {
        **{name: getattr(found, name) for name in VisitSchema().fields},
        **{name: getattr(found, name) for name in ("organisation", "service_insurer", "arrival")},
        **{name: getattr(found, name) for name in ("categories", "shortfalls", "signature")},
        "edition": {"id": found.checklist, "edition": found.edition},
        "answers": _answers(found) if found.answers else [],
        "form": form_of(found),
        "case_id": found.case_id,
        "findings": shown(findings),
        "evidence": _evidence(found),
        "records": _records(found),
    }


def _answers(found: Visit) -> list[dict[str, Any]]:
    edition = publishing.read(publishing.published(found.checklist, found.edition))
    items = {item.id: item for category in edition.categories for item in category.items}
    units = {
        unit.id: unit
        for unit in db.session.scalars(db.select(Unit).where(Unit.project_id == found.project_id))
    }
    return [
        {
            **{name: getattr(answer, name) for name in _PLAIN},
            "item": {
                "id": answer.item_id,
                "zh": items[answer.item_id].zh,
                "en": items[answer.item_id].en,
            },
            "unit": answer.unit_id and units[answer.unit_id],
        }
        for answer in found.answers
    ]


_PLAIN = (
    "question", "value", "answered_at", "by_group", "drawn", "reason", "words", "readings", "finding_sent_id",
    "valid_until", "carried_from_id", "inspected_at",
)  # fmt: skip


def _evidence(found: Visit) -> list[dict[str, Any]]:
    stored = (Blob.organisation_id == Evidence.organisation_id) & (Blob.sha256 == Evidence.sha256)
    rows = db.session.execute(
        db.select(Evidence, Blob.stored_at)
        .outerjoin(Blob, stored)
        .where(Evidence.subject_kind == "visit", Evidence.subject_id == found.id)
        .order_by(Evidence.position, Evidence.id)
    )
    names = (
        "id", "sent_id", "question", "category", "finding_sent_id", "shot", "capture", "captured_at",
        "media_type", "sha256", "size", "seal_state",
    )  # fmt: skip
    return [
        {
            **{name: getattr(evidence, name) for name in names},
            "stored_at": stored_at,
            "thumb_url": f"/api/evidence/{evidence.id}/renditions/320",
        }
        for evidence, stored_at in rows
    ]


def _records(found: Visit) -> list[Record]:
    return list(
        db.session.scalars(
            db.select(Record)
            .where(Record.organisation_id == found.organisation_id, Record.sent_id == found.sent_id)
            .order_by(Record.received_at, Record.id)
        )
    )
