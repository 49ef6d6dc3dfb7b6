"""Pairs as the viewer may know them, and the twins beside a photo."""

from collections import defaultdict
from typing import Any

from fieldapp.accounts.models import Person
from fieldapp.db import db
from fieldapp.evidence.access import seen_by
from fieldapp.evidence.models import Evidence
from fieldapp.evidence.twins import Twin
from fieldapp.reuse.access import twin_ids
from fieldapp.reuse.models import Resemblance

Json = dict[str, Any]


def shown(pairs: list[Resemblance], viewer: Person) -> list[Json]:
    ids = {one for pair in pairs for one in (pair.evidence_id, pair.earlier_id)}
    known = set(
        db.session.scalars(
            seen_by(viewer).with_only_columns(Evidence.id).where(Evidence.id.in_(ids))
        )
    )
    return [_pair(pair, viewer, known) for pair in pairs]


def _pair(pair: Resemblance, viewer: Person, known: set[str]) -> Json:
    own = (review for review in pair.reviews if review.party_id == viewer.organisation_id)
    return {
        "id": pair.id,
        "across": pair.across,
        "method": pair.method,
        "distance": pair.distance,
        "inliers": pair.inliers,
        "correlation": pair.correlation,
        "severity": pair.severity,
        "found_at": pair.found_at,
        "photo": _side(pair.evidence, known),
        "earlier": _side(pair.earlier, known),
        "review": next(own, None),
    }


def _side(evidence: Evidence, known: set[str]) -> Json:
    """Of a photo beyond the viewer's area only whose it is, so that they know whom to ask."""
    is_known = evidence.id in known
    return {
        "id": evidence.id if is_known else None,
        "organisation": evidence.organisation,
        "project": evidence.project if is_known else None,
        "captured_at": evidence.captured_at if is_known else None,
        "captured_by": evidence.captured_by if is_known else None,
        "filed_at": evidence.filed_at if is_known else None,
    }


def twins_of(shown: list[Evidence], viewer: Person | None) -> dict[str, list[Twin]]:
    """By evidence id, the nearest first. Without a viewer: those that the photo's own insurer may know of."""
    ids = [evidence.id for evidence in shown]
    if viewer is None:
        pairs = db.select(Resemblance).where(
            ~Resemblance.across,
            Resemblance.evidence_id.in_(ids) | Resemblance.earlier_id.in_(ids),
        )
    else:
        pairs = twin_ids(viewer, ids)
    found: dict[str, list[Twin]] = defaultdict(list)
    for pair in db.session.scalars(pairs).unique():
        for one, other in ((pair.evidence, pair.earlier), (pair.earlier, pair.evidence)):
            if one.id in ids:
                twin = Twin(other, pair.method, pair.distance, pair.severity, one is pair.evidence)
                found[one.id].append(twin)
    for twins in found.values():
        twins.sort(key=lambda twin: (twin.distance is None, twin.distance, twin.other.id))
    return found
