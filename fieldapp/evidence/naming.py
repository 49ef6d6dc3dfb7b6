"""Which evidence stands behind some bytes: as its original, or as anything that came with it or was made of it."""

from sqlalchemy import ColumnElement, or_

from fieldapp.db import db
from fieldapp.evidence.annotation_models import Annotation
from fieldapp.evidence.models import Evidence, Rendition
from fieldapp.evidence.viewing_models import ViewingCopy


def filed_with(organisation_id: str, digest: str) -> ColumnElement[bool]:
    """A condition on Evidence: its record, or that of an annotation of it, names these bytes."""
    drawn = db.select(Annotation.evidence_id).where(
        Annotation.organisation_id == organisation_id,
        or_(Annotation.sha256 == digest, Annotation.envelope_sha256 == digest),
    )
    named = or_(
        Evidence.sha256 == digest,
        Evidence.preview_sha256 == digest,
        Evidence.envelope_sha256 == digest,
        Evidence.id.in_(drawn),
    )
    return (Evidence.organisation_id == organisation_id) & named


def shown_by(organisation_id: str, digest: str) -> ColumnElement[bool]:
    """The same, or that we made these bytes of it or of an annotation: two originals may give one rendition."""
    rendered = db.select(Rendition.original_sha256).where(
        Rendition.organisation_id == organisation_id, Rendition.sha256 == digest
    )
    recoded = db.select(ViewingCopy.original_sha256).where(
        ViewingCopy.organisation_id == organisation_id, ViewingCopy.sha256 == digest
    )
    drawn = db.select(Annotation.evidence_id).where(
        Annotation.organisation_id == organisation_id, Annotation.sha256.in_(rendered)
    )
    made = or_(Evidence.sha256.in_(rendered), Evidence.sha256.in_(recoded), Evidence.id.in_(drawn))
    return filed_with(organisation_id, digest) | (
        (Evidence.organisation_id == organisation_id) & made
    )
