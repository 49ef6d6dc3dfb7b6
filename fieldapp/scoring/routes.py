from typing import Any

from flask import current_app, request
from flask_smorest import Blueprint

from fieldapp.accounts.access import decides, me, needs
from fieldapp.accounts.models import Organisation
from fieldapp.accounts.permissions import Act
from fieldapp.db import db
from fieldapp.errors import NotFound, PreconditionRequired, Stale
from fieldapp.paging import page
from fieldapp.scoring import (
    appraising,
    occurring,
    opening,
    proposing,
    sheets,
    showing,
    showing_forms,
    showing_occurrences,
)
from fieldapp.scoring.access import (
    form_for,
    forms_for,
    insurer_for,
    insurers_for,
    occurrence_for,
    occurrences_for,
)
from fieldapp.scoring.appraising import Appraisal
from fieldapp.scoring.gathering import Subject
from fieldapp.scoring.grounds import About, candidates
from fieldapp.scoring.models import Occurrence, OpinionForm
from fieldapp.scoring.proposing import Proposal
from fieldapp.scoring.reply_schemas import (
    FormPageSchema,
    GroundPageSchema,
    OccurrencePageSchema,
    OccurrenceSchema,
    OpinionFormSchema,
)
from fieldapp.scoring.resolving import Resolved
from fieldapp.scoring.schemas import (
    AppealDecisionSchema,
    FormOpenedSchema,
    FormsAskedSchema,
    GradeSchema,
    GroundsAskedSchema,
    OccurrencesAskedSchema,
    ProposalSchema,
    SheetsAskedSchema,
    StepSchema,
    ViewAskedSchema,
    is_period,
)
from fieldapp.scoring.sheet_schemas import SheetPageSchema, SheetSchema

Json = dict[str, Any]
Tagged = tuple[Json, int, dict[str, str]]

scoring = Blueprint("scoring", __name__, url_prefix="/api")


# -- grounds and occurrences ----------------------------------------------------------------------


@scoring.get("/grounds")
@scoring.arguments(GroundsAskedSchema, location="query")
@scoring.response(200, GroundPageSchema)
@needs(Act.OCCURRENCE_PROPOSE)
def grounds(asked: Json) -> Json:
    """What a decision of the caller's authority about this insurer and year may rest on."""
    insurer_for(me(), asked["scheme"], asked["insurer_id"], Act.OCCURRENCE_PROPOSE)
    paged = {name: asked.pop(name) for name in ("limit", "after")}
    refs, after = candidates(me(), About(**asked), paged)
    resolved = Resolved(refs)
    return {"items": [resolved.shown(ref, me().organisation_id) for ref in refs], "next": after}


@scoring.get("/occurrences")
@scoring.arguments(OccurrencesAskedSchema, location="query")
@scoring.response(200, OccurrencePageSchema)
@needs(Act.OCCURRENCE_READ)
def occurrences(asked: Json) -> Json:
    """What is or was held against insurers, the newest first; an insurer sees what it was told of."""
    rows = occurrences_for(me())
    for name in ("scheme", "insurer_id", "period"):
        if asked[name]:
            rows = rows.where(getattr(Occurrence, name) == asked[name])
    found = page(rows, Occurrence.id, Occurrence.id, asked, newest_first=True)
    return found | {"items": [_occurrence(row) for row in found["items"]]}


@scoring.post("/occurrences")
@scoring.arguments(ProposalSchema)
@scoring.response(201, OccurrenceSchema)
@needs(Act.OCCURRENCE_PROPOSE)
@decides
def propose(asked: Json) -> Json:
    """Propose that a clause counts against an insurer, resting on grounds."""
    insurer_for(me(), asked["scheme"], asked["insurer_id"], Act.OCCURRENCE_PROPOSE)
    return _occurrence(proposing.propose(me(), Proposal(**asked)))


@scoring.get("/occurrences/<occurrence_id>")
@scoring.response(200, OccurrenceSchema)
@needs(Act.OCCURRENCE_READ)
def occurrence(occurrence_id: str) -> Json:
    """One occurrence with its steps and grounds."""
    return _occurrence(occurrence_for(me(), occurrence_id))


@scoring.put("/occurrences/<occurrence_id>/verification")
@scoring.arguments(StepSchema)
@scoring.response(200, OccurrenceSchema)
@needs(Act.OCCURRENCE_VERIFY)
@decides
def verify(asked: Json, occurrence_id: str) -> Json:
    """A second person of the authority verifies it."""
    return _occurrence(occurring.verify(occurrence_for(me(), occurrence_id), me(), **asked))


@scoring.put("/occurrences/<occurrence_id>/notice")
@scoring.arguments(StepSchema)
@scoring.response(200, OccurrenceSchema)
@needs(Act.OCCURRENCE_VERIFY)
@decides
def notify(asked: Json, occurrence_id: str) -> Json:
    """Tell the insurer; its time to appeal starts."""
    return _occurrence(occurring.notify(occurrence_for(me(), occurrence_id), me(), **asked))


@scoring.put("/occurrences/<occurrence_id>/appeal")
@scoring.arguments(StepSchema)
@scoring.response(200, OccurrenceSchema)
@needs(Act.OCCURRENCE_APPEAL)
def appeal(asked: Json, occurrence_id: str) -> Json:
    """The insurer's supervisor appeals, within its time."""
    row = occurrence_for(me(), occurrence_id)
    return _occurrence(occurring.appeal(row, me(), asked["words"], _appeal_days()))


