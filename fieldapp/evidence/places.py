"""Positions, sites and how far they are apart. Pure."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

TRIANGLE = 3
EARTH_M = 6_371_008.8


@dataclass(frozen=True)
class Position:
    """WGS-84 decimal degrees."""

    lon: float
    lat: float


@dataclass(frozen=True)
class Fix:
    at: Position
    accuracy_m: float | None
    age_s: float | None


@dataclass(frozen=True)
class Site:
    """The approved outline, closed or not; empty: only the centre is known."""

    centre: Position
    outline: tuple[Position, ...]


def distance_to_site(at: Position, site: Site) -> float:
    """Metres to the outline, 0 inside it; to the centre where no outline is drawn."""
    if len(site.outline) < TRIANGLE:
        return distance(at, site.centre)
    if _inside(at, site.outline):
        return 0.0
    return min(_to_segment(at, a, b) for a, b in _sides(site.outline))


def distance(a: Position, b: Position) -> float:
    """Metres along the great circle."""
    lat_a, lat_b = math.radians(a.lat), math.radians(b.lat)
    half_lat, half_lon = (lat_b - lat_a) / 2, math.radians(b.lon - a.lon) / 2
    chord = math.sin(half_lat) ** 2 + math.cos(lat_a) * math.cos(lat_b) * math.sin(half_lon) ** 2
    return 2 * EARTH_M * math.asin(math.sqrt(min(1.0, chord)))


def _sides(outline: tuple[Position, ...]) -> Iterator[tuple[Position, Position]]:
    return zip(outline, (*outline[1:], outline[0]), strict=True)


def _inside(at: Position, outline: tuple[Position, ...]) -> bool:
    """Ray casting: an odd number of sides lies to the east."""
    inside = False
    for a, b in _sides(outline):
        if (a.lat > at.lat) != (b.lat > at.lat):
            crossing = a.lon + (at.lat - a.lat) / (b.lat - a.lat) * (b.lon - a.lon)
            inside ^= at.lon < crossing
    return inside


def _to_segment(at: Position, a: Position, b: Position) -> float:
    """Metres to the nearest point of one side, on a plane that touches the earth here: exact enough for a site."""
    east = math.cos(math.radians(at.lat))
    ax, ay = (a.lon - at.lon) * east, a.lat - at.lat
    bx, by = (b.lon - at.lon) * east, b.lat - at.lat
    dx, dy = bx - ax, by - ay
    length = dx * dx + dy * dy
    along = 0.0 if length == 0 else max(0.0, min(1.0, -(ax * dx + ay * dy) / length))
    nearest = Position(at.lon + (ax + along * dx) / max(east, 1e-9), at.lat + ay + along * dy)
    return distance(at, nearest)
