"""EvidenceView: everything about one photo on one screen, as the viewer may know it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from sqlalchemy import tuple_
from sqlalchemy.orm import selectinload

from fieldapp.accounts.models import Person
from fieldapp.accounts.permissions import Kind
from fieldapp.blobs.models import Blob
from fieldapp.db import db
from fieldapp.evidence import (
    annotating,
    blind,
    bursts,
    documents,
    flags,
    judging,
    note_sentences,
    opening,
    redactions,
    viewing,
)
from fieldapp.evidence.access import AUTHORITIES, seen_by
from fieldapp.evidence.flag_sentences import sentence
from fieldapp.evidence.flagging import fix_of, site_of
from fieldapp.evidence.models import Evidence, Flag, Reading, Verdict
from fieldapp.evidence.places import Fix, distance_to_site
from fieldapp.evidence.subjects import Surroundings, surroundings_of
from fieldapp.evidence.twins import Twin, twins_of

EXACT = 0
"""The distance of a twin: the same bytes."""

View = dict[str, Any]
Bytes = tuple[str, str]  # organisation id, sha256

NOTHING_LEFT: View = {
    "viewing": None,
    "renditions": [],
    "exif": None,
    "notes": [],
    "intake": "redacted",
    "reason": None,
}
"""What is told of bytes that were deleted by law, in place of what could be told before."""

_RANK = {flags.HIGH: 0, flags.MEDIUM: 1, flags.LOW: 2}


def views_of(shown: Sequence[Evidence], viewer: Person, *, english: bool) -> list[View]:
    """One for each, in the same order. A fixed number of queries, however many are shown."""
    keys = [(evidence.organisation_id, evidence.sha256) for evidence in shown]
    db.session.scalars(  # fills the flags and verdicts of all at once
        db.select(Evidence)
        .where(Evidence.id.in_([evidence.id for evidence in shown]))
        .options(
            selectinload(Evidence.flags),
            selectinload(Evidence.verdicts),
            selectinload(Evidence.blind_draw),
        )
    ).unique().all()
    blobs, readings, twins = _blobs(keys), _readings(keys), _twins(keys, viewer)
    unopened, copies = opening.faults_in(shown), viewing.states_of(keys)
    deleted = redactions.all_of(shown)
    annotations = _annotations(shown)
    burst, read = bursts.bursts_of(shown, viewer), documents.read_by(viewer, shown)
    around, look_alikes = surroundings_of(shown), twins_of(list(shown), viewer)
    return [
        {
            **_claim(evidence),
            **_surroundings(around[evidence.id], evidence, viewer),
            **_verdicts(evidence, viewer),
            "bytes": _bytes(evidence, blobs.get(key), readings.get(key), unopened.get(evidence.id))
            | {"notes": _notes(readings.get(key), english=english)}
            | ({"viewing": copies.get(key)} if evidence.id not in deleted else NOTHING_LEFT),
            "redaction": deleted.get(evidence.id),
            "annotation": None if evidence.id in deleted else annotations.get(evidence.id),
            "burst": burst.get(evidence.id, []),
            "original_read": evidence.id in read,
            "flags": [_flag(flag, english=english) for flag in _by_severity(evidence.flags)],
            "twins": _looking_alike(
                [one for one in twins[key] if _may_compare(viewer, evidence, one)],
                look_alikes.get(evidence.id, ()),
            ),
        }
        for key, evidence in zip(keys, shown, strict=True)
    ]


def _annotations(shown: Sequence[Evidence]) -> dict[str, View]:
    """By evidence id."""
    latest = annotating.latest_of([evidence.id for evidence in shown])
    sizes = annotating.shown_sizes(list(latest.values()))
    plain = ("sent_id", "drawn_at", "sha256", "seal_state")
    return {
        evidence_id: {
            **{name: getattr(one, name) for name in plain},
            "renditions": sizes.get(one.id, []),
        }
        for evidence_id, one in latest.items()
    }


def _claim(evidence: Evidence) -> View:
    fix, site = fix_of(evidence), site_of(evidence)
    away = distance_to_site(fix.at, site) if fix and site else None
    return {
        **{
            name: getattr(evidence, name)
            for name in (
                "id",
                "sent_id",
                "project",
                "question",
                "shot",
                "capture",
                "captured_at",
                "captured_by",
                "filed_at",
            )
        },
        "fix": fix and _fix(evidence, fix),
        "distance_m": None if away is None else round(away),
        "site_known": site is not None,
        "seal": evidence.seal_state,
    }


def _fix(evidence: Evidence, fix: Fix) -> View:
    age = timedelta(seconds=fix.age_s or 0)
    return {
        "lon": fix.at.lon,
        "lat": fix.at.lat,
        "datum": evidence.datum,
        "accuracy_m": fix.accuracy_m,
        "age_s": fix.age_s,
        "at": evidence.captured_at - age,
    }


def _surroundings(around: Surroundings, evidence: Evidence, viewer: Person) -> View:
    """What a surveyor said in another visit answers a rejection: who judges blind must not know that there was one."""
    view = asdict(around)
    if blind.is_withheld(evidence, viewer):
        view["explanations"] = [
            said for said in view["explanations"] if said["visit_id"] == evidence.subject_id
        ]
    return view


def _verdicts(evidence: Evidence, viewer: Person) -> View:
    known = judging.shown_to(viewer, evidence)
    # An agency's people work under the service insurer's judgement: it is their party's.
    parties = [viewer.organisation_id]
    if viewer.kind is Kind.SERVICE_AGENCY and evidence.service_insurer_id:
        parties.append(evidence.service_insurer_id)
    own: list[Verdict] = [verdict for verdict in known if verdict.party_id in parties]
    latest = max(own, key=lambda verdict: (verdict.at, verdict.id), default=None)
    return {"verdicts": known, "verdict": latest}


def _bytes(
    evidence: Evidence, blob: Blob | None, reading: Reading | None, unopened: str | None
) -> View:
    """`unopened`: why the envelope that it came in did not give it."""
    lost = unopened if blob is None else None
    return {
        "sha256": evidence.sha256,
        "size": evidence.size,
        "media_type": (reading and reading.media_type) or evidence.media_type,
        "stored_at": blob and blob.stored_at,
        "width": reading and reading.width,
        "height": reading and reading.height,
        "duration_ms": reading and reading.duration_ms,
        "exif": reading and reading.exif,
        "intake": reading.state if reading else "unopened" if lost else "waiting",
        "reason": reading.reason if reading else lost,
        "envelope": evidence.envelope_sha256,
        "renditions": sorted(r.longest_side for r in reading.renditions) if reading else [],
    }


def _notes(reading: Reading | None, *, english: bool) -> list[View]:
    noted = reading.notes if reading else []
    return [
        {"code": note["code"], "sentence": note_sentences.sentence(note, english=english)}
        for note in noted
    ]


def _by_severity(raised: Sequence[Flag]) -> list[Flag]:
    return sorted(raised, key=lambda flag: (_RANK[flag.severity], flag.code))


def _flag(flag: Flag, *, english: bool) -> View:
    return {
        "code": flag.code,
        "severity": flag.severity,
        "clue": flag.code not in flags.NOTICES,
        "sentence": sentence(flag.code, flag.numbers, english=english),
        "numbers": flag.numbers,
    }


def _may_compare(viewer: Person, evidence: Evidence, other: Evidence) -> bool:
    """What lies across insurers is the authority's alone, also where one agency filed both."""
    if other.id == evidence.id:
        return False
    return viewer.kind in AUTHORITIES or other.answered_by_id == evidence.answered_by_id


