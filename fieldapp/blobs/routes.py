from typing import Any

from flask_smorest import Blueprint

from fieldapp.accounts.access import me, needs, own_transaction
from fieldapp.accounts.permissions import Act
from fieldapp.blobs import completing
from fieldapp.blobs import uploads as verbs
from fieldapp.blobs.schemas import AskedSchema, OutcomesSchema, ReportsSchema, TargetsSchema

uploads = Blueprint("uploads", __name__, url_prefix="/api/uploads")


@uploads.post("")
@uploads.arguments(AskedSchema)
@uploads.response(200, TargetsSchema)
@needs(Act.FILE_SEND)
@own_transaction
def ask(asked: dict[str, Any]) -> verbs.Targets:
    """Where to send the bytes that are not stored yet; an upload already open is signed afresh."""
    return verbs.ask(me(), asked["items"])


@uploads.post("/completions")
@uploads.arguments(ReportsSchema)
@uploads.response(200, OutcomesSchema)
@needs(Act.FILE_SEND)
@own_transaction
def complete(reported: dict[str, Any]) -> dict[str, Any]:
    """Finish uploads whose parts have all been sent; many in one call, again without harm."""
    return {"uploads": completing.complete(me(), reported["uploads"])}
