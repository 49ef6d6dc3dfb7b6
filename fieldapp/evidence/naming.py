"""Which evidence stands behind some bytes: as its original, or as anything that came with it or was made of it."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, or_, union_all
from sqlalchemy.orm import InstrumentedAttribute, aliased

from fieldapp.db import db
from fieldapp.evidence.annotation_models import Annotation
from fieldapp.evidence.models import Evidence, Rendition
from fieldapp.evidence.viewing_models import ViewingCopy

Owner = str | BindParameter[str]
Digests = Collection[str] | BindParameter[Any]
"""Given, or the place of what a question that is built once is asked with."""


def filed_with(organisation_id: Owner, digests: Digests) -> ColumnElement[bool]:
    """A condition on Evidence: its record, or that of an annotation of it, names some of these bytes."""
    drawn = (
        _drawn(organisation_id, column, digests)
        for column in (Annotation.sha256, Annotation.envelope_sha256)
    )
    named = (_taken(organisation_id, name, digests) for name in ("sha256", *_AROUND))
    return Evidence.id.in_(union_all(*named, *drawn))


def sent_as(organisation_id: Owner, digests: Digests) -> ColumnElement[bool]:
    """A condition on Evidence: some of these bytes are its original, or its preview."""
    named = (_taken(organisation_id, name, digests) for name in ("sha256", "preview_sha256"))
    return Evidence.id.in_(union_all(*named))


_taken_as = aliased(Evidence)
_AROUND = ("preview_sha256", "envelope_sha256")


# Each a question of its own, which its index answers: joined by `or` they would read all that the organisation ever filed.


def _taken(organisation_id: Owner, name: str, digests: Digests) -> Select[str]:
    return db.select(_taken_as.id).where(
        _taken_as.organisation_id == organisation_id, getattr(_taken_as, name).in_(digests)
    )


def _drawn(
    organisation_id: Owner, column: InstrumentedAttribute[Any], digests: Digests
) -> Select[str]:
    return db.select(Annotation.evidence_id).where(
        Annotation.organisation_id == organisation_id, column.in_(digests)
    )


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
    return filed_with(organisation_id, [digest]) | (
        (Evidence.organisation_id == organisation_id) & made
    )
