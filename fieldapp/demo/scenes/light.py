"""Daylight: what colour the sky, the haze and the lit faces have. Colours are 0-255 RGB."""

from dataclasses import dataclass
from random import Random

Colour = tuple[int, int, int]
Vector = tuple[float, float, float]


@dataclass(frozen=True)
class Light:
    """`gain` multiplies red, green and blue of the finished picture; `sun` points to the sun."""

    zenith: Colour
    horizon: Colour
    gain: Vector
    sun: Vector
    ambient: float
    direct: float


LIGHTS = {
    "morning": Light(
        (92, 142, 196), (228, 222, 206), (1.05, 1.0, 0.92), (-0.6, -0.5, 0.62), 0.62, 0.5
    ),
    "noon": Light(
        (58, 120, 196), (196, 216, 230), (1.02, 1.01, 0.99), (0.35, -0.4, 0.85), 0.6, 0.55
    ),
    "overcast": Light(
        (162, 172, 182), (216, 219, 220), (0.97, 1.0, 1.02), (0.1, -0.4, 0.9), 0.74, 0.26
    ),
    "dusk": Light((78, 90, 136), (238, 180, 130), (1.06, 0.96, 0.88), (0.75, -0.35, 0.5), 0.5, 0.5),
}
_OFTEN = ["morning", "morning", "noon", "noon", "overcast", "overcast", "dusk"]


def pick(rng: Random, name: str | None = None) -> Light:
    return LIGHTS[name or rng.choice(_OFTEN)]


def mix(a: Colour, b: Colour, share: float) -> Colour:
    """`a` with `share` (0-1) of `b`."""
    return tuple(int(p + (q - p) * share) for p, q in zip(a, b, strict=True))  # type: ignore[return-value]


def shade(colour: Colour, factor: float) -> Colour:
    return tuple(max(0, min(255, int(c * factor))) for c in colour)  # type: ignore[return-value]


def vary(colour: Colour, rng: Random, by: int = 12) -> Colour:
    """The same paint, another bucket."""
    shift = rng.randint(-by, by)
    return tuple(max(0, min(255, c + shift + rng.randint(-by // 3, by // 3))) for c in colour)  # type: ignore[return-value]
