"""Where phones said they were when they arrived at a site: what a supervisor approves its position from."""

from statistics import median
from typing import Any

from fieldapp.accounts.models import Person
from fieldapp.db import db
from fieldapp.projects.models import Project
from fieldapp.visits.access import may_see
from fieldapp.visits.models import Visit

MOST = 20
COARSEST_M = 100


def first_fixes(project: Project, viewer: Person) -> dict[str, Any]:
    """{"items": [{visit_id, surveyor, at, fix}], "suggested": {lon, lat, fixes} | None}, the earliest first, WGS-84.

    The middle of all good fixes is suggested, so that one bad one does not move it; who was there and when is
    told of visits that the viewer may see, no others.
    """
    first = (
        db.select(Visit)
        .where(Visit.project_id == project.id)
        .order_by(Visit.started_at)
        .limit(MOST)
    )
    visits = db.session.scalars(first.where(may_see(viewer))).unique()
    items = [
        {"visit_id": v.id, "surveyor": v.surveyor, "at": v.started_at, "fix": v.arrival}
        for v in visits
        if v.arrival is not None
    ]
    fixes = [v.arrival for v in db.session.scalars(first).unique() if v.arrival is not None]
    good = [fix for fix in fixes if float(fix["accuracy_m"] or 0) <= COARSEST_M]
    return {"items": items, "suggested": _middle(good) if good else None}


def _middle(fixes: list[dict[str, Any]]) -> dict[str, Any]:
    lon, lat = (median(float(fix[name]) for fix in fixes) for name in ("lon", "lat"))
    return {"lon": round(lon, 6), "lat": round(lat, 6), "fixes": len(fixes)}
