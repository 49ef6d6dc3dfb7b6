"""Uploads: promised by SHA-256 and size, sent in parts to a one-use inbox; completing.py checks and stores them.

No network or disk work happens inside a transaction: each verb looks, works, then writes down what came of it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any, TypeVar

from flask import current_app
from sqlalchemy import CompoundSelect, Select, bindparam, literal, union_all

from fieldapp import jobs
from fieldapp.accounts.models import Person
from fieldapp.blobs import finding
from fieldapp.blobs.models import Blob, Upload
from fieldapp.blobs.store import (
    INBOX_DAYS,
    UPLOAD_LINK,
    InboxGone,
    Part,
    Store,
    current_store,
    part_sizes,
)
from fieldapp.clock import now
from fieldapp.db import db, new_id, transaction
from fieldapp.errors import Fault, Invalid, TooLarge

REUSED_FOR = INBOX_DAYS - timedelta(days=1)  # the store may forget an inbox after INBOX_DAYS
CHECKED_WITHIN = timedelta(hours=6)  # after that, a phone that asks again gets a new upload
AT_ONCE = 8

Made = TypeVar("Made")


class FileTooLarge(TooLarge):
    pass


@dataclass(frozen=True)
class Wanted:
    """A file that a phone has. `evidence_ids` only travel through to the Target."""

    sha256: str
    size: int
    media_type: str
    purpose: str = "original"
    evidence_ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class PartTarget:
    number: int
    size: int
    url: str
    etag: str | None  # of what has arrived already and need not be sent again
    received: int | None  # bytes held of a part that was cut; None where it can only be sent whole


@dataclass(frozen=True)
class Target:
    """The contract's Upload: where to PUT which parts until when."""

    id: str
    sha256: str
    size: int
    purpose: str
    evidence_ids: tuple[str, ...]
    parts: tuple[PartTarget, ...]
    expires_at: datetime


@dataclass
class Targets:
    """What to send, and the hashes of what need not be sent: `stored`, `checking`; `refused` is empty or over the limit."""

    uploads: list[Target] = field(default_factory=list)
    stored: list[str] = field(default_factory=list)
    checking: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


def ask(person: Person, items: Sequence[Wanted]) -> Targets:
    """Targets for what a phone asks to send. Raises FileTooLarge, Invalid (empty file)."""
    most = current_app.config_object.max_file_bytes  # type: ignore[attr-defined]
    for place, item in enumerate(items):
        if item.size > most:
            raise FileTooLarge(
                f"单个文件最大 {most >> 20} MiB，这个文件有 {item.size} 字节。请缩短视频后重拍。",
                f"A file may have at most {most >> 20} MiB; this one has {item.size} bytes. Take a shorter video.",
                where=f"/items/{place}/size",
                most=most,
            )
        if item.size < 1:
            sentence = "空文件不能上传 An empty file cannot be sent"
            raise Invalid(faults=[Fault(f"/items/{place}/size", "empty", sentence)])
    return wanted(person, items)


def wanted(person: Person, items: Iterable[Wanted]) -> Targets:
    """Targets for what the person's organisation has not stored yet; never raises for what is asked.

    An upload that is open for the same bytes is reused, its URLs signed afresh. Outside a transaction: opens its own.
    """
    items = list(items)
    if not items:
        return Targets()
    with transaction(write=False):
        order = sort_out(person, items)
    return targets(order)


@dataclass
class Order:
    """What a phone has to send, held against what is here. `promised`: by hash, what is written down already."""

    organisation_id: str
    person_id: str
    told: Targets = field(default_factory=Targets)
    missing: list[Wanted] = field(default_factory=list)
    open_uploads: dict[str, Upload] = field(default_factory=dict)
    promised: dict[str, Upload] = field(default_factory=dict)
    may_lie_there: bool = False


def sort_out(person: Person, items: Iterable[Wanted]) -> Order:
    """What of these is missing. In the caller's transaction: asks the rows alone."""
    order = Order(person.organisation_id, person.id)
    asked = _merged(items)
    if asked:
        _look_up(order, asked)
    return order


def promise_ahead(order: Order) -> None:
    """Write down at once, in the caller's transaction, what a folder of our own can keep whatever it says.

    Where the folder cannot be made afterwards the inbox is gone, and the phone's next question gets another one.
    """
    if not current_store().checks_at_once or order.may_lie_there:
        return
    new = [item for item in order.missing if item.sha256 not in order.open_uploads]
    order.promised = {item.sha256: _promise(order, item) for item in new}
    _write_down(order.organisation_id, list(order.promised.values()))


def targets(order: Order) -> Targets:
    """Where to send what is missing. Outside a transaction: opens its own."""
    store, told = current_store(), order.told
    missing = _without_found(store, order)
    chosen = [
        (
            order.open_uploads.get(item.sha256),
            order.promised.get(item.sha256) or _promise(order, item),
        )
        for item in missing
    ]
    ready = for_each(store, lambda pair: _prepared(store, *pair), chosen)
    new = [made.upload for made in ready if made.is_new]
    fresh = [upload for upload in new if upload.sha256 not in order.promised]
    if fresh:
        with transaction():
            _write_down(order.organisation_id, fresh)
    told.uploads = [_target(store, item, made) for item, made in zip(missing, ready, strict=True)]
    return told


def _merged(items: Iterable[Wanted]) -> list[Wanted]:
    """One per hash: two photos with the same bytes travel once."""
    merged: dict[str, Wanted] = {}
    for item in items:
        first = merged.get(item.sha256, item)
        ids = dict.fromkeys((*first.evidence_ids, *item.evidence_ids))
        merged[item.sha256] = Wanted(
            first.sha256, first.size, first.media_type, first.purpose, tuple(ids)
        )
    return list(merged.values())


