"""Which hints stand at an evidence: gathers what `flags` wants to know, and makes the rows say what it says."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from fieldapp.db import db
from fieldapp.evidence import chains, flags
from fieldapp.evidence.models import Evidence, Flag, Reading
from fieldapp.evidence.places import Fix, Position, Site
from fieldapp.evidence.twins import twins_of

REPEATS_WITHIN = timedelta(days=31)
MOST_REPEATS = 50


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
            # An agency's two insurers read the flag: what lies across them is the authority's alone.
            if t.id != evidence.id and t.answered_by_id == evidence.answered_by_id
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


def fix_of(evidence: Evidence) -> Fix | None:
    if evidence.lon is None or evidence.lat is None:
        return None
    at = Position(float(evidence.lon), float(evidence.lat))
    return Fix(at, _number(evidence.accuracy_m), _number(evidence.fix_age_s))


def site_of(evidence: Evidence) -> Site | None:
    site = evidence.project.site
    if site is None:
        return None
    outline = tuple(Position(float(lon), float(lat)) for lon, lat in site.polygon or ())
    return Site(Position(float(site.lon), float(site.lat)), outline)


def _is_chained(evidence: Evidence) -> bool:
    if evidence.seal_previous is None or evidence.device_id is None:
        return True
    before = db.select(Evidence.id).where(
        Evidence.device_id == evidence.device_id, Evidence.seal_sha256 == evidence.seal_previous
    )
    if db.session.scalar(before.limit(1)) is not None:
        return True
    # Before a visit's first photo stands its beginning, before another one what was taken back.
    return chains.holds(evidence.organisation_id, evidence.seal_previous)


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
        exif_at=_exif_position(reading.exif),
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


def _exif_position(exif: dict[str, Any] | None) -> Position | None:
    if exif is None or exif["lon"] is None:
        return None
    return Position(float(exif["lon"]), float(exif["lat"]))


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
