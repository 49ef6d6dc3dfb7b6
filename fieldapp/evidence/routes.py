from typing import Any

from flask import redirect
from flask_smorest import Blueprint
from werkzeug import Response

from fieldapp.accounts.access import decides, me, needs, records_read
from fieldapp.accounts.permissions import Act
from fieldapp.evidence import (
    annotating,
    custody,
    intake,
    judging,
    redacting,
    redactions,
    showing,
    viewing,
)
from fieldapp.evidence.access import evidence_for
from fieldapp.evidence.models import Verdict
from fieldapp.evidence.schemas import (
    LedgerEntriesSchema,
    OneEvidenceSchema,
    RedactionAskedSchema,
    RedactionSchema,
    VerdictAskedSchema,
    VerdictSchema,
)
from fieldapp.evidence.views import views_of
from fieldapp.routing import english_asked

LINK_KEPT_S = 300
"""A browser may reuse a redirect for half as long as the link behind it is good."""

evidence = Blueprint("evidence", __name__, url_prefix="/api")


@evidence.get("/evidence/<evidence_id>")
@evidence.response(200, OneEvidenceSchema)
@needs(Act.EVIDENCE_READ)
def one(evidence_id: str) -> dict[str, Any]:
    """One photo: claims, bytes, flags, verdicts and who had it in hand."""
    found = evidence_for(me(), evidence_id)
    [view] = views_of([found], me(), english=english_asked())
    return view | {"custody": custody.custody_of(found, me())}


@evidence.get("/evidence/<evidence_id>/renditions/<int:longest_side>")
@needs(Act.EVIDENCE_READ)
def rendition(evidence_id: str, longest_side: int) -> Response:
    """The upright copy without metadata, 320 or 1600 pixels on its longer side: redirects to the bytes.

    In place of what was deleted by law stands a picture that says so.
    """
    found = evidence_for(me(), evidence_id)
    if redactions.is_gone(found):
        return redactions.said_instead(found, longest_side)
    return _redirect(showing.rendition_url(found, longest_side), kept_s=LINK_KEPT_S)


@evidence.get("/evidence/<evidence_id>/annotation/renditions/<int:longest_side>")
@needs(Act.EVIDENCE_READ)
def annotation(evidence_id: str, longest_side: int) -> Response:
    """The copy on which the surveyor drew, 320 or 1600 pixels on its longer side: redirects to the bytes."""
    return _redirect(
        annotating.rendition_url(evidence_for(me(), evidence_id), longest_side), kept_s=LINK_KEPT_S
    )


@evidence.get("/evidence/<evidence_id>/recording")
@needs(Act.EVIDENCE_READ)
@records_read
def recording(evidence_id: str) -> Response:
    """A recorded statement, to be played. The ledger keeps who listened."""
    return _redirect(showing.recording_url(evidence_for(me(), evidence_id)), kept_s=0)


@evidence.get("/evidence/<evidence_id>/original")
@needs(Act.EVIDENCE_READ)
@records_read
def original(evidence_id: str) -> Response:
    """The bytes as they came, as an attachment. The ledger keeps who asked."""
    return _redirect(showing.original_url(evidence_for(me(), evidence_id)), kept_s=0)


@evidence.get("/evidence/<evidence_id>/viewing-copy")
@needs(Act.EVIDENCE_READ)
def viewing_copy(evidence_id: str) -> Response:
    """The video as it can be played, made anew by us: redirects to the bytes."""
    return _redirect(viewing.url(evidence_for(me(), evidence_id)), kept_s=LINK_KEPT_S)


@evidence.post("/evidence/<evidence_id>/viewing-copies")
@evidence.response(202)
@needs(Act.EVIDENCE_READ)
def view_again(evidence_id: str) -> None:
    """Have a video's viewing copy made that could not be."""
    viewing.ask_again(evidence_for(me(), evidence_id))


@evidence.post("/evidence/<evidence_id>/verdicts")
@evidence.arguments(VerdictAskedSchema)
@evidence.response(201, VerdictSchema)
@needs(Act.EVIDENCE_READ)
@decides
def judge(given: dict[str, Any], evidence_id: str) -> Verdict:
    """Accept or reject one photo for the caller's party. Never changed; a later verdict supersedes."""
    return judging.give(evidence_for(me(), evidence_id), me(), judging.Judgement(**given))


@evidence.put("/evidence/<evidence_id>/redaction")
@evidence.arguments(RedactionAskedSchema)
@evidence.response(200, RedactionSchema)
@needs(Act.EVIDENCE_REDACT)
@decides
def redact(given: dict[str, Any], evidence_id: str) -> dict[str, Any]:
    """Delete the bytes by law. Hash, seal, verdicts and entries stay; there is no way back."""
    found = evidence_for(me(), evidence_id, Act.EVIDENCE_REDACT)
    redacting.redact(found, me(), redacting.Ordered(**given))
    return redactions.all_of([found])[found.id]


@evidence.post("/evidence/<evidence_id>/readings")
@evidence.response(202)
@needs(Act.EVIDENCE_READ)
def read_again(evidence_id: str) -> None:
    """Have a refused or unreadable original read anew, or an envelope opened that could not be."""
    found = evidence_for(me(), evidence_id)
    judging.require_judge(found, me())
    intake.ask_again(found)


@evidence.get("/ledger/<table>/<path:row_id>")
@evidence.response(200, LedgerEntriesSchema)
@needs(Act.LEDGER_READ)
def entries(table: str, row_id: str) -> dict[str, Any]:
    """Who did what to one row, of those that the caller may see."""
    return {"items": custody.entries_for(me(), table, row_id)}


def _redirect(url: str, *, kept_s: int) -> Response:
    response = redirect(url, 302)
    response.headers["Cache-Control"] = f"private, max-age={kept_s}" if kept_s else "no-store"
    return response
