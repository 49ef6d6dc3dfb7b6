"""Annotations: filed with the photo that they were drawn on, read so that they can be shown, and for nothing else."""

import json
from collections.abc import Collection
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, exists
from sqlalchemy.exc import IntegrityError

from fieldapp import jobs
from fieldapp.accounts.models import Device
from fieldapp.blobs import serving
from fieldapp.blobs.keeping import BlobsStored
from fieldapp.blobs.models import Blob
from fieldapp.clock import now
from fieldapp.db import db, own_id, transaction
from fieldapp.evidence import intake, opening, redactions
from fieldapp.evidence.annotation_models import Annotation
from fieldapp.evidence.filing import seal_state
from fieldapp.evidence.models import Evidence, Reading, Rendition
from fieldapp.evidence.reader import LARGE, SMALL
from fieldapp.evidence.showing import NotShown
from fieldapp.jobs import Job

JOB = "read_annotation"


def annotate(evidence: Evidence, said: dict[str, Any], device: Device | None) -> Annotation:
    """File what a record says of one annotation; the same id again is the one that is there. `said`: its entry."""
    annotation_id = own_id(evidence.organisation_id, said["id"])
    already = db.session.get(Annotation, annotation_id)
    if already is not None:
        return already
    envelope = said["envelope"] and said["envelope"]["sha256"]
    annotation = Annotation(
        id=annotation_id,
        sent_id=said["id"],
        organisation_id=evidence.organisation_id,
        evidence_id=evidence.id,
        sha256=said["sha256"],
        size=said["size"],
        media_type=said["media_type"],
        envelope_sha256=envelope,
        drawn_at=said["captured_at"],
        seal=said["seal"],
        seal_signature=said["seal_signature"],
        seal_state=_seal_state(said, device, envelope, evidence),
    )
    try:
        with db.session.begin_nested():
            db.session.add(annotation)
    except IntegrityError:  # the same record, sent twice at once
        return db.session.get_one(Annotation, annotation_id)
    _ask(annotation)
    return annotation


def _seal_state(
    said: dict[str, Any], device: Device | None, envelope: str | None, original: Evidence
) -> str:
    """A seal that names another photo than the record does is none of this annotation."""
    seal = said["seal"]
    state = seal_state(seal, said["seal_signature"], device, said["id"], said["sha256"], envelope)
    if state == "valid" and json.loads(seal).get("annotates") != original.sent_id:
        return "invalid"
    return state


def read_when_stored(stored: BlobsStored) -> None:
    asked = {"owner": stored.organisation_id, "digests": stored.hashes}
    with db.session.no_autoflush:  # filed before: the files can wait
        drawn = db.session.scalars(_drawn_as(), asked).all()
    for annotation in drawn:
        _ask(annotation)


@cache
def _drawn_as() -> Select[Annotation]:
    return db.select(Annotation).where(
        Annotation.organisation_id == bindparam("owner"),
        Annotation.sha256.in_(bindparam("digests", expanding=True)),
    )


@jobs.regularly(intake.SWEPT_EVERY)
def sweep() -> None:
    """Filed and stored at the same moment, each saw the other missing."""
    before = now() - intake.SETTLED_AFTER
    asked = exists().where(
        Job.kind == JOB, Job.subject_id == Annotation.id, Job.finished_at.is_(None)
    )
    read = exists().where(
        Reading.organisation_id == Annotation.organisation_id, Reading.sha256 == Annotation.sha256
    )
    same = (Blob.organisation_id == Annotation.organisation_id) & (Blob.sha256 == Annotation.sha256)
    forgotten = (
        db.select(Annotation.id)
        .join(Blob, same)
        .join(Evidence, Evidence.id == Annotation.evidence_id)
        .where(
            Annotation.filed_at < before,
            Blob.stored_at < before,
            ~asked,
            ~read,
            ~redactions.gone(),
        )
        .limit(intake.MOST_SWEPT)
    )
    with transaction():
        for annotation_id in db.session.scalars(forgotten).all():
            jobs.enqueue(JOB, annotation_id)


@jobs.handles(JOB)
def read_annotation(annotation_id: str) -> None:
    with transaction(write=False):
        annotation = db.session.get_one(Annotation, annotation_id)
        key = (annotation.organisation_id, annotation.sha256)
        known = db.session.get(Reading, key)
        is_gone = redactions.is_gone(annotation.evidence)
    if known is None and not is_gone:
        intake.read_to_show(*key)


def latest_of(evidence_ids: Collection[str]) -> dict[str, Annotation]:
    """By evidence id; a photo that was drawn on twice shows the later one."""
    rows = db.session.scalars(
        db.select(Annotation)
        .where(Annotation.evidence_id.in_(evidence_ids))
        .order_by(Annotation.drawn_at, Annotation.id)
    )
    return {row.evidence_id: row for row in rows}


def shown_sizes(annotations: Collection[Annotation]) -> dict[str, list[int]]:
    """By annotation id, the renditions that there are."""
    rows = db.session.execute(
        db.select(Annotation.id, Rendition.longest_side)
        .join(
            Rendition,
            (Rendition.organisation_id == Annotation.organisation_id)
            & (Rendition.original_sha256 == Annotation.sha256),
        )
        .where(Annotation.id.in_([one.id for one in annotations]))
        .order_by(Rendition.longest_side)
    )
    found: dict[str, list[int]] = {}
    for annotation_id, side in rows:
        found.setdefault(annotation_id, []).append(side)
    return found


def rendition_url(evidence: Evidence, longest_side: int) -> str:
    """Our own copy of the latest annotation. Raises NotShown, Redacted."""
    redactions.require_there(evidence)
    annotation = latest_of([evidence.id]).get(evidence.id)
    if annotation is None or longest_side not in (LARGE, SMALL):
        raise NotShown
    key = (annotation.organisation_id, annotation.sha256, longest_side)
    rendition = db.session.get(Rendition, key)
    if rendition is None:
        raise NotShown
    stored = f"{rendition.organisation_id}/{rendition.sha256}"
    return serving.link(stored, "image/jpeg", "inline", f"{evidence.id}-annotated.jpg")


def _ask(annotation: Annotation) -> None:
    """Have the bytes read, if they are here; if not, their arrival asks for it. Drawn on what was deleted, they go too."""
    if redactions.is_gone(annotation.evidence):
        own = (annotation.sha256, annotation.envelope_sha256)
        redactions.erase(annotation.organisation_id, filter(None, own))
    elif db.session.get(Blob, (annotation.organisation_id, annotation.sha256)) is not None:
        jobs.enqueue(JOB, annotation.id)
    elif annotation.envelope_sha256 is not None:
        sealed = (annotation.organisation_id, annotation.envelope_sha256)
        if db.session.get(Blob, sealed) is not None:
            opening.ask(*sealed)
