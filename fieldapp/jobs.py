"""Durable jobs: a row written in the transaction that needs the work, run later, maybe twice.

A job carries only a kind and a subject's id. A runner leases it; a lease that ends unfinished is swept and run again.
Handlers open their own transactions, so that no image or network work happens inside one. A long one says how far it is,
which holds its lease; a worker may take the quick ones or the long ones alone, so that a photo never waits for a video.
"""

import logging
import time
from collections.abc import Callable, Collection
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Index, String, Text, or_
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Mapped, mapped_column

from fieldapp.clock import now
from fieldapp.db import Base, PrimaryId, db, transaction
from fieldapp.errors import Problem

LEASE = timedelta(minutes=10)
MOST_ATTEMPTS = 8
OUTAGE_PAUSE = timedelta(minutes=1)
AWAY_OR_FULL = frozenset({503, 507})

log = logging.getLogger(__name__)
_handlers: dict[str, Callable[[str], None]] = {}
_regular: list["_Regular"] = []
_long: set[str] = set()
_at_hand: ContextVar[str | None] = ContextVar("job", default=None)


class Job(Base):
    __tablename__ = "job"
    __table_args__ = (Index("ix_job_waiting", "finished_at", "run_at"),)
    ledger_exempt = "bookkeeping of the queue; what a job does makes its own entries"

    id: Mapped[PrimaryId]
    kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[str] = mapped_column(String(100))
    queued_at: Mapped[datetime] = mapped_column(default=now)
    run_at: Mapped[datetime] = mapped_column(default=now)
    leased_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None] = mapped_column(Text)
    finished_at: Mapped[datetime | None]
    percent: Mapped[int | None]  # how far a long one is

    @property
    def is_stuck(self) -> bool:
        """Nobody will try again by itself: doctor counts these."""
        return self.finished_at is None and self.attempts >= MOST_ATTEMPTS

    @property
    def is_at_work(self) -> bool:
        return self.leased_until is not None and self.leased_until > now()

    @property
    def is_given_up(self) -> bool:
        """Stuck, and its last try is over."""
        return self.is_stuck and not self.is_at_work


def handles(
    kind: str, *, long: bool = False
) -> Callable[[Callable[[str], None]], Callable[[str], None]]:
    """`long`: it may take minutes, and calls `tell` at least every few."""

    def register(handler: Callable[[str], None]) -> Callable[[str], None]:
        _handlers[kind] = handler
        if long:
            _long.add(kind)
        return handler

    return register


@dataclass
class _Regular:
    act: Callable[[], None]
    seconds: float
    due: float = 0.0


def regularly(every: timedelta) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Have a worker do this at its start and then so often; several workers may do it at once."""

    def register(act: Callable[[], None]) -> Callable[[], None]:
        _regular.append(_Regular(act, every.total_seconds()))
        return act

    return register


def run_regular() -> None:
    """What is due by this process's own clock. A failure is logged and tried again at its next time."""
    for regular in _regular:
        if regular.due > time.monotonic():
            continue
        regular.due = time.monotonic() + regular.seconds
        try:
            regular.act()
        except Exception:
            log.exception("%s failed", regular.act.__name__)


def stuck() -> list[Job]:
    """Jobs that nobody will try again by himself, the oldest first. Inside a transaction."""
    given_up = (Job.finished_at.is_(None), Job.attempts >= MOST_ATTEMPTS)
    return list(db.session.scalars(db.select(Job).where(*given_up).order_by(Job.queued_at, Job.id)))


def try_anew(job: Job) -> None:
    """As if it had never failed; its last error stays to be read until it is done."""
    job.attempts, job.run_at, job.leased_until = 0, now(), None


def enqueue(kind: str, subject_id: str, *, after: timedelta = timedelta()) -> None:
    """Ask for work, inside the present transaction: no commit, no job."""
    if kind not in _handlers:
        raise KeyError(f"no handler for jobs of kind {kind!r}")
    db.session.add(Job(kind=kind, subject_id=subject_id, run_at=now() + after))


def tell(percent: int) -> None:
    """How far the job at hand is: holds its lease. Outside a transaction; does nothing where no job is at hand."""
    job_id = _at_hand.get()
    if job_id is None:
        return
    with transaction():
        job = db.session.get_one(Job, job_id)
        job.percent, job.leased_until = percent, now() + LEASE


def latest(kind: str, subject_id: str) -> Job | None:
    """The last job of this kind that was asked for. Inside a transaction."""
    asked = db.select(Job).where(Job.kind == kind, Job.subject_id == subject_id)
    return db.session.scalar(asked.order_by(Job.queued_at.desc(), Job.id.desc()).limit(1))


def latest_of(kind: str, subject_ids: Collection[str]) -> dict[str, Job]:
    """The same of several, by their ids. Inside a transaction."""
    if not subject_ids:
        return {}
    asked = db.select(Job).where(Job.kind == kind, Job.subject_id.in_(subject_ids))
    return {
        job.subject_id: job for job in db.session.scalars(asked.order_by(Job.queued_at, Job.id))
    }


def progress(job: Job | None) -> tuple[str, int | None]:
    """(waiting | making | failed, percent while it is made) of what a long job is to make."""
    if job is not None and job.is_at_work:
        return "making", job.percent or 0
    return ("failed" if job is not None and job.is_given_up else "waiting"), None


def run_next(*, long: bool | None = None) -> bool:
    """Run one waiting job, of the long or the quick ones alone if that is said; False when none waits."""
    # Asked for apart, or the one query would have to sort all that waits.
    kinds = (False, True) if long is None else (long,)
    leased = next(filter(None, (_lease(long=kind) for kind in kinds)), None)
    if leased is None:
        return False
    job_id, kind, subject_id = leased
    token = _at_hand.set(job_id)
    try:
        _handlers[kind](subject_id)
    except Exception as error:
        log.exception("job %s %s of %s failed", kind, job_id, subject_id)
        _put_back(job_id, error)
    else:
        _finish(job_id)
    finally:
        _at_hand.reset(token)
    return True


def run_all(most: int = 10_000) -> int:
    """Run until nothing waits; how many ran."""
    done = 0
    while done < most and run_next():
        done += 1
    return done


def _lease(*, long: bool) -> tuple[str, str, str] | None:
    with transaction():
        waiting = (
            db.select(Job)
            .where(
                Job.finished_at.is_(None),
                Job.run_at <= now(),
                Job.attempts < MOST_ATTEMPTS,
                or_(Job.leased_until.is_(None), Job.leased_until < now()),
                Job.kind.in_(_long) if long else Job.kind.not_in(_long),
            )
            .order_by(Job.run_at)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        job = db.session.scalar(waiting)
        if job is None:
            return None
        job.leased_until = now() + LEASE
        job.attempts += 1
        return job.id, job.kind, job.subject_id


def _finish(job_id: str) -> None:
    with transaction():
        job = db.session.get_one(Job, job_id)
        job.finished_at, job.leased_until, job.error = now(), None, None


def _put_back(job_id: str, error: Exception) -> None:
    with transaction():
        job = db.session.get_one(Job, job_id)
        job.leased_until = None
        if _is_outage(error):
            job.attempts -= 1
            job.run_at = now() + OUTAGE_PAUSE
        else:
            job.run_at = now() + timedelta(seconds=2**job.attempts)
        job.error = f"{type(error).__name__}: {error}"[:2000]


def _is_outage(error: Exception) -> bool:
    """The store or the database is away: no fault of the job, which must outlast it however long it takes."""
    if isinstance(error, Problem):
        return error.status in AWAY_OR_FULL
    return isinstance(error, OperationalError)
