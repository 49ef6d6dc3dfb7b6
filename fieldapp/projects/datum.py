"""Positions read off a Chinese map are GCJ-02, some hundred metres beside WGS-84. Converted here, once, on the way in."""

import math

_AXIS = 6_378_245.0  # of the Krasovsky ellipsoid, which GCJ-02 was made on
_ECCENTRICITY_2 = 0.00669342162296594323
_ROUNDS = 6  # each brings the answer about a thousand times closer; two are enough for centimetres


def wgs84_of_gcj02(lon: float, lat: float) -> tuple[float, float]:
    """The WGS-84 position that GCJ-02 shows there, within a centimetre. Degrees."""
    found_lon, found_lat = lon, lat
    for _ in range(_ROUNDS):
        shown_lon, shown_lat = gcj02_of_wgs84(found_lon, found_lat)
        found_lon, found_lat = found_lon + lon - shown_lon, found_lat + lat - shown_lat
    return found_lon, found_lat


def gcj02_of_wgs84(lon: float, lat: float) -> tuple[float, float]:
    """Where a Chinese map shows this WGS-84 position. Degrees."""
    x, y = lon - 105.0, lat - 35.0
    latitude = math.radians(lat)
    magic = 1 - _ECCENTRICITY_2 * math.sin(latitude) ** 2
    meridian = _AXIS * (1 - _ECCENTRICITY_2) / magic**1.5
    parallel = _AXIS / math.sqrt(magic) * math.cos(latitude)
    return (
        lon + math.degrees(_east(x, y) / parallel),
        lat + math.degrees(_north(x, y) / meridian),
    )


def _east(x: float, y: float) -> float:
    plain = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x))
    return plain + _ripple(x) + _wave(x, ((20, 1), (40, 1 / 3), (150, 1 / 12), (300, 1 / 30)))


def _north(x: float, y: float) -> float:
    plain = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x))
    return plain + _ripple(x) + _wave(y, ((20, 1), (40, 1 / 3), (160, 1 / 12), (320, 1 / 30)))


def _ripple(x: float) -> float:
    return _wave(x, ((20, 6), (20, 2)))


def _wave(value: float, parts: tuple[tuple[float, float], ...]) -> float:
    return sum(size * math.sin(often * math.pi * value) for size, often in parts) * 2 / 3
