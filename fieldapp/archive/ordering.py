"""Bundles that people order at the console: put on record, made by a worker, kept in the store for some days, then removed.

What is in one is what its orderer may know at the time it is made: their photos, their verdicts, their entries of the ledger.
"""

import shutil
import zipfile
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from flask import current_app

from fieldapp import jobs
from fieldapp.accounts.models import Person
from fieldapp.accounts.permissions import Act
from fieldapp.archive import bundling, encrypting, selecting, settling
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
from fieldapp.evidence.models import Evidence
from fieldapp.ledger.actor import Actor, acting

JOB = "make_bundle"
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


class _Overtaken(Exception):
    """Something that was packed was deleted by law before anybody could have it."""


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
    settling.settle(ordered, "cancelled")
    return ordered


@jobs.handles(JOB, long=True)
def make(bundle_id: str) -> None:
    """Go on where an earlier try was cut; leave nothing behind but the file in the store."""
    with transaction(write=False):
        ordered = db.session.get_one(BundleOrder, bundle_id)
        person, is_open = ordered.person, ordered.outcome is None
        lock, ends = _kept_lock(bundle_id), refusal(ordered)
    folder = settling.folder(bundle_id)
    if is_open and ends is None:
        try:
            with acting(Actor("person", person.id, person.organisation_id)):
                _make(ordered, folder, lock)
        except NothingSelected:
            ends = "nothing_selected"
        except _Cancelled:
            ends = None
        except _Overtaken:
            _begin_anew(bundle_id, folder)
            return
    if ends is not None:
        with transaction():
            ordered = settling.locked(bundle_id)
            if ordered.outcome is None:
                settling.settle(ordered, "failed", ends)
    shutil.rmtree(folder, ignore_errors=True)
    settling.drop_file(bundle_id)


def refusal(ordered: BundleOrder) -> str | None:
    """Who lost their office meanwhile takes nothing out of the house any more."""
    act = Act.BUNDLE_ORDER if ordered.bundle.redacted else Act.BUNDLE_ORDER_FULL
    has_left = ordered.person.ending is not None
    return "no_access" if has_left or not ordered.person.may(act) else None


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
    packed = _originals(plain)
    _name_file(ordered.bundle_id, digest, size, packed)
    current_store().put_file(f"{ordered.organisation_id}/{digest}", file)
    with transaction():
        _hand_over(ordered.bundle_id, packed)


def _name_file(bundle_id: str, digest: str, size: int, packed: set[str]) -> None:
    """Before the store has it: whoever ends the order from now on knows what to erase."""
    with transaction(write=False):
        named = db.session.get_one(BundleOrder, bundle_id).sha256
    if named not in (None, digest):
        settling.drop_file(bundle_id)  # of a try whose folder was lost
    with transaction():
        ordered = _still_wanted(bundle_id, packed)
        ordered.sha256, ordered.size = digest, size


def _hand_over(bundle_id: str, packed: set[str]) -> None:
    ordered = _still_wanted(bundle_id, packed)
    ordered.expires_at = now() + timedelta(days=_config().bundle_days)
    settling.settle(ordered, "ready")


def _still_wanted(bundle_id: str, packed: set[str]) -> BundleOrder:
    """Held until the transaction's end: no deletion comes between the look and what is done then."""
    ordered = settling.locked(bundle_id)
    if ordered.outcome is not None:
        raise _Cancelled
    if selecting.deleted_of(ordered.bundle.selection, packed):
        raise _Overtaken
    return ordered


def _begin_anew(bundle_id: str, folder: Path) -> None:
    """With nothing of what was made so far."""
    shutil.rmtree(folder)
    settling.drop_file(bundle_id)
    with transaction():
        jobs.enqueue(JOB, bundle_id)


def _originals(plain: Path) -> set[str]:
    """The hashes of the originals in it."""
    with zipfile.ZipFile(plain) as archive:
        folders = (name.partition("/") for name in archive.namelist())
        return {digest for folder, _, digest in folders if folder == "originals"}


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


def _require_open(bundle_id: str) -> None:
    with transaction(write=False):
        outcome = db.select(BundleOrder.outcome).where(BundleOrder.bundle_id == bundle_id)
        if db.session.scalar(outcome) is not None:
            raise _Cancelled


def _config() -> Config:
    config: Config = current_app.config_object  # type: ignore[attr-defined]
    return config
