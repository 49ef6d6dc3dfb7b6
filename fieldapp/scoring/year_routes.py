from typing import Any

from flask_smorest import Blueprint

from fieldapp.accounts.access import decides, me, needs
from fieldapp.accounts.permissions import Act
from fieldapp.errors import NotFound
from fieldapp.oversight import answering
from fieldapp.oversight.models import RecordedFact
from fieldapp.oversight.schemas import ResponseAskedSchema
from fieldapp.oversight.settling import Absence
from fieldapp.scoring import showing_forms, showing_year, year_records
from fieldapp.scoring.access import insurer_for
from fieldapp.scoring.gathering import Subject
from fieldapp.scoring.models import SatisfactionAnswer
from fieldapp.scoring.published import INJURY, LIABILITY
from fieldapp.scoring.reply_schemas import OpinionFormSchema
from fieldapp.scoring.schemas import StepSchema, is_period
from fieldapp.scoring.year_records import Figures
from fieldapp.scoring.year_schemas import (
    AbsenceSchema,
    AnswerShownSchema,
    AnswerTakenSchema,
    FactOnRecordSchema,
    FiguresSchema,
    FiguresShownSchema,
    PolicyholderFormSchema,
    YearRecordsSchema,
)

Json = dict[str, Any]

year = Blueprint("year", __name__, url_prefix="/api")


@year.get("/year-records/<scheme>/<insurer_id>/<period>")
@year.response(200, YearRecordsSchema)
@needs(Act.SHEET_READ)
def records(scheme: str, insurer_id: str, period: str) -> Json:
    """What is on record for an insurer's year beyond findings, and what the caller may add; the insurer reads its own."""
    insurer = insurer_for(me(), scheme, insurer_id, Act.SHEET_READ)
    if not is_period(period):
        raise NotFound
    return showing_year.shown(me(), insurer, Subject(scheme, insurer.id, period))


@year.post("/absences")
@year.arguments(AbsenceSchema)
@year.response(201, FactOnRecordSchema)
@needs(Act.YEAR_RECORD)
@decides
def record_absence(asked: Json) -> Json:
    """Put on record that something was left undone; a decision may rest on it."""
    insurer_for(me(), asked["scheme"], asked["insurer_id"], Act.YEAR_RECORD)
    fact: RecordedFact = year_records.record_absence(me(), Absence(**asked))
    return showing_year.fact(fact)


@year.put("/absences/<fact_id>/answer")
@year.arguments(ResponseAskedSchema)
@year.response(200, FactOnRecordSchema)
@needs(Act.ABSENCE_ANSWER)
def answer_absence(asked: Json, fact_id: str) -> Json:
    """The insurer accepts or contests what was put on record as left undone, once."""
    return showing_year.fact(answering.answer(me(), fact_id, **asked))


@year.post("/year-figures")
@year.arguments(FiguresSchema)
@year.response(201, FiguresShownSchema)
@needs(Act.YEAR_RECORD)
@decides
def record_figures(asked: Json) -> Json:
    """The year's counts, whole; they take the place of the earlier ones."""
    insurer_id, period = asked.pop("insurer_id"), asked.pop("period")
    replaces = asked.pop("replaces")
    insurer_for(me(), LIABILITY, insurer_id, Act.YEAR_RECORD)
    given = Figures(**asked)
    row = year_records.record_figures(me(), insurer_id, period, given, replaces=replaces)
    return showing_year.figures(row)


@year.post("/satisfaction-answers")
@year.arguments(AnswerTakenSchema)
@year.response(201, AnswerShownSchema)
@needs(Act.YEAR_RECORD)
@decides
def take_in_answer(asked: Json) -> SatisfactionAnswer:
    """One valid answer to the questionnaire, with the number of its paper or call."""
    insurer_id, period = asked.pop("insurer_id"), asked.pop("period")
    insurer_for(me(), INJURY, insurer_id, Act.YEAR_RECORD)
    return year_records.take_in_answer(me(), insurer_id, period, asked)


@year.put("/satisfaction-answers/<answer_id>/withdrawal")
@year.arguments(StepSchema)
@year.response(200, AnswerShownSchema)
@needs(Act.YEAR_RECORD)
@decides
def withdraw_answer(asked: Json, answer_id: str) -> SatisfactionAnswer:
    """An answer that was taken in by mistake counts no more."""
    answer = year_records.answer_for(me(), answer_id)
    return year_records.withdraw_answer(me(), answer, asked["words"])


@year.put("/policyholder-forms/<holder_id>")
@year.arguments(PolicyholderFormSchema)
@year.response(200, OpinionFormSchema)
@needs(Act.YEAR_RECORD)
@decides
def take_in_form(asked: Json, holder_id: str) -> Json:
    """A policyholder's 附件2 from its paper; again corrects what was misread."""
    insurer_for(me(), LIABILITY, asked["insurer_id"], Act.YEAR_RECORD)
    form = year_records.take_in_form(me(), holder_id=holder_id, **asked)
    return showing_forms.shown(form, me().organisation_id)
