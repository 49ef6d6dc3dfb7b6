"""A verdict that changes re-opens what rested on the evidence: the sheets concerned are computed anew."""

from sqlalchemy import ColumnElement, and_, or_

from fieldapp.db import db
from fieldapp.evidence.announcements import VerdictGiven
from fieldapp.evidence.models import Verdict
from fieldapp.scoring import sheets
from fieldapp.scoring.gathering import Subject
from fieldapp.scoring.models import (
    FormGrade,
    FormGradeGround,
    Occurrence,
    OccurrenceGround,
    OpinionForm,
)


def verdict_given(given: VerdictGiven) -> None:
    for subject in sorted(_resting_on(given.evidence_id), key=lambda s: (s.insurer_id, s.scheme)):
        sheets.hold(subject.insurer_id)
        cause = sheets.Cause("所依据照片的判定有变化", "verdict", given.verdict_id)
        sheets.record(subject, cause)


def _resting_on(evidence_id: str) -> set[Subject]:
    occurrences = (
        db.select(Occurrence.scheme, Occurrence.insurer_id, Occurrence.period)
        .join(OccurrenceGround, OccurrenceGround.occurrence_id == Occurrence.id)
        .where(_names(OccurrenceGround, evidence_id))
    )
    forms = (
        db.select(OpinionForm.scheme, OpinionForm.insurer_id, OpinionForm.period)
        .join(FormGrade, FormGrade.form_id == OpinionForm.id)
        .join(FormGradeGround, FormGradeGround.grade_id == FormGrade.id)
        .where(_names(FormGradeGround, evidence_id))
    )
    return {Subject(*row) for rows in (occurrences, forms) for row in db.session.execute(rows)}


def _names(
    ground: type[OccurrenceGround] | type[FormGradeGround], evidence_id: str
) -> ColumnElement[bool]:
    verdicts = db.select(Verdict.id).where(Verdict.evidence_id == evidence_id)
    return or_(
        and_(ground.kind == "evidence", ground.ref_id == evidence_id),
        and_(ground.kind == "verdict", ground.ref_id.in_(verdicts)),
    )
