from typing import Any

from flask_smorest import Blueprint

from fieldapp.accounts.access import me, needs
from fieldapp.accounts.permissions import Act
from fieldapp.paging import page
from fieldapp.reuse import reviewing
from fieldapp.reuse.access import resemblance_for, resemblances_for
from fieldapp.reuse.models import Resemblance, ResemblanceReview
from fieldapp.reuse.schemas import (
    ResemblancePageSchema,
    ResemblanceReviewAskedSchema,
    ResemblanceReviewSchema,
    ResemblancesAskedSchema,
    ResemblanceSchema,
)
from fieldapp.reuse.showing import shown

reuse = Blueprint("reuse", __name__, url_prefix="/api")


@reuse.get("/resemblances")
@reuse.arguments(ResemblancesAskedSchema, location="query")
@reuse.response(200, ResemblancePageSchema)
@needs(Act.RESEMBLANCE_REVIEW)
def resemblances(asked: dict[str, Any]) -> dict[str, Any]:
    """Photos that look like earlier ones: an insurer's own pairs; across insurers, for the authority alone."""
    rows = resemblances_for(me())
    said = Resemblance.reviews.any(ResemblanceReview.party_id == me().organisation_id)
    if asked["state"] != "all":
        rows = rows.where(said if asked["state"] == "reviewed" else ~said)
    found = page(rows, Resemblance.found_at, Resemblance.id, asked, newest_first=True)
    return found | {"items": shown(found["items"], me())}


@reuse.get("/resemblances/<resemblance_id>")
@reuse.response(200, ResemblanceSchema)
@needs(Act.RESEMBLANCE_REVIEW)
def resemblance(resemblance_id: str) -> dict[str, Any]:
    """One pair, side by side."""
    return shown([resemblance_for(me(), resemblance_id)], me())[0]


@reuse.put("/resemblances/<resemblance_id>/review")
@reuse.arguments(ResemblanceReviewAskedSchema)
@reuse.response(200, ResemblanceReviewSchema)
@needs(Act.RESEMBLANCE_REVIEW)
def review(given: dict[str, Any], resemblance_id: str) -> ResemblanceReview:
    """Say for the caller's party what the pair is, once. It rejects nothing: that is a verdict's, given at the photo."""
    return reviewing.review(resemblance_for(me(), resemblance_id), me(), **given)
