"""深基坑: the whole pit, its edge, and what is looked at from near."""

import math

from fieldapp.demo.scenes.light import Colour, Vector, shade, vary
from fieldapp.demo.scenes.stage import Stage
from fieldapp.demo.scenes.surroundings import fence, frame, ground, person, pile, sky

_DEEP = -7.5


def far(stage: Stage) -> None:
    """A pit with bored piles, ring beam, struts and a digger; unsafe: flooded, spoil heaped at the edge."""
    _pit(stage, water=stage.unsafe, load=False, rail=True)


def edge_load(stage: Stage) -> None:
    _pit(stage, water=False, load=stage.unsafe, rail=True)


def guardrail(stage: Stage) -> None:
    _pit(stage, water=False, load=False, rail=not stage.unsafe)


def digging(stage: Stage) -> None:
    """Layers and struts; unsafe: dug below the strut that is not there yet."""
    _pit(stage, water=False, load=False, rail=True, struts=not stage.unsafe, people=True)


def _pit(
    stage: Stage, *, water: bool, load: bool, rail: bool, struts: bool = True, people: bool = False
) -> None:
    rng = stage.rng
    half, long = rng.uniform(11, 15), rng.uniform(26, 36)
    eye = (rng.uniform(-7, 7), -rng.uniform(6, 10), rng.uniform(2.6, 5.2))
    stage.look(
        eye, (rng.uniform(-4, 4), 12, -3.6), field=rng.uniform(66, 78), roll=rng.uniform(-3, 3)
    )
    sky(stage)
    ground(stage)
    frame(stage, (-30, long + 12, 0), 12, stage.site.randint(2, 6))
    _hollow(stage, half, long, vary((150, 112, 76), stage.site, 12))
    if water:
        stage.veil(
            [
                (-half, 3, _DEEP + 0.03),
                (half * 0.7, 1, _DEEP + 0.03),
                (half, long * 0.7, _DEEP + 0.03),
                (-half * 0.7, long * 0.55, _DEEP + 0.03),
            ],
            (132, 128, 104),
            0.86,
        )
        stage.veil(
            [
                (-half * 0.6, 8, _DEEP + 0.03),
                (half * 0.4, 6, _DEEP + 0.03),
                (half * 0.3, 12, _DEEP + 0.03),
                (-half * 0.4, 12, _DEEP + 0.03),
            ],
            stage.light.horizon,
            0.35,
        )
    _digger(stage, (rng.uniform(-5, 5), rng.uniform(10, 17), _DEEP))
    for _ in range(3 if people else 2):
        person(stage, (rng.uniform(-half * 0.7, half * 0.7), rng.uniform(7, 20), _DEEP))
    if struts:
        tone = (178, 174, 166) if stage.site.random() < 0.5 else (190, 84, 58)
        for y in (5.0, 12.0, 19.0, 26.0):
            if y < long:
                stage.tube((-half, y, -1.6), (half, y, -1.6), 0.36, tone)
                if stage.site.random() < 0.7:
                    stage.tube((0, y, _DEEP), (0, y, -1.6), 0.2, shade(tone, 0.8))
        stage.flush()
    for x in (-half - 0.6, half + 0.6):
        if rail:
            for y in range(-2, int(long), 2):
                stage.tube((x, y, 0), (x, y, 1.2), 0.04, (206, 60, 48))
                for up in (0.6, 1.15):
                    stage.tube(
                        (x, y, up),
                        (x, y + 2, up),
                        0.035,
                        (206, 60, 48) if (y // 2) % 2 else (228, 226, 218),
                    )
    stage.flush()
    if rail:
        fence(stage, (-half, -0.9, 0), half * 2)
    if load:
        pile(stage, (rng.uniform(-6, -2), -0.6, 0), 5.5, 1.5, (140, 96, 70), 60)
        pile(stage, (rng.uniform(1.5, 3), -0.4, 0), 4, 1.1, (156, 150, 140), 40)


def _hollow(stage: Stage, half: float, long: float, soil: Colour) -> None:
    """Floor, walls of bored piles, ring beam."""
    stage.quad(
        [(-half, 0, _DEEP), (half, 0, _DEEP), (half, long, _DEEP), (-half, long, _DEEP)], soil
    )
    for _ in range(60):
        x, y = stage.rng.uniform(-half, half), stage.rng.uniform(1, long)
        w = stage.rng.uniform(0.3, 2.2)
        stage.quad(
            [
                (x, y, _DEEP),
                (x + w, y, _DEEP),
                (x + w, y + w * 0.5, _DEEP),
                (x, y + w * 0.5, _DEEP),
            ],
            vary(soil, stage.rng, 12),
        )
    wall = vary((164, 156, 144), stage.site, 8)
    pitch = 1.1
    for k in range(int(2 * half / pitch)):
        x = -half + k * pitch
        for part, factor in enumerate((0.78, 1.0, 0.86)):
            a, b = x + part * pitch / 3, x + (part + 1) * pitch / 3
            stage.quad(
                [(a, long, _DEEP), (b, long, _DEEP), (b, long, 0), (a, long, 0)],
                shade(vary(wall, stage.rng, 4), factor),
            )
    for side in (-half, half):
        for k in range(int(long / pitch)):
            y = k * pitch
            for part, factor in enumerate((0.74, 0.96, 0.84)):
                a, b = y + part * pitch / 3, y + (part + 1) * pitch / 3
                stage.quad(
                    [(side, a, _DEEP), (side, b, _DEEP), (side, b, 0), (side, a, 0)],
                    shade(vary(wall, stage.rng, 4), factor),
                )
    beam = shade(wall, 1.16)
    for level in (-2.0, -0.7):
        stage.quad(
            [
                (-half, long - 0.1, level),
                (half, long - 0.1, level),
                (half, long - 0.1, level + 0.7),
                (-half, long - 0.1, level + 0.7),
            ],
            beam,
        )
        for side in (-half, half):
            s = side - math.copysign(0.1, side)
            stage.quad(
                [(s, 0, level), (s, long, level), (s, long, level + 0.7), (s, 0, level + 0.7)],
                shade(beam, 0.94),
            )


def _digger(stage: Stage, at: Vector) -> None:
    x, y, z = at
    tone = stage.rng.choice([(226, 160, 36), (222, 120, 36), (226, 190, 50)])
    flip = stage.rng.choice((-1, 1))
    for off in (-1.1, 0.7):
        stage.box(
            (x - 1.8, y + off, z), (x + 1.8, y + off + 0.5, z + 0.8), (58, 56, 54), later=False
        )
    stage.box((x - 1.5, y - 1, z + 0.9), (x + 1.5, y + 1, z + 2.0), tone, later=False)
    stage.box((x - 0.3, y - 1.05, z + 1.2), (x + 0.9, y, z + 2.9), shade(tone, 0.95), later=False)
    stage.quad(
        [
            (x - 0.2, y - 1.07, z + 1.9),
            (x + 0.8, y - 1.07, z + 1.9),
            (x + 0.8, y - 1.07, z + 2.8),
            (x - 0.2, y - 1.07, z + 2.8),
        ],
        (104, 138, 156),
        lit=False,
    )
    joint, tip = (x + flip * 3.6, y - 0.3, z + 4.4), (x + flip * 6.0, y - 0.3, z + 1.6)
    stage.tube((x + flip * 1.0, y - 0.3, z + 1.6), joint, 0.26, tone, later=False)
    stage.tube(joint, tip, 0.2, tone, later=False)
    stage.tube(tip, (tip[0] - flip * 0.9, tip[1], tip[2] - 0.8), 0.42, (92, 88, 84), later=False)


def ladder(stage: Stage) -> None:
    """A stair tower down into the pit; unsafe: a loose ladder in its place."""
    rng = stage.rng
    stage.look((rng.uniform(-3, 3), -5.4, 2.3), (0, 3, -1.8), field=72, roll=rng.uniform(-3, 3))
    sky(stage)
    ground(stage)
    _hollow(stage, 9, 20, (148, 112, 78))
    tone = stage.site.choice([(220, 176, 44), (60, 112, 184)])
    if stage.unsafe:
        for x in (-0.25, 0.25):
            stage.tube((x - 0.6, 3.6, _DEEP), (x, 0.1, 0.7), 0.04, (150, 110, 70))
        for k in range(16):
            t = k / 16
            stage.tube(
                (-0.85 + 0.6 * t, 3.6 - 3.5 * t, _DEEP + 8.2 * t),
                (-0.35 + 0.6 * t, 3.6 - 3.5 * t, _DEEP + 8.2 * t),
                0.03,
                (160, 120, 80),
            )
    else:
        for x in (-1.3, 1.3):
            for y in (0.6, 3.4):
                stage.tube((x, y, _DEEP), (x, y, 1.3), 0.06, tone)
        for flight in range(4):
            a, b = -flight * 1.9, -(flight + 1) * 1.9
            left, right = ((-1.2, 1.2), (1.2, -1.2))[flight % 2]
            for k in range(9):
                t = k / 9
                x, z = left + (right - left) * t, a + (b - a) * t
                stage.box((x - 0.16, 0.8, z - 0.06), (x + 0.16, 3.2, z), (128, 132, 138))
            for y in (0.7, 3.3):
                stage.tube((left, y, a + 1.05), (right, y, b + 1.05), 0.035, tone)
    stage.flush()
    fence(stage, (-7.2, 0, 0), 6)
    fence(stage, (1.4, 0, 0), 6)
