"""Photos that tests make for themselves."""

import io
import random
import struct
import zlib
from typing import Any

from PIL import Image, ImageDraw

TAKEN, OFFSET_TAKEN, ORIENTATION = 36867, 36881, 0x0112
EXIF_IFD, GPS_IFD = 0x8769, 0x8825


def scene(size: tuple[int, int] = (400, 300), seed: int = 1) -> Image.Image:
    """Something with light and edges, red in its upper left corner."""
    chance = random.Random(seed)
    picture = Image.new("RGB", size, (120, 140, 160))
    draw = ImageDraw.Draw(picture)
    for _ in range(60):
        x, y = chance.randrange(size[0]), chance.randrange(size[1])
        colour = tuple(chance.randrange(256) for _ in range(3))
        draw.rectangle((x, y, x + size[0] // 10, y + size[1] // 10), fill=colour)
    draw.rectangle((0, 0, size[0] // 4, size[1] // 4), fill=(250, 10, 10))
    return picture


def jpeg(
    picture: Image.Image | None = None,
    *,
    main: dict | None = None,
    detail: dict | None = None,
    gps: dict | None = None,
    **options: Any,
) -> bytes:
    exif = Image.Exif()
    exif.update(main or {})
    if detail:
        exif.get_ifd(EXIF_IFD).update(detail)
    if gps:
        exif.get_ifd(GPS_IFD).update(gps)
    return saved(picture or scene(), "JPEG", exif=exif, **options)


def saved(picture: Image.Image, kind: str, **options: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def png_claiming(width: int, height: int) -> bytes:
    """A PNG whose header promises a size that its few bytes do not hold."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + _chunk(b"IDAT", zlib.compress(b"\0"))
        + _chunk(b"IEND", b"")
    )


def png_with_text_bomb(unpacked: int = 8 << 20) -> bytes:
    """A small PNG with a text chunk that unpacks to megabytes."""
    whole = saved(Image.new("RGB", (64, 64)), "PNG")
    bomb = _chunk(b"zTXt", b"note\0\0" + zlib.compress(b"a" * unpacked, 9))
    return whole[:33] + bomb + whole[33:]


def many_scans(times: int = 100, size: tuple[int, int] = (400, 300)) -> bytes:
    """A progressive JPEG whose last scan is repeated."""
    whole = saved(scene(size), "JPEG", progressive=True)
    last = whole.rindex(b"\xff\xda")
    return whole[:-2] + whole[last:-2] * times + b"\xff\xd9"


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
