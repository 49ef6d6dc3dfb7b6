"""Looks for a photo among all that were ever filed: the same bytes, the same picture, a part of it.

The same bytes and the same picture are looked for everywhere; a part of it, which costs a thousand times as much, among the
project's own photos and the photographer's, of two years, the newest first. It runs as a job after the answer to the
phone is long given: nobody can tell a hit across organisations from none by the reply or its time.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import or_, tuple_
from sqlalchemy.orm import undefer

from fieldapp.blobs import erasing
from fieldapp.blobs.store import current_store
from fieldapp.db import db, transaction
from fieldapp.evidence import bursts, comparing, flagging, likeness, sandbox
from fieldapp.evidence.comparing import LOCAL, PDQ, SHA256, Agreement, Print
from fieldapp.evidence.models import Evidence, Rendition
from fieldapp.evidence.reader import LARGE
from fieldapp.evidence.thresholds import THRESHOLDS
from fieldapp.reuse import rules
from fieldapp.reuse.indexing import current_index
from fieldapp.reuse.models import Likeness, Resemblance

LOOKED_BACK = timedelta(days=731)
MOST_COMPARED = 1000  # some four seconds of one processor
MOST_HITS = 200  # a picture of nothing in particular may be everywhere

Bytes = tuple[str, str]  # organisation id, sha256


@dataclass(frozen=True)
class Found:
    """Stored bytes that look like the ones asked for."""

    where: Bytes
    method: str
    distance: int | None
    agreement: Agreement | None = None


def search(evidence_id: str) -> None:
    with transaction(write=False):
        evidence = db.session.get_one(Evidence, evidence_id)
        own = (evidence.organisation_id, evidence.sha256)
        looks = _likenesses([own])
        found = {one.where: one for one in (*_same_bytes(own), *_same_picture(own, looks))}
        others = [key for key in _scope(evidence) if key not in found and key != own]
    for one in _parts(own, looks, others):
        found[one.where] = one
    with transaction():
        touched = set(_ask(evidence_id, found))
        for key in sorted(touched):
            flagging.flag_all(*key)


def _same_bytes(own: Bytes) -> Iterator[Found]:
    """Another organisation's; this one's own copies are found with the evidence itself."""
    holders = db.select(Evidence.organisation_id).where(Evidence.sha256 == own[1]).distinct()
    for organisation_id in db.session.scalars(holders):
        yield Found((organisation_id, own[1]), SHA256, 0)


def _same_picture(own: Bytes, looks: Iterable[Likeness]) -> Iterator[Found]:
    index = current_index()
    for look in looks:
        if look.quality < THRESHOLDS.quality:
            continue
        hits = index.near(look.turned, THRESHOLDS.similar)[: MOST_HITS + 1]
        distances = {hit.number: hit.distance for hit in hits}
        rows = db.session.scalars(db.select(Likeness).where(Likeness.number.in_(distances)))
        for row in rows:
            key = (row.organisation_id, row.sha256)
            if row.quality >= THRESHOLDS.quality and key[1] != own[1]:
                yield Found(key, PDQ, distances[row.number])


def _scope(evidence: Evidence) -> list[Bytes]:
    """Where a part of the picture is looked for."""
    filed = (
        db.select(Evidence.organisation_id, Evidence.sha256)
        .where(
            or_(
                Evidence.project_id == evidence.project_id,
                Evidence.captured_by_id == evidence.captured_by_id,
            ),
            Evidence.filed_at > evidence.filed_at - LOOKED_BACK,
            Evidence.id != evidence.id,
        )
        .order_by(Evidence.filed_at.desc())
        .limit(MOST_COMPARED)
    )
    return list(dict.fromkeys((one, two) for one, two in db.session.execute(filed)))


def _parts(own: Bytes, looks: list[Likeness], others: list[Bytes]) -> Iterator[Found]:
    first = next((look for look in looks if look.frame == 0), None)
    if first is None or first.keypoints < THRESHOLDS.keypoints or not others:
        return
    query = _query(own)
    if query is None or not comparing.is_comparable(query):
        return
    for at in range(0, len(others), 100):
        with transaction(write=False):
            rows = _likenesses(others[at : at + 100], with_features=True)
        for row in rows:
            agreed = comparing.agreement(query, _print(row))
            if agreed is not None and comparing.is_part(agreed):
                away = comparing.distance(first.turned, row.turned)
                yield Found((row.organisation_id, row.sha256), LOCAL, away, agreed)


def _query(own: Bytes) -> Print | None:
    """The picture with its mirror image's features, which are kept of no picture: our own copy is read once more."""
    with transaction(write=False):
        copy = db.session.get(Rendition, (*own, LARGE))
        erased = erasing.find(*own)
    if copy is None or erased is not None:
        return None
    with current_store().as_file(f"{own[0]}/{copy.sha256}") as file:
        seen = sandbox.read(file, features=likeness.BOTH)
    return comparing.print_of(own[1], seen.said["likeness"], seen.features)


def _print(row: Likeness) -> Print:
    return Print(row.sha256, row.turned, row.quality, likeness.unpacked(row.features or b""))


def _likenesses(keys: list[Bytes], *, with_features: bool = False) -> list[Likeness]:
    rows = db.select(Likeness).where(
        tuple_(Likeness.organisation_id, Likeness.sha256).in_(keys),
        Likeness.version == likeness.VERSION,
    )
    if with_features:
        rows = rows.where(Likeness.frame == 0).options(undefer(Likeness.features))
    return list(db.session.scalars(rows.order_by(Likeness.frame)))


def _ask(evidence_id: str, found: dict[Bytes, Found]) -> Iterator[Bytes]:
    """Add the pairs that are not there yet; the bytes whose evidence has to be flagged anew."""
    evidence = db.session.get_one(Evidence, evidence_id)
    same_look = db.select(Evidence).where(
        tuple_(Evidence.organisation_id, Evidence.sha256).in_(list(found)),
        Evidence.id != evidence.id,
    )
    for other in db.session.scalars(same_look).unique().all():
        hit = found[other.organisation_id, other.sha256]
        later, earlier = sorted((evidence, other), key=lambda one: (one.filed_at, one.id))[::-1]
        known = db.select(Resemblance.id).where(
            Resemblance.evidence_id == later.id, Resemblance.earlier_id == earlier.id
        )
        is_burst = bursts.is_one(bursts.shot_of(later), bursts.shot_of(earlier))
        if is_burst or db.session.scalar(known) is not None:
            continue
        a, b = _filed(later), _filed(earlier)
        db.session.add(_row(later, earlier, hit, a, b))
        if not rules.is_across(a, b):
            yield from ((one.organisation_id, one.sha256) for one in (later, earlier))
    db.session.flush()


def _row(
    later: Evidence, earlier: Evidence, hit: Found, a: rules.Filed, b: rules.Filed
) -> Resemblance:
    is_similar = hit.method == PDQ and (hit.distance or 0) > THRESHOLDS.same
    return Resemblance(
        evidence_id=later.id,
        earlier_id=earlier.id,
        across=rules.is_across(a, b),
        method=hit.method,
        distance=hit.distance,
        inliers=hit.agreement and hit.agreement.inliers,
        correlation=hit.agreement and hit.agreement.correlation,
        thresholds_version=THRESHOLDS.version,
        severity=rules.severity(a, b, similar_only=is_similar, is_part=hit.method == LOCAL),
    )


def _filed(evidence: Evidence) -> rules.Filed:
    return rules.Filed(
        insurer=evidence.answered_by_id,
        project=evidence.project_id,
        person=evidence.captured_by_id,
        captured_at=evidence.captured_at,
    )