@scoring.put("/occurrences/<occurrence_id>/appeal-decision")
@scoring.arguments(AppealDecisionSchema)
@scoring.response(200, OccurrenceSchema)
@needs(Act.OCCURRENCE_VERIFY)
@decides
def decide_appeal(asked: Json, occurrence_id: str) -> Json:
    """Uphold or dismiss the appeal, with reasons."""
    row = occurrence_for(me(), occurrence_id)
    return _occurrence(occurring.decide_appeal(row, me(), asked["outcome"], asked["words"]))


@scoring.put("/occurrences/<occurrence_id>/finality")
@scoring.arguments(StepSchema)
@scoring.response(200, OccurrenceSchema)
@needs(Act.OCCURRENCE_VERIFY)
@decides
def finalise(asked: Json, occurrence_id: str) -> Json:
    """The written decision, once the insurer was heard."""
    row = occurrence_for(me(), occurrence_id)
    return _occurrence(occurring.finalise(row, me(), asked["words"], _appeal_days()))


@scoring.put("/occurrences/<occurrence_id>/withdrawal")
@scoring.arguments(StepSchema)
@scoring.response(200, OccurrenceSchema)
@needs(Act.OCCURRENCE_VERIFY)
@decides
def withdraw(asked: Json, occurrence_id: str) -> Json:
    """Drop it; it counts no more."""
    return _occurrence(occurring.withdraw(occurrence_for(me(), occurrence_id), me(), **asked))


# -- opinion forms --------------------------------------------------------------------------------


@scoring.get("/opinion-forms")
@scoring.arguments(FormsAskedSchema, location="query")
@scoring.response(200, FormPageSchema)
@needs(Act.FORM_READ)
def forms(asked: Json) -> Json:
    """Opinion forms that the caller may see."""
    rows = forms_for(me())
    for name in ("insurer_id", "period"):
        if asked[name]:
            rows = rows.where(getattr(OpinionForm, name) == asked[name])
    found = page(rows, OpinionForm.id, OpinionForm.id, asked)
    return found | {"items": [showing_forms.summary(form) for form in found["items"]]}


@scoring.post("/opinion-forms")
@scoring.arguments(FormOpenedSchema)
@scoring.response(200, OpinionFormSchema)
@needs(Act.FORM_GRADE)
def open_form(asked: Json) -> Tagged:
    """Open the caller's own form about an insurer; opening it again answers the same form."""
    insurer = insurer_for(me(), "construction_liability", asked["insurer_id"], Act.FORM_GRADE)
    return _form(opening.open_form(insurer.id, asked["period"], me().organisation))


@scoring.get("/opinion-forms/<form_id>")
@scoring.response(200, OpinionFormSchema)
@needs(Act.FORM_READ)
def form(form_id: str) -> Tagged:
    """One form with its items, grades and grounds."""
    return _form(form_for(me(), form_id))


@scoring.put("/opinion-forms/<form_id>/grades/<item>")
@scoring.arguments(GradeSchema)
@scoring.response(200, OpinionFormSchema)
@needs(Act.FORM_GRADE)
@decides
def grade(asked: Json, form_id: str, item: str) -> Tagged:
    """Give a judged item its grade; below excellent with words and a ground."""
    return _form(appraising.grade(_seen(form_id), me(), Appraisal(item, **asked)))


@scoring.put("/opinion-forms/<form_id>/submission")
@scoring.response(200, OpinionFormSchema)
@needs(Act.FORM_GRADE)
@decides
def submit(form_id: str) -> Tagged:
    """Submit the form; it changes no more unless what a grade rests on falls away."""
    return _form(appraising.submit(_seen(form_id), me()))


# -- sheets ---------------------------------------------------------------------------------------


@scoring.get("/sheets")
@scoring.arguments(SheetsAskedSchema, location="query")
@scoring.response(200, SheetPageSchema)
@needs(Act.SHEET_READ)
def sheet_rows(asked: Json) -> Json:
    """Totals of the insurers that the caller may see."""
    insurers = insurers_for(me(), asked["scheme"]).order_by(Organisation.name)
    rows = [
        showing.row(insurer, Subject(asked["scheme"], insurer.id, asked["period"]))
        for insurer in db.session.scalars(insurers)
    ]
    return {"items": rows, "next": None}


@scoring.get("/sheets/<scheme>/<insurer_id>/<period>")
@scoring.arguments(ViewAskedSchema, location="query")
@scoring.response(200, SheetSchema)
@needs(Act.SHEET_READ)
def one_sheet(asked: Json, scheme: str, insurer_id: str, period: str) -> Json:
    """The explained score: every figure opens down to the photo."""
    insurer = insurer_for(me(), scheme, insurer_id)
    if not is_period(period):
        raise NotFound
    subject = Subject(scheme, insurer.id, period)
    return showing.shown(insurer, subject, final_only=asked["view"] == "final")


# -- shared ---------------------------------------------------------------------------------------


def _occurrence(row: Occurrence) -> Json:
    return showing_occurrences.shown(row, me(), _appeal_days())


def _form(form: OpinionForm) -> Tagged:
    body = showing_forms.shown(form, me().organisation_id)
    return body, 200, {"ETag": showing_forms.etag(form)}


def _seen(form_id: str) -> OpinionForm:
    """The form, locked, if it still is what the caller saw. Raises PreconditionRequired, Stale."""
    found = form_for(me(), form_id)
    sheets.hold(found.insurer_id)
    locked = form_for(me(), form_id, lock=True)
    db.session.refresh(locked)
    if not request.headers.get("If-Match"):
        raise PreconditionRequired
    tag = showing_forms.etag(locked)
    if not request.if_match.contains(tag.strip('"')):
        raise Stale(headers={"ETag": tag})
    return locked


def _appeal_days() -> int:
    return current_app.config_object.appeal_working_days  # type: ignore[attr-defined]
