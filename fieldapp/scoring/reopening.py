"""A verdict that changes, a fact that is taken back: what rested on it is open again, and the sheets concerned are computed anew."""

from collections.abc import Callable
from functools import partial

from sqlalchemy import ColumnElement, Select, and_, or_
from sqlalchemy.orm import aliased

from fieldapp.db import db
from fieldapp.evidence.announcements import VerdictGiven
from fieldapp.evidence.models import Evidence, Verdict
from fieldapp.oversight.announcements import FactWithdrawn
from fieldapp.oversight.models import RecordedFact
from fieldapp.scoring import sheets
from fieldapp.scoring.gathering import Subject
from fieldapp.scoring.models import (
    FormGrade,
    FormGradeGround,
    Occurrence,
    OccurrenceGround,
    OpinionForm,
)

Ground = type[OccurrenceGround] | type[FormGradeGround]
IsIt = Callable[[Ground], ColumnElement[bool]]
"""Which grounds are meant, as a condition on either table of them."""


def verdict_given(given: VerdictGiven) -> None:
    insurer_id = db.session.scalar(_judged_anew(given.verdict_id))
    if insurer_id is not None:
        sheets.hold(insurer_id)
    cause = sheets.Cause("所依据照片的判定有变化", "verdict", given.verdict_id)
    _make_anew(partial(_names, evidence_id=given.evidence_id), cause)


def fact_withdrawn(told: FactWithdrawn) -> None:
    # Held before it is looked: else a decision made at that moment would rest on what is gone, and its sheet stay.
    sheets.hold(db.session.get_one(RecordedFact, told.fact_id).insurer_id)
    cause = sheets.Cause("所依据的事实已撤回", "fact", told.fact_id)
    _make_anew(partial(_is_fact, fact_id=told.fact_id), cause)


def _make_anew(is_it: IsIt, cause: sheets.Cause) -> None:
    for subject in sorted(_resting_on(is_it), key=lambda s: (s.insurer_id, s.scheme)):
        sheets.hold(subject.insurer_id)
        sheets.record(subject, cause)


def _judged_anew(verdict_id: str) -> Select[str]:
    """Whose evidence it is, where the same party had judged it before: only then can something rest on that."""
    earlier = aliased(Verdict)
    return (
        db.select(Evidence.service_insurer_id)
        .join(Verdict, Verdict.evidence_id == Evidence.id)
        .join(
            earlier,
            and_(earlier.evidence_id == Verdict.evidence_id, earlier.party_id == Verdict.party_id),
        )
        .where(Verdict.id == verdict_id, earlier.id != Verdict.id)
        .limit(1)
    )


def _resting_on(is_it: IsIt) -> set[Subject]:
    occurrences = (
        db.select(Occurrence.scheme, Occurrence.insurer_id, Occurrence.period)
        .join(OccurrenceGround, OccurrenceGround.occurrence_id == Occurrence.id)
        .where(is_it(OccurrenceGround))
    )
    forms = (
        db.select(OpinionForm.scheme, OpinionForm.insurer_id, OpinionForm.period)
        .join(FormGrade, FormGrade.form_id == OpinionForm.id)
        .join(FormGradeGround, FormGradeGround.grade_id == FormGrade.id)
        .where(is_it(FormGradeGround))
    )
    return {Subject(*row) for rows in (occurrences, forms) for row in db.session.execute(rows)}


def _is_fact(ground: Ground, fact_id: str) -> ColumnElement[bool]:
    return and_(ground.kind == "fact", ground.ref_id == fact_id)


def _names(ground: Ground, evidence_id: str) -> ColumnElement[bool]:
    verdicts = db.select(Verdict.id).where(Verdict.evidence_id == evidence_id)
    return or_(
        and_(ground.kind == "evidence", ground.ref_id == evidence_id),
        and_(ground.kind == "verdict", ground.ref_id.in_(verdicts)),
    )
