"""A JPEG's outline without decoding it: how many scans, and what lies after its end."""

import re
from dataclasses import dataclass
from mmap import mmap

FILL, SOS, EOI = 0xFF, 0xDA, 0xD9
STANDALONE = {0x01, *range(0xD0, 0xD8)}
# In entropy-coded data an FF is followed by 00 or a restart marker; any other marker ends the scan.
_NEXT_MARKER = re.compile(rb"\xff+[^\x00\xff\xd0-\xd7]")

_TRAILERS = (
    (re.compile(rb"PK\x03\x04"), "zip"),
    (re.compile(rb"\xff\xd8\xff"), "jpeg"),
    (re.compile(rb".{4}ftyp", re.DOTALL), "mp4"),
    (re.compile(rb"\x00{16}"), "zeros"),
)


@dataclass(frozen=True)
class Outline:
    """`end` is the offset after EOI, None where the file has none."""

    scans: int
    end: int | None


def outline(data: bytes | mmap) -> Outline:
    """Walk the segments, so that an embedded thumbnail's markers are not counted."""
    at, scans = 2, 0
    while at + 4 <= len(data) or data[at : at + 2] == b"\xff\xd9":
        if data[at] != FILL:
            return Outline(scans, None)
        marker = data[at + 1]
        if marker == EOI:
            return Outline(scans, at + 2)
        if marker == FILL or marker in STANDALONE:
            at += 1 if marker == FILL else 2
            continue
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        if marker == SOS:
            scans += 1
            following = _NEXT_MARKER.search(data, at)
            if following is None:
                return Outline(scans, None)
            at = following.end() - 2
    return Outline(scans, None)


def trailer_kind(trailing: bytes) -> str:
    """What the bytes after a picture's end look like; never parsed further."""
    return next((kind for pattern, kind in _TRAILERS if pattern.match(trailing)), "unknown")
