from typing import Any

from flask import current_app
from flask_smorest import Blueprint
from sqlalchemy.orm import selectinload

from fieldapp.accounts.access import decides, me, needs
from fieldapp.accounts.permissions import Act
from fieldapp.clock import now
from fieldapp.oversight import inspecting, photographing, settling, withdrawing
from fieldapp.oversight.access import (
    finding_for,
    findings_for,
    inspection_for,
    inspections_for,
)
from fieldapp.oversight.inspecting import Sighting
from fieldapp.oversight.models import AuthorityFinding, RecordedFact, SpotInspection
from fieldapp.oversight.schemas import (
    AuthorityFindingSchema,
    FactAskedSchema,
    FactWithdrawalAskedSchema,
    FindingAskedSchema,
    FindingPageSchema,
    FindingsAskedSchema,
    InspectionAskedSchema,
    InspectionPageSchema,
    InspectionSchema,
    PhotosAskedSchema,
    RecordedFactSchema,
    ResponseAskedSchema,
)
from fieldapp.oversight.showing import is_in, shown, shown_all
from fieldapp.paging import PageSchema, page
from fieldapp.projects.access import project_for

oversight = Blueprint("oversight", __name__, url_prefix="/api")


@oversight.get("/spot-inspections")
@oversight.arguments(PageSchema, location="query")
@oversight.response(200, InspectionPageSchema)
@needs(Act.SPOT_INSPECTION_MAKE)
def inspections(asked: dict[str, Any]) -> dict[str, Any]:
    """Spot inspections of the caller's area, the newest first."""
    rows = inspections_for(me())
    return page(rows, SpotInspection.started_at, SpotInspection.id, asked, newest_first=True)


@oversight.post("/spot-inspections")
@oversight.arguments(InspectionAskedSchema)
@oversight.response(201, InspectionSchema)
@needs(Act.SPOT_INSPECTION_MAKE)
def begin(asked: dict[str, Any]) -> SpotInspection:
    """Begin a spot inspection of a site in the caller's area."""
    project = project_for(me(), asked["project_id"], Act.SPOT_INSPECTION_MAKE)
    return inspecting.begin(me(), project, asked["words"])


@oversight.post("/spot-inspections/<inspection_id>/findings")
@oversight.arguments(FindingAskedSchema)
@oversight.response(201, AuthorityFindingSchema)
@needs(Act.SPOT_INSPECTION_MAKE)
def record_finding(asked: dict[str, Any], inspection_id: str) -> dict[str, Any]:
    """Record what was seen at a question, compared with the insurer's latest answer there."""
    inspection = inspection_for(me(), inspection_id)
    days = current_app.config_object.response_working_days  # type: ignore[attr-defined]
    return shown(inspecting.record_finding(inspection, me(), Sighting(**asked), days))


@oversight.post("/authority-findings/<finding_id>/photos")
@oversight.arguments(PhotosAskedSchema)
@oversight.response(201, AuthorityFindingSchema)
@needs(Act.SPOT_INSPECTION_MAKE)
def add_photos(asked: dict[str, Any], finding_id: str) -> dict[str, Any]:
    """File what the officer photographed there; the bytes were uploaded before."""
    found = finding_for(me(), finding_id, lock=True)
    return shown(photographing.add(found, me(), asked["photos"]))


@oversight.get("/authority-findings")
@oversight.arguments(FindingsAskedSchema, location="query")
@oversight.response(200, FindingPageSchema)
@needs(Act.FINDING_READ)
def findings(asked: dict[str, Any]) -> dict[str, Any]:
    """Findings of the caller's area; an insurer sees those against itself."""
    rows = findings_for(me()).options(selectinload(AuthorityFinding.visit))
    if asked["state"]:
        rows = rows.where(is_in(asked["state"], now()))
    found = page(rows, AuthorityFinding.recorded_at, AuthorityFinding.id, asked, newest_first=True)
    return found | {"items": shown_all(found["items"])}


@oversight.get("/authority-findings/<finding_id>")
@oversight.response(200, AuthorityFindingSchema)
@needs(Act.FINDING_READ)
def finding(finding_id: str) -> dict[str, Any]:
    """One finding beside the insurer's answer."""
    return shown(finding_for(me(), finding_id))


@oversight.put("/authority-findings/<finding_id>/response")
@oversight.arguments(ResponseAskedSchema)
@oversight.response(200, AuthorityFindingSchema)
@needs(Act.FINDING_RESPOND)
def respond(asked: dict[str, Any], finding_id: str) -> dict[str, Any]:
    """The insurer accepts or contests the finding, once."""
    return shown(settling.respond(finding_for(me(), finding_id, lock=True), me(), **asked))


@oversight.put("/authority-findings/<finding_id>/recorded-fact")
@oversight.arguments(FactAskedSchema)
@oversight.response(201, RecordedFactSchema)
@needs(Act.FACT_RECORD)
@decides
def record_fact(asked: dict[str, Any], finding_id: str) -> RecordedFact:
    """Put a disagreement on record, once the insurer answered or its time ran out."""
    return settling.record_fact(finding_for(me(), finding_id, lock=True), me(), asked["words"])


@oversight.put("/recorded-facts/<fact_id>/withdrawal")
@oversight.arguments(FactWithdrawalAskedSchema)
@oversight.response(200, RecordedFactSchema)
@needs(Act.FACT_WITHDRAW)
@decides
def withdraw_fact(asked: dict[str, Any], fact_id: str) -> RecordedFact:
    """Take back a fact of one's own authority that was wrong: what rested on it loses it, and sheets are made anew."""
    return withdrawing.withdraw(me(), fact_id, asked["words"])
