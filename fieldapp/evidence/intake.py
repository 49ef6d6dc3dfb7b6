"""Intake: what the stored bytes say, once for each file; our own renditions of it; flags for each evidence that names it."""

from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import BindParameter, CompoundSelect, Select, bindparam, exists, literal
from sqlalchemy.orm import lazyload, load_only

from fieldapp import jobs
from fieldapp.blobs import erasing, keeping
from fieldapp.blobs.keeping import BlobsStored
from fieldapp.blobs.models import Blob
from fieldapp.blobs.store import current_store
from fieldapp.clock import now
from fieldapp.db import db, transaction
from fieldapp.errors import Conflict
from fieldapp.events import announce
from fieldapp.evidence import flagging, opening, redactions, sandbox
from fieldapp.evidence.announcements import BytesRead, EvidenceRead
from fieldapp.evidence.documents import NOT_SHOWN
from fieldapp.evidence.models import Evidence, Reading, Rendition
from fieldapp.evidence.naming import sent_as
from fieldapp.evidence.sandbox import Picture, Result
from fieldapp.jobs import Job

SWEPT_EVERY = timedelta(minutes=5)
SETTLED_AFTER = timedelta(minutes=2)
"""Longer than any transaction: what was filed and stored before is seen by everybody."""
MOST_SWEPT = 500
RENDITION_TYPE = "image/jpeg"
COMPARABLE = 50  # PDQ quality
STORED = "stored"
SHOWN_ONLY = "shown_only"
"""Among the measures of bytes that were read as an annotation: nothing was looked for in them."""


class NotYetStored(Conflict):
    zh = "原始文件尚未到达，无法读取。"
    en = "The original has not arrived yet; there is nothing to read."


def ask(evidence: Evidence) -> None:
    """Have the bytes read, if they are here; if not, their arrival asks for it."""
    ask_for([evidence])


def ask_for(filed: Collection[Evidence]) -> None:
    """The same for several at once."""
    if not filed:
        return
    named = {e.sha256 for e in filed} | {e.envelope_sha256 for e in filed if e.envelope_sha256}
    owners = {e.organisation_id for e in filed}
    asked = {"owners": list(owners), "digests": list(named), "ids": [e.id for e in filed]}
    with db.session.no_autoflush:  # what was filed just now can wait: its files are asked for
        known = {(how, owner, name) for how, owner, name in db.session.execute(_known(), asked)}
    _ask(filed, known)


def _ask(filed: Collection[Evidence], known: Collection[tuple[str, str, str]]) -> None:
    for evidence in filed:
        original = (evidence.organisation_id, evidence.sha256)
        sealed = (evidence.organisation_id, evidence.envelope_sha256)
        if (redactions.GONE, *original) in known or (redactions.GONE, "", evidence.id) in known:
            around = (evidence.preview_sha256, evidence.envelope_sha256)
            redactions.erase(evidence.organisation_id, filter(None, around))
        elif (STORED, *original) in known:
            jobs.enqueue("intake", evidence.id)
        elif (STORED, *sealed) in known:
            # Sent as something else than an envelope, perhaps; the record says what it is.
            opening.ask(evidence.organisation_id, str(evidence.envelope_sha256))


@cache
def _known() -> CompoundSelect[Any]:
    """What is said of files of these owners: that they are stored, or deleted; and of which evidence that it was deleted."""
    owners, digests, ids = _several("owners"), _several("digests"), _several("ids")
    stored = db.select(literal(STORED), Blob.organisation_id, Blob.sha256).where(
        Blob.organisation_id.in_(owners), Blob.sha256.in_(digests)
    )
    return stored.union_all(*redactions.gone_among(owners, digests, ids))


def _several(name: str) -> BindParameter[Any]:
    return bindparam(name, expanding=True)


def ask_again(evidence: Evidence) -> None:
    """Have the bytes read anew, whatever was made of them before. Raises NotYetStored, Redacted."""
    redactions.require_there(evidence)
    if db.session.get(Blob, (evidence.organisation_id, evidence.sha256)) is not None:
        jobs.enqueue("intake_again", evidence.id)
    elif _has_envelope(evidence):
        opening.ask(evidence.organisation_id, str(evidence.envelope_sha256))
    else:
        raise NotYetStored


def _has_envelope(evidence: Evidence) -> bool:
    key = (evidence.organisation_id, evidence.envelope_sha256)
    return evidence.envelope_sha256 is not None and db.session.get(Blob, key) is not None


