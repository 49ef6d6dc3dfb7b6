"""Which evidence is the drawn signature of the site: proof that the list was shown, and no photo for anybody to judge."""

from sqlalchemy import ColumnElement

from fieldapp.db import db
from fieldapp.evidence.models import Evidence
from fieldapp.visits.models import SiteSignature


def is_signature() -> ColumnElement[bool]:
    """A condition on Evidence. Where nobody signed, what was taken is a photo of the scene like any other."""
    return db.exists().where(
        Evidence.subject_kind == "visit",
        SiteSignature.visit_id == Evidence.subject_id,
        SiteSignature.evidence_sent_id == Evidence.sent_id,
        SiteSignature.outcome == "signed",
    )
