from typing import Any

from flask_smorest import Blueprint

from fieldapp.accounts.access import me, needs
from fieldapp.accounts.permissions import Act
from fieldapp.hazards import desk
from fieldapp.hazards.desk_schemas import DeskAskedSchema, DeskSchema, DeskVisitSchema
from fieldapp.routing import english_asked

photo_desk = Blueprint("photo_desk", __name__, url_prefix="/api/desk")


@photo_desk.get("")
@photo_desk.arguments(DeskAskedSchema, location="query")
@photo_desk.response(200, DeskSchema)
@needs(Act.EVIDENCE_READ)
def index(asked: dict[str, Any]) -> dict[str, Any]:
    """Visits with photos that the caller's party has not judged, by queue."""
    return desk.desk(me(), asked)


@photo_desk.get("/visits/<visit_id>")
@photo_desk.response(200, DeskVisitSchema)
@needs(Act.EVIDENCE_READ)
def one(visit_id: str) -> dict[str, Any]:
    """One visit's photos in walking order."""
    return desk.photos_of(me(), visit_id, english=english_asked())
