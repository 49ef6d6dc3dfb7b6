"""Keeps the search index current with the rows."""

from datetime import timedelta

from flask import current_app

from fieldapp.clock import now
from fieldapp.db import db
from fieldapp.evidence.likeness import VERSION
from fieldapp.reuse.index import Index
from fieldapp.reuse.models import Likeness

OVERLAP = timedelta(minutes=15)
"""Numbers are given out before they are committed: a row may appear after one with a higher number did."""
AT_ONCE = 50_000


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
