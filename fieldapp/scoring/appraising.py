"""附件1: an authority's officers grade the judged items of its own form, and submit it."""

from dataclasses import dataclass

from fieldapp.accounts.models import Person
from fieldapp.accounts.permissions import Act
from fieldapp.db import db
from fieldapp.errors import Conflict, Fault, Invalid, NotAllowed
from fieldapp.scoring import grounds, sheets
from fieldapp.scoring.gathering import (
    AUTHORITY_FORM,
    Subject,
    figures_of,
    is_reopened,
    latest_grades,
    refs_of,
)
from fieldapp.scoring.models import FormGrade, FormGradeGround, FormSubmission, OpinionForm
from fieldapp.scoring.published import BEST, graded, is_judged, titles
from fieldapp.scoring.resolving import Resolved
from fieldapp.scoring.scheme import GradedItem


class FormSubmitted(Conflict):
    zh = "意见表已定稿，不能再改。"
    en = "The form has been submitted and cannot change."


class NotJudged(Invalid):
    zh = "该项由系统按记录的数据计算，不由评定人评定。"
    en = "This item is computed from recorded figures; nobody grades it."


class UnknownItem(Invalid):
    zh = "意见表没有这一项。"
    en = "The form has no such item."


class ReasonNeeded(Invalid):
    zh = "评为优秀以下须写明理由。"
    en = "A grade below excellent needs its reason in words."


class NotAllGraded(Invalid):
    zh = "还有未评定的项目，不能定稿。"
    en = "Some items are not graded yet."


@dataclass(frozen=True)
class Appraisal:
    """One grade of one item; `grounds` as [{"kind", "id"}]."""

    item: str
    grade: str
    words: str | None
    grounds: list[dict[str, str]]


def subject_of(form: OpinionForm) -> Subject:
    return Subject(form.scheme, form.insurer_id, form.period)


def grade(form: OpinionForm, officer: Person, appraisal: Appraisal) -> OpinionForm:
    """Give an item its grade; a later one takes its place.

    Raises NotAllowed, UnknownItem, NotJudged, FormSubmitted, ReasonNeeded, NoGround, NotAGround.
    """
    _require_assessor(form, officer)
    item = _item(form, appraisal.item)
    if form.submission is not None and appraisal.item not in reopened(form):
        raise FormSubmitted
    if appraisal.grade not in item.points:
        raise Invalid(where="/grade")
    refs = _grounds(form, officer, appraisal)
    given = FormGrade(
        form_id=form.id,
        item=appraisal.item,
        grade=appraisal.grade,
        words=appraisal.words,
        graded_by_id=officer.id,
    )
    given.grounds = [
        FormGradeGround(position=place, kind=kind, ref_id=id_)
        for place, (kind, id_) in enumerate(refs)
    ]
    form.grades.append(given)
    form.version += 1
    words = titles(form.scheme)
    what = f"{words['items'][item.id]['zh']}为{words['grades'][appraisal.grade]['zh']}"
    cause = f"{form.assessor.short_name}评定{what}"
    return _recorded(form, sheets.Cause(cause, "grade", f"{form.id}"))


def submit(form: OpinionForm, officer: Person) -> OpinionForm:
    """Raises NotAllowed, FormSubmitted, NotAllGraded naming each item."""
    _require_assessor(form, officer)
    if form.submission is not None:
        raise FormSubmitted
    given, open_again = latest_grades(form), reopened(form)
    blank = [id_ for id_ in judged_items(form) if id_ not in given or id_ in open_again]
    if blank:
        raise NotAllGraded(faults=[Fault(f"/items/{id_}", "NotGraded", id_) for id_ in blank])
    form.submission = FormSubmission(submitted_by_id=officer.id)
    form.version += 1
    cause = f"{form.assessor.short_name}意见表定稿"
    return _recorded(form, sheets.Cause(cause, "submission", form.id))


def judged_items(form: OpinionForm) -> dict[str, GradedItem]:
    """Items that the assessor grades; over 0 led projects the complaint rate is one of them."""
    figures = figures_of(subject_of(form))
    items = graded().forms[form.form].items
    return {item.id: item for item in items if is_judged(item, figures)}


def reopened(form: OpinionForm) -> set[str]:
    """Items whose grade lost everything it rested on."""
    given = latest_grades(form)
    resolved = Resolved(ref for row in given.values() for ref in refs_of(row))
    return {id_ for id_, row in given.items() if is_reopened(row, form.assessor_id, resolved)}


def _require_assessor(form: OpinionForm, officer: Person) -> None:
    officer.require(Act.FORM_GRADE, form.scheme)
    if form.form != AUTHORITY_FORM or officer.organisation_id != form.assessor_id:
        raise NotAllowed


def _item(form: OpinionForm, item_id: str) -> GradedItem:
    items = {item.id: item for item in graded().forms[form.form].items}
    if item_id not in items:
        raise UnknownItem(where="/item")
    judged = judged_items(form)
    if item_id not in judged:
        raise NotJudged
    return judged[item_id]


def _grounds(form: OpinionForm, officer: Person, appraisal: Appraisal) -> list[grounds.Ref]:
    if appraisal.grade != BEST and not appraisal.words:
        raise ReasonNeeded(where="/words")
    if appraisal.grade == BEST and not appraisal.grounds:
        return []
    about = grounds.About(form.scheme, form.insurer_id, form.period)
    return grounds.check(officer, about, appraisal.grounds)


def _recorded(form: OpinionForm, cause: sheets.Cause) -> OpinionForm:
    sheets.record(subject_of(form), cause)
    db.session.refresh(form)
    return form
