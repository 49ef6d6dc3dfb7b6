"""A task that a database put back does not know any more: what the phones signed of it, and what it was about."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from fieldapp.accounts.models import Device, Person
from fieldapp.cases.models import AccidentCase
from fieldapp.cases.surveying import context_of_case
from fieldapp.clock import parse
from fieldapp.db import db
from fieldapp.evidence.models import Evidence
from fieldapp.hazards.models import Finding, Hazard
from fieldapp.keys import verifies
from fieldapp.ledger import restorations
from fieldapp.sync.facts import LostTask, TaskFacts
from fieldapp.sync.models import Record
from fieldapp.sync.sealers import phone_of, phones_named
from fieldapp.visits.models import Task, Visit

CLOCKS = timedelta(minutes=10)
"""How far the phone's idea of the server's time may be off."""
HANDED_IN_AGAIN = timedelta(days=120)
"""As long as phones keep what a restored database may lack; a declaration is no door that stays open."""
HELD_AT_MOST = timedelta(days=62)
"""No task stays open for longer than the month that it is of and the next."""
MOST_OFFSET_MS = 10 * 365 * 24 * 3600_000


@dataclass(frozen=True)
class Lost:
    """`held_at`: the first moment, by the server's clock, at which a phone of the organisation signed that it had the task."""

    facts: LostTask
    holder: Person
    held_at: datetime
    evidence: Evidence | None = None
    hazard: Hazard | None = None
    case: AccidentCase | None = None

    @property
    def context(self) -> dict[str, Any]:
        return context_of_case(self.case) if self.case else {}


def lost(kept: Record, said: Mapping[str, Any]) -> Lost | None:
    """The task that the record names, where none is here and a declared restoration explains why.

    A phone of the organisation must have signed that it had the task, with its nonce, in the time that was lost.
    """
    if said["task_id"] is None or db.session.get(Task, said["task_id"]) is not None:
        return None
    first = min(_signed(kept, said), key=lambda one: one[0], default=None)
    if first is None or not _in_lost_time(first[0], kept.received_at):
        return None
    if said["started_at"] > first[0] + HELD_AT_MOST:
        return None
    held_at, phone = first
    evidence, hazard, case = _rejected(kept, said), _hazard(said), _case(said)
    wanting = _wanting(said, evidence, hazard, case)
    facts = LostTask(_facts(said, phone.person, evidence, hazard), wanting)
    return Lost(facts, phone.person, held_at, evidence, hazard, case)


def _signed(kept: Record, said: Mapping[str, Any]) -> Iterator[tuple[datetime, Device]]:
    """When which phone signed a link or a photo's seal that names the task with its nonce."""
    seals = [(link["seal"], link["signature"]) for link in said["chain"]]
    seals += [(one["seal"], one["seal_signature"]) for one in said["evidence"]]
    named = {name for text, _ in seals if (name := phone_of(text))}
    phones = phones_named(kept.organisation_id, named)
    for text, signature in seals:
        phone = phones.get(phone_of(text) or "")
        if phone is None or not verifies(phone.public_key, signature or "", text.encode()):
            continue
        link = json.loads(text)
        moment = _moment(link)
        told = link.get("task_id"), link.get("nonce")
        if moment is not None and told == (said["task_id"], said["nonce"]):
            yield moment, phone


def _moment(link: Mapping[str, Any]) -> datetime | None:
    """By the server's clock, as far as the phone knew it."""
    try:
        at = parse(link.get("at") or link["captured_at"])
    except (KeyError, ValueError, TypeError, OverflowError, AttributeError):
        return None  # signed, and no link as our phones write them
    offset = link.get("clock_offset_ms")
    if type(offset) is int and abs(offset) <= MOST_OFFSET_MS:
        at += timedelta(milliseconds=offset)
    return at


def _in_lost_time(at: datetime, received_at: datetime) -> bool:
    """Given out after the copy was made, on a phone before the copy was put back, and handed in while phones still may."""
    breaks = [restorations.read(row.body) for row in restorations.all_declared()]
    return any(
        parse(b.kept.at) - CLOCKS <= at <= parse(b.at) + CLOCKS
        and received_at <= parse(b.at) + HANDED_IN_AGAIN
        for b in breaks
    )


def _rejected(kept: Record, said: Mapping[str, Any]) -> Evidence | None:
    named = said["answers_re_shoot"]
    if named is None:
        return None
    found: Evidence | None = db.session.scalar(
        db.select(Evidence)
        .join(Visit, Visit.id == Evidence.subject_id)
        .where(
            Evidence.organisation_id == kept.organisation_id,
            Evidence.sent_id == named["evidence_id"],
            Visit.sent_id == named["visit_id"],
            Evidence.project_id == said["project_id"],
        )
    )
    return found


def _hazard(said: Mapping[str, Any]) -> Hazard | None:
    named = said["re_inspection"]
    if named is None:
        return None
    found: Hazard | None = db.session.scalar(
        db.select(Hazard)
        .join(Hazard.finding)
        .join(Visit, Visit.id == Finding.visit_id)
        .where(
            Finding.sent_id == named["finding_id"],
            Visit.sent_id == named["visit_id"],
            Visit.project_id == said["project_id"],
        )
    )
    return found


def _case(said: Mapping[str, Any]) -> AccidentCase | None:
    number = said["form"]["values"].get("case_number") if said["form"] else None
    if said["kind"] != "accident_survey" or not isinstance(number, str):
        return None
    found: AccidentCase | None = db.session.scalar(
        db.select(AccidentCase).where(
            AccidentCase.number == number.strip(), AccidentCase.project_id == said["project_id"]
        )
    )
    return found


def _wanting(
    said: Mapping[str, Any],
    evidence: Evidence | None,
    hazard: Hazard | None,
    case: AccidentCase | None,
) -> str | None:
    """What must be here again before the task can be, in Chinese."""
    if said["kind"] in ("re_shoot", "explain") and evidence is None:
        return "被退回的照片尚未重新送到，请等手机补传"
    if said["kind"] == "re_inspection" and hazard is None:
        return "所复查的隐患尚未重新送到，请等手机补传"
    if said["kind"] == "accident_survey" and case is None:
        return "请先按记录中的案件编号重新登记案件"
    return None


def _facts(
    said: Mapping[str, Any], holder: Person, evidence: Evidence | None, hazard: Hazard | None
) -> TaskFacts:
    answered, seen = said["answers_re_shoot"], said["re_inspection"]
    return TaskFacts(
        id=said["task_id"],
        kind=said["kind"],
        scheme=said["scheme"],
        project_id=said["project_id"],
        assignee_id=holder.id,
        checklist=said["edition"]["id"],
        edition=said["edition"]["edition"],
        nonce=said["nonce"],
        re_shoot=(answered["visit_id"], answered["evidence_id"]) if evidence else None,
        re_shoot_question=evidence.question if evidence else None,
        re_inspection=(seen["visit_id"], seen["finding_id"]) if hazard else None,
        questions=_questions(said),
    )


def _questions(said: Mapping[str, Any]) -> tuple[str, ...] | None:
    """A follow-up's own are lost: it asked at least what was answered."""
    if said["kind"] != "follow_up":
        return None
    return tuple(answer["question"] for answer in said["answers"])
