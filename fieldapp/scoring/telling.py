"""Which of an authority's verdicts its insurer knows of: those behind what the insurer was told."""

from sqlalchemy import ColumnElement, Select, and_, or_
from sqlalchemy.orm import InstrumentedAttribute

from fieldapp.db import db
from fieldapp.evidence.models import Evidence, Verdict
from fieldapp.oversight.models import AuthorityFinding, RecordedFact
from fieldapp.oversight.showing import SIGHTING
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
    """Whether something that is not decided yet rests on this evidence, on a verdict of it, or on a fact that it shows.

    That is an occurrence that is neither final nor dropped, or a grade of a form that was not submitted.
    """
    of_it = [
        db.select(Verdict.id).where(Verdict.evidence_id == evidence_id),
        _facts_shown_by(evidence_id),
    ]
    over = db.exists().where(
        OccurrenceStep.occurrence_id == OccurrenceGround.occurrence_id,
        OccurrenceStep.step.in_(("final", "dropped")),
    )
    submitted = db.exists().where(
        FormGrade.id == FormGradeGround.grade_id, FormSubmission.form_id == FormGrade.form_id
    )
    undecided = ((OccurrenceGround, over), (FormGradeGround, submitted))
    return any(
        db.session.scalar(
            db.select(ground.ref_id)
            .where(or_(ground.ref_id == evidence_id, *(ground.ref_id.in_(ids) for ids in of_it)))
            .where(~decided)
            .limit(1)
        )
        for ground, decided in undecided
    )


def _facts_shown_by(evidence_id: str) -> Select[str]:
    """Facts of an authority's finding: its own photos, and those of the insurer's answer that it is held against."""
    sighting = (Evidence.subject_kind == SIGHTING) & (Evidence.subject_id == AuthorityFinding.id)
    answer = and_(
        Evidence.subject_kind == "visit",
        Evidence.subject_id == AuthorityFinding.visit_id,
        Evidence.question == AuthorityFinding.question,
    )
    return (
        db.select(RecordedFact.id)
        .join(AuthorityFinding, AuthorityFinding.id == RecordedFact.source_id)
        .join(Evidence, or_(sighting, answer))
        .where(Evidence.id == evidence_id)
    )
