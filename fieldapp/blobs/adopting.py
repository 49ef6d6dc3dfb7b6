"""What becomes of an upload whose parts are joined: checked against its promise, adopted, written down."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, or_
from sqlalchemy.sql.dml import ReturningUpdate

from fieldapp import jobs
from fieldapp.blobs.keeping import Kept, record_all
from fieldapp.blobs.models import Upload
from fieldapp.blobs.store import INBOX_DAYS, Found, InboxGone, current_store
from fieldapp.clock import now
from fieldapp.db import db, straight_first, transaction
from fieldapp.ledger.recording import change_rows


@dataclass(frozen=True)
class Outcome:
    """What became of a completed upload. `state`: stored | checking | missing_parts | wrong_hash | wrong_size | abandoned."""

    id: str
    sha256: str
    state: str
    missing: tuple[int, ...] = ()


def settle(uploads: Sequence[Upload]) -> list[Outcome]:
    """Read what came of each, adopt it if it is what was promised, and say so of all in one transaction."""
    outcomes = write_outcomes([(upload, _adopted(upload)) for upload in uploads])
    for upload in uploads:
        current_store().discard(upload.inbox_key, upload.multipart_id)
    return outcomes


def _adopted(upload: Upload) -> str:
    store = current_store()
    try:
        found = store.inspect(upload.inbox_key)
        state = _judged(upload, found)
        if state == "stored":
            store.adopt(
                upload.inbox_key, f"{upload.organisation_id}/{upload.sha256}", found.version
            )
    except InboxGone:  # somebody else settled it meanwhile, or nobody ever will
        return "abandoned"
    return state


def _judged(upload: Upload, found: Found) -> str:
    if found.size != upload.size:
        return "wrong_size"
    return "stored" if found.sha256 == upload.sha256 else "wrong_hash"


def write_outcomes(settled: Sequence[tuple[Upload, str]]) -> list[Outcome]:
    """Write down what became of uploads, unless that was settled meanwhile; what holds, in the order given."""
    if not settled:
        return []
    states = {upload.id: state for upload, state in settled}
    outcomes = straight_first(lambda: _written(states))
    return [outcomes[upload.id] for upload, _ in settled]


def _written(states: Mapping[str, str]) -> dict[str, Outcome]:
    with transaction():
        return _settled(states)


def _settled(states: Mapping[str, str]) -> dict[str, Outcome]:
    """Each by one change of all that have the same state; of several the first holds all rows, in one order for everybody."""
    if len(set(states.values())) > 1:
        db.session.execute(_held(), {"ids": list(states)})
    fresh = [row for state in dict.fromkeys(states.values()) for row in _settle(state, states)]
    _record(row for row in fresh if row["outcome"] == "stored")
    outcomes = {row["id"]: Outcome(row["id"], row["sha256"], row["outcome"]) for row in fresh}
    before = [upload_id for upload_id in states if upload_id not in outcomes]
    for row in db.session.execute(_as_they_are(), {"ids": before}) if before else ():
        outcomes[row.id] = Outcome(row.id, row.sha256, row.outcome)
    return outcomes


def _settle(state: str, states: Mapping[str, str]) -> list[dict[str, Any]]:
    ids = [upload_id for upload_id, wanted in states.items() if wanted == state]
    asked = {"ids": ids, "state": state, "at": now()}
    rows = change_rows(Upload, _change(settles_checked=state != "checking"), asked)
    for row in rows if state == "checking" else ():
        jobs.enqueue("adopt", row["id"])
    return rows


@cache
def _change(*, settles_checked: bool) -> ReturningUpdate[Any]:
    """What is being checked is settled by what came of it, and not asked to be checked twice."""
    is_open = Upload.outcome.is_(None)
    fresh = or_(is_open, Upload.outcome == "checking") if settles_checked else is_open
    at = bindparam("at", type_=Upload.completed_at.type)
    return (
        db.update(Upload.__table__)
        .where(Upload.id.in_(_held().where(fresh)))
        .values(outcome=bindparam("state"), completed_at=db.func.coalesce(Upload.completed_at, at))
        .returning(*Upload.__table__.columns)
    )


@cache
def _held() -> Select[str]:
    named = db.select(Upload.id).where(Upload.id.in_(bindparam("ids", expanding=True)))
    return named.order_by(Upload.id).with_for_update()  # in order: two never wait for each other


@cache
def _as_they_are() -> Select[Any]:
    columns = (Upload.id, Upload.sha256, Upload.outcome)
    return db.select(*columns).where(Upload.id.in_(bindparam("ids", expanding=True)))


def _record(stored: Iterable[dict[str, Any]]) -> None:
    by_owner = defaultdict[str, list[Kept]](list)
    for row in stored:
        by_owner[row["organisation_id"]].append(Kept(row["sha256"], row["size"], row["media_type"]))
    for organisation_id, kept in by_owner.items():
        record_all(organisation_id, kept)


@jobs.handles("adopt")
def adopt(upload_id: str) -> None:
    """Check a joined upload and give it its final key."""
    with transaction(write=False):
        upload = db.session.get_one(Upload, upload_id, populate_existing=True)
    if upload.outcome in (None, "checking"):
        settle([upload])
    else:
        current_store().discard(upload.inbox_key, upload.multipart_id)


@jobs.handles("abandon_uploads")
def abandon_old(organisation_id: str) -> None:
    """Give up what was promised to an organisation's phones long ago and never came.

    What came but was never checked, because the worker gave up on it, gets one more try first.
    """
    before = now() - INBOX_DAYS
    with transaction(write=False):
        old = _old(organisation_id, before)
    for upload in old:
        if upload.outcome == "checking":
            settle([upload])
        else:
            write_outcomes([(upload, "abandoned")])
    current_store().discard_older(organisation_id, before)


def _old(organisation_id: str, before: datetime) -> Sequence[Upload]:
    return db.session.scalars(
        db.select(Upload).where(
            Upload.organisation_id == organisation_id,
            or_(Upload.outcome.is_(None), Upload.outcome == "checking"),
            Upload.asked_at < before,
        )
    ).all()
