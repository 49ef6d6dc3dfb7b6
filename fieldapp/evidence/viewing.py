"""Viewing copies of recordings: asked for when the bytes were read, made by a worker, tried again when a person asks."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import tuple_

from fieldapp import jobs
from fieldapp.blobs import erasing, keeping, serving
from fieldapp.blobs.store import current_store
from fieldapp.clock import now
from fieldapp.db import db, transaction
from fieldapp.errors import Conflict, NotFound
from fieldapp.evidence import recoding_apart, redactions
from fieldapp.evidence.announcements import BytesRead
from fieldapp.evidence.models import Evidence, Reading
from fieldapp.evidence.recoding_apart import Copy, NotRecoded
from fieldapp.evidence.viewing_models import ViewingCopy
from fieldapp.jobs import Job

JOB = "viewing_copy"
MEDIA_TYPE = "video/mp4"

Bytes = tuple[str, str]  # organisation id, sha256


class NotPlayable(NotFound):
    zh = "视频的可看副本尚未生成。"
    en = "The video's viewing copy has not been made yet."


class NoRecording(Conflict):
    zh = "这不是可以播放的视频。"
    en = "This is no video that could be played."


def ask_when_read(read: BytesRead) -> None:
    """A recording that was taken in has its copy made, once."""
    reading = db.session.get_one(Reading, (read.organisation_id, read.sha256))
    if _is_playable(reading) and find(read.organisation_id, read.sha256) is None:
        _ask(read.organisation_id, read.sha256)


def ask_again(evidence: Evidence) -> None:
    """Try once more what failed; harmless while it waits or once it is there. Raises NoRecording, Redacted."""
    redactions.require_there(evidence)
    reading = db.session.get(Reading, (evidence.organisation_id, evidence.sha256))
    if reading is None or not _is_playable(reading):
        raise NoRecording
    copy = find(evidence.organisation_id, evidence.sha256)
    if copy is None:
        _ask(evidence.organisation_id, evidence.sha256)
    elif copy.outcome == "failed" or _is_given_up(copy):
        copy.outcome, copy.reason, copy.asked_at = None, None, now()
        jobs.enqueue(JOB, copy.id)


def find(organisation_id: str, sha256: str) -> ViewingCopy | None:
    return db.session.scalar(
        db.select(ViewingCopy).where(
            ViewingCopy.organisation_id == organisation_id, ViewingCopy.original_sha256 == sha256
        )
    )


def url(evidence: Evidence) -> str:
    """Where the copy is played from. Raises NoRecording, NotPlayable, Redacted."""
    redactions.require_there(evidence)
    copy = find(evidence.organisation_id, evidence.sha256)
    if copy is None:
        raise NoRecording
    if copy.sha256 is None:
        raise NotPlayable
    stored = f"{copy.organisation_id}/{copy.sha256}"
    return serving.link(stored, MEDIA_TYPE, "inline", f"{evidence.id}-720p.mp4")


def states_of(keys: Sequence[Bytes]) -> dict[Bytes, dict[str, Any]]:
    """What a screen says of the copies of these bytes; nothing of those that have none."""
    place = (ViewingCopy.organisation_id, ViewingCopy.original_sha256)
    copies = db.session.scalars(db.select(ViewingCopy).where(tuple_(*place).in_(keys))).all()
    making = jobs.latest_of(JOB, [copy.id for copy in copies if copy.outcome is None])
    return {(c.organisation_id, c.original_sha256): _state(c, making.get(c.id)) for c in copies}


@jobs.handles(JOB, long=True)
def make(copy_id: str) -> None:
    """Bytes first, row second. What cannot be made is said and kept; a person may have it tried again."""
    with transaction(write=False):
        copy = db.session.get(ViewingCopy, copy_id)
    if copy is None or copy.outcome is not None:
        return
    owner, original = copy.organisation_id, copy.original_sha256
    try:
        with current_store().as_file(f"{owner}/{original}") as file:
            made = recoding_apart.recode(file, jobs.tell)
    except NotRecoded as fault:
        _note_failed(copy_id, fault.reason)
        return
    digest = keeping.put_bytes(owner, made.data)
    with transaction():
        is_here = erasing.is_here(owner, original)
        asked = db.session.get(ViewingCopy, copy_id)
        keeping.record(owner, digest, len(made.data), MEDIA_TYPE)
        if is_here and asked is not None:
            _keep(asked, digest, made)
        else:  # deleted by law while the copy was made
            redactions.erase(owner, [digest])


def _ask(organisation_id: str, sha256: str) -> None:
    copy = ViewingCopy(organisation_id=organisation_id, original_sha256=sha256)
    db.session.add(copy)
    db.session.flush()
    jobs.enqueue(JOB, copy.id)


def _is_playable(reading: Reading) -> bool:
    return reading.state == "accepted" and (reading.media_type or "").startswith("video/")


def _is_given_up(copy: ViewingCopy) -> bool:
    job = jobs.latest(JOB, copy.id)
    return copy.outcome is None and job is not None and job.is_given_up


def _note_failed(copy_id: str, reason: str) -> None:
    with transaction():
        copy = db.session.get(ViewingCopy, copy_id)
        if copy is not None:
            copy.outcome, copy.reason, copy.tried_at = "failed", reason, now()


def _keep(copy: ViewingCopy, digest: str, made: Copy) -> None:
    copy.outcome, copy.reason, copy.tried_at = "ready", None, now()
    copy.sha256, copy.size = digest, len(made.data)
    copy.width, copy.height = made.width, made.height


def _state(copy: ViewingCopy, job: Job | None) -> dict[str, Any]:
    state, percent = jobs.progress(job)
    return {
        "state": copy.outcome or state,
        "percent": percent,
        "reason": "crashed" if state == "failed" else copy.reason,
        "width": copy.width,
        "height": copy.height,
        "size": copy.size,
    }
