"""Which of an authority's verdicts its insurer knows of: those behind what the insurer was told."""

from sqlalchemy import ColumnElement, Select, and_, or_
from sqlalchemy.orm import InstrumentedAttribute

from fieldapp.db import db
from fieldapp.evidence.models import Verdict
from fieldapp.scoring.models import (
    FormGrade,
    FormGradeGround,
    FormSubmission,
    Occurrence,
    OccurrenceGround,
    OccurrenceStep,
    OpinionForm,
)

Grounds = type[OccurrenceGround] | type[FormGradeGround]


def told_of(insurer_id: str, evidence_id: str) -> set[str]:
    """Ids of the verdicts about this evidence that ground a notified occurrence or a submitted form of the insurer."""
    wanted = db.select(Verdict.id).where(
        Verdict.evidence_id == evidence_id,
        or_(_notified(insurer_id).exists(), _submitted(insurer_id).exists()),
    )
    return set(db.session.scalars(wanted))


def _notified(insurer_id: str) -> Select[str]:
    return (
        db.select(Occurrence.id)
        .join(OccurrenceGround, OccurrenceGround.occurrence_id == Occurrence.id)
        .join(OccurrenceStep, OccurrenceStep.occurrence_id == Occurrence.id)
        .where(
            Occurrence.insurer_id == insurer_id,
            OccurrenceStep.step == "notified",
            _is(OccurrenceGround, Occurrence.authority_id),
        )
        .correlate(Verdict)
    )


def _submitted(insurer_id: str) -> Select[str]:
    return (
        db.select(OpinionForm.id)
        .join(FormSubmission, FormSubmission.form_id == OpinionForm.id)
        .join(FormGrade, FormGrade.form_id == OpinionForm.id)
        .join(FormGradeGround, FormGradeGround.grade_id == FormGrade.id)
        .where(OpinionForm.insurer_id == insurer_id, _is(FormGradeGround, OpinionForm.assessor_id))
        .correlate(Verdict)
    )


def _is(ground: Grounds, decider_id: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """The ground is this verdict, or admits its evidence by it."""
    admitted = and_(
        ground.kind == "evidence",
        ground.ref_id == Verdict.evidence_id,
        Verdict.party_id == decider_id,
    )
    return or_(and_(ground.kind == "verdict", ground.ref_id == Verdict.id), admitted)


def rests_on(evidence_id: str) -> bool:
    """Whether an occurrence that is neither final nor dropped rests on this evidence, or on a verdict of it."""
    over = db.exists().where(
        OccurrenceStep.occurrence_id == OccurrenceGround.occurrence_id,
        OccurrenceStep.step.in_(("final", "dropped")),
    )
    verdicts = db.select(Verdict.id).where(Verdict.evidence_id == evidence_id)
    grounds = db.select(OccurrenceGround.ref_id).where(
        or_(
            OccurrenceGround.ref_id == evidence_id,
            OccurrenceGround.ref_id.in_(verdicts),
        ),
        ~over,
    )
    return db.session.scalar(grounds.limit(1)) is not None
