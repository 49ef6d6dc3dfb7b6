"""Writing down what an accepted record says of the visit; a later record rewrites it in place."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fieldapp.accounts.models import Person
from fieldapp.clock import iso, month_of
from fieldapp.db import Base, db, own_id
from fieldapp.ledger.recording import insert_rows
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

NOT_SEEN = ("unanswered", "carried_lapsed")
"""Shortfalls of what was not inspected either: no answer, or a paper carried over that had lapsed."""
Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Source:
    """The record that tells of the visit."""

    sha256: str
    received_at: datetime


def record(
    said: dict[str, Any],
    *,
    standing: Visit | None,
    task: Task | None,
    surveyor: Person,
    service_insurer_id: str,
    source: Source,
    drawn: frozenset[str],
    shortfalls: Iterable[tuple[str | None, str, str]],
) -> Visit:
    """The visit with its answers as `said`, an accepted record. `shortfalls`: (question, code, sentence).

    `standing`: the same visit as an earlier record told it. `task` is None for a visit that nobody had ordered.
    """
    visit = standing or _new(said, surveyor, source.received_at)
    if standing is not None:
        standing.revision += 1
    visit.task, visit.surveyor = task, surveyor
    visit.project_id, visit.scheme, visit.kind = said["project_id"], said["scheme"], said["kind"]
    visit.service_insurer_id, visit.record_sha256 = service_insurer_id, source.sha256
    visit.checklist, visit.edition = said["edition"]["id"], said["edition"]["edition"]
    visit.answers_evidence_id = task.evidence_id if task else None
    visit.case_id = task.case_id if task else None
    visit.words = said["words"]
    _sign(visit, said["signature"])
    categories = [_category(visit, n, c) for n, c in enumerate(said["categories"])]
    answers = [_answer(visit, n, a, drawn) for n, a in enumerate(said["answers"])]
    lacking = [_shortfall(visit, n, *s) for n, s in enumerate(shortfalls)]
    if standing is not None:
        _rewrite(visit.categories, CategoryPresence, "category", categories)
        _rewrite(visit.answers, Answer, "question", answers)
        _rewrite(visit.shortfalls, Shortfall, "position", lacking)
    db.session.add(visit)
    if standing is None:
        insert_rows({CategoryPresence: categories, Answer: answers, Shortfall: lacking})
    if task is not None:
        done_by(task, visit)
        follow_up(visit, _left(answers, lacking), is_new=standing is None)
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


def _rewrite(rows: list[Any], kind: type[Base], key: str, wanted: Rows) -> None:
    """Make `rows` say what `wanted` says, changing only rows that differ: each change is an entry in the ledger."""
    known, kept = {getattr(row, key): row for row in rows}, {said[key] for said in wanted}
    for row in [row for row in rows if getattr(row, key) not in kept]:
        rows.remove(row)
    for said in wanted:
        same = known.get(said[key])
        if same is None:
            rows.append(kind(**said))
            continue
        for name, value in said.items():
            if getattr(same, name) != value:
                setattr(same, name, value)


def _left(answers: Rows, lacking: Rows) -> list[str]:
    """The questions that were not inspected."""
    left = [answer["question"] for answer in answers if answer["value"] == "not_inspected"]
    left += [s["question"] for s in lacking if s["code"] in NOT_SEEN and s["question"]]
    return list(dict.fromkeys(left))


def _category(visit: Visit, position: int, said: dict[str, Any]) -> dict[str, Any]:
    return {"visit_id": visit.id, "position": position, **said}


def _answer(
    visit: Visit, position: int, said: dict[str, Any], drawn: frozenset[str]
) -> dict[str, Any]:
    item_id, _, unit_id = said["question"].rpartition("@")
    carried = said["carried_from"]
    return {
        "visit_id": visit.id,
        "position": position,
        "item_id": item_id,
        "unit_id": None if unit_id == "site" else unit_id,
        "drawn": said["question"] in drawn,
        "finding_sent_id": said["finding_id"],
        "carried_from_id": carried and own_id(visit.organisation_id, carried["visit_id"]),
        "inspected_at": carried and carried["answered_at"],
        **{name: said[name] for name in _AS_SAID},
    }


_AS_SAID = (
    "question",
    "value",
    "answered_at",
    "by_group",
    "reason",
    "words",
    "readings",
    "valid_until",
)


def _shortfall(
    visit: Visit, position: int, question: str | None, code: str, detail: str
) -> dict[str, Any]:
    return {
        "visit_id": visit.id,
        "position": position,
        "question": question,
        "code": code,
        "detail": detail[:300],
    }


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
