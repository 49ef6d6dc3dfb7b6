"""Whether what a reader left has the shape of an answer: it may have been taken over by the file that it read. Pure."""

import json
import math
import re
from dataclasses import asdict
from datetime import datetime
from typing import Any

from fieldapp.evidence import reader
from fieldapp.evidence.exif import LONGEST_TEXT, Exif

STATES = {"accepted": ("shown", "not_shown", "unreadable"), "refused": (None,)}
SHORT = 40
TEXTS = {"reason": SHORT, "media_type": 60}
HASH = re.compile(r"[0-9a-f]{64}")
COUNTED = {"size", "count", "degrees", "per_second"}
NOTED = {"trailing_data": {"size", "kind"}, "c2pa": {"state"}, "position_datum": {"datum"}}
"""What a note must say that flags rest on, or that is shown."""


def is_shaped(said: dict[str, Any]) -> bool:
    """Whether every field is of the kind that a row can keep."""
    numbers, look = ("width", "height", "duration_ms"), said["likeness"]
    return (
        said.keys() == reader.blank().keys()
        and said["state"] in STATES.get(said["intake"], ())
        and all(said[name] is None or _is_text(said[name], most) for name, most in TEXTS.items())
        and all(said[name] is None or _is_count(said[name]) for name in numbers)
        and (said["exif"] is None or _is_exif(said["exif"]))
        and isinstance(said["measures"], dict)
        and all(map(_is_count, said["measures"].values()))
        and all(map(_is_note, said["notes"]))
        and "\\u0000" not in json.dumps(said, allow_nan=False)
        and (look is None or (_is_count(look["quality"]) and all(map(_is_hash, look["pdq"]))))
        and all(
            _is_count(each["width"]) and _is_count(each["height"]) for each in said["renditions"]
        )
    )


def _is_exif(given: dict[str, Any]) -> bool:
    """Whether all of it can be kept, shown and reckoned with."""
    texts = {name: value for name, value in given.items() if name != "redacted"}
    if given.keys() != asdict(Exif()).keys() or not isinstance(given["redacted"], bool):
        return False
    if not all(value is None or _is_text(value, LONGEST_TEXT) for value in texts.values()):
        return False
    if given["captured_at"] is not None:
        datetime.fromisoformat(given["captured_at"] + (given["offset"] or ""))
    at = [given["lon"], given["lat"]]
    return at == [None, None] or all(
        math.isfinite(float(degrees)) and abs(float(degrees)) <= most
        for degrees, most in zip(at, (180, 90), strict=True)
    )


def _is_note(given: dict[str, Any]) -> bool:
    return NOTED.get(given["code"], set()) < given.keys() and all(
        _is_count(value) if name in COUNTED else _is_text(value, LONGEST_TEXT)
        for name, value in given.items()
    )


def _is_text(given: object, most: int) -> bool:
    return isinstance(given, str) and len(given) <= most


def _is_hash(given: object) -> bool:
    return isinstance(given, str) and HASH.fullmatch(given) is not None


def _is_count(given: object) -> bool:
    return type(given) is int and 0 <= given < 2**31
