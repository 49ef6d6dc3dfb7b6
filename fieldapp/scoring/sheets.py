"""Sheets: computed from rows whenever asked, and kept as a version whenever a scoring event moved them."""

from dataclasses import dataclass
from typing import Any, cast

from fieldapp.accounts.models import Organisation
from fieldapp.db import db
from fieldapp.scoring.gathering import Gathered, Subject, gather
from fieldapp.scoring.models import SheetVersion
from fieldapp.scoring.published import scheme
from fieldapp.scoring.sheet import evaluate

Json = dict[str, Any]


@dataclass(frozen=True)
class Cause:
    """What moved a sheet: a sentence, opened | grade | submission | occurrence | figures | satisfaction | verdict | fact, an id."""

    words: str
    kind: str
    id: str | None = None


def hold(insurer_id: str) -> None:
    """One scoring event of an insurer at a time: each sheet then sees all that was decided before it."""
    db.session.execute(
        db.select(Organisation.id)
        .where(Organisation.id == insurer_id)
        .with_for_update(key_share=True)
    )


def current(subject: Subject, *, final_only: bool = False) -> tuple[Gathered, Json]:
    """What the sheet rests on, and the sheet itself, as rows stand now."""
    gathered = gather(subject, final_only=final_only)
    return gathered, cast("Json", evaluate(scheme(subject.scheme), gathered.facts))


def record(subject: Subject, cause: Cause) -> None:
    """Keep the provisional sheet if the event changed it. Call `hold` before the change."""
    db.session.flush()
    gathered, sheet = current(subject)
    last = latest(subject)
    if last is not None and last.digest == sheet["digest"]:
        return
    db.session.add(
        SheetVersion(
            scheme=subject.scheme,
            insurer_id=subject.insurer_id,
            period=subject.period,
            facts=gathered.facts,
            sheet=sheet,
            digest=sheet["digest"],
            cause=cause.words[:200],
            cause_kind=cause.kind,
            cause_id=cause.id,
        )
    )
    db.session.flush()


def versions(subject: Subject) -> list[SheetVersion]:
    """The oldest first."""
    rows = _versions(subject).order_by(SheetVersion.made_at, SheetVersion.id)
    return list(db.session.scalars(rows))


def latest(subject: Subject) -> SheetVersion | None:
    newest = _versions(subject).order_by(SheetVersion.made_at.desc(), SheetVersion.id.desc())
    return db.session.scalar(newest.limit(1))


def _versions(subject: Subject):
    return db.select(SheetVersion).where(
        SheetVersion.scheme == subject.scheme,
        SheetVersion.insurer_id == subject.insurer_id,
        SheetVersion.period == subject.period,
    )
