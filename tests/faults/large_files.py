"""Photos and films as large as phones make them, each another."""

import hashlib
import io
import random
import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from tests.evidence.recordings import clip

PIXELS = (4032, 3024)
SMALL = (1008, 756)
"""Of what need not be large."""
LARGE_ENOUGH = 1 << 20
MOST_IN_A_COMMENT = 65_533
GRAIN = 14
QUALITIES = (92, 85, 75, 60, 40, 20)


@dataclass(frozen=True)
class Made:
    path: Path
    sha256: str
    size: int


def photo(folder: Path, size: int, chance: random.Random) -> Made:
    """A JPEG of 12 megapixels with the grain of a sensor, and of just this size where there is room for it."""
    pixels = PIXELS if size >= LARGE_ENOUGH else SMALL
    noise = np.random.default_rng(chance.randrange(1 << 30))
    coarse = noise.integers(40, 216, (9, 12, 3), dtype=np.uint8)
    smooth = np.asarray(Image.fromarray(coarse).resize(pixels, Image.Resampling.BICUBIC), np.int16)
    grain = noise.integers(-GRAIN, GRAIN, (pixels[1], pixels[0], 1), dtype=np.int16)
    picture = Image.fromarray(np.clip(smooth + grain, 0, 255).astype(np.uint8))
    plain = next(
        (made for quality in QUALITIES if len(made := _jpeg(picture, quality)) < size),
        _jpeg(picture, QUALITIES[-1]),
    )
    return _kept(folder / "photo.jpg", _commented(plain, size, chance))


def film(folder: Path, size: int, chance: random.Random) -> Made:
    """An MP4 of two seconds, made as large as two minutes by a box that players pass over."""
    played = clip(seconds=2, size=(1280, 720))
    rest = max(8, size - len(played))
    box = struct.pack(">I4s", rest, b"free") + chance.randbytes(rest - 8)
    return _kept(folder / "film.mp4", played + box)


def _jpeg(picture: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality)
    return out.getvalue()


def _commented(plain: bytes, size: int, chance: random.Random) -> bytes:
    """With comments in front of the picture until it has this size."""
    comments, left = [], max(64, size - len(plain))
    while left > 4:
        length = min(left - 4, MOST_IN_A_COMMENT)
        comments.append(struct.pack(">BBH", 0xFF, 0xFE, length + 2) + chance.randbytes(length))
        left -= length + 4
    return plain[:2] + b"".join(comments) + plain[2:]


def _kept(path: Path, data: bytes) -> Made:
    path.write_bytes(data)
    return Made(path, hashlib.sha256(data).hexdigest(), len(data))
