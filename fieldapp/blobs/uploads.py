"""Uploads: promised by SHA-256 and size, sent in parts to a one-use inbox, checked, then stored.

No network or disk work happens inside a transaction: each verb looks, works, then writes down what came of it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

from flask import current_app

from fieldapp import jobs
from fieldapp.accounts.models import Person
from fieldapp.blobs import finding
from fieldapp.blobs.adopting import Outcome, settle, write_outcomes
from fieldapp.blobs.keeping import BlobStored
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
from fieldapp.errors import Fault, Invalid, NotFound, TooLarge

__all__ = ["BlobStored", "Outcome", "Target", "Targets", "Wanted", "ask", "complete", "wanted"]

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
    store, organisation_id, person_id = current_store(), person.organisation_id, person.id
    targets, missing, open_uploads = _sort_out(organisation_id, _merged(items))
    missing = _without_found(store, organisation_id, person_id, missing, targets)
    chosen = [
        (open_uploads.get(item.sha256), _promise(organisation_id, person_id, item))
        for item in missing
    ]
    ready = _for_each(store, lambda pair: _prepared(store, *pair), chosen)
    _write_down(organisation_id, [prepared.upload for prepared in ready if prepared.is_new])
    targets.uploads = [
        _target(store, item, prepared) for item, prepared in zip(missing, ready, strict=True)
    ]
    return targets


def complete(person: Person, reports: Sequence[dict[str, Any]]) -> list[Outcome]:
    """Finish uploads: `[{"id", "parts": [{"number", "etag"}]}]`. Again is harmless and answers the same.

    Raises NotFound for an upload that is not the person's organisation's. Outside a transaction: opens its own.
    """
    with transaction(write=False):
        uploads = [_own(person, report["id"], place) for place, report in enumerate(reports)]
    store = current_store()
    joined = _for_each(
        store, lambda pair: _joined(store, *pair), list(zip(uploads, reports, strict=True))
    )
    return _completed(store, list(zip(uploads, joined, strict=True)))


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


def _sort_out(
    organisation_id: str, items: list[Wanted]
) -> tuple[Targets, list[Wanted], dict[str, Upload]]:
    """What is settled, what is missing, and the open uploads by hash."""
    most = current_app.config_object.max_file_bytes  # type: ignore[attr-defined]
    hashes = [item.sha256 for item in items]
    with transaction(write=False):
        stored = set(
            db.session.scalars(
                db.select(Blob.sha256).where(
                    Blob.organisation_id == organisation_id, Blob.sha256.in_(hashes)
                )
            )
        )
        uploads = db.session.scalars(
            db.select(Upload)
            .where(Upload.organisation_id == organisation_id, Upload.sha256.in_(hashes))
            .order_by(Upload.asked_at, Upload.id)  # the newest open one is the one to go on with
        ).all()
        for upload in uploads:
            db.session.expunge(upload)  # read on by threads, and after other transactions
    open_uploads = {
        u.sha256: u for u in uploads if u.outcome is None and u.asked_at > now() - REUSED_FOR
    }
    checking = {u.sha256 for u in uploads if _is_being_checked(u)}
    targets, missing = Targets(), []
    for item in items:
        if item.sha256 in stored:
            targets.stored.append(item.sha256)
        elif item.sha256 in checking:
            targets.checking.append(item.sha256)
        elif not 0 < item.size <= most:
            targets.refused.append(item.sha256)
        else:
            missing.append(item)
    return targets, missing, open_uploads


def _without_found(
    store: Store, organisation_id: str, person_id: str, missing: list[Wanted], targets: Targets
) -> list[Wanted]:
    """What is still missing after a restored database was shown what the store has: that is re-hashed, not sent again."""
    if not missing or not finding.may_lie_there():
        return missing
    there = _for_each(store, lambda item: store.has(f"{organisation_id}/{item.sha256}"), missing)
    found = [item for item, is_there in zip(missing, there, strict=True) if is_there]
    if found:
        with transaction():
            for item in found:
                finding.check(_promise(organisation_id, person_id, item))
        targets.checking += [item.sha256 for item in found]
    return [item for item in missing if item not in found]


def _is_being_checked(upload: Upload) -> bool:
    since = upload.completed_at
    return upload.outcome == "checking" and since is not None and since > now() - CHECKED_WITHIN


def _promise(organisation_id: str, person_id: str, item: Wanted) -> Upload:
    return Upload(
        id=new_id(),
        organisation_id=organisation_id,
        asked_by_id=person_id,
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
    if uploads:
        with transaction():
            db.session.add_all(uploads)
            jobs.enqueue("abandon_uploads", organisation_id, after=INBOX_DAYS + timedelta(hours=1))


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


def _own(person: Person, upload_id: str, place: int) -> Upload:
    upload = db.session.get(Upload, upload_id, populate_existing=True)
    if upload is None or upload.organisation_id != person.organisation_id:
        raise NotFound(where=f"/uploads/{place}/id")
    return upload


def _joined(store: Store, upload: Upload, report: dict[str, Any]) -> list[int] | None:
    """Numbers of the parts that are missing; None when the inbox is gone. Runs in a thread: touches no session."""
    if upload.outcome is not None:
        return []
    etags = {part["number"]: part["etag"] for part in report.get("parts", ()) if part.get("etag")}
    try:
        return store.complete(upload.inbox_key, upload.multipart_id, part_sizes(upload.size), etags)
    except InboxGone:
        return None


def _completed(store: Store, joined: list[tuple[Upload, list[int] | None]]) -> list[Outcome]:
    """In the order given: what was settled before, what lacks parts, and what is settled now."""
    whole = [upload for upload, missing in joined if upload.outcome is None and missing == []]
    gone = [upload for upload, missing in joined if upload.outcome is None and missing is None]
    settled = (
        settle(whole)
        if store.checks_at_once
        else write_outcomes([(upload, "checking") for upload in whole])
    )
    lost = write_outcomes([(upload, "abandoned") for upload in gone])
    fresh = {outcome.id: outcome for outcome in (*settled, *lost)}
    return [fresh.get(upload.id) or _as_it_was(upload, missing) for upload, missing in joined]


def _as_it_was(upload: Upload, missing: list[int] | None) -> Outcome:
    if upload.outcome is not None:
        return Outcome(upload.id, upload.sha256, upload.outcome)
    return Outcome(upload.id, upload.sha256, "missing_parts", tuple(missing or ()))


def _for_each(store: Store, act: Callable[[Any], Made], items: Sequence[Any]) -> list[Made]:
    """What is a round trip to a store elsewhere is made together; a folder of our own answers at once."""
    if store.checks_at_once:
        return [act(item) for item in items]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(act, items))
