"""Bundles that people order at the console: put on record, made by a worker, kept in the store for some days, then removed.

What is in one is what its orderer may know at the time it is made: their photos, their verdicts, their entries of the ledger.
"""

import shutil
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from flask import current_app

from fieldapp import jobs
from fieldapp.accounts.models import Person
from fieldapp.accounts.permissions import Act
from fieldapp.archive import bundling, encrypting, selecting
from fieldapp.archive.access import about
from fieldapp.archive.bundling import NothingSelected
from fieldapp.archive.encrypting import Lock, WeakPassphrase
from fieldapp.archive.order_models import BundleKey, BundleOrder
from fieldapp.blobs.durable import hashed
from fieldapp.blobs.store import current_store
from fieldapp.clock import now
from fieldapp.config import Config
from fieldapp.db import db, transaction
from fieldapp.errors import Conflict, Invalid
from fieldapp.evidence.announcements import BytesRedacted
from fieldapp.evidence.models import Evidence
from fieldapp.ledger.actor import Actor, acting

JOB = "make_bundle"
SWEPT_EVERY = timedelta(hours=1)
MADE_PERCENT = 90
"""What the making counts for; the rest is encrypting and storing."""


class PurposeMissing(Invalid):
    zh = "完整证据包须写明用途。"
    en = "A full bundle needs its purpose."


class PassphraseTooShort(Invalid):
    zh = f"口令至少 {encrypting.LEAST_PASSPHRASE} 个字符。"
    en = f"A passphrase has at least {encrypting.LEAST_PASSPHRASE} characters."


class BundleEmpty(Conflict):
    zh = "所选范围内没有您可以查看的证据。"
    en = "There is no evidence in this selection that you may see."


class BundleSettled(Conflict):
    zh = "这个证据包已经生成完毕或已结束，不能取消。"
    en = "This bundle is finished or ended; it cannot be cancelled."


class _Cancelled(Exception):
    """Somebody called it off while it was made."""


@dataclass(frozen=True)
class Asked:
    """`kind`: visit | case | project | evidence | insurer, with the `id` of one; `period`: of an insurer, its year."""

    kind: str
    id: str
    period: str | None = None
    redacted: bool = True
    purpose: str | None = None
    passphrase: str | None = None

    @property
    def selection(self) -> str:
        return ":".join([self.kind, self.id, *([self.period] if self.period else [])])


def order(asked: Asked, by: Person) -> BundleOrder:
    """Raises NotFound, NotAllowed, PurposeMissing, PassphraseTooShort, BundleEmpty."""
    words = about(by, asked.kind, asked.id, asked.period)
    lock = None if asked.redacted else _lock(asked, by)
    photos = _photos_in(asked.selection, by)
    if not photos:
        raise BundleEmpty
    bundle_id = bundling.order(
        bundling.Order(asked.selection, asked.redacted, asked.purpose, asked_by_id=by.id)
    )
    ordered = BundleOrder(
        bundle_id=bundle_id,
        organisation_id=by.organisation_id,
        person_id=by.id,
        about=words,
        photos=photos,
    )
    db.session.add(ordered)
    db.session.flush()
    if lock is not None:
        db.session.add(BundleKey(bundle_id=bundle_id, salt=lock.salt, key=lock.key))
    jobs.enqueue(JOB, bundle_id)
    return ordered


def cancel(ordered: BundleOrder) -> BundleOrder:
    """Call it off; the worker stops at its next page. Again is harmless. Raises BundleSettled."""
    if ordered.outcome == "cancelled":
        return ordered
    if ordered.outcome is not None:
        raise BundleSettled
    _settle(ordered, "cancelled")
    return ordered


@jobs.handles(JOB, long=True)
def make(bundle_id: str) -> None:
    """Go on where an earlier try was cut; leave nothing behind but the file in the store."""
    with transaction(write=False):
        ordered = db.session.get_one(BundleOrder, bundle_id)
        person, is_open = ordered.person, ordered.outcome is None
        lock, ends = _kept_lock(bundle_id), _refusal(ordered)
    folder = _folder(bundle_id)
    if is_open and ends is None:
        try:
            with acting(Actor("person", person.id, person.organisation_id)):
                _make(ordered, folder, lock)
        except NothingSelected:
            ends = "nothing_selected"
        except _Cancelled:
            ends = None
    if ends is not None and is_open:
        with transaction():
            _settle(db.session.get_one(BundleOrder, bundle_id), "failed", ends)
    shutil.rmtree(folder, ignore_errors=True)


