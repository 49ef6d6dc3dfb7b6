"""The outline of MP4, MOV, HEIC and WebM files: their outermost boxes, without opening any of them. Pure."""

import re
from dataclasses import dataclass, field
from mmap import mmap

SMALL_HEADER, LARGE_HEADER = 8, 16
MOST_BOXES = 100_000  # a recording of two minutes in fragments has a few hundred
_NAME = re.compile(rb"[A-Za-z0-9 _\-]{4}")
_KNOWN = {b"mdat", b"moov", b"moof", b"meta", b"free", b"skip", b"wide", b"uuid", b"mpvd", b"sidx"}
_SEGMENT = b"\x18\x53\x80\x67"


@dataclass
class Outline:
    """`end`: the offset after the last whole box. `cut`: a box that is known goes on beyond the file's end."""

    names: list[bytes] = field(default_factory=list)
    end: int = 0
    cut: bool = False


def outline(data: bytes | mmap) -> Outline:
    """Of an ISO container."""
    found = Outline()
    while found.end + SMALL_HEADER <= len(data) and len(found.names) < MOST_BOXES:
        size = int.from_bytes(data[found.end : found.end + 4], "big")
        name = bytes(data[found.end + 4 : found.end + 8])
        if size == 1:
            size = int.from_bytes(data[found.end + 8 : found.end + 16], "big")
        elif size == 0:
            size = len(data) - found.end
        if not _NAME.fullmatch(name) or size < SMALL_HEADER:
            break
        if found.end + size > len(data):
            found.cut = name in _KNOWN
            break
        found.names.append(name)
        found.end += size
    return found


def segment_is_cut(data: bytes | mmap) -> bool:
    """Whether a WebM says that it is longer than it is. A recorder that writes as it goes says nothing."""
    at = data.find(_SEGMENT, 0, 4096)
    if at < 0 or at + 5 > len(data):
        return False
    first = data[at + 4]
    width = 9 - first.bit_length()
    if not 1 <= width <= 8:  # noqa: PLR2004 - a length of WebM has one to eight bytes
        return False
    raw = int.from_bytes(data[at + 4 : at + 4 + width], "big")
    length = raw & ((1 << (7 * width)) - 1)
    return length != (1 << (7 * width)) - 1 and at + 4 + width + length > len(data)
