"""From the text that a phone signed to what a chain is judged by."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from fieldapp.clock import parse
from fieldapp.sync.record_fields import EARLIEST, LATEST

KINDS = frozenset(
    {
        "task_downloaded",
        "task_acknowledged",
        "visit_started",
        "capture",
        "photo_removed",
        "answer_softened",
        "draft_handed_over",
        "draft_taken_back",
        "draft_received",
    }
)
MOST_OFFSET_MS = 10 * 365 * 24 * 3600_000
LATEST_POSITION = 2**31 - 1
MOST_ID = 36
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Read:
    """`said` is the whole of it; the rest is what rows are found and chained by."""

    device_sent_id: str
    position: int
    previous: str | None
    kind: str
    subject_id: str | None
    task_id: str | None
    at: datetime
    said: Mapping[str, Any]


def read(text: str) -> Read | None:
    """None for what is no link of a chain: other JSON, or a seal of the first format, which had no position."""
    try:
        said = json.loads(text)
        if not isinstance(said, dict):
            return None
        at = parse(said["captured_at"] if said["kind"] == "capture" else said["at"])
        found = Read(
            device_sent_id=said["device_id"],
            position=said["position"],
            previous=said["previous"],
            kind=said["kind"],
            subject_id=(said.get("subject") or {}).get("id"),
            task_id=said.get("task_id"),
            at=at,
            said=said,
        )
    except (ValueError, RecursionError, KeyError, TypeError, AttributeError, OverflowError):
        return None
    return found if _is_sound(found) and _is_tellable(found) else None


def offset_of(said: Mapping[str, Any]) -> timedelta | None:
    """The server's clock less the phone's as the phone knew it; None where it did not, or says what cannot be."""
    offset = said.get("clock_offset_ms")
    if not isinstance(offset, int) or abs(offset) > MOST_OFFSET_MS:
        return None
    return timedelta(milliseconds=offset)


def lasts(said: Mapping[str, Any]) -> bool:
    """Whether it is a film or a recording: sealed when it ended, and said to be of when it began."""
    return str(said.get("media_type")).startswith(("video/", "audio/"))


def _is_sound(link: Any) -> bool:
    """Whether what a phone said has the types that it should."""
    sound: bool = (
        _is_id(link.device_sent_id)
        and type(link.position) is int
        and 0 < link.position <= LATEST_POSITION
        and (link.previous is None or _is_sha256(link.previous))
        and isinstance(link.kind, str)
        and link.kind in KINDS
        and (link.subject_id is None or _is_id(link.subject_id))
        and (link.task_id is None or _is_id(link.task_id))
    )
    return sound


def _is_tellable(link: Read) -> bool:
    """Whether the pages that count it and say its time can do so."""
    state = link.said.get("position_state")
    return EARLIEST <= link.at < LATEST and (state is None or isinstance(state, str))


def _is_sha256(given: object) -> bool:
    return isinstance(given, str) and _SHA256.fullmatch(given) is not None


def _is_id(given: object) -> bool:
    """Nothing that a database cannot keep, such as NUL or half of a surrogate pair."""
    return (
        isinstance(given, str)
        and 0 < len(given) <= MOST_ID
        and given.isascii()
        and given.isprintable()
    )
