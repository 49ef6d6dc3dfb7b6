"""Opens one file of unknown origin, in a process of its own that is thrown away afterwards.

`python -m fieldapp.evidence.reader FILE OUTDIR` writes what the bytes say as JSON to stdout and the renditions as
`1600.jpg` and `320.jpg` into OUTDIR. `docs/intake.md` lists every answer. It knows no database, no store, no setting.
"""

import ctypes
import json
import resource
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from fieldapp.evidence.sniffing import HEAD, kind_of

MIB = 1 << 20
LONGEST_RENDITION = 32 * MIB
LARGEST_PHOTO, LARGEST_VIDEO = 100 * MIB, 200 * MIB
SMALLEST = 16  # bytes
CLONE_NEWUSER, CLONE_NEWNET = 0x1000_0000, 0x4000_0000


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


def main(arguments: list[str]) -> None:
    file, folder = Path(arguments[0]), Path(arguments[1])
    _leave_network()
    _limit()
    json.dump(read(file, folder), sys.stdout)


def read(file: Path, folder: Path) -> dict[str, Any]:
    """What the bytes say: the keys of `blank`. Raises nothing for whatever is in the file."""
    found = blank()
    try:
        _look(file, folder, found)
    except Refused as refused:
        found |= {"intake": "refused", "state": None, "reason": refused.reason}
    except Unreadable as unreadable:
        found |= {"state": "unreadable", "reason": unreadable.reason, "renditions": []}
    return found


def blank() -> dict[str, Any]:
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
    }


def _look(file: Path, folder: Path, found: dict[str, Any]) -> None:
    size = file.stat().st_size
    if size < SMALLEST:
        raise Refused("empty")
    with file.open("rb") as stream:
        kind = kind_of(stream.read(HEAD))
    if kind is None:
        raise Refused("type")
    found["media_type"] = kind.media_type
    if size > (LARGEST_VIDEO if kind.is_video else LARGEST_PHOTO):
        raise Refused("too_large")
    # Each decoder is loaded only for its own kind of file: what is not loaded cannot be attacked.
    if kind.is_video:
        from fieldapp.evidence import reading_videos

        reading_videos.look(file, kind, folder, found)
    else:
        from fieldapp.evidence import reading_photos

        reading_photos.look(file, kind, folder, found)


def _leave_network() -> None:
    """Into a network namespace of its own, where nothing answers. Some hosts forbid it; the other limits hold there."""
    libc = ctypes.CDLL(None)
    libc.unshare(CLONE_NEWUSER | CLONE_NEWNET)


def _limit() -> None:
    for what, most in (
        (resource.RLIMIT_AS, 1024 * MIB),
        (resource.RLIMIT_CPU, 20),
        (resource.RLIMIT_FSIZE, LONGEST_RENDITION),
        (resource.RLIMIT_NOFILE, 64),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


if __name__ == "__main__":
    # Under its own name, so that the exceptions raised by the decoders' files are these classes.
    import_module("fieldapp.evidence.reader").main(sys.argv[1:])
