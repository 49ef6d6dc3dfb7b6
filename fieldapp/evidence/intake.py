"""Intake: what the stored bytes say, once for each file; our own renditions of it; flags for each evidence that names it."""

from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import exists, or_

from fieldapp import jobs
from fieldapp.blobs import keeping
from fieldapp.blobs.keeping import BlobStored
from fieldapp.blobs.models import Blob
from fieldapp.blobs.store import current_store
from fieldapp.clock import now
from fieldapp.db import db, transaction
from fieldapp.errors import Conflict
from fieldapp.events import announce
from fieldapp.evidence import flags, sandbox
from fieldapp.evidence.announcements import BytesRead, EvidenceRead
from fieldapp.evidence.models import Evidence, Flag, Reading, Rendition
from fieldapp.evidence.sandbox import Picture, Result
from fieldapp.evidence.twins import twins_of

RENDITION_TYPE = "image/jpeg"
COMPARABLE = 50  # PDQ quality
REPEATS_WITHIN = timedelta(days=31)
MOST_REPEATS = 50


class NotYetStored(Conflict):
    zh = "原始文件尚未到达，无法读取。"
    en = "The original has not arrived yet; there is nothing to read."


def ask(evidence: Evidence) -> None:
    """Have the bytes read, if they are here; if not, their arrival asks for it."""
    if db.session.get(Blob, (evidence.organisation_id, evidence.sha256)) is not None:
        jobs.enqueue("intake", evidence.id)


def ask_again(evidence: Evidence) -> None:
    """Have the bytes read anew, whatever was made of them before. Raises NotYetStored."""
    if db.session.get(Blob, (evidence.organisation_id, evidence.sha256)) is None:
        raise NotYetStored
    jobs.enqueue("intake_again", evidence.id)


def read_when_stored(stored: BlobStored) -> None:
    """The bytes have come: read those that somebody filed as evidence, or as its preview."""
    filed = db.select(Evidence.id).where(
        Evidence.organisation_id == stored.organisation_id,
        or_(Evidence.sha256 == stored.sha256, Evidence.preview_sha256 == stored.sha256),
    )
    for evidence in db.session.scalars(filed.with_only_columns(Evidence)).unique():
        ask(evidence)


@jobs.handles("intake")
def take_in(evidence_id: str) -> None:
    """Read the file unless that was done, then flag every evidence that names it."""
    with transaction(write=False):
        evidence = db.session.get_one(Evidence, evidence_id)
        known = db.session.get(Reading, (evidence.organisation_id, evidence.sha256))
    _take_in(evidence, anew=known is None)


@jobs.handles("intake_again")
def take_in_again(evidence_id: str) -> None:
    with transaction(write=False):
        evidence = db.session.get_one(Evidence, evidence_id)
    _take_in(evidence, anew=True)


def _take_in(evidence: Evidence, *, anew: bool) -> None:
    key = (evidence.organisation_id, evidence.sha256)
    if anew:
        _read(*key)
    away = _preview_distance(evidence)
    with transaction():
        if away is not None:
            _note_preview(evidence, away)
        flag_all(*key)
        for follower in _next_on_phone(evidence):
            flag_all(follower.organisation_id, follower.sha256)
        announce(EvidenceRead(evidence.id))


def _read(organisation_id: str, sha256: str) -> None:
    with current_store().as_file(f"{organisation_id}/{sha256}") as file:
        result = sandbox.read(file, anchors=_c2pa_trust())
    stored = [
        (keeping.put_bytes(organisation_id, picture.data), picture) for picture in result.pictures
    ]
    with transaction():
        write_down(organisation_id, sha256, result, stored)


def _preview_distance(evidence: Evidence) -> int | None:
    """Bits of 256 between the picture and what the phone sent ahead of it; None where one of them cannot be compared."""
    preview = (evidence.organisation_id, evidence.preview_sha256)
    with transaction(write=False):
        reading = db.session.get(Reading, (evidence.organisation_id, evidence.sha256))
        is_here = evidence.preview_sha256 and db.session.get(Blob, preview) is not None
    known = reading.measures if reading else {}
    if not is_here or known.get("quality", 0) < COMPARABLE:
        return None
    with current_store().as_file("/".join(map(str, preview))) as file:
        seen = sandbox.read(file, features="").said["likeness"]
    if seen is None or seen["quality"] < COMPARABLE:
        return None
    own = int(known["pdq"], 16)
    return min((own ^ int(turned, 16)).bit_count() for turned in seen["pdq"])


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
    reading.reason = said["reason"] or ("not_shown" if said["state"] == "not_shown" else None)
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
    row = db.session.get(Rendition, (reading.organisation_id, reading.sha256, picture.longest_side))
    if row is None:
        row = Rendition(
            organisation_id=reading.organisation_id,
            original_sha256=reading.sha256,
            longest_side=picture.longest_side,
        )
        db.session.add(row)
    row.sha256, row.width, row.height = digest, picture.width, picture.height


