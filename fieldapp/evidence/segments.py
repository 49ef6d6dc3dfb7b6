"""A photo's outline without decoding it: how many scans, and what lies after its end. Pure."""

import re
import struct
import zlib
from dataclasses import dataclass
from mmap import mmap

FILL, SOS, EOI, APP2, APP11 = 0xFF, 0xDA, 0xD9, 0xE2, 0xEB
STANDALONE = {0x01, *range(0xD0, 0xD8)}
# In entropy-coded data an FF is followed by 00 or a restart marker; any other marker ends the scan.
# One literal FF first: the engine then looks for it with memchr, four times as fast as for a run of them.
_NEXT_MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")

LOOKED_AT = 4096
"""How many bytes of a trailer are looked at to name it."""
_TRAILERS = (
    (re.compile(rb"PK\x03\x04"), "zip"),
    (re.compile(rb"\xff\xd8\xff"), "jpeg"),
    (re.compile(rb".{4}ftyp|.{0,64}MotionPhoto_Data", re.DOTALL), "mp4"),
    (re.compile(rb"\x00{16}"), "zeros"),
)

Data = bytes | mmap


@dataclass(frozen=True)
class Outline:
    """`end` is the offset after EOI, None where the file has none. `several`: an index of further pictures (MPF)."""

    scans: int
    end: int | None
    several: bool = False


def outline(data: Data) -> Outline:
    """Of a JPEG. Walks the segments, so that an embedded thumbnail's markers are not counted."""
    at, scans, several = 2, 0, False
    while at + 4 <= len(data) or data[at : at + 2] == b"\xff\xd9":
        if data[at] != FILL:
            break
        marker = data[at + 1]
        if marker == EOI:
            return Outline(scans, at + 2, several)
        if marker == FILL or marker in STANDALONE:
            at += 1 if marker == FILL else 2
            continue
        several = several or (marker == APP2 and data[at + 4 : at + 8] == b"MPF\0")
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        if marker == SOS:
            scans += 1
            following = _NEXT_MARKER.search(data, at)
            if following is None:
                break
            at = following.end() - 2
    return Outline(scans, None, several)


def end_of_png(data: Data) -> int | None:
    """The offset after IEND, None where there is none."""
    at = 8
    while at + 12 <= len(data):
        length, name = struct.unpack_from(">I4s", data, at)
        at += 12 + length
        if name == b"IEND":
            return at if at <= len(data) else None
    return None


def end_of_webp(data: Data) -> int | None:
    length = int(struct.unpack_from("<I", data, 4)[0])
    end = 8 + length
    return min(end + length % 2, len(data)) if end <= len(data) else None


def size_of_png(head: Data) -> tuple[int, int] | None:
    """Width and height from its header, None where that is none or is damaged."""
    if len(head) < 33 or head[8:16] != b"\0\0\0\x0dIHDR":  # noqa: PLR2004 - where the header ends
        return None
    across, down = struct.unpack_from(">II", head, 16)
    is_whole = zlib.crc32(head[12:29]) == int.from_bytes(head[29:33], "big")
    return (across, down) if is_whole and across and down else None


def size_of_webp(head: Data) -> tuple[int, int] | None:
    """Width and height from its first chunk, None where that is none."""
    name, body = head[12:16], head[20:30]
    if len(body) < 10:  # noqa: PLR2004 - all three kinds of header fit into ten bytes
        return None
    if name == b"VP8X":
        return int.from_bytes(body[4:7], "little") + 1, int.from_bytes(body[7:10], "little") + 1
    if name == b"VP8L" and body[0] == 0x2F:  # noqa: PLR2004 - the mark of a lossless picture
        bits = int.from_bytes(body[1:5], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if name == b"VP8 " and body[3:6] == b"\x9d\x01\x2a":
        across, down = struct.unpack_from("<HH", body, 6)
        return across & 0x3FFF, down & 0x3FFF
    return None


def trailer_kind(trailing: bytes) -> str:
    """What the bytes after a picture's end look like; never parsed further."""
    return next((kind for pattern, kind in _TRAILERS if pattern.match(trailing)), "unknown")


def is_motion_photo(head: bytes) -> bool:
    """Whether the XMP packet says that a clip goes with the picture."""
    return b"MotionPhoto" in head or b"MicroVideo" in head
