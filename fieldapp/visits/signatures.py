"""Which evidence is the drawn signature of the site: proof that the list was shown, and no photo for anybody to judge."""

from sqlalchemy import ColumnElement

from fieldapp.db import db
from fieldapp.evidence.models import Evidence
from fieldapp.visits.models import SiteSignature


def is_signature() -> ColumnElement[bool]:
    """A condition on Evidence. Where nobody signed, what was taken is a photo of the scene like any other.

    What answers a question or shows a finding is judged, whatever the record calls it besides.
    """
    return db.exists().where(
        Evidence.subject_kind == "visit",
        Evidence.shot == "doc",
        Evidence.question.is_(None),
        Evidence.finding_sent_id.is_(None),
        SiteSignature.visit_id == Evidence.subject_id,
        SiteSignature.evidence_sent_id == Evidence.sent_id,
        SiteSignature.outcome == "signed",
    )
