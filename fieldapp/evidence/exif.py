"""EXIF as claims of a stranger: a whitelist of tags, each read into a typed value or left out."""

import math
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

MAKE, MODEL, SOFTWARE, DATE_TIME = 271, 272, 305, 306
TAKEN, DIGITISED = 36867, 36868
OFFSET, OFFSET_TAKEN, OFFSET_DIGITISED = 36880, 36881, 36882
LAT_REF, LAT, LON_REF, LON, DATUM = 1, 2, 3, 4, 18
LONGEST_TEXT = 64
DEGREES_MINUTES_SECONDS = 3
SIXTY = 60
WGS_84 = "WGS-84"
TIFF_HEADS = (b"II*\0", b"MM\0*")

_ISO = re.compile(
    r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)[T ](?P<clock>\d\d:\d\d:\d\d)"
    r"(?:[.,]\d+)?(?P<zone>Z|[+-]\d\d:?\d\d)?",
    re.ASCII,
)
_ISO6709 = re.compile(r"(?P<lat>[+-]\d{1,2}(?:\.\d+)?)(?P<lon>[+-]\d{1,3}(?:\.\d+)?)", re.ASCII)
_NEVER_SET = {"0000", "1904", "1970"}

Tags = Mapping[int, Any]


@dataclass(frozen=True)
class Exif:
    """`captured_at` is local time as written (`2026-11-20T09:30:00`), `offset` such as `+08:00` where written.

    `lon`, `lat`: decimal degrees as text; `datum` what they refer to, where that is written (`WGS-84`). `redacted`: there
    are position tags, all zero, as phones leave them.
    """

    captured_at: str | None = None
    offset: str | None = None
    lon: str | None = None
    lat: str | None = None
    datum: str | None = None
    redacted: bool = False
    make: str | None = None
    model: str | None = None
    software: str | None = None


def read(main: Tags, detail: Tags, gps: Tags) -> tuple[Exif | None, list[str]]:
    """What the tags say, None for nothing at all; and which of `time`, `position` are there but cannot be believed."""
    captured_at, offset, time_broken = _time(main, detail)
    lon, lat, redacted, place_broken = _place(gps)
    found = Exif(
        captured_at=captured_at,
        offset=offset,
        lon=lon,
        lat=lat,
        datum=_datum(gps.get(DATUM)) if lat is not None else None,
        redacted=redacted,
        make=text(main.get(MAKE)),
        model=text(main.get(MODEL)),
        software=text(main.get(SOFTWARE)),
    )
    broken = [
        name for name, is_broken in (("time", time_broken), ("position", place_broken)) if is_broken
    ]
    return (None if found == Exif() else found), broken


def as_json(exif: Exif) -> dict[str, Any]:
    return asdict(exif)


def is_readable(block: bytes) -> bool:
    """Whether a file's EXIF block begins as one does. What does not is passed over by its decoder without a word."""
    return block.removeprefix(b"Exif\0\0").removeprefix(b"Exif\0\0").startswith(TIFF_HEADS)


def text(value: object) -> str | None:
    """One line of at most 64 characters without control characters; None for nothing."""
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    if not isinstance(value, str):
        return None
    value = value.split("\0", 1)[0]
    kept = "".join(c for c in value if unicodedata.category(c)[0] != "C").strip()
    return kept[:LONGEST_TEXT].strip() or None


def iso_moment(said: str) -> tuple[str | None, str | None]:
    """`2026-11-20T09:30:00+0800` or `...000000Z` of a video: local time and its offset. A clock never set says neither."""
    found = _ISO.fullmatch(said)
    if found is None or found["year"] in _NEVER_SET:
        return None, None
    moment = _moment(f"{found['year']}:{found['month']}:{found['day']} {found['clock']}")
    zone = found["zone"] or ""
    offset = "+00:00" if zone == "Z" else f"{zone[:3]}:{zone[-2:]}" if zone else None
    return moment, _offset(offset) if moment else None