def read_when_stored(stored: BlobsStored) -> None:
    """The bytes have come: read those that somebody filed as evidence, or as its preview."""
    asked = {"owner": stored.organisation_id, "digests": stored.hashes}
    with db.session.no_autoflush:  # filed before: the files can wait
        found = db.session.execute(_sent_as(), asked).all()
    if all(evidence.sha256 in stored.hashes for evidence, _ in found):
        known = {(STORED, stored.organisation_id, digest) for digest in stored.hashes}
        _ask(
            [evidence for evidence, _ in found],
            known | {(redactions.GONE, "", evidence.id) for evidence, is_gone in found if is_gone},
        )
    else:
        ask_for([evidence for evidence, _ in found])


@cache
def _sent_as() -> Select[Any]:
    columns = ("id", "organisation_id", "sha256", "preview_sha256", "envelope_sha256")
    return (
        db.select(Evidence, redactions.gone())
        .where(sent_as(bindparam("owner"), _several("digests")))
        .options(lazyload("*"), load_only(*(getattr(Evidence, name) for name in columns)))
    )


@jobs.regularly(SWEPT_EVERY)
def sweep() -> None:
    """Ask for what nobody asked for: a photo filed and its bytes stored at the same moment each saw the other missing."""
    before = now() - SETTLED_AFTER
    asked = exists().where(
        Job.kind == "intake", Job.subject_id == Evidence.id, Job.finished_at.is_(None)
    )
    read = exists().where(
        Reading.organisation_id == Evidence.organisation_id,
        Reading.sha256 == Evidence.sha256,
        Reading.measures[SHOWN_ONLY].as_boolean().is_not(True),
    )
    forgotten = (
        db.select(Evidence.id)
        .join(
            Blob,
            (Blob.organisation_id == Evidence.organisation_id) & (Blob.sha256 == Evidence.sha256),
        )
        .where(
            Evidence.filed_at < before,
            Blob.stored_at < before,
            ~asked,
            ~read,
            ~redactions.gone(),
        )
        .limit(MOST_SWEPT)
    )
    with transaction():
        for evidence_id in db.session.scalars(forgotten).all():
            jobs.enqueue("intake", evidence_id)


@jobs.handles("intake")
def take_in(evidence_id: str) -> None:
    """Read the file unless that was done, then flag every evidence that names it."""
    with transaction(write=False):
        evidence = db.session.get_one(Evidence, evidence_id)
        known = db.session.get(Reading, (evidence.organisation_id, evidence.sha256))
        is_gone = redactions.is_gone(evidence)
    if not is_gone:
        _take_in(evidence, anew=not _is_read(known))


@jobs.handles("intake_again")
def take_in_again(evidence_id: str) -> None:
    with transaction(write=False):
        evidence = db.session.get_one(Evidence, evidence_id)
        is_gone = redactions.is_gone(evidence)
    if not is_gone:
        _take_in(evidence, anew=True)


def _take_in(evidence: Evidence, *, anew: bool) -> None:
    key = (evidence.organisation_id, evidence.sha256)
    if anew:
        _read(*key)
    away = _preview_distance(evidence)
    with transaction():
        if not erasing.is_here(*key):
            return  # deleted by law while it was read
        if away is not None:
            _note_preview(evidence, away)
        flagging.flag_all(*key)
        for follower in _next_on_phone(evidence):
            flagging.flag_all(follower.organisation_id, follower.sha256)
        announce(EvidenceRead(evidence.id))


def _read(organisation_id: str, sha256: str) -> None:
    with current_store().as_file(f"{organisation_id}/{sha256}") as file:
        result = sandbox.read(file, anchors=_c2pa_trust())
    stored = _put(organisation_id, result)
    with transaction():
        if erasing.is_here(organisation_id, sha256):
            write_down(organisation_id, sha256, result, stored)
        else:
            _take_back(organisation_id, stored)


def read_to_show(organisation_id: str, sha256: str) -> None:
    """Read what is shown and not compared: it is no evidence, and must never be found by its likeness.

    Writes nothing of bytes that are evidence too: they are read as such.
    """
    with current_store().as_file(f"{organisation_id}/{sha256}") as file:
        result = sandbox.read(file, features="")
    marked = {"likeness": None, "measures": result.said["measures"] | {SHOWN_ONLY: True}}
    alone = replace(result, said=result.said | marked, features=b"")
    stored = _put(organisation_id, alone)
    with transaction():
        if not erasing.is_here(organisation_id, sha256):
            _take_back(organisation_id, stored)
        elif not _is_evidence(organisation_id, sha256):
            write_down(organisation_id, sha256, alone, stored)


def _put(organisation_id: str, result: Result) -> list[tuple[str, Picture]]:
    """By their hashes, always in one order: two who hold the same rows never wait for each other."""
    put = [
        (keeping.put_bytes(organisation_id, picture.data), picture) for picture in result.pictures
    ]
    return sorted(put, key=lambda pair: pair[0])