def flag_all(organisation_id: str, sha256: str) -> None:
    """One more evidence of the same bytes changes what is to be said of the others."""
    reading = db.session.get_one(Reading, (organisation_id, sha256))
    same = db.session.scalars(
        db.select(Evidence).where(
            Evidence.organisation_id == organisation_id, Evidence.sha256 == sha256
        )
    ).all()
    look_alikes = twins_of(list(same))
    for evidence in same:
        twins = tuple(
            flags.Twin(
                (t.subject_kind, t.subject_id) == (evidence.subject_kind, evidence.subject_id),
                t.captured_at,
            )
            for t in same
            if t.id != evidence.id
        )
        earlier = tuple(
            flags.LookAlike(twin.method, twin.distance, twin.severity)
            for twin in look_alikes.get(evidence.id, ())
            if twin.is_later and twin.other.sha256 != sha256
        )
        found = flags.flags_of(
            _claim(evidence),
            site_of(evidence),
            _bytes(reading, evidence),
            twins,
            earlier,
            _before(evidence),
        )
        _raise_flags(evidence, {flag.code: flag for flag in found})


def _raise_flags(evidence: Evidence, found: dict[str, flags.Flag]) -> None:
    """Make the rows say what was found, touching only those that differ."""
    for row in list(evidence.flags):
        flag = found.pop(row.code, None)
        if flag is None:
            db.session.delete(row)
        elif (row.severity, row.numbers) != (flag.severity, flag.numbers):
            row.severity, row.numbers = flag.severity, flag.numbers
    for flag in found.values():
        db.session.add(
            Flag(
                evidence_id=evidence.id,
                code=flag.code,
                severity=flag.severity,
                numbers=flag.numbers,
            )
        )


def _claim(evidence: Evidence) -> flags.Claim:
    return flags.Claim(
        fix=fix_of(evidence),
        capture=evidence.capture,
        captured_at=evidence.captured_at,
        clock_offset_ms=evidence.clock_offset_ms,
        task_issued_at=evidence.task_issued_at,
        filed_at=evidence.filed_at,
        seal=evidence.seal_state,
        is_chained=_is_chained(evidence),
    )


def fix_of(evidence: Evidence) -> flags.Fix | None:
    if evidence.lon is None or evidence.lat is None:
        return None
    at = flags.Position(float(evidence.lon), float(evidence.lat))
    return flags.Fix(at, _number(evidence.accuracy_m), _number(evidence.fix_age_s))


def site_of(evidence: Evidence) -> flags.Site | None:
    site = evidence.project.site
    if site is None:
        return None
    outline = tuple(flags.Position(float(lon), float(lat)) for lon, lat in site.polygon or ())
    return flags.Site(flags.Position(float(site.lon), float(site.lat)), outline)


def _is_chained(evidence: Evidence) -> bool:
    if evidence.seal_previous is None or evidence.device_id is None:
        return True
    before = db.select(Evidence.id).where(
        Evidence.device_id == evidence.device_id, Evidence.seal_sha256 == evidence.seal_previous
    )
    return db.session.scalar(before.limit(1)) is not None


def _before(evidence: Evidence) -> flags.Before:
    own = db.select(Evidence).where(
        Evidence.captured_by_id == evidence.captured_by_id,
        Evidence.captured_at <= evidence.captured_at,
        Evidence.id != evidence.id,
        Evidence.lat.is_not(None),
    )
    last = db.session.scalar(own.order_by(Evidence.captured_at.desc()).limit(1))
    if last is None or evidence.lat is None:
        return flags.Before()
    same = own.where(
        Evidence.lon == evidence.lon,
        Evidence.lat == evidence.lat,
        Evidence.accuracy_m == evidence.accuracy_m,
        Evidence.captured_at > evidence.captured_at - REPEATS_WITHIN,
    )
    repeats = db.session.scalars(
        same.with_only_columns(Evidence.captured_at)
        .order_by(Evidence.captured_at)
        .limit(MOST_REPEATS)
    ).all()
    over = evidence.captured_at - repeats[0] if repeats else timedelta()
    return flags.Before(
        last.captured_at, fix_of(last), 1 + len(repeats), round(over.total_seconds())
    )


def _bytes(reading: Reading, evidence: Evidence) -> flags.Bytes:
    trailing = next((note for note in reading.notes if note["code"] == "trailing_data"), None)
    return flags.Bytes(
        exif_time=_exif_time(reading.exif),
        brightness=reading.measures.get("brightness"),
        sharpness=reading.measures.get("sharpness"),
        trailing=trailing and (trailing["size"], trailing["kind"]),
        software=(reading.exif or {}).get("software"),
        pattern=reading.measures.get("pattern"),
        preview_bits=reading.measures.get("previews", {}).get(evidence.preview_sha256),
        credentials=next((n["state"] for n in reading.notes if n["code"] == "c2pa"), None),
    )


def _exif_time(exif: dict[str, Any] | None) -> datetime | None:
    if exif is None or exif["captured_at"] is None:
        return None
    return datetime.fromisoformat(exif["captured_at"] + (exif["offset"] or ""))


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
