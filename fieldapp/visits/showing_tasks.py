"""A person's tasks with everything that the phone needs to do them without signal."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func

from fieldapp.accounts.models import Person
from fieldapp.checklists.models import PublishedEdition
from fieldapp.clock import now
from fieldapp.db import db
from fieldapp.visits import carrying
from fieldapp.visits.about import told
from fieldapp.visits.models import Task, Visit
from fieldapp.visits.showing_calls import on_phone
from fieldapp.visits.tasking import open_tasks_of


def tasks_of(person: Person) -> dict[str, Any]:
    """{"server_time", "tasks"}: the open ones, soonest first."""
    tasks: Sequence[Task] = db.session.scalars(open_tasks_of(person)).unique().all()
    digests, visited, sent = _digests(tasks), _last_visits(tasks), _visits_of_rejected(tasks)
    papers = carrying.offered(tasks)
    re_inspected, calls = told("re_inspection", tasks), on_phone(tasks, person)
    return {
        "server_time": now(),
        "tasks": [
            {
                **{name: getattr(task, name) for name in _PLAIN},
                "edition": {
                    "id": task.checklist,
                    "edition": task.edition,
                    "digest": digests[task.checklist, task.edition],
                },
                "re_shoot": _re_shoot(task, sent),
                "re_inspection": re_inspected.get(task.id),
                "carried": papers.get(task.id, []),
                "acknowledgement": calls.get(task.id),
                "last_visit_at": visited.get((task.project_id, task.scheme)),
            }
            for task in tasks
        ],
    }


_PLAIN = (
    "id", "kind", "scheme", "period", "issued_at", "due_at", "nonce", "project", "note", "questions", "context",
)  # fmt: skip


def _re_shoot(task: Task, sent: dict[str, str]) -> dict[str, Any] | None:
    if task.evidence is None or task.verdict is None:
        return None
    return {
        "visit_id": sent[task.evidence.subject_id],
        "evidence_id": task.evidence.sent_id,
        "question": task.evidence.question,
        "shot": task.evidence.shot,
        "reason": task.verdict.reason,
        "words": task.verdict.words,
        # A phone keeps no readable picture of a person's papers: the reason and the words must do.
        "thumb_url": None
        if task.evidence.personal
        else f"/api/evidence/{task.evidence.id}/renditions/320",
    }


def _digests(tasks: Sequence[Task]) -> dict[tuple[str, str], str]:
    named = {task.checklist for task in tasks}
    rows = db.session.execute(
        db.select(
            PublishedEdition.checklist, PublishedEdition.edition, PublishedEdition.digest
        ).where(PublishedEdition.checklist.in_(named))
    )
    return {(checklist, edition): digest for checklist, edition, digest in rows}


def _last_visits(tasks: Sequence[Task]) -> dict[tuple[str, str], datetime]:
    """When anybody last finished a monthly check of the project in the scheme."""
    rows = db.session.execute(
        db.select(Visit.project_id, Visit.scheme, func.max(Visit.finished_at))
        .where(
            Visit.project_id.in_({task.project_id for task in tasks}), Visit.kind == "monthly_check"
        )
        .group_by(Visit.project_id, Visit.scheme)
    )
    return {(project_id, scheme): finished_at for project_id, scheme, finished_at in rows}


def _visits_of_rejected(tasks: Sequence[Task]) -> dict[str, str]:
    ids = {task.evidence.subject_id for task in tasks if task.evidence is not None}
    rows = db.session.execute(db.select(Visit.id, Visit.sent_id).where(Visit.id.in_(ids)))
    return {row.id: row.sent_id for row in rows}