def _take_back(organisation_id: str, stored: list[tuple[str, Picture]]) -> None:
    """The original was deleted by law while its copies were made."""
    for digest, picture in stored:
        keeping.record(organisation_id, digest, len(picture.data), RENDITION_TYPE)
    redactions.erase(organisation_id, [digest for digest, _ in stored])


def _is_evidence(organisation_id: str, sha256: str) -> bool:
    filed = db.select(Evidence.id).where(
        Evidence.organisation_id == organisation_id, Evidence.sha256 == sha256
    )
    return db.session.scalar(filed.limit(1)) is not None


def _is_read(reading: Reading | None) -> bool:
    """As evidence, and not only to be shown as an annotation."""
    return reading is not None and not reading.measures.get(SHOWN_ONLY, False)


def _preview_distance(evidence: Evidence) -> int | None:
    """Bits of 256 between the picture and what the phone sent ahead of it; None where one of them cannot be compared.

    A film's preview is another moment of it than the one that we keep: it may well look otherwise.
    """
    preview = (evidence.organisation_id, evidence.preview_sha256)
    with transaction(write=False):
        reading = db.session.get(Reading, (evidence.organisation_id, evidence.sha256))
        is_here = evidence.preview_sha256 and db.session.get(Blob, preview) is not None
    known = reading.measures if reading and not _is_film(reading) else {}
    if not is_here or known.get("quality", 0) < COMPARABLE:
        return None
    with current_store().as_file("/".join(map(str, preview))) as file:
        seen = sandbox.read(file, features="").said["likeness"]
    if seen is None or seen["quality"] < COMPARABLE:
        return None
    own = int(known["pdq"], 16)
    return min((own ^ int(turned, 16)).bit_count() for turned in seen["pdq"])


def _is_film(reading: Reading) -> bool:
    return (reading.media_type or "").startswith("video/")


def _note_preview(evidence: Evidence, away: int) -> None:
    reading = db.session.get_one(Reading, (evidence.organisation_id, evidence.sha256))
    previews = reading.measures.get("previews", {}) | {evidence.preview_sha256: away}
    if previews != reading.measures.get("previews"):
        reading.measures = reading.measures | {"previews": previews}


def _next_on_phone(evidence: Evidence) -> list[Evidence]:
    """What was taken right after it and is read: a gap may have closed before that one."""
    if evidence.device_id is None or evidence.seal_sha256 is None:
        return []
    following = db.select(Evidence).where(
        Evidence.sha256 != evidence.sha256,
        Evidence.device_id == evidence.device_id,
        Evidence.seal_previous == evidence.seal_sha256,
        exists().where(
            Reading.organisation_id == Evidence.organisation_id, Reading.sha256 == Evidence.sha256
        ),
    )
    return list(db.session.scalars(following).unique())


def _c2pa_trust() -> Path | None:
    trust: Path | None = current_app.config_object.c2pa_trust  # type: ignore[attr-defined]
    return trust


def write_down(
    organisation_id: str, sha256: str, result: Result, stored: list[tuple[str, Picture]]
) -> None:
    reading = db.session.get(Reading, (organisation_id, sha256))
    if reading is None:
        reading = Reading(organisation_id=organisation_id, sha256=sha256)
        db.session.add(reading)
    said = result.said
    reading.state = _state(said)
    # Too large for us to decode is no fault of the photo: accepted, and the reason says why nothing is shown.
    reading.reason = said["reason"] or (NOT_SHOWN if said["state"] == NOT_SHOWN else None)
    for name in ("media_type", "width", "height", "duration_ms", "exif", "measures", "notes"):
        setattr(reading, name, said[name])
    if said["likeness"]:
        look = said["likeness"]
        reading.measures = said["measures"] | {"pdq": look["pdq"][0], "quality": look["quality"]}
    reading.read_at = now()
    db.session.flush()
    for digest, picture in stored:
        _keep_rendition(reading, digest, picture)
    announce(BytesRead(organisation_id, sha256, said["likeness"], result.features))


def _state(said: dict[str, Any]) -> str:
    if said["intake"] == "refused":
        return "refused"
    return "unreadable" if said["state"] == "unreadable" else "accepted"


def _keep_rendition(reading: Reading, digest: str, picture: Picture) -> None:
    keeping.record(reading.organisation_id, digest, len(picture.data), RENDITION_TYPE)
    if not erasing.is_here(reading.organisation_id, digest):
        return  # the same picture was deleted by law with another original: it does not come back
    row = db.session.get(Rendition, (reading.organisation_id, reading.sha256, picture.longest_side))
    if row is None:
        row = Rendition(
            organisation_id=reading.organisation_id,
            original_sha256=reading.sha256,
            longest_side=picture.longest_side,
        )
        db.session.add(row)
    row.sha256, row.width, row.height = digest, picture.width, picture.height
