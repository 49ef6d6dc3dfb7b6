"""Drawing and reading the demo's photos in several processes, ahead of the rows that name them."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from io import BytesIO
from multiprocessing import get_context
from os import cpu_count

from PIL import Image, ImageDraw

from fieldapp.demo.history import PlannedPhoto
from fieldapp.demo.shooting import Shot, shoot
from fieldapp.evidence import reader
from fieldapp.evidence.sandbox import Picture, Result

SIZE = (960, 720)
AT_ONCE = 8


@dataclass(frozen=True)
class Developed:
    """The photo and what intake says of its bytes."""

    shot: Shot
    result: Result


def develop(photos: Iterable[PlannedPhoto]) -> Iterator[Developed]:
    """In the order given. The processes are fresh ones, so that nothing of the caller's is shared."""
    with ProcessPoolExecutor(cpu_count(), mp_context=get_context("spawn")) as pool:
        yield from pool.map(_develop, photos, chunksize=AT_ONCE)


def look_at(data: bytes) -> Result:
    """What intake says of bytes that we drew ourselves, and so may open without a throw-away process."""
    seen = reader.read(BytesIO(data), features="own")
    pictures = tuple(
        Picture(made["longest_side"], made["width"], made["height"], picture)
        for made, picture in zip(seen.said["renditions"], seen.pictures, strict=True)
    )
    return Result(seen.said, pictures, seen.features)


def signature(name: str, seed: int) -> bytes:
    """A signature as a PNG: a few strokes that no two names share."""
    image = Image.new("RGB", (600, 200), "white")
    pen = ImageDraw.Draw(image)
    x = 60
    for n, character in enumerate(name * 3):
        code = ord(character) * 31 + seed * 17 + n * 101
        y = 60 + code % 80
        pen.line((x, y, x + 40 + code % 30, 200 - y), fill="#14181f", width=5)
        pen.arc((x, y - 20, x + 70, y + 50), code % 180, 180 + code % 170, fill="#14181f", width=5)
        x += 60
    kept = BytesIO()
    image.save(kept, "PNG", optimize=True)
    return kept.getvalue()


def _develop(photo: PlannedPhoto) -> Developed:
    shot = shoot(photo, SIZE)
    return Developed(shot, look_at(shot.jpeg))
