"""起重机械: tower cranes, builders' hoists, material hoists, lifting; wide and close."""

import itertools
import math

from fieldapp.demo.scenes.light import Colour, Vector, vary
from fieldapp.demo.scenes.stage import Stage
from fieldapp.demo.scenes.surroundings import fence, frame, outdoors, person

YELLOW: Colour = (228, 172, 36)
_PAINTS: list[Colour] = [YELLOW, (222, 160, 30), (206, 74, 44), (214, 214, 208), (70, 120, 186)]


def far(stage: Stage) -> None:
    """A whole tower crane over the building."""
    rng = stage.rng
    eye = (rng.uniform(-16, 20), -rng.uniform(34, 50), rng.uniform(1.5, 3.5))
    stage.look(
        eye,
        (rng.uniform(-6, 10), 0, rng.uniform(18, 25)),
        field=rng.uniform(58, 74),
        roll=rng.uniform(-2.5, 2.5),
    )
    outdoors(stage)
    frame(stage, (rng.uniform(-22, -14), rng.uniform(6, 14), 0), 5, stage.site.randint(4, 8))
    tower(
        stage,
        (rng.uniform(3, 12), 0, 0),
        rng.uniform(32, 42),
        rng.uniform(0, 360),
        stage.site.choice(_PAINTS),
        lean=0.035 if stage.unsafe else 0.0,
    )
    fence(stage, (-10, -14, 0), 18)
    person(stage, (rng.uniform(-6, 6), -22, 0))


def pair(stage: Stage) -> None:
    """Two cranes and the room between them; when unsafe their jibs reach each other at one height."""
    rng = stage.rng
    stage.look(
        (rng.uniform(-12, 12), -52, 2),
        (0, 0, 23),
        field=rng.uniform(70, 78),
        roll=rng.uniform(-2, 2),
    )
    outdoors(stage)
    frame(stage, (-12, 16, 0), 6, stage.site.randint(5, 8))
    paint = stage.site.choice(_PAINTS)
    tower(stage, (-24, 4, 0), 34, rng.uniform(-20, 10), paint)
    tower(stage, (22, 12, 0), 34.5 if stage.unsafe else 43, rng.uniform(165, 200), vary(paint, rng))
    person(stage, (rng.uniform(-8, 8), -30, 0))


def power_line(stage: Stage) -> None:
    far(stage)
    away = -4.0 if stage.unsafe else -22.0
    for x in (-34, 4, 42):
        stage.tube((x, away, 0), (x, away, 15), 0.2, (150, 148, 142))
        stage.tube((x - 1.6, away, 14), (x + 1.6, away, 14), 0.09, (96, 98, 100))
    for drop in (-1.4, 0, 1.4):
        for x in (-34, 4):
            span = [
                (x + k * 3.8, away, 14.2 - 0.9 * math.sin(math.pi * k / 10) + drop * 0.1)
                for k in range(11)
            ]
            for a, b in itertools.pairwise(span):
                stage.tube((a[0], a[1] + drop, a[2]), (b[0], b[1] + drop, b[2]), 0.05, (40, 42, 46))
    stage.flush()


def head(stage: Stage) -> None:
    """The tower top seen from the ground with a long lens."""
    rng = stage.rng
    stage.look(
        (rng.uniform(-14, 14), -30, 1.6),
        (rng.uniform(-2, 3), 0, 38),
        field=rng.uniform(34, 46),
        roll=rng.uniform(-6, 6),
    )
    outdoors(stage)
    tower(
        stage,
        (0, 0, 0),
        36,
        rng.uniform(10, 170),
        stage.site.choice(_PAINTS),
        lamp=not stage.unsafe,
    )


