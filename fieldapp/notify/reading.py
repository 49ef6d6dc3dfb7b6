"""Notices as whom they are for reads them, and what that person wants no messages about."""

from typing import Any

from sqlalchemy import func

from fieldapp.accounts.models import Person
from fieldapp.clock import now
from fieldapp.db import db
from fieldapp.errors import NotFound
from fieldapp.notify.kinds import kinds, sentence
from fieldapp.notify.models import Muting, Notice


def shown(notice: Notice) -> dict[str, Any]:
    return {
        "id": notice.id,
        "kind": notice.kind,
        "urgent": kinds().kinds[notice.kind].urgent,
        "task_id": notice.subject_id,
        "zh": sentence(notice.kind, [notice.facts], "zh"),
        "en": sentence(notice.kind, [notice.facts], "en"),
        "made_at": notice.made_at,
        "seen_at": notice.seen_at,
        "deliveries": notice.deliveries,
    }


def unseen(person: Person) -> int:
    rows = db.select(func.count()).where(Notice.recipient_id == person.id, Notice.seen_at.is_(None))
    return db.session.scalar(rows) or 0


def see(notice: Notice) -> None:
    """This one and all before it."""
    rows = db.select(Notice).where(
        Notice.recipient_id == notice.recipient_id,
        Notice.seen_at.is_(None),
        Notice.made_at <= notice.made_at,
    )
    for each in db.session.scalars(rows).unique():
        each.seen_at = now()
    db.session.flush()


def mutings(person: Person) -> list[dict[str, Any]]:
    """In the table's order; urgent kinds cannot be switched off and are not here."""
    muted = set(db.session.scalars(db.select(Muting.kind).where(Muting.person_id == person.id)))
    return [
        {"kind": name, "muted": name in muted}
        for name, kind in kinds().kinds.items()
        if not kind.urgent
    ]


def mute(person: Person, kind: str) -> None:
    """Again changes nothing. Raises NotFound for a kind that is urgent or unknown."""
    known = kinds().kinds.get(kind)
    if known is None or known.urgent:
        raise NotFound
    if db.session.get(Muting, (person.id, kind)) is None:
        db.session.add(Muting(person_id=person.id, kind=kind))
        db.session.flush()


def unmute(person: Person, kind: str) -> None:
    row = db.session.get(Muting, (person.id, kind))
    if row is not None:
        db.session.delete(row)
        db.session.flush()
