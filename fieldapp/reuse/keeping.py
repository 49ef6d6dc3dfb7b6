"""Keeps what intake found a picture to be recognised by."""

from fieldapp.blobs import erasing
from fieldapp.db import db
from fieldapp.evidence.announcements import BytesRead, BytesRedacted
from fieldapp.evidence.reader import LIKENESS_VERSION
from fieldapp.reuse.models import Likeness


def keep(read: BytesRead) -> None:
    """A row for the picture, or for each poster of a video. A file read anew gets them anew."""
    said = read.likeness
    old = db.select(Likeness).where(
        Likeness.organisation_id == read.organisation_id, Likeness.sha256 == read.sha256
    )
    for row in db.session.scalars(old):
        db.session.delete(row)
    db.session.flush()
    if said is None:
        return
    for frame, one in enumerate([said, *said.get("further", [])]):
        db.session.add(
            Likeness(
                organisation_id=read.organisation_id,
                sha256=read.sha256,
                version=LIKENESS_VERSION,
                frame=frame,
                hashes="".join(one["pdq"]),
                quality=one["quality"],
                keypoints=one.get("keypoints", 0),
                features=read.features or None if frame == 0 else None,
            )
        )


def forget(redacted: BytesRedacted) -> None:
    """Parts of the picture can be drawn again from its features; from its hashes nothing can."""
    with_features = db.select(Likeness).where(
        Likeness.organisation_id == redacted.organisation_id,
        Likeness.sha256 == redacted.sha256,
        Likeness.features.is_not(None),
    )
    if erasing.find(redacted.organisation_id, redacted.sha256) is not None:
        for row in db.session.scalars(with_features):
            row.features = None
