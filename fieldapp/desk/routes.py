from typing import Any

from flask_smorest import Blueprint

from fieldapp.accounts.access import me, needs
from fieldapp.accounts.permissions import Act
from fieldapp.desk import agreeing, queues, sheets
from fieldapp.desk.schemas import (
    AcceptanceAskedSchema,
    AcceptanceSchema,
    AgreementAskedSchema,
    AgreementSchema,
    DeskAskedSchema,
    DeskSchema,
    DeskVisitSchema,
    DisagreementPageSchema,
    DisagreementsAskedSchema,
    DisplaysToldSchema,
    SheetOfPhotosSchema,
)
from fieldapp.routing import english_asked

photo_desk = Blueprint("photo_desk", __name__, url_prefix="/api")


@photo_desk.get("/desk")
@photo_desk.arguments(DeskAskedSchema, location="query")
@photo_desk.response(200, DeskSchema)
@needs(Act.EVIDENCE_READ)
def index(asked: dict[str, Any]) -> dict[str, Any]:
    """Visits with photos that the caller's party has not judged, by queue."""
    return queues.desk(me(), asked)


@photo_desk.get("/desk/visits/<visit_id>")
@photo_desk.response(200, DeskVisitSchema)
@needs(Act.EVIDENCE_READ)
def one(visit_id: str) -> dict[str, Any]:
    """One visit's photos in walking order."""
    return queues.photos_of(me(), visit_id, english=english_asked())


@photo_desk.post("/desk/visits/<visit_id>/sheets")
@photo_desk.response(201, SheetOfPhotosSchema)
@needs(Act.EVIDENCE_JUDGE_QUALITY)
def begin(visit_id: str) -> dict[str, Any]:
    """Begin to look at the visit's contact sheet: the photos that may be accepted together."""
    return sheets.shown(sheets.begin(me(), visit_id), me())


@photo_desk.post("/desk/sheets/<sheet_id>/displays")
@photo_desk.arguments(DisplaysToldSchema)
@photo_desk.response(200, SheetOfPhotosSchema)
@needs(Act.EVIDENCE_JUDGE_QUALITY)
def display(given: dict[str, Any], sheet_id: str) -> dict[str, Any]:
    """Say for how long photos of the sheet were displayed, each in all since the sheet was opened."""
    sheet = sheets.sheet_for(me(), sheet_id)
    sheets.display(sheet, given["photos"])
    return sheets.shown(sheet, me())


@photo_desk.put("/desk/sheets/<sheet_id>/acceptance")
@photo_desk.arguments(AcceptanceAskedSchema)
@photo_desk.response(200, AcceptanceSchema)
@needs(Act.EVIDENCE_JUDGE_QUALITY)
def accept(given: dict[str, Any], sheet_id: str) -> dict[str, Any]:
    """Accept these photos of the sheet together: a verdict for each, or a refusal that names each in the way."""
    return {"verdicts": sheets.accept(sheets.sheet_for(me(), sheet_id), me(), given["photos"])}


@photo_desk.get("/agreement")
@photo_desk.arguments(AgreementAskedSchema, location="query")
@photo_desk.response(200, AgreementSchema)
@needs(Act.AGREEMENT_READ)
def agreement(asked: dict[str, Any]) -> dict[str, Any]:
    """How far supervisors agree with the caller's authority, over the year's photos that it judged blind."""
    return agreeing.agreement(me(), **asked)


@photo_desk.get("/agreement/disagreements")
@photo_desk.arguments(DisagreementsAskedSchema, location="query")
@photo_desk.response(200, DisagreementPageSchema)
@needs(Act.AGREEMENT_READ)
def disagreements(asked: dict[str, Any]) -> dict[str, Any]:
    """The photos judged blind on which a supervisor and the caller's authority differ."""
    return agreeing.disagreements(me(), asked["scheme"], asked["period"], asked)
