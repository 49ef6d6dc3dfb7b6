"""What must not stay: files past their time, what ended orders left, orders that no worker will try again, what was deleted by law."""

import shutil
from datetime import timedelta

from sqlalchemy import or_

from fieldapp import jobs
from fieldapp.archive import selecting, settling
from fieldapp.archive.order_models import BundleOrder
from fieldapp.archive.ordering import JOB
from fieldapp.clock import now
from fieldapp.db import db, transaction
from fieldapp.evidence.announcements import BytesRedacted
from fieldapp.evidence.models import Evidence

SWEPT_EVERY = timedelta(minutes=10)


@jobs.regularly(SWEPT_EVERY)
def clear() -> None:
    """The orders and what happened to them stay. What lies here in plain goes first, so that no absent store keeps it."""
    _give_up()
    _clear_folders()
    _drop_ended()
    _remove_expired()


def expire_with(redacted: BytesRedacted) -> None:
    """A bundle that still lies here and holds what was deleted goes before its time.

    One in the making is held for as long as this transaction, or it might be handed over unseen by both.
    """
    outcome = BundleOrder.outcome
    kept = db.select(BundleOrder).where(or_(outcome.is_(None), outcome == "ready"))
    held = kept.order_by(BundleOrder.bundle_id).with_for_update(of=BundleOrder)
    for ordered in db.session.scalars(held).unique():
        holds = db.select(Evidence.id).where(
            selecting.condition(ordered.bundle.selection), Evidence.id == redacted.evidence_id
        )
        if ordered.outcome == "ready" and db.session.scalar(holds) is not None:
            ordered.expires_at = now()


def _give_up() -> None:
    """Nobody could end these: the queue has stopped trying, and the key and the plain file would stay for ever."""
    with transaction(write=False):
        stuck = {job.subject_id for job in jobs.stuck() if job.kind == JOB}
        is_open = (BundleOrder.bundle_id.in_(stuck), BundleOrder.outcome.is_(None))
        ids = list(db.session.scalars(db.select(BundleOrder.bundle_id).where(*is_open)))
    for bundle_id in ids:
        with transaction():
            ordered, job = settling.locked(bundle_id), jobs.latest(JOB, bundle_id)
            if ordered.outcome is None and job is not None and job.is_given_up:
                settling.settle(ordered, "failed", "given_up")


def _clear_folders() -> None:
    """What a worker that was cut down left of an order that is settled by now."""
    for folder in settling.folders().glob("*"):
        with transaction(write=False):
            ordered = db.session.get(BundleOrder, folder.name)
        if ordered is None or ordered.outcome is not None:
            shutil.rmtree(folder, ignore_errors=True)


def _drop_ended() -> None:
    """Files that came to the store for an order that had ended, unless a worker may still be sending one."""
    with transaction(write=False):
        ended = BundleOrder.outcome.is_not(None) & BundleOrder.outcome.not_in(settling.KEEPS_FILE)
        named = db.select(BundleOrder.bundle_id).where(ended, BundleOrder.sha256.is_not(None))
        ids = [one for one in db.session.scalars(named) if not _is_at_work(one)]
    for bundle_id in ids:
        settling.drop_file(bundle_id)


def _remove_expired() -> None:
    """What could be downloaded for long enough."""
    with transaction(write=False):
        over = (BundleOrder.outcome == "ready", BundleOrder.expires_at < now())
        expired = db.session.scalars(db.select(BundleOrder).where(*over)).unique().all()
        keys = {ordered.bundle_id: settling.key_of(ordered) for ordered in expired}
    for bundle_id, key in keys.items():
        if settling.is_erased(key):
            with transaction():
                settling.settle(settling.locked(bundle_id), "removed")


def _is_at_work(bundle_id: str) -> bool:
    job = jobs.latest(JOB, bundle_id)
    return job is not None and job.is_at_work
