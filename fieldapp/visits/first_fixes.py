"""Where phones said they were when they arrived at a site: what a supervisor approves its position from."""

from statistics import median
from typing import Any

from fieldapp.db import db
from fieldapp.projects.models import Project
from fieldapp.visits.models import Visit

MOST = 20
COARSEST_M = 100


def first_fixes(project: Project) -> dict[str, Any]:
    """{"items": [{visit_id, surveyor, at, fix}], "suggested": {lon, lat, fixes} | None}, the earliest first, WGS-84.

    The middle of all good fixes is suggested, so that one bad one does not move it.
    """
    visits = db.session.scalars(
        db.select(Visit)
        .where(Visit.project_id == project.id)
        .order_by(Visit.started_at)
        .limit(MOST)
    ).unique()
    items = [
        {"visit_id": v.id, "surveyor": v.surveyor, "at": v.started_at, "fix": v.arrival}
        for v in visits
        if v.arrival is not None
    ]
    good = [item["fix"] for item in items if float(item["fix"]["accuracy_m"] or 0) <= COARSEST_M]
    return {"items": items, "suggested": _middle(good) if good else None}


def _middle(fixes: list[dict[str, Any]]) -> dict[str, Any]:
    lon, lat = (median(float(fix[name]) for fix in fixes) for name in ("lon", "lat"))
    return {"lon": round(lon, 6), "lat": round(lat, 6), "fixes": len(fixes)}
