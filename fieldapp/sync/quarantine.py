"""Records that wait for a person: who sees them, and what a person may decide."""

from sqlalchemy import ColumnElement, Select, false, or_
from sqlalchemy.orm import aliased

from fieldapp.accounts.models import Person
from fieldapp.accounts.permissions import Act, Kind
from fieldapp.db import db, hold
from fieldapp.errors import Conflict, NotAllowed, NotFound
from fieldapp.projects.models import Service
from fieldapp.sync import receiving
from fieldapp.sync.models import Record, RecordJudgement
from fieldapp.sync.reasons import PERSONS_CHOICE, reason

FROM = {"set_aside": {"quarantined"}, "judge_again": {"quarantined", "set_aside"}}
"""The latest judgements that each decision may follow."""


class NotWaiting(Conflict):
    zh = "这份记录已不在待处理之列，请刷新。"
    en = "This record no longer waits for a decision; reload."


def waiting_for(person: Person) -> Select[Record]:
    """Those whose latest judgement is quarantined."""
    latest, later = aliased(RecordJudgement), aliased(RecordJudgement)
    newer = or_(
        later.judged_at > latest.judged_at,
        (later.judged_at == latest.judged_at) & (later.id > latest.id),
    )
    overtaken = db.select(later.id).where(later.record_id == latest.record_id, newer).exists()
    waiting = db.select(latest.record_id).where(latest.state == "quarantined", ~overtaken)
    return db.select(Record).where(Record.id.in_(waiting), may_see(person))


def kept_for(person: Person, record_id: str) -> Record:
    """Any record that the person may see, decided or not. Raises NotFound."""
    record = db.session.scalar(db.select(Record).where(Record.id == record_id, may_see(person)))
    if record is None:
        raise NotFound
    return record


def may_see(person: Person) -> ColumnElement[bool]:
    """One's own organisation's records; an insurer also those of its agency about projects that it serves."""
    own = Record.organisation_id == person.organisation_id
    if person.kind is not Kind.INSURER:
        return own
    schemes = person.schemes(Act.QUARANTINE_READ)
    served = (
        db.select(Service.id)
        .where(
            Service.project_id == Record.project_id,
            Service.agency_id == Record.organisation_id,
            Service.service_insurer_id == person.organisation_id,
            Service.scheme.in_(schemes) if schemes else false(),
        )
        .exists()
    )
    return or_(own, served)


def decide(by: Person, record: Record, decision: str, words: str) -> Record:
    """judge_again: by what is known now, letting pass what is a person's to let pass. set_aside: kept, not counted.

    What was set aside may be judged again: bytes that somebody set aside by mistake are not lost.
    Raises NotAllowed for another organisation's record, NotWaiting when it was decided meanwhile.
    """
    # Of two people who decide at once the second must see what the first one decided.
    hold(f"record {record.id}")
    db.session.refresh(record)
    if record.organisation_id != by.organisation_id:
        raise NotAllowed(
            "这份记录由提交单位处理；如有意见请联系该机构。",
            "The organisation that sent this record decides on it.",
        )
    if record.sent_by_id == by.id:
        raise NotAllowed("不能处理自己提交的记录。", "Nobody decides on a record of their own.")
    if record.judgement.state not in FROM[decision]:
        raise NotWaiting
    if decision == "set_aside":
        reasons = [*record.judgement.reasons, reason("set_aside").as_json()]
        record.judgements.append(
            RecordJudgement(state="set_aside", reasons=reasons, judged_by=by, words=words)
        )
        db.session.flush()
    else:
        seen = {found["code"] for found in record.judgement.reasons}
        receiving.judge(record, by=by, words=words, waived=PERSONS_CHOICE & seen)
    return record
