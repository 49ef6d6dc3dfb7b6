"""Surfaces and grain, made once a process from fixed seeds and then cut, turned and tinted."""

from functools import lru_cache
from random import Random

import numpy as np
from PIL import Image

from fieldapp.demo.scenes.light import Colour

_TILE = (960, 960)
_SPARE = 257
_SURFACES: dict[str, tuple[Colour, Colour, tuple[int, int], float]] = {
    # dark, light, cells of the coarsest noise (across, down), share of fine noise
    "concrete": ((120, 119, 114), (188, 186, 178), (5, 4), 0.55),
    "soil": ((96, 72, 48), (166, 134, 98), (7, 9), 0.7),
    "gravel": ((104, 98, 88), (176, 168, 154), (40, 40), 0.8),
    "rust": ((84, 52, 38), (150, 104, 76), (9, 7), 0.7),
    "paint": ((140, 140, 140), (214, 214, 214), (4, 5), 0.35),
    "plywood": ((128, 84, 48), (186, 134, 84), (3, 60), 0.4),
    "desk": ((126, 92, 62), (190, 150, 110), (60, 4), 0.35),
    "cloth": ((60, 90, 70), (96, 136, 104), (80, 80), 0.6),
    "wall": ((206, 204, 196), (236, 235, 230), (3, 3), 0.4),
}


@lru_cache(maxsize=32)
def _noise(across: int, down: int, fine: float, seed: int) -> Image.Image:
    """Fractal noise as an L image; each octave has twice the cells and less weight."""
    source = np.random.default_rng(seed)
    total = np.zeros((_TILE[1], _TILE[0]), np.float32)
    weight = 1.0
    for octave in range(5):
        cells = (min(across << octave, 960), min(down << octave, 960))
        small = source.integers(0, 256, (cells[1] + 1, cells[0] + 1), dtype=np.uint8)
        layer = Image.fromarray(small).resize(_TILE, Image.Resampling.BICUBIC)
        total += weight * np.asarray(layer, np.float32)
        weight *= fine
    middle, spread = float(total.mean()), float(total.std()) * 2.2
    return Image.fromarray(
        np.clip((total - middle) * (128 / spread) + 128, 0, 255).astype(np.uint8)
    )


def surface(
    kind: str, size: tuple[int, int], rng: Random, tint: Colour | None = None
) -> Image.Image:
    """A piece of a material, never the same piece; `tint` repaints it ((200, 200, 200) leaves it as it is)."""
    dark, light, (across, down), fine = _SURFACES[kind]
    sheet = _noise(across, down, fine, seed=len(kind) * 31 + across)
    share = rng.uniform(0.45, 0.95)
    wide, high = _TILE[0] * share, _TILE[1] * share * min(1.0, size[1] / size[0])
    left, top = rng.uniform(0, _TILE[0] - wide), rng.uniform(0, _TILE[1] - high)
    piece = sheet.resize(size, Image.Resampling.BILINEAR, box=(left, top, left + wide, top + high))
    paint = tint or (200, 200, 200)
    bands = [
        piece.point([min(255, (d + (b - d) * v // 255) * c // 200) for v in range(256)])
        for d, b, c in zip(dark, light, paint, strict=True)
    ]
    return Image.merge("RGB", bands)


def clouds(size: tuple[int, int], rng: Random) -> Image.Image:
    """How much cloud covers each pixel, as an L mask."""
    sheet = _noise(*rng.choice([(3, 5), (4, 8), (2, 4)]), 0.62, seed=rng.randint(1, 2))
    left, top = rng.randint(0, 300), rng.randint(0, 400)
    floor = rng.randint(100, 170)
    mask = sheet.crop((left, top, left + 640, top + 480)).point(
        [max(0, min(235, (v - floor) * 2)) for v in range(256)]
    )
    return mask.resize(size, Image.Resampling.BILINEAR)


@lru_cache(maxsize=4)
def _grain(size: tuple[int, int]) -> np.ndarray:
    """Sensor noise and a faint mottling, int16, larger than the picture so that it can be moved."""
    source = np.random.default_rng(7)
    wide, high = size[0] + _SPARE, size[1] + _SPARE
    sensor = source.normal(0, 1, (high, wide)).astype(np.float32)
    mottling = np.asarray(_noise(24, 24, 0.7, 11).resize((wide, high)), np.float32) / 255 - 0.5
    return np.round(sensor * 4.0 + mottling * 8).astype(np.int16)


@lru_cache(maxsize=8)
def vignette(size: tuple[int, int], strength: int) -> Image.Image:
    """Darker corners as an RGB factor picture; `strength` is percent at the corner."""
    y, x = np.mgrid[-1:1:90j, -1:1:120j]
    fall = 255 * (1 - strength / 100 * np.clip((x**2 + y**2) / 2, 0, 1) ** 1.4)
    small = Image.fromarray(fall.astype(np.uint8))
    return Image.merge("RGB", [small.resize(size, Image.Resampling.BICUBIC)] * 3)


def with_grain(image: Image.Image, rng: Random) -> Image.Image:
    wide, high = image.size
    left, top = rng.randrange(_SPARE), rng.randrange(_SPARE)
    grain = _grain(image.size)[top : top + high, left : left + wide, None]
    if rng.random() < 0.5:
        grain = grain[:, ::-1]
    noisy = np.asarray(image, np.int16) + grain
    return Image.fromarray(np.clip(noisy, 0, 255, out=noisy).astype(np.uint8))


def graded(size: tuple[int, int], top: Colour, bottom: Colour) -> Image.Image:
    """A vertical gradient."""
    column = Image.new("RGB", (1, 2))
    column.putpixel((0, 0), top)
    column.putpixel((0, 1), bottom)
    return column.resize((1, size[1]), Image.Resampling.BILINEAR, box=(0, 0.5, 1, 1.5)).resize(
        size, Image.Resampling.NEAREST
    )
