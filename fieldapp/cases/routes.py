from typing import Any

from flask_smorest import Blueprint

from fieldapp.accounts.access import me, needs, records_read
from fieldapp.accounts.permissions import Act
from fieldapp.cases import handing_over, reporting, showing
from fieldapp.cases.access import case_for, cases_for
from fieldapp.cases.models import AccidentCase
from fieldapp.cases.reporting import Report
from fieldapp.cases.schemas import (
    AccidentReportSchema,
    CasePageSchema,
    HandOverAskedSchema,
    OneCaseSchema,
    PurposeSchema,
    UnmaskedPersonSchema,
)
from fieldapp.ledger.recording import record_read
from fieldapp.paging import PageSchema, page

cases = Blueprint("cases", __name__, url_prefix="/api/cases")


@cases.get("")
@cases.arguments(PageSchema, location="query")
@cases.response(200, CasePageSchema)
@needs(Act.CASE_READ)
def index(asked: dict[str, Any]) -> dict[str, Any]:
    """Injury cases that the caller may see, the newest first."""
    return page(
        cases_for(me()), AccidentCase.reported_at, AccidentCase.id, asked, newest_first=True
    )


@cases.post("")
@cases.arguments(AccidentReportSchema)
@cases.alt_response(201, schema=OneCaseSchema, success=True)
@needs(Act.CASE_REPORT)
def report(asked: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """An accident as it was reported; its survey goes to the service insurer at once."""
    return showing.shown(reporting.report(me(), Report(**asked)), me()), 201


@cases.get("/<case_id>")
@cases.alt_response(200, schema=OneCaseSchema, success=True)
@needs(Act.CASE_READ)
def one(case_id: str) -> dict[str, Any]:
    """One case with its hand-over and media; the injured person masked."""
    return showing.shown(case_for(me(), case_id), me())


@cases.put("/<case_id>/hand-over")
@cases.arguments(HandOverAskedSchema)
@cases.alt_response(200, schema=OneCaseSchema, success=True)
@needs(Act.CASE_HAND_OVER)
def hand_over(asked: dict[str, Any], case_id: str) -> dict[str, Any]:
    """Hand the file over; once, after the survey."""
    case = case_for(me(), case_id, lock=True)
    return showing.shown(handing_over.hand_over(case, me(), asked["receiver_id"]), me())


@cases.get("/<case_id>/injured-person")
@cases.arguments(PurposeSchema, location="query")
@cases.response(200, UnmaskedPersonSchema)
@needs(Act.CASE_READ)
@records_read
def injured_person(asked: dict[str, Any], case_id: str) -> dict[str, str]:
    """The injured person unmasked, for a named purpose; the read goes on record."""
    case = case_for(me(), case_id)
    record_read(case, asked["purpose"])
    return case.person
