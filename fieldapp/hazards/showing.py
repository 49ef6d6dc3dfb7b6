"""Findings and hazards as people read them."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, func

from fieldapp.clock import iso, now
from fieldapp.db import db
from fieldapp.evidence.models import Evidence
from fieldapp.hazards.access import in_state
from fieldapp.hazards.awaiting import awaits_photo_until
from fieldapp.hazards.models import Finding, Hazard
from fieldapp.hazards.re_inspecting import open_tasks
from fieldapp.hazards.schemas import STATES
from fieldapp.visits.models import Task

_PLAIN = (
    "id", "sent_id", "visit_id", "question", "words", "place", "deadline_kind", "deadline_at", "fixed_on_site",
    "found_at", "severity_decision",
)  # fmt: skip


def shown(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    photos = _photos(findings)
    return [
        {
            **{name: getattr(finding, name) for name in _PLAIN},
            "severity": finding.present_severity,
            "reported_severity": finding.severity,
            "photos": photos[finding.organisation_id, finding.sent_id],
            "hazard": finding.hazard
            and {
                "id": finding.hazard.id,
                "state": finding.hazard.state(now()),
                "due_at": iso(finding.hazard.due_at),
            },
        }
        for finding in findings
    ]


def counted(found: Select[Hazard]) -> dict[str, int]:
    """How many of them are in each state; `refused` ones are open or overdue as well, `unclosed` is both of these; `undecided` may be closed."""
    at = now()
    each = [func.count().filter(in_state(state, at)) for state in STATES]
    row = db.session.execute(found.with_only_columns(*each)).one()
    return dict(zip(STATES, row, strict=True))


def shown_hazards(hazards: Sequence[Hazard]) -> list[dict[str, Any]]:
    findings = {part["id"]: part for part in shown([hazard.finding for hazard in hazards])}
    tasks, awaited, at = _tasks(hazards), awaits_photo_until(hazards), now()
    return [
        {
            "id": hazard.id,
            "state": hazard.state(at),
            "escalation": hazard.escalation(at),
            "rounds": len(hazard.re_inspections),
            "task": tasks.get(hazard.id),
            "project": hazard.project,
            "opened_at": hazard.opened_at,
            "due_at": hazard.due_at,
            "due_kind": hazard.due_kind,
            "closed_at": hazard.closure and hazard.closure.closed_at,
            "awaits_photo_until": awaited.get(hazard.id),
            "finding": findings[hazard.finding_id],
        }
        for hazard in hazards
    ]


def _tasks(hazards: Sequence[Hazard]) -> dict[str, dict[str, Any]]:
    """By hazard id: the re-inspection that somebody is to make."""
    rows: Sequence[Task] = (
        db.session.scalars(open_tasks([hazard.id for hazard in hazards])).unique().all()
    )
    return {
        task.hazard_id: {
            "id": task.id,
            "due_at": task.due_at,
            "organisation": task.organisation,
            "surveyor": task.assignee,
        }
        for task in rows
        if task.hazard_id
    }


def _photos(findings: Sequence[Finding]) -> dict[tuple[str, str], list[str]]:
    rows = db.session.execute(
        db.select(Evidence.organisation_id, Evidence.finding_sent_id, Evidence.id)
        .where(
            Evidence.subject_kind == "visit",
            Evidence.subject_id.in_({finding.visit_id for finding in findings}),
            Evidence.finding_sent_id.in_({finding.sent_id for finding in findings}),
        )
        .order_by(Evidence.position, Evidence.id)
    )
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for organisation_id, sent_id, evidence_id in rows:
        found[organisation_id, sent_id].append(evidence_id)
    return found
