"""Approving where a site is: its centre and outline, kept as WGS-84."""

import math
from collections.abc import Sequence
from decimal import Decimal

from fieldapp.accounts.models import Person
from fieldapp.clock import now
from fieldapp.db import db
from fieldapp.errors import Fault, Invalid
from fieldapp.projects.datum import wgs84_of_gcj02
from fieldapp.projects.models import Project, Site

CORNERS = 16
TRIANGLE = 3
METRES_A_DEGREE = 111_320.0
FARTHEST_M = 20_000

Degrees = tuple[float, float]  # lon, lat


def approve(
    project: Project,
    by: Person | None,
    *,
    lon: float,
    lat: float,
    datum: str,
    radius_m: int,
    polygon: Sequence[Degrees] | None,
) -> Site:
    """Set the site's position. Without an outline a ring of `radius_m` stands for it.

    Raises Invalid for an outline of less than three corners, or one far from the centre.
    """
    converted = wgs84_of_gcj02 if datum == "GCJ-02" else _as_it_is
    centre = converted(lon, lat)
    ring = [converted(*corner) for corner in polygon] if polygon else _ring(centre, radius_m)
    _require_sound(centre, ring)
    site = project.site or Site(project_id=project.id)
    site.lon, site.lat = (Decimal(f"{value:.6f}") for value in centre)
    site.datum = "WGS-84"
    site.polygon = [[f"{x:.6f}", f"{y:.6f}"] for x, y in ring]
    site.approved_by_id = by.id if by else None
    site.approved_at = now()
    project.site = site
    db.session.flush()
    return site


def _as_it_is(lon: float, lat: float) -> Degrees:
    return lon, lat


def _ring(centre: Degrees, radius_m: float) -> list[Degrees]:
    wide = radius_m / (METRES_A_DEGREE * math.cos(math.radians(centre[1])))
    turns = [2 * math.pi * corner / CORNERS for corner in range(CORNERS)]
    return [
        (
            centre[0] + wide * math.cos(turn),
            centre[1] + radius_m / METRES_A_DEGREE * math.sin(turn),
        )
        for turn in turns
    ]


def _require_sound(centre: Degrees, ring: Sequence[Degrees]) -> None:
    said = None
    if len(ring) < TRIANGLE:
        said = "边界至少要三个点。"
    elif any(_metres(centre, corner) > FARTHEST_M for corner in ring):
        said = "边界离中心超过 20 公里，请核对坐标。"
    if said:
        raise Invalid(
            said,
            "The outline has too few corners or lies far from the centre.",
            faults=[Fault("/polygon", "unsound", said)],
        )


def _metres(a: Degrees, b: Degrees) -> float:
    east = (a[0] - b[0]) * METRES_A_DEGREE * math.cos(math.radians(a[1]))
    return math.hypot(east, (a[1] - b[1]) * METRES_A_DEGREE)
