"""Vectors, boxes and perspective: the arithmetic under a stage."""

import math
from collections.abc import Sequence

import numpy as np

from fieldapp.demo.scenes.light import Vector

Spot = tuple[float, float]


def unit(v: tuple[float, ...]) -> Vector:
    length = math.sqrt(sum(c * c for c in v)) or 1.0
    return (v[0] / length, v[1] / length, v[2] / length)


def minus(a: Vector, b: Vector) -> Vector:
    return (a[0] - b[0], a[1] - b[1], a[2] - b[2])


def cross(a: Vector, b: Vector) -> Vector:
    return (a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0])


def bounds(spots: Sequence[Spot], size: tuple[int, int]) -> tuple[int, int, int, int] | None:
    xs, ys = [x for x, _ in spots], [y for _, y in spots]
    box = (
        max(0, int(min(xs))),
        max(0, int(min(ys))),
        min(size[0], int(max(xs)) + 1),
        min(size[1], int(max(ys)) + 1),
    )
    return box if box[0] < box[2] and box[1] < box[3] else None


def perspective(spots: Sequence[Spot], size: tuple[int, int]) -> list[float]:
    """Coefficients that lead from a laid pixel back to the flat picture."""
    rows, values = [], []
    for (x, y), (u, v) in zip(spots, ((0, 0), (size[0], 0), size, (0, size[1])), strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    return np.linalg.solve(np.array(rows, float), np.array(values, float)).tolist()
