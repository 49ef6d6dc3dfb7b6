"""Shots of one burst are alike by nature: no question of reuse, and one group to look at. Each is still judged by itself."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from typing import Any

from sqlalchemy import Row

from fieldapp.accounts.models import Person
from fieldapp.db import db
from fieldapp.evidence import redactions
from fieldapp.evidence.access import seen_by
from fieldapp.evidence.models import Evidence, Reading
from fieldapp.evidence.thresholds import THRESHOLDS

APART = timedelta(seconds=120)


@dataclass(frozen=True)
class Shot:
    """`scene`: whose walk with which phone of which subject. `look`: its PDQ hash, None where it cannot be compared."""

    id: str
    scene: tuple[str, ...]
    capture: str
    captured_at: datetime
    look: int | None = None


def is_one(a: Shot, b: Shot) -> bool:
    """Two live shots of one walk, seconds apart. What was imported says its time itself, and may be a copy of the other."""
    return (
        a.scene == b.scene
        and a.capture == b.capture == "live"
        and abs(a.captured_at - b.captured_at) <= APART
    )


def groups(shots: Sequence[Shot]) -> list[list[str]]:
    """The ids of each burst of two or more, in the order of capture: each shot looks like one shortly before it."""
    found = defaultdict[tuple[str, ...], list[list[Shot]]](list)
    for shot in sorted(shots, key=lambda one: (one.captured_at, one.id)):
        for group in found[shot.scene]:
            if any(is_one(one, shot) and _is_alike(one, shot) for one in group):
                group.append(shot)
                break
        else:
            found[shot.scene].append([shot])
    of_all = chain.from_iterable(found.values())
    return [[shot.id for shot in group] for group in of_all if len(group) > 1]


def _is_alike(a: Shot, b: Shot) -> bool:
    if a.look is None or b.look is None:
        return False
    return (a.look ^ b.look).bit_count() <= THRESHOLDS.similar


def shot_of(taken: Evidence | Row[Any], look: int | None = None) -> Shot:
    """Of an evidence, or of a row that has the same columns."""
    scene = (taken.subject_kind, taken.subject_id, taken.captured_by_id, taken.device_id or "")
    return Shot(taken.id, scene, taken.capture, taken.captured_at, look)


def bursts_of(shown: Sequence[Evidence], viewer: Person) -> dict[str, list[str]]:
    """By evidence id: its burst, of what the viewer may see; nothing for what stands alone or is deleted."""
    return bursts_among({one.subject_id for one in shown}, viewer)


def bursts_among(subject_ids: Collection[str], viewer: Person) -> dict[str, list[str]]:
    """The same of all that was filed of these visits."""
    names = ("subject_kind", "subject_id", "captured_by_id", "device_id", "capture", "captured_at")
    live = seen_by(viewer).where(
        Evidence.subject_id.in_(subject_ids),
        Evidence.capture == "live",
        ~redactions.gone(),
    )
    is_read = (Reading.organisation_id == Evidence.organisation_id) & (
        Reading.sha256 == Evidence.sha256
    )
    columns = (Evidence.id, *(getattr(Evidence, name) for name in names), Reading.measures)
    rows = db.session.execute(live.join(Reading, is_read).with_only_columns(*columns))
    shots = [shot_of(row, _look(row.measures)) for row in rows]
    return {one: group for group in groups(shots) for one in group}


def _look(measures: dict[str, Any]) -> int | None:
    if measures.get("quality", 0) < THRESHOLDS.quality:
        return None
    return int(measures["pdq"], 16)
