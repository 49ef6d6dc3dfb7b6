"""Photos that an authority judges blind: drawn by a keyed hash when they are filed, so that nobody chooses them.

Until the authority has judged such a photo itself, it is shown nobody else's verdict of it.
"""

import hashlib
import hmac

from flask import current_app
from sqlalchemy import ColumnElement, and_, exists, false
from sqlalchemy.orm import aliased

from fieldapp.accounts.models import Person
from fieldapp.accounts.permissions import Kind
from fieldapp.db import db
from fieldapp.evidence.models import BlindDraw, Evidence, Verdict
from fieldapp.keys import derived

JUDGES = (Kind.CONSTRUCTION_AUTHORITY, Kind.SOCIAL_INSURANCE_AGENCY)
"""Authorities that judge admissibility. The others read verdicts and give none."""

PARTS = 1 << 32


def draw(evidence: Evidence) -> None:
    """Have the evidence judged blind if the draw falls on it. Before anybody can have judged it.

    A case's papers are few and decided on whole: nothing is drawn of them.
    """
    if evidence.subject_kind != "visit":
        return
    percent = current_app.config_object.blind_percent  # type: ignore[attr-defined]
    if _lot(evidence.id) * 100 < percent * PARTS:
        db.session.add(BlindDraw(evidence_id=evidence.id))


def is_withheld(evidence: Evidence, person: Person) -> bool:
    """Whether the person's authority is still to judge it, and so may not know of others' verdicts."""
    return (
        person.kind in JUDGES
        and evidence.blind_draw is not None
        and not any(verdict.party_id == person.organisation_id for verdict in evidence.verdicts)
    )


def withheld(person: Person) -> ColumnElement[bool]:
    """The same as a condition on Evidence."""
    if person.kind not in JUDGES:
        return false()
    given = aliased(Verdict)
    own = exists().where(given.evidence_id == Evidence.id, given.party_id == person.organisation_id)
    return and_(exists().where(BlindDraw.evidence_id == Evidence.id), ~own)


def _lot(evidence_id: str) -> int:
    """0 up to PARTS, the same at every call; nobody without the server's key can say which."""
    key = derived(b"blind judgement")
    return int.from_bytes(hmac.new(key, evidence_id.encode(), hashlib.sha256).digest()[:4])
