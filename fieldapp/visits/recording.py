"""Writing down what an accepted record says of the visit; a later record rewrites it in place."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from fieldapp.accounts.models import Person
from fieldapp.clock import iso, month_of
from fieldapp.db import Base, db, own_id
from fieldapp.visits.following_up import follow_up
from fieldapp.visits.models import (
    Answer,
    CategoryPresence,
    Shortfall,
    SiteSignature,
    Task,
    Visit,
)
from fieldapp.visits.tasking import done_by


def record(
    said: dict[str, Any],
    *,
    task: Task | None,
    surveyor: Person,
    service_insurer_id: str,
    record_sha256: str,
    received_at: datetime,
    drawn: frozenset[str],
    shortfalls: Iterable[tuple[str | None, str, str]],
) -> Visit:
    """The visit with its answers as `said`, an accepted record. `shortfalls`: (question, code, sentence).

    `task` is None for a visit that nobody had ordered.
    """
    visit = db.session.get(Visit, own_id(surveyor.organisation_id, said["id"]))
    if visit is None:
        visit = _new(said, surveyor, received_at)
    else:
        visit.revision += 1
    visit.task, visit.surveyor = task, surveyor
    visit.project_id, visit.scheme, visit.kind = said["project_id"], said["scheme"], said["kind"]
    visit.service_insurer_id, visit.record_sha256 = service_insurer_id, record_sha256
    visit.checklist, visit.edition = said["edition"]["id"], said["edition"]["edition"]
    visit.answers_evidence_id = task.evidence_id if task else None
    visit.case_id = task.case_id if task else None
    visit.words = said["words"]
    _rewrite(
        visit.categories,
        [_category(visit, n, c) for n, c in enumerate(said["categories"])],
        _category_of,
    )
    _rewrite(
        visit.answers,
        [_answer(visit, n, a, drawn) for n, a in enumerate(said["answers"])],
        _question_of,
    )
    _rewrite(
        visit.shortfalls, [_shortfall(visit, n, *s) for n, s in enumerate(shortfalls)], _position_of
    )
    _sign(visit, said["signature"])
    db.session.add(visit)
    db.session.flush()
    if task is not None:
        done_by(task, visit)
        follow_up(visit)
    return visit


def _new(said: dict[str, Any], surveyor: Person, received_at: datetime) -> Visit:
    return Visit(
        id=own_id(surveyor.organisation_id, said["id"]),
        sent_id=said["id"],
        organisation_id=surveyor.organisation_id,
        received_at=received_at,
        revision=1,
        # A later record corrects what was said, not when somebody was there.
        started_at=said["started_at"],
        finished_at=said["finished_at"],
        period=month_of(said["started_at"]),
        arrival=_fix(said["arrival"]),
    )


def _rewrite(rows: list[Any], wanted: Sequence[Base], key: Callable[[Any], Any]) -> None:
    """Make `rows` say what `wanted` says, changing only rows that differ: each change is an entry in the ledger."""
    known, kept = {key(row): row for row in rows}, {key(row) for row in wanted}
    for row in [row for row in rows if key(row) not in kept]:
        rows.remove(row)
    for row in wanted:
        same = known.get(key(row))
        if same is None:
            rows.append(row)
            continue
        for column in type(row).__table__.columns:
            if getattr(same, column.key) != getattr(row, column.key):
                setattr(same, column.key, getattr(row, column.key))


def _category_of(row: CategoryPresence) -> str:
    return row.category


def _question_of(row: Answer) -> str:
    return row.question


def _position_of(row: Shortfall) -> int:
    return row.position


def _category(visit: Visit, position: int, said: dict[str, Any]) -> CategoryPresence:
    return CategoryPresence(visit_id=visit.id, position=position, **said)


def _answer(visit: Visit, position: int, said: dict[str, Any], drawn: frozenset[str]) -> Answer:
    item_id, _, unit_id = said["question"].rpartition("@")
    carried = said["carried_from"]
    return Answer(
        visit_id=visit.id,
        position=position,
        item_id=item_id,
        unit_id=None if unit_id == "site" else unit_id,
        drawn=said["question"] in drawn,
        finding_sent_id=said["finding_id"],
        carried_from_id=carried and own_id(visit.organisation_id, carried["visit_id"]),
        inspected_at=carried and carried["answered_at"],
        **{
            name: said[name]
            for name in (
                "question",
                "value",
                "answered_at",
                "by_group",
                "reason",
                "words",
                "readings",
                "valid_until",
            )
        },
    )


def _shortfall(
    visit: Visit, position: int, question: str | None, code: str, detail: str
) -> Shortfall:
    return Shortfall(
        visit_id=visit.id, position=position, question=question, code=code, detail=detail[:300]
    )


def _sign(visit: Visit, said: dict[str, Any] | None) -> None:
    if said is None:
        visit.signature = None
        return
    if visit.signature is None:
        visit.signature = SiteSignature(visit_id=visit.id)
    visit.signature.evidence_sent_id = said["evidence_id"]
    for name in ("outcome", "name", "role", "reason", "signed_at"):
        setattr(visit.signature, name, said[name])


def _fix(said: dict[str, Any] | None) -> dict[str, Any] | None:
    return said and {**said, "at": iso(said["at"])}