def _look_up(order: Order, items: list[Wanted]) -> None:
    most = current_app.config_object.max_file_bytes  # type: ignore[attr-defined]
    asked = {"owner": order.organisation_id, "hashes": [item.sha256 for item in items]}
    known = db.session.execute(_known(), asked | {"since": now() - finding.OFFERED_FOR}).all()
    stored = {row.sha256 for row in known if row.how == "stored"}
    is_promised = any(row.how == "promised" for row in known)
    uploads = db.session.scalars(_promised(), asked).all() if is_promised else []
    for upload in uploads:
        db.session.expunge(upload)  # read on by threads, and after other transactions
    order.open_uploads = {
        u.sha256: u for u in uploads if u.outcome is None and u.asked_at > now() - REUSED_FOR
    }
    checking = {u.sha256 for u in uploads if _is_being_checked(u)}
    for item in items:
        if item.sha256 in stored:
            order.told.stored.append(item.sha256)
        elif item.sha256 in checking:
            order.told.checking.append(item.sha256)
        elif not 0 < item.size <= most:
            order.told.refused.append(item.sha256)
        else:
            order.missing.append(item)
    order.may_lie_there = bool(order.missing) and any(row.how == "put back" for row in known)


@cache
def _known() -> CompoundSelect[Any]:
    """Mostly nothing of it is, and three questions are asked as one."""
    ways = [
        db.select(kind.sha256, literal(how).label("how")).where(
            kind.organisation_id == bindparam("owner"),
            kind.sha256.in_(bindparam("hashes", expanding=True)),
        )
        for how, kind in (("stored", Blob), ("promised", Upload))
    ]
    put_back = finding.put_back(since=bindparam("since"))
    return union_all(*ways, db.select(literal(""), literal("put back")).where(put_back))


@cache
def _promised() -> Select[Upload]:
    named = (
        Upload.organisation_id == bindparam("owner"),
        Upload.sha256.in_(bindparam("hashes", expanding=True)),
    )
    # The newest open one is the one to go on with.
    return db.select(Upload).where(*named).order_by(Upload.asked_at, Upload.id)


def _without_found(store: Store, order: Order) -> list[Wanted]:
    """What is still missing after a restored database was shown what the store has: that is re-hashed, not sent again."""
    if not order.may_lie_there:
        return order.missing
    keys = [f"{order.organisation_id}/{item.sha256}" for item in order.missing]
    there = for_each(store, store.has, keys)
    found = [item for item, is_there in zip(order.missing, there, strict=True) if is_there]
    if found:
        with transaction():
            for item in found:
                finding.check(_promise(order, item))
        order.told.checking += [item.sha256 for item in found]
    return [item for item in order.missing if item not in found]


def _is_being_checked(upload: Upload) -> bool:
    since = upload.completed_at
    return upload.outcome == "checking" and since is not None and since > now() - CHECKED_WITHIN


def _promise(order: Order, item: Wanted) -> Upload:
    return Upload(
        id=new_id(),
        organisation_id=order.organisation_id,
        asked_by_id=order.person_id,
        sha256=item.sha256,
        size=item.size,
        media_type=item.media_type,
        purpose=item.purpose,
    )


@dataclass(frozen=True)
class _Prepared:
    upload: Upload
    arrived: list[Part]
    begun: Mapping[int, int] | None
    is_new: bool


def _prepared(store: Store, open_upload: Upload | None, promise: Upload) -> _Prepared:
    """Go on with the open upload, or begin the promised one. Runs in a thread: touches no session."""
    if open_upload is not None and open_upload.size == promise.size:
        with suppress(InboxGone):  # the store forgot it; start anew
            arrived = store.parts(open_upload.inbox_key, open_upload.multipart_id)
            begun = store.begun(open_upload.inbox_key)
            return _Prepared(open_upload, arrived, begun, is_new=False)
    promise.multipart_id = store.begin(promise.inbox_key, promise.size)
    return _Prepared(promise, [], store.begun(promise.inbox_key), is_new=True)


def _write_down(organisation_id: str, uploads: list[Upload]) -> None:
    if not uploads:
        return
    db.session.add_all(uploads)
    jobs.enqueue("abandon_uploads", organisation_id, after=INBOX_DAYS + timedelta(hours=1))
    db.session.flush()
    for upload in uploads:
        db.session.expunge(upload)  # told to the phone after other transactions


def _target(store: Store, item: Wanted, prepared: _Prepared) -> Target:
    upload = prepared.upload
    held = {(part.number, part.size): part.etag for part in prepared.arrived}
    parts = tuple(
        PartTarget(
            number,
            size,
            store.part_url(upload.inbox_key, upload.multipart_id, number, size),
            held.get((number, size)),
            None if prepared.begun is None else prepared.begun.get(number, 0),
        )
        for number, size in enumerate(part_sizes(upload.size), 1)
    )
    expires_at = now() + UPLOAD_LINK
    return Target(
        upload.id, upload.sha256, upload.size, upload.purpose, item.evidence_ids, parts, expires_at
    )


def for_each(store: Store, act: Callable[[Any], Made], items: Sequence[Any]) -> list[Made]:
    """What is a round trip to a store elsewhere is made together; a folder of our own answers at once."""
    if store.checks_at_once:
        return [act(item) for item in items]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(act, items))
