"""What a picture is recognised by: its PDQ hash in eight orientations, and the local features of its grey image.

Everything is made from one canonical size of the upright picture's grey, so that decoders and sizes do not show in it. What is
kept names the version of this recipe: hashes of two versions are never compared.
"""

import struct
from dataclasses import dataclass
from typing import Any

import numpy as np
import pdqhash
from PIL import Image

from fieldapp.evidence.reader import LIKENESS_VERSION
from fieldapp.evidence.renditions import within

VERSION = LIKENESS_VERSION
HASHED, FEATURED, CORRELATED = 512, 480, 160
MOST_KEYPOINTS = 600
NONE, OWN, BOTH = "", "own", "both"
"""Which features are wanted."""
SMALLEST_FEATURED = 64
TILE = 256
_DOWN, _ACROSS = np.fft.fftfreq(TILE)[:, None], np.fft.rfftfreq(TILE)[None]
_PITCH = np.hypot(_DOWN, _ACROSS)
# Two to six pixels a period, neither upright nor level: those are edges of what people build.
FINE_FROM, FINE_TO, LEVEL = 0.18, 0.48, 0.02
_SLANTED = (np.abs(_DOWN) > LEVEL) & (np.abs(_ACROSS) > LEVEL)
_FINE = (_PITCH > FINE_FROM) & (_PITCH < FINE_TO) & _SLANTED
EVEN = 14  # grey levels: what JPEG leaves of an even line
LEAST_BORDER, LEAST_LEFT = 0.01, 0.4
_HEADER = struct.Struct(
    "<BHHHBB"
)  # version, keypoints, width, height of 480 px; sides of the grey copy

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Features:
    """`points` (n, 2) in pixels of `size`, `descriptors` (n, 32), `grey` a small copy to correlate with."""

    size: tuple[int, int]
    points: Array
    descriptors: Array
    grey: Array


def hashes(grey: Image.Image) -> dict[str, Any]:
    """`pdq`: eight hashes in hex, the picture's own first, then turned and mirrored; `quality` 0-100.

    `further`: the same of what is left without an even border, where there is one: a frame put around a photo changes its
    hash beyond recognition.
    """
    small = _to_hash(grey)
    inner = _without_border(grey, np.asarray(small))
    return _hashes(small) | ({} if inner is None else {"further": [_hashes(_to_hash(inner))]})


def without_border(grey: Image.Image) -> Image.Image | None:
    """None where no border is, or hardly anything within it."""
    return _without_border(grey, np.asarray(_to_hash(grey)))


def _to_hash(grey: Image.Image) -> Image.Image:
    return grey.resize(within(grey.size, HASHED), Image.Resampling.BOX)


def _without_border(grey: Image.Image, pixels: Array) -> Image.Image | None:
    top, bottom = _border(pixels), _border(pixels[::-1])
    left, right = _border(pixels.T), _border(pixels.T[::-1])
    height, width = pixels.shape
    if max(top + bottom, left + right) == 0:
        return None
    if height - top - bottom < height * LEAST_LEFT or width - left - right < width * LEAST_LEFT:
        return None
    scale = grey.width / width
    sides = (left, top, width - right, height - bottom)
    x, y, to_x, to_y = (round(side * scale) for side in sides)
    return grey.crop((x, y, to_x, to_y))


def _border(lines: Array) -> int:
    """How many lines from the first one on are even, and as light as it; 0 for a few, which every picture may have."""
    lines = lines.astype(np.int16)
    even = lines.max(axis=1) - lines.min(axis=1) <= EVEN
    alike = np.abs(lines.mean(axis=1) - lines[0].mean()) <= EVEN
    odd = np.flatnonzero(~(even & alike))
    count = int(odd[0]) if len(odd) else len(lines)
    # The line in which the picture begins is a mixture of both.
    return count + 1 if count >= len(lines) * LEAST_BORDER else 0


def _hashes(small: Image.Image) -> dict[str, Any]:
    bits, quality = pdqhash.compute_dihedral(np.asarray(small)[..., None].repeat(3, axis=2))
    return {"pdq": [np.packbits(one).tobytes().hex() for one in bits], "quality": int(quality)}


def pattern(grey: Image.Image) -> int:
    """How far one fine regular pattern stands out, as a screen's pixels do in a photo of it: times the usual, 0 for none."""
    pixels = np.asarray(grey)
    height, width = pixels.shape
    if min(height, width) < TILE:
        return 0
    window = np.hanning(TILE)
    found = 0.0
    for part in (1, 2, 3):
        y, x = ((side - TILE) * part // 4 for side in (height, width))
        tile = pixels[y : y + TILE, x : x + TILE].astype(np.float32)
        spectrum = np.abs(np.fft.rfft2((tile - tile.mean()) * window[:, None] * window))
        fine = spectrum[_FINE]
        found = max(found, float(fine.max() / (np.median(fine) + 1)))
    return round(found)


def features(grey: Image.Image, wanted: str = OWN) -> bytes:
    """ORB features and a small grey copy, packed; `both` reads them. BOTH: also those of its mirror image."""
    if wanted == BOTH:
        return _features(grey) + _features(grey.transpose(Image.Transpose.FLIP_LEFT_RIGHT))
    return _features(grey) if wanted == OWN else b""


def _features(grey: Image.Image) -> bytes:
    import cv2

    if min(grey.size) < SMALLEST_FEATURED:
        return b""
    grey = grey.resize(within(grey.size, FEATURED), Image.Resampling.BOX)
    found, descriptors = cv2.ORB.create(nfeatures=MOST_KEYPOINTS).detectAndCompute(
        np.asarray(grey), None
    )
    if not found:
        return b""
    points = np.array([point.pt for point in found], np.float32)[:MOST_KEYPOINTS]
    small = grey.resize(within(grey.size, CORRELATED), Image.Resampling.BOX)
    return b"".join(
        (
            _HEADER.pack(VERSION, len(points), *grey.size, *small.size),
            np.round(points * 16).astype("<u2").tobytes(),
            descriptors[:MOST_KEYPOINTS].tobytes(),
            small.tobytes(),
        )
    )


def unpacked(packed: bytes) -> Features | None:
    """None for nothing, for what is not whole, and for what another version of the recipe made."""
    if len(packed) < _HEADER.size or packed[0] != VERSION or len(packed) < length_of(packed):
        return None
    _, count, width, height, across, down = _HEADER.unpack_from(packed)
    at = _HEADER.size
    points = np.frombuffer(packed, "<u2", count * 2, at).reshape(count, 2).astype(np.float32) / 16
    at += count * 4
    descriptors = np.frombuffer(packed, np.uint8, count * 32, at).reshape(count, 32)
    at += count * 32
    grey = np.frombuffer(packed, np.uint8, across * down, at).reshape(down, across)
    return Features((width, height), points, descriptors, grey)


def both(packed: bytes) -> tuple[Features | None, Features | None]:
    """The picture's own features and, where they were kept as well, those of its mirror image."""
    own = unpacked(packed)
    return own, unpacked(packed[length_of(packed) :]) if own else None


def length_of(packed: bytes) -> int:
    """Bytes of the first set."""
    if len(packed) < _HEADER.size:
        return 0
    _, count, _, _, across, down = _HEADER.unpack_from(packed)
    return int(_HEADER.size + 36 * count + across * down)


def keypoints_in(packed: bytes) -> int:
    return int(_HEADER.unpack_from(packed)[1]) if packed else 0
