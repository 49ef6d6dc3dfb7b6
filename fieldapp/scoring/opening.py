"""What a year's assessment starts from: forms opened, figures recorded, answers of the questionnaire taken in."""

from typing import Any

from fieldapp.accounts.models import Organisation, Person
from fieldapp.clock import now
from fieldapp.db import db
from fieldapp.scoring import sheets
from fieldapp.scoring.appraising import Appraisal, subject_of
from fieldapp.scoring.appraising import grade as appraise
from fieldapp.scoring.gathering import AUTHORITY_FORM, POLICYHOLDER_FORM, Subject
from fieldapp.scoring.models import (
    FormGrade,
    FormSubmission,
    OpinionForm,
    SatisfactionAnswer,
    YearFigures,
)
from fieldapp.scoring.published import INJURY, LIABILITY

PARTS = {"county": "county_authority", "city": "city_authority", None: "policyholder"}


def open_form(insurer_id: str, period: str, assessor: Organisation) -> OpinionForm:
    """The assessor's form about the insurer: 附件1 of an authority, 附件2 of a policyholder. Opened once."""
    part = PARTS[assessor.level]
    sheets.hold(insurer_id)
    known = db.session.scalar(
        db.select(OpinionForm).where(
            OpinionForm.insurer_id == insurer_id,
            OpinionForm.period == period,
            OpinionForm.part == part,
            OpinionForm.assessor_id == assessor.id,
        )
    )
    if known is not None:
        return known
    form = OpinionForm(
        scheme=LIABILITY,
        insurer_id=insurer_id,
        period=period,
        form=POLICYHOLDER_FORM if part == "policyholder" else AUTHORITY_FORM,
        part=part,
        assessor_id=assessor.id,
    )
    db.session.add(form)
    db.session.flush()
    db.session.refresh(form)
    cause = f"{assessor.short_name}开立意见表"
    sheets.record(subject_of(form), sheets.Cause(cause, "opened", form.id))
    return form


def give_grade(
    form: OpinionForm,
    item: str,
    grade: str,
    *,
    by: Person,
    words: str | None = None,
    grounds: list[dict[str, str]] | None = None,
) -> OpinionForm:
    """One grade of an authority's form, by the same rules as over HTTP."""
    sheets.hold(form.insurer_id)
    return appraise(form, by, Appraisal(item, grade, words, grounds or []))


def answer_form(
    form: OpinionForm,
    grades: dict[str, str],
    *,
    by: Person | None = None,
    words: str | None = None,
) -> OpinionForm:
    """A policyholder's whole 附件2, given and submitted at once; `by` who took in its paper, `words` where that lies.

    Taken in again it corrects what was misread: the later grades count, the earlier ones stay on record.
    """
    sheets.hold(form.insurer_id)
    taker = by and by.id
    form.grades.extend(
        FormGrade(form_id=form.id, item=item, grade=grade, words=words, graded_by_id=taker)
        for item, grade in grades.items()
    )
    if form.submission is None:
        form.submission = FormSubmission(submitted_by_id=taker)
    form.version += 1
    cause = f"{form.assessor.short_name}答复满意度调查"
    sheets.record(subject_of(form), sheets.Cause(cause, "grade", form.id))
    db.session.refresh(form)
    return form


def record_figures(
    insurer_id: str, period: str, figures: dict[str, Any], *, by: Person
) -> YearFigures:
    """The year's counts as the authority found them (and `accidents`, as facts have them); supersedes earlier ones."""
    sheets.hold(insurer_id)
    row = YearFigures(insurer_id=insurer_id, period=period, figures=figures, recorded_by_id=by.id)
    db.session.add(row)
    db.session.flush()
    subject = Subject(LIABILITY, insurer_id, period)
    cause = f"{by.organisation.short_name}记录年度数据"
    sheets.record(subject, sheets.Cause(cause, "figures", row.id))
    return row


def record_satisfaction(insurer_id: str, period: str, answers: list[dict[str, Any]]) -> None:
    """Valid answers: [{"respondent_kind", "channel", "satisfied", "answered_at"?}]."""
    sheets.hold(insurer_id)
    for answer in answers:
        row = {"answered_at": now()} | answer
        db.session.add(SatisfactionAnswer(insurer_id=insurer_id, period=period, **row))
    subject = Subject(INJURY, insurer_id, period)
    cause = f"收到满意度有效答复{len(answers)}份"
    sheets.record(subject, sheets.Cause(cause, "satisfaction"))
