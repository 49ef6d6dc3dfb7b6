from typing import Any

from flask import redirect
from flask_smorest import Blueprint
from werkzeug import Response

from fieldapp.accounts.access import me, needs
from fieldapp.accounts.permissions import Act
from fieldapp.clock import now
from fieldapp.evidence import redactions, showing
from fieldapp.evidence.reader import LARGE
from fieldapp.hazards import re_inspecting
from fieldapp.hazards.access import finding_for, hazard_for, hazards_for, in_state
from fieldapp.hazards.course import with_course
from fieldapp.hazards.models import Hazard
from fieldapp.hazards.schemas import (
    FindingSchema,
    HazardPageSchema,
    HazardsAskedSchema,
    OneHazardSchema,
    SeverityDecisionSchema,
)
from fieldapp.hazards.severity import decide_severity
from fieldapp.hazards.showing import counted, shown, shown_hazards
from fieldapp.paging import page

hazards = Blueprint("hazards", __name__, url_prefix="/api")


@hazards.get("/hazards")
@hazards.arguments(HazardsAskedSchema, location="query")
@hazards.response(200, HazardPageSchema)
@needs(Act.HAZARD_READ)
def index(asked: dict[str, Any]) -> dict[str, Any]:
    """Hazards from findings that were not put right on the spot, soonest due first."""
    found = hazards_for(me())
    if asked["project"] is not None:
        found = found.where(Hazard.project_id == asked["project"])
    counts = counted(found)
    if asked["state"] is not None:
        found = found.where(in_state(asked["state"], now()))
    listed = page(found, Hazard.due_at, Hazard.id, asked)
    return {**listed, "counts": counts, "items": shown_hazards(listed["items"])}


@hazards.get("/tasks/<task_id>/photos/<evidence_id>")
@needs(Act.TASK_READ)
def photo_of_task(task_id: str, evidence_id: str) -> Response:
    """A photo of what the caller is sent back to, 1600 pixels on its longer side: redirects to the bytes.

    In place of what was deleted by law stands a picture that says so.
    """
    photo = re_inspecting.photo_for(me(), task_id, evidence_id)
    if redactions.is_gone(photo):
        return redactions.said_instead(photo, LARGE)
    response = redirect(showing.rendition_url(photo, LARGE), 302)
    response.headers["Cache-Control"] = "no-store"
    return response


@hazards.get("/hazards/<hazard_id>")
@hazards.response(200, OneHazardSchema)
@needs(Act.HAZARD_READ)
def one(hazard_id: str) -> dict[str, Any]:
    """A hazard with its whole course: found, told, gone back to, closed, open again."""
    return with_course(hazard_for(me(), hazard_id), me())


@hazards.put("/findings/<finding_id>/severity-decision")
@hazards.arguments(SeverityDecisionSchema)
@hazards.response(200, FindingSchema)
@needs(Act.SEVERITY_CONFIRM)
def decide(given: dict[str, Any], finding_id: str) -> dict[str, Any]:
    """Confirm a suspected major hazard, or lower it, with words."""
    person = me()
    return shown([decide_severity(person, finding_for(person, finding_id), **given)])[0]
