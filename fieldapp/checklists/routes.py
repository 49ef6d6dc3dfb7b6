from flask import Response, request
from flask_smorest import Blueprint

from fieldapp.accounts.access import signed_in
from fieldapp.checklists.publishing import published

checklists = Blueprint("checklists", __name__, url_prefix="/api/checklists")

_PUBLISHED = {
    "type": "object",
    "additionalProperties": False,
    "required": ["digest", "edition"],
    "properties": {
        "digest": {"type": "string", "description": "SHA-256 of the edition's canonical JSON"},
        "edition": {"type": "object", "additionalProperties": True},
    },
}


@checklists.get("/<checklist>/<edition>")
@checklists.doc(
    responses={
        "200": {
            "description": "the same bytes for ever",
            "content": {"application/json": {"schema": _PUBLISHED}},
        }
    }
)
@signed_in
def one(checklist: str, edition: str) -> Response:
    """One published edition of a checklist, whole, for use offline."""
    row = published(checklist, edition)
    response = Response(row.body, mimetype="application/json")
    response.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    response.set_etag(row.digest)
    response.make_conditional(request)
    return response