def tower(
    stage: Stage,
    foot: Vector,
    height: float,
    heading: float,
    paint: Colour,
    *,
    lean: float = 0.0,
    lamp: bool = True,
) -> None:
    """Mast, slewing ring, cab, jib with trolley and hook, counter-jib with weights."""
    paint = vary(paint, stage.rng)
    x, y, z = foot
    stage.box((x - 3, y - 3, z - 0.2), (x + 3, y + 3, z + 0.9), (158, 154, 146))
    stage.flush()
    c, s = math.cos(math.radians(heading)), math.sin(math.radians(heading))
    mast(stage, foot, height, paint, lean=lean)
    tx, top = x + lean * height, z + height

    def along(reach: float, side: float, up: float) -> Vector:
        return (tx + c * reach - s * side, y + s * reach + c * side, top + up)

    apex, length = along(0, 0, 7.5), 46
    for side in (-0.7, 0.7):
        for reach in (-0.7, 0.7):
            stage.tube(along(reach, side, 0), apex, 0.09, paint)
        stage.tube(along(-13, side, 0.6), along(length, side, 0.6), 0.09, paint)
    stage.tube(along(1, 0, 2.0), along(length - 1, 0, 1.7), 0.09, paint)
    steps = 30
    for k in range(steps):
        near, beyond = 1 + k * (length - 2) / steps, 1 + (k + 1) * (length - 2) / steps
        for side in (-0.7, 0.7):
            stage.tube(along(near, side, 0.6), along((near + beyond) / 2, 0, 1.9), 0.045, paint)
            stage.tube(along((near + beyond) / 2, 0, 1.9), along(beyond, side, 0.6), 0.045, paint)
        stage.tube(along(near, -0.7, 0.6), along(near, 0.7, 0.6), 0.04, paint)
    for reach in (length * 0.35, length * 0.8, -12):
        stage.tube(apex, along(reach, 0, 1.8 if reach > 0 else 0.6), 0.05, (92, 94, 98))
    for reach in (-12.6, -11.6, -10.6):
        a, b = along(reach, -1, -1.4), along(reach + 0.8, 1, 0.8)
        stage.box(tuple(map(min, a, b)), tuple(map(max, a, b)), (150, 148, 142))  # type: ignore[arg-type]
    a, b = along(0.8, 1.0, -1.9), along(2.2, 2.2, 0.3)
    stage.box(tuple(map(min, a, b)), tuple(map(max, a, b)), (226, 228, 226))  # type: ignore[arg-type]
    _hook_line(stage, along, stage.rng.uniform(0.4, 0.85) * length, stage.rng.uniform(8, 20))
    stage.flush()
    if lamp:
        stage.disc(apex, 0.32, (220, 44, 36))


def _hook_line(stage: Stage, along, reach: float, drop: float) -> None:
    stage.tube(along(reach - 0.8, 0, 0.3), along(reach + 0.8, 0, 0.3), 0.22, (86, 88, 92))
    for off in (-0.25, 0.25):
        stage.tube(
            along(reach + off, 0, 0.2), along(reach + off / 2, 0, -drop), 0.025, (52, 54, 58)
        )
    stage.tube(along(reach, 0, -drop), along(reach, 0, -drop - 1.1), 0.24, (196, 60, 44))


def mast(
    stage: Stage,
    foot: Vector,
    height: float,
    paint: Colour,
    *,
    half: float = 0.85,
    lean: float = 0.0,
    section: float = 2.8,
    bar: float = 0.1,
) -> None:
    x, y, z = foot
    corners = [(-half, -half), (half, -half), (half, half), (-half, half)]
    count = int(height / section)
    for k in range(count + 1):
        low, high = k * section, min(height, (k + 1) * section)
        if high <= low:
            break
        for (ax, ay), (bx, by) in zip(corners, corners[1:] + corners[:1], strict=True):
            sa, sb = x + lean * low, x + lean * high
            stage.tube((sa + ax, y + ay, z + low), (sb + ax, y + ay, z + high), bar, paint)
            stage.tube((sa + ax, y + ay, z + low), (sa + bx, y + by, z + low), bar * 0.55, paint)
            one, two = ((ax, ay), (bx, by)) if k % 2 else ((bx, by), (ax, ay))
            stage.tube(
                (sa + one[0], y + one[1], z + low),
                (sb + two[0], y + two[1], z + high),
                bar * 0.5,
                paint,
            )