def iso6709(said: str) -> tuple[str | None, str | None, bool]:
    """`+31.2303+121.4737+012.3/` of a video: lon, lat as text, and whether it was taken out (all zero)."""
    found = _ISO6709.match(said)
    if found is None:
        return None, None, False
    lat, lon = float(found["lat"]), float(found["lon"])
    if lat == 0 and lon == 0:
        return None, None, True
    if abs(lat) > 90 or abs(lon) > 180:  # noqa: PLR2004 - degrees of a globe
        return None, None, False
    return f"{lon:.7f}", f"{lat:.7f}", False


def _time(main: Tags, detail: Tags) -> tuple[str | None, str | None, bool]:
    written = (
        (detail.get(TAKEN), detail.get(OFFSET_TAKEN)),
        (detail.get(DIGITISED), detail.get(OFFSET_DIGITISED)),
        (main.get(DATE_TIME), detail.get(OFFSET)),
    )
    broken = False
    for moment, offset in written:
        said = text(moment)
        if said is None:
            continue
        read = _moment(said)
        if read is not None:
            return read, _offset(offset), False
        broken = True
    return None, None, broken


def _moment(said: str) -> str | None:
    if not re.fullmatch(r"\d{4}:\d\d:\d\d \d\d:\d\d:\d\d", said, re.ASCII):
        return None
    try:
        return datetime.strptime(said, "%Y:%m:%d %H:%M:%S").isoformat()  # noqa: DTZ007 - EXIF time has no zone
    except ValueError:
        return None


def _offset(value: object) -> str | None:
    said = text(value) or ""
    return said if re.fullmatch(r"[+-](0\d|1[0-4]):[0-5]\d", said, re.ASCII) else None


def _place(gps: Tags) -> tuple[str | None, str | None, bool, bool]:
    if gps.get(LAT) is None and gps.get(LON) is None:
        return None, None, False, False
    if _is_blank(gps.get(LAT)) and _is_blank(gps.get(LON)):
        return None, None, True, False
    lat = _degrees(gps.get(LAT), gps.get(LAT_REF), "N", "S", 90)
    lon = _degrees(gps.get(LON), gps.get(LON_REF), "E", "W", 180)
    if lat is None or lon is None:
        return None, None, False, True
    return lon, lat, False, False


def _datum(value: object) -> str | None:
    """`WGS84`, `wgs-84` and `WGS 84` are one; another is told as it is written."""
    said = text(value)
    plain = re.sub(r"[\s_-]", "", said or "").upper()
    return {"WGS84": WGS_84, "GCJ02": "GCJ-02"}.get(plain, said)


def _is_blank(value: object) -> bool:
    """All zeros, or zero over zero: what is left where a phone took the place out of the copy it handed on."""
    return all(number == 0 or math.isnan(number) for number in _numbers(value))


def _degrees(value: object, ref: object, positive: str, negative: str, most: int) -> str | None:
    sign = {positive: 1, negative: -1}.get((text(ref) or "").upper())
    numbers = _numbers(value)
    if (
        sign is None
        or not 1 <= len(numbers) <= DEGREES_MINUTES_SECONDS
        or not all(math.isfinite(n) and n >= 0 for n in numbers)
        or any(n > SIXTY for n in numbers[1:])  # sixty itself is what some cameras round to
    ):
        return None
    degrees = sum(number / 60**place for place, number in enumerate(numbers))
    return f"{sign * degrees:.7f}" if degrees <= most else None


def _numbers(value: object) -> list[float]:
    parts = value if isinstance(value, (tuple, list)) else () if value is None else (value,)
    return [_number(part) for part in parts]


def _number(part: Any) -> float:
    try:
        return float(part)
    except (TypeError, ValueError, OverflowError, ZeroDivisionError):
        return math.inf  # not a number at all: never a place, and never blank
