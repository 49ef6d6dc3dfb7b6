"""Closed on a record's word: the photo of 整改后 that it names is still on its way, and for how long that word is taken."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, func, or_

from fieldapp.blobs.models import Blob
from fieldapp.clock import now
from fieldapp.db import db
from fieldapp.evidence.models import Evidence
from fieldapp.hazards.models import Finding, Hazard, HazardClosure, HazardReopening
from fieldapp.hazards.re_inspecting import PROOF_WITHIN
from fieldapp.visits.models import Visit


def awaits_photo_until(hazards: Sequence[Hazard]) -> dict[str, datetime]:
    """By hazard id, of those that are closed and none of whose photos of it has come; asked once for all."""
    closed = [hazard.id for hazard in hazards if hazard.closure is not None]
    if not closed:
        return {}
    # A re-inspection looks at one finding of another visit; a check may have put several right at one question.
    shown = or_(
        Finding.visit_id != HazardClosure.visit_id, Finding.sent_id == Evidence.finding_sent_id
    )
    is_stored = and_(
        Blob.organisation_id == Evidence.organisation_id, Blob.sha256 == Evidence.sha256
    )
    asked = (
        db.select(HazardClosure.hazard_id, func.max(Visit.received_at))
        .join(Hazard, Hazard.id == HazardClosure.hazard_id)
        .join(Finding, Finding.id == Hazard.finding_id)
        .join(Visit, Visit.id == HazardClosure.visit_id)
        .join(Evidence, and_(Evidence.subject_kind == "visit", Evidence.subject_id == Visit.id))
        .outerjoin(Blob, is_stored)
        .outerjoin(HazardReopening, HazardReopening.closure_id == HazardClosure.id)
        .where(
            HazardClosure.hazard_id.in_(closed),
            HazardReopening.id.is_(None),
            Evidence.shot == "after",
            Evidence.question == Finding.question,
            shown,
        )
        .group_by(HazardClosure.hazard_id)
        .having(func.count(Blob.sha256) == 0)
    )
    until = {hazard_id: at + PROOF_WITHIN for hazard_id, at in db.session.execute(asked)}
    return {hazard_id: at for hazard_id, at in until.items() if at > now()}
