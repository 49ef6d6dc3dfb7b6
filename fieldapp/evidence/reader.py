"""Opens one file of unknown origin. Intake runs it in a process of its own that is thrown away afterwards.

`docs/intake.md` lists every answer. It knows no database, no store, no setting, and opens no file by name.
"""

import io
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from fieldapp.evidence.sniffing import HEAD, PDF, Kind, kind_of

MIB = 1 << 20
LARGEST, LARGEST_RECORDING = 100 * MIB, 200 * MIB
SMALLEST = 16  # bytes
LARGE, SMALL = 1600, 320
"""The longest sides of what people look at."""
VIEWING_LONGEST, VIEWING_SHORTEST = 1280, 720
"""What a recording's viewing copy fits into, lying or standing."""
LIKENESS_VERSION = 1
"""Of the recipe for what a picture is recognised by."""

Said = dict[str, Any]


class Refused(Exception):
    """Not taken in. `reason`: type, empty, corrupt, too_many_pixels, too_large, too_long."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Unreadable(Exception):
    """Taken in and kept, but not to be seen. `reason`: truncated, undecodable, out_of_limits, crashed."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass
class Seen:
    """`said`: the keys of `blank`. `pictures`: JPEG bytes, one for each of said["renditions"], in its order.

    `features`: what `likeness` kept to recognise a part of the picture by; empty where there is nothing to keep.
    """

    said: Said = field(default_factory=dict)
    pictures: list[bytes] = field(default_factory=list)
    features: bytes = b""


def blank() -> Said:
    """`intake`: accepted | refused; `state` of what is accepted: shown | not_shown | unreadable."""
    return {
        "intake": "accepted",
        "state": "shown",
        "reason": None,
        "media_type": None,
        "width": None,
        "height": None,
        "duration_ms": None,
        "exif": None,
        "measures": {},
        "notes": [],
        "renditions": [],
        "likeness": None,
    }


def triage(head: bytes, size: int) -> tuple[Kind | None, Said]:
    """What can be said without opening the file; the kind is given only if a decoder must open it."""
    said = blank()
    kind = kind_of(head)
    if size < SMALLEST:
        return None, _refuse(said, "empty")
    if kind is None:
        return None, _refuse(said, "type")
    said["media_type"] = kind.media_type
    if size > (LARGEST_RECORDING if kind.is_recording else LARGEST):
        return None, _refuse(said, "too_large")
    if kind == PDF:  # papers are kept and handed out, never opened
        said["state"] = "not_shown"
        return None, said
    return kind, said


def read(stream: BinaryIO, *, features: str = "") -> Seen:
    """What the bytes say. Raises nothing for whatever is in the file."""
    size = stream.seek(0, io.SEEK_END)
    stream.seek(0)
    head = stream.read(HEAD)
    stream.seek(0)
    kind, said = triage(head, size)
    seen = Seen(said)
    if kind is None:
        return seen
    try:
        _look(stream, kind, seen, features=features)
    except Refused as refused:
        _refuse(said, refused.reason)
    except Unreadable as unreadable:
        said |= {"state": "unreadable", "reason": unreadable.reason}
    if said["state"] != "shown":
        said |= {"renditions": [], "likeness": None}
        seen.pictures, seen.features = [], b""
    return seen


def _look(stream: BinaryIO, kind: Kind, seen: Seen, *, features: str) -> None:
    # Each decoder is loaded only for its own kind of file: what is not loaded cannot be attacked.
    if kind.is_recording:
        from fieldapp.evidence import reading_recordings

        reading_recordings.look(stream, kind, seen, features=features)
    else:
        from fieldapp.evidence import reading_photos

        reading_photos.look(stream, kind, seen, features=features)


def _refuse(said: Said, reason: str) -> Said:
    said |= {"intake": "refused", "state": None, "reason": reason}
    return said
