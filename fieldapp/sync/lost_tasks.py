"""A task that a database put back does not know any more: what the phones signed of it, and what it was about."""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from fieldapp.accounts.models import Device, Person
from fieldapp.cases.models import AccidentCase
from fieldapp.cases.surveying import context_of_case
from fieldapp.clock import parse
from fieldapp.db import db
from fieldapp.evidence import chains
from fieldapp.evidence.chains import Kept
from fieldapp.evidence.models import Evidence
from fieldapp.hazards.models import Finding, Hazard
from fieldapp.keys import sha256, verifies
from fieldapp.ledger import restorations
from fieldapp.sync.facts import LostTask, TaskFacts
from fieldapp.sync.held_before import CLOCKS, contradictions
from fieldapp.sync.models import Record
from fieldapp.sync.sealers import phone_of, phones_named
from fieldapp.visits.models import Task, Visit

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
    links = list(_links(kept, said))
    holding = [one for one in links if one.names(said["task_id"], said["nonce"])]
    first = min(holding, key=lambda one: one.at, default=None)
    put_back = _loss_of(first.at, kept.received_at) if first else None
    if first is None or put_back is None or said["started_at"] > first.at + HELD_AT_MOST:
        return None
    evidence, hazard, case = _rejected(kept, said), _hazard(said), _case(said)
    facts = LostTask(
        _facts(said, first.phone.person, evidence, hazard),
        _wanting(said, evidence, hazard, case),
        tuple(_contradictions(first, links, kept.organisation_id, parse(put_back.at))),
    )
    return Lost(facts, first.phone.person, first.at, evidence, hazard, case)


@dataclass(frozen=True)
class _Link:
    """As a phone of the organisation signed it; `at` by the server's clock, as far as the phone knew it."""

    phone: Device
    at: datetime
    sha256: str
    said: Mapping[str, Any]

    def names(self, task_id: str, nonce: str) -> bool:
        return (self.said.get("task_id"), self.said.get("nonce")) == (task_id, nonce)

    @property
    def in_chain(self) -> Kept | None:
        """None of a seal of the first format, which had no position."""
        position, previous = self.said.get("position"), self.said.get("previous")
        if type(position) is not int or not isinstance(previous, str | None):
            return None
        return Kept(position, self.sha256, previous, self.at, self.said.get("task_id"))


def _links(kept: Record, said: Mapping[str, Any]) -> Iterator[_Link]:
    """What phones of the organisation signed of the record: links of their chains, and photos' seals."""
    seals = [(link["seal"], link["signature"]) for link in said["chain"]]
    seals += [(one["seal"], one["seal_signature"]) for one in said["evidence"]]
    phones = phones_named(
        kept.organisation_id, {name for text, _ in seals if (name := phone_of(text))}
    )
    for text, signature in seals:
        phone = phones.get(phone_of(text) or "")
        if phone is None or not verifies(phone.public_key, signature or "", text.encode()):
            continue
        link = json.loads(text)
        moment = _moment(link)
        if moment is not None:
            yield _Link(phone, moment, sha256(text.encode()), link)


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


def _contradictions(
    held: _Link, links: Collection[_Link], organisation_id: str, put_back_at: datetime
) -> Iterator[str]:
    """What the phone's chain, as the server knew it before and hears of it since, says against `held`."""
    place = held.in_chain
    if place is None:
        return
    own = [one.in_chain for one in links if one.phone is held.phone]
    others = [
        *chains.links_of(organisation_id, held.phone.sent_id),
        *(one for one in own if one is not None),
    ]
    named = {one.task_id for one in others if one.task_id}
    since = db.select(Task.id).where(Task.id.in_(named), Task.issued_at > put_back_at)
    yield from contradictions(place, others, put_back_at, set(db.session.scalars(since)))


def _loss_of(at: datetime, received_at: datetime) -> restorations.Break | None:
    """Given out after the copy was made, on a phone before the copy was put back, and handed in while phones still may."""
    breaks = [restorations.read(row.body) for row in restorations.all_declared()]
    return next(
        (
            b
            for b in breaks
            if parse(b.kept.at) - CLOCKS <= at <= parse(b.at) + CLOCKS
            and received_at <= parse(b.at) + HANDED_IN_AGAIN
        ),
        None,
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
