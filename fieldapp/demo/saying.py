"""What a phone would have said of the demo's visits: records, what they claim of photos, and the ids in them."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from fieldapp.checklists.form import Edition
from fieldapp.checklists.publishing import published
from fieldapp.clock import iso
from fieldapp.demo.city import Project
from fieldapp.demo.darkroom import Developed
from fieldapp.demo.history import PlannedFinding
from fieldapp.demo.phones import CLOCK_OFFSET_MS
from fieldapp.demo.proving import ABSENT_REASON, Check, Taken
from fieldapp.demo.shooting import Shot
from fieldapp.keys import sha256
from fieldapp.visits.models import Task

SCHEME = "construction_liability"
CHECKLIST, EDITION = "monthly_check", "2026-1"
BEFORE_THE_PHOTO = timedelta(minutes=15)
SIGNERS = ("周建国", "吴德海", "郑有才", "冯立新")


def said_of_check(
    task: Task,
    check: Check,
    edition: Edition,
    site: Project,
    photos: list[Developed],
    drawn: bytes,
    ids: "Ids",
) -> dict[str, Any]:
    """The record of a check. `drawn`: the signature's picture."""
    started_at = check.visit.at
    return {
        **_head(task, ids.visit, started_at, check.ended_at),
        "arrival": _fix(site, started_at),
        "categories": [_category(c.id, check) for c in edition.categories],
        "answers": [_answer(n, q.key, check, ids) for n, q in enumerate(check.questions)],
        "findings": [_finding(key, f, check, ids) for key, f in check.findings.items()],
        "evidence": [*_claims(check, photos, ids), _signed(drawn, check, ids, site)],
        "signature": {
            "outcome": "signed",
            "name": signer_of(ids),
            "role": "项目安全员",
            "evidence_id": ids.signature,
            "reason": None,
            "signed_at": iso(check.ended_at),
        },
    }


def said_on_going_back(
    task: Task, taken: Taken, photo: Developed, seen: dict[str, Any], ids: "Ids", again: "Ids"
) -> dict[str, Any]:
    """The record of a re-inspection: its one photo and what was `seen` of the hazard. `ids` of the check, `again` of this visit."""
    return {
        **_head(task, again.visit, photo.shot.at - BEFORE_THE_PHOTO, photo.shot.at),
        "arrival": None,
        "categories": [],
        "answers": [],
        "findings": [],
        "evidence": [_claim(taken, photo, again.photo(0), None)],
        "signature": None,
        "answers_re_shoot": None,
        "re_inspection": {
            "visit_id": ids.visit,
            "finding_id": ids.finding(taken.question or ""),
            **seen,
        },
    }


def signer_of(ids: "Ids") -> str:
    return SIGNERS[ids.number % len(SIGNERS)]


class Ids:
    """The ids that the phone would have made: the same at every demo, in whatever order they are asked for."""

    def __init__(self, name: str) -> None:
        self._name = name
        self.visit = self._of("visit")
        self.signature = self._of("signature")

    @property
    def number(self) -> int:
        return UUID(self.visit).int % 1000

    def photo(self, place: int) -> str:
        return self._of(f"photo/{place}")

    def finding(self, question: str) -> str:
        return self._of(f"finding/{question}")

    def _of(self, name: str) -> str:
        drawn = Random(f"demo/{self._name}/{name}").getrandbits(128)
        return str(UUID(int=drawn, version=4))


def _head(task: Task, sent_id: str, started_at: datetime, finished_at: datetime) -> dict[str, Any]:
    return {
        "format": 2,
        "app": "field demo",
        "id": sent_id,
        "kind": task.kind,
        "task_id": task.id,
        "project_id": task.project_id,
        "scheme": SCHEME,
        "edition": {"id": CHECKLIST, "edition": EDITION, "digest": _digest()},
        "nonce": task.nonce,
        "started_at": iso(started_at),
        "finished_at": iso(finished_at),
        "clock_offset_ms": CLOCK_OFFSET_MS,
    }


def _category(category: str, check: Check) -> dict[str, Any]:
    if category not in check.absent:
        return {"category": category, "present": True}
    return {
        "category": category,
        "present": False,
        "reason": ABSENT_REASON,
        "words": "本阶段未开始",
    }


def _answer(place: int, question: str, check: Check, ids: Ids) -> dict[str, Any]:
    failed = question in check.findings
    return {
        "question": question,
        "value": "fail" if failed else "pass",
        "answered_at": iso(check.visit.at + timedelta(seconds=20 * place)),
        "finding_id": ids.finding(question) if failed else None,
    }


def _digest() -> str:
    return published(CHECKLIST, EDITION).digest


def _finding(key: str, finding: PlannedFinding, check: Check, ids: Ids) -> dict[str, Any]:
    due = {"kind": finding.deadline, "at": None}
    if finding.deadline == "date":
        due["at"] = iso(check.visit.at + timedelta(days=3))
    return {
        "id": ids.finding(key),
        "question": key,
        "severity": finding.severity,
        "major_answer": finding.major_answer,
        "words": finding.words,
        "place": finding.place,
        "deadline": due,
        "fixed_on_site": finding.closing == "fixed_on_site",
        "found_at": iso(check.visit.at + timedelta(minutes=12)),
    }


def _claims(check: Check, photos: list[Developed], ids: Ids) -> Iterator[dict[str, Any]]:
    for place, (taken, photo) in enumerate(zip(check.taken, photos, strict=True)):
        yield _claim(taken, photo, ids.photo(place), _finding_of(taken, check, ids))


def _claim(taken: Taken, photo: Developed, sent_id: str, finding_id: str | None) -> dict[str, Any]:
    told = told_of(photo, sent_id, question=taken.question, shot=taken.shot or "near")
    return told | {"category": taken.category, "finding_id": finding_id}


def told_of(photo: Developed, sent_id: str, *, question: str | None, shot: str) -> dict[str, Any]:
    """What the phone says of one photo."""
    return {
        "id": sent_id,
        "question": question,
        "category": None,
        "shot": shot,
        "finding_id": None,
        "capture": "live",
        "media_type": "image/jpeg",
        "size": len(photo.shot.jpeg),
        "sha256": sha256(photo.shot.jpeg),
        "captured_at": iso(photo.shot.at),
        "fix": fix(photo.shot, photo.shot.at),
    }


def fix(shot: Shot, moment: datetime) -> dict[str, Any]:
    """Where the shot was taken, as read at this moment."""
    return {
        "lon": float(shot.lon),
        "lat": float(shot.lat),
        "datum": "WGS-84",
        "accuracy_m": shot.accuracy_m,
        "age_s": 2,
        "at": iso(moment),
    }


def _finding_of(taken: Taken, check: Check, ids: Ids) -> str | None:
    return ids.finding(taken.question) if taken.question in check.findings else None


def _signed(drawn: bytes, check: Check, ids: Ids, project: Project) -> dict[str, Any]:
    return {
        "id": ids.signature,
        "question": None,
        "category": None,
        "shot": "doc",
        "capture": "live",
        "media_type": "image/png",
        "size": len(drawn),
        "sha256": sha256(drawn),
        "captured_at": iso(check.ended_at),
        "fix": _fix(project, check.ended_at),
    }


def _fix(project: Project, moment: datetime) -> dict[str, Any]:
    site = project.site
    return {
        "lon": float(site.lon),
        "lat": float(site.lat),
        "datum": "WGS-84",
        "accuracy_m": 14,
        "age_s": 1,
        "at": iso(moment),
    }