@jobs.regularly(SWEPT_EVERY)
def remove_expired() -> None:
    """What could be downloaded for long enough. The order and what happened to it stay."""
    with transaction(write=False):
        over = (BundleOrder.outcome == "ready", BundleOrder.expires_at < now())
        expired = db.session.scalars(db.select(BundleOrder).where(*over)).unique().all()
    for ordered in expired:
        current_store().delete(key_of(ordered))
        with transaction():
            found = db.session.get_one(BundleOrder, ordered.bundle_id)
            found.outcome, found.settled_at = "removed", now()
    _clear_folders()


def expire_with(redacted: BytesRedacted) -> None:
    """A bundle that still lies here and holds what was deleted goes before its time."""
    ready = db.select(BundleOrder).where(BundleOrder.outcome == "ready")
    for ordered in db.session.scalars(ready).unique():
        held = db.select(Evidence.id).where(
            selecting.condition(ordered.bundle.selection), Evidence.id == redacted.evidence_id
        )
        if db.session.scalar(held) is not None:
            ordered.expires_at = now()


def key_of(ordered: BundleOrder) -> str:
    """Where in the store its file lies."""
    return f"{ordered.organisation_id}/{ordered.sha256}"


def _make(ordered: BundleOrder, folder: Path, lock: Lock | None) -> None:
    plain = folder / "plain.zip"

    def tell(done: int) -> None:
        _require_open(ordered.bundle_id)
        jobs.tell(min(MADE_PERCENT, done * MADE_PERCENT // ordered.photos))

    if not plain.exists():
        bundling.make(ordered.bundle_id, plain, tell, viewer_id=ordered.person_id)
    file = plain if lock is None else folder / "full.zip"
    if lock is not None:
        encrypting.encrypt(plain, file, lock)
    jobs.tell(MADE_PERCENT)
    with file.open("rb") as stream:
        digest, size = hashed(stream)
    current_store().put_file(f"{ordered.organisation_id}/{digest}", file)
    with transaction():
        _hand_over(ordered.bundle_id, digest, size)


def _hand_over(bundle_id: str, digest: str, size: int) -> None:
    ordered = db.session.get_one(BundleOrder, bundle_id, with_for_update={"of": BundleOrder})
    if ordered.outcome is not None:
        raise _Cancelled
    ordered.sha256, ordered.size = digest, size
    ordered.expires_at = now() + timedelta(days=_config().bundle_days)
    _settle(ordered, "ready")


def _settle(ordered: BundleOrder, outcome: str, reason: str | None = None) -> None:
    """The key goes with the need for it."""
    ordered.outcome, ordered.reason, ordered.settled_at = outcome, reason, now()
    key = db.session.get(BundleKey, ordered.bundle_id)
    if key is not None:
        db.session.delete(key)


def _lock(asked: Asked, by: Person) -> Lock:
    by.require(Act.BUNDLE_ORDER_FULL)
    if asked.purpose is None:
        raise PurposeMissing(where="/purpose")
    try:
        return encrypting.lock_of(asked.passphrase or "")
    except WeakPassphrase as error:
        raise PassphraseTooShort(where="/passphrase") from error


def _kept_lock(bundle_id: str) -> Lock | None:
    key = db.session.get(BundleKey, bundle_id)
    return Lock(key.salt, key.key) if key else None


def _photos_in(selection: str, by: Person) -> int:
    chosen = db.select(db.func.count(Evidence.id)).where(selecting.seen(selection, by))
    return db.session.scalar(chosen) or 0


def _refusal(ordered: BundleOrder) -> str | None:
    """Who lost their office meanwhile takes nothing out of the house any more."""
    act = Act.BUNDLE_ORDER if ordered.bundle.redacted else Act.BUNDLE_ORDER_FULL
    has_left = ordered.person.ending is not None
    return "no_access" if has_left or not ordered.person.may(act) else None


def _clear_folders() -> None:
    """What a worker that was cut down left of an order that is settled by now."""
    for folder in (_config().data_dir / "bundles").glob("*"):
        with transaction(write=False):
            ordered = db.session.get(BundleOrder, folder.name)
        if ordered is None or ordered.outcome is not None:
            shutil.rmtree(folder, ignore_errors=True)


def _require_open(bundle_id: str) -> None:
    with transaction(write=False):
        outcome = db.select(BundleOrder.outcome).where(BundleOrder.bundle_id == bundle_id)
        if db.session.scalar(outcome) is not None:
            raise _Cancelled


def _folder(bundle_id: str) -> Path:
    """Readable by nobody else: until it is encrypted, a full bundle lies here in plain."""
    folder: Path = _config().data_dir / "bundles" / bundle_id
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def _config() -> Config:
    config: Config = current_app.config_object  # type: ignore[attr-defined]
    return config
