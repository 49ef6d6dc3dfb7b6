"""Keeps what intake found a picture to be recognised by, and the search index current with it."""

from datetime import timedelta

from flask import current_app

from fieldapp.blobs import erasing
from fieldapp.clock import now
from fieldapp.db import db
from fieldapp.evidence.announcements import BytesRead, BytesRedacted
from fieldapp.evidence.likeness import VERSION
from fieldapp.reuse.index import Index
from fieldapp.reuse.models import Likeness

OVERLAP = timedelta(minutes=15)
"""Numbers are given out before they are committed: a row may appear after one with a higher number did."""
AT_ONCE = 50_000


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
                version=VERSION,
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


def current_index() -> Index:
    """With every hash that is committed by now. Needs a transaction.

    Numbers of rows that have gone stay in it; whoever asks finds no row for them.
    """
    folder = current_app.config_object.data_dir / "reuse"  # type: ignore[attr-defined]
    index = Index(folder, VERSION)
    # What was committed late lies behind the last number; what is there already is left out by `add`.
    late = db.select(Likeness.number).where(
        Likeness.version == VERSION, Likeness.made_at > now() - OVERLAP
    )
    missing = set(db.session.scalars(late)) - index.recent()
    if missing:
        index.add(_hashes(Likeness.number.in_(missing)))
    while fresh := _hashes(Likeness.number > index.last()):
        index.add(fresh)
    return index


def _hashes(which: object) -> list[tuple[int, str]]:
    wanted = db.select(Likeness.number, db.func.substr(Likeness.hashes, 1, 64)).where(
        Likeness.version == VERSION, which
    )
    rows = db.session.execute(wanted.order_by(Likeness.number).limit(AT_ONCE))
    return [(number, pdq) for number, pdq in rows]