def _looking_alike(same: Sequence[Evidence], others: Sequence[Twin]) -> list[View]:
    known = {one.id for one in same}
    return [
        *(_twin(one, EXACT, "sha256") for one in same),
        *(_twin(t.other, t.distance, t.method) for t in others if t.other.id not in known),
    ]


def _twin(twin: Evidence, distance: int | None, method: str) -> View:
    return {
        "id": twin.id,
        "project": twin.project,
        "captured_at": twin.captured_at,
        "distance": distance,
        "method": method,
    }


def _blobs(keys: Sequence[Bytes]) -> dict[Bytes, Blob]:
    rows = db.session.scalars(
        db.select(Blob).where(tuple_(Blob.organisation_id, Blob.sha256).in_(keys))
    )
    return {(row.organisation_id, row.sha256): row for row in rows}


def _readings(keys: Sequence[Bytes]) -> dict[Bytes, Reading]:
    rows = db.session.scalars(
        db.select(Reading).where(tuple_(Reading.organisation_id, Reading.sha256).in_(keys))
    )
    return {(row.organisation_id, row.sha256): row for row in rows}


def _twins(keys: Sequence[Bytes], viewer: Person) -> dict[Bytes, list[Evidence]]:
    """Evidence of the same bytes that the viewer may see as well."""
    same = seen_by(viewer).where(tuple_(Evidence.organisation_id, Evidence.sha256).in_(keys))
    found: dict[Bytes, list[Evidence]] = defaultdict(list)
    for row in db.session.scalars(same.order_by(Evidence.captured_at)).unique():
        found[row.organisation_id, row.sha256].append(row)
    return found
