"""Knots of scaffolds from near: ties, couplers, rosettes, cantilever beams, labels."""

import itertools
import math

from fieldapp.demo.scenes import prints
from fieldapp.demo.scenes.light import Colour, shade, vary
from fieldapp.demo.scenes.scaffolds import far
from fieldapp.demo.scenes.stage import Stage

_TUBES: list[Colour] = [(206, 164, 56), (150, 152, 158), (84, 116, 176)]
_DECK: Colour = (176, 138, 92)


def backdrop(stage: Stage) -> Colour:
    wish, stage.unsafe = stage.unsafe, False
    far(stage)
    stage.unsafe = wish
    stage.defocus(20)
    return vary(stage.site.choice(_TUBES), stage.rng)


def tie_near(stage: Stage) -> None:
    """A rigid tie into the wall; unsafe: replaced by wire."""
    rng = stage.rng
    tone = backdrop(stage)
    stage.face(1.0, turn=24)
    stage.box((-1.4, 0.35, -0.3), (1.4, 0.9, 0.28), vary((176, 172, 164), rng), later=False)
    stage.tube((-0.2, 0, -1), (-0.2, 0, 1), 0.026, tone, later=False)
    stage.tube((-1.2, 0.03, 0.1), (1.2, 0.03, 0.1), 0.026, tone, later=False)
    if stage.unsafe:
        for k in range(3):
            stage.tube(
                (-0.2, -0.03, 0.0 + k * 0.012),
                (0.25, 0.34, -0.06 + k * 0.01),
                0.005,
                (120, 92, 70),
                later=False,
            )
    else:
        stage.tube((-0.3, -0.06, 0.0), (0.34, 0.34, 0.0), 0.026, (208, 60, 44), later=False)
        stage.box((0.24, 0.32, -0.09), (0.44, 0.35, 0.09), (120, 122, 126), later=False)
        _coupler(stage, -0.2, 0.0)
    _coupler(stage, -0.2, 0.1)


def _coupler(stage: Stage, x: float, z: float) -> None:
    rust = vary((150, 84, 50), stage.rng, 14)
    stage.box((x - 0.045, -0.05, z - 0.045), (x + 0.045, 0.03, z + 0.045), rust, later=False)
    stage.tube(
        (x + 0.05, -0.05, z - 0.04),
        (x + 0.05, -0.05, z + 0.05),
        0.012,
        (156, 152, 144),
        later=False,
    )
    stage.tube(
        (x - 0.06, -0.045, z + 0.02),
        (x + 0.06, -0.045, z + 0.02),
        0.01,
        shade(rust, 0.7),
        later=False,
    )


def joint(stage: Stage) -> None:
    """A main node with couplers; unsafe: the transverse tube is off."""
    tone = backdrop(stage)
    stage.face(0.8, turn=26)
    stage.tube((0, 0.03, -1), (0, 0.03, 1), 0.026, tone, later=False)
    stage.tube((-1, -0.02, 0), (1, -0.02, 0), 0.026, tone, later=False)
    _coupler(stage, 0, 0)
    if not stage.unsafe:
        stage.tube((0.07, 0.8, 0.07), (0.07, -0.25, 0.07), 0.026, shade(tone, 0.92), later=False)
        _coupler(stage, 0.09, 0.03)
    stage.tube((-0.7, -0.07, -0.6), (0.5, -0.07, 0.7), 0.026, (206, 62, 46), later=False)


def rosette(stage: Stage) -> None:
    """A disk-lock rosette with wedges; unsafe: a wedge not driven home."""
    tone = backdrop(stage)
    stage.face(0.55, turn=26, rise=0.35)
    stage.tube((0, 0, -0.8), (0, 0, 0.8), 0.03, tone, later=False)
    ring = [
        (0.07 * math.cos(k * math.pi / 12), 0.07 * math.sin(k * math.pi / 12), 0.0)
        for k in range(24)
    ]
    stage.quad(ring, (172, 174, 178))
    for k, (dx, dy) in enumerate(((1, 0), (-1, 0), (0, -1), (0.7, 0.7))):
        loose = stage.unsafe and k == 2
        start = (dx * 0.06, dy * 0.06, 0.0)
        stage.tube(
            start,
            (dx * 0.8, dy * 0.8, -0.02 if k == 3 else 0),
            0.022,
            shade(tone, 0.95),
            later=False,
        )
        stage.box(
            (start[0] - 0.026, start[1] - 0.026, -0.034),
            (start[0] + 0.026, start[1] + 0.026, 0.034),
            (130, 132, 138),
            later=False,
        )
        up = 0.12 if loose else 0.055
        stage.tube(
            (start[0], start[1], up),
            (start[0], start[1], up - 0.14),
            0.011,
            (220, 176, 50),
            later=False,
        )


def gap_inside(stage: Stage) -> None:
    """The gap to the building, seen from above; unsafe: nothing closes it."""
    rng = stage.rng
    stage.look(
        (rng.uniform(-0.2, 0.2), -0.9, 2.2), (0, 0.4, 0), field=70, roll=rng.uniform(-10, 10)
    )
    stage.backdrop("gravel", (120, 116, 108))
    stage.defocus(24)
    stage.quad([(-4, 0.55, 0), (4, 0.55, 0), (4, 3, 0), (-4, 3, 0)], vary((178, 174, 166), rng))
    for k in range(3):
        y = -1.6 + k * 0.62
        for x in range(-3, 3):
            stage.quad(
                [(x, y, 0), (x + 0.97, y, 0), (x + 0.97, y + 0.58, 0), (x, y + 0.58, 0)],
                vary(_DECK, rng, 14),
            )
    if not stage.unsafe:
        stage.quad(
            [(-4, 0.24, -0.02), (4, 0.24, -0.02), (4, 0.58, -0.02), (-4, 0.58, -0.02)],
            (70, 132, 96),
        )
        for k in range(60):
            stage.tube(
                (-3 + k * 0.1, 0.24, 0), (-3 + k * 0.1, 0.58, 0), 0.004, (46, 100, 70), later=False
            )
    stage.tube((-4, 0.24, 0.03), (4, 0.24, 0.03), 0.026, stage.site.choice(_TUBES), later=False)
    picture = prints.tape(60).rotate(90, expand=True)
    stage.panel(
        picture, [(0.1, 0.68, 0.06), (0.14, 0.68, 0.06), (0.14, 0.1, 0.06), (0.1, 0.1, 0.06)]
    )


def cantilever(stage: Stage) -> None:
    """Steel beams out of the slab with their U bolts; unsafe: one bolt, loose wedge."""
    rng = stage.rng
    backdrop(stage)
    stage.face(1.5, turn=26, rise=0.3)
    stage.quad(
        [(-3, -1, -0.2), (3, -1, -0.2), (3, 2, -0.2), (-3, 2, -0.2)], vary((172, 168, 160), rng)
    )
    red = vary((168, 66, 48), rng)
    stage.box((-1.6, -0.06, -0.18), (1.6, 0.06, -0.16), red, later=False)
    stage.box((-1.6, -0.01, -0.16), (1.6, 0.01, -0.02), shade(red, 0.85), later=False)
    stage.box((-1.6, -0.06, -0.02), (1.6, 0.06, 0.0), shade(red, 1.1), later=False)
    for x in (0.1, 0.45) if not stage.unsafe else (0.3,):
        for y in (-0.1, 0.1):
            stage.tube((x, y, -0.2), (x, y, 0.08), 0.011, (120, 116, 110), later=False)
        stage.box((x - 0.04, -0.14, 0.0), (x + 0.04, 0.14, 0.02), (110, 112, 118), later=False)
        for y in (-0.1, 0.1):
            stage.box(
                (x - 0.02, y - 0.02, 0.02),
                (x + 0.02, y + 0.02, 0.045),
                (150, 150, 152),
                later=False,
            )
    stage.sheet(prints.tape(120), (-0.3, -0.12, -0.1), 1.2, 0.05)


def tie_rope(stage: Stage) -> None:
    """The inclined rope of a cantilever beam with clips; unsafe: slack, one clip."""
    tone = backdrop(stage)
    stage.face(1.1, turn=22)
    stage.box((-1.2, 0.1, -0.62), (0.9, 0.25, -0.45), (168, 66, 48), later=False)
    start, end = (-0.5, 0, -0.4), (0.9, 0.3, 0.9)
    points = [
        tuple(s + (e - s) * k / 14 for s, e in zip(start, end, strict=True)) for k in range(15)
    ]
    sag = 0.16 if stage.unsafe else 0.0
    rope = [(x, y, z - sag * math.sin(k / 14 * math.pi)) for k, (x, y, z) in enumerate(points)]
    for a, b in itertools.pairwise(rope):
        stage.tube(a, b, 0.012, (136, 134, 128), later=False)
    for k in (3,) if stage.unsafe else (2, 4, 6):
        x, y, z = rope[k]
        stage.box(
            (x - 0.035, y - 0.04, z - 0.03), (x + 0.035, y, z + 0.03), (176, 172, 160), later=False
        )
        stage.disc((x, y - 0.05, z), 0.012, (110, 108, 104))
    stage.disc((-0.5, -0.02, -0.42), 0.05, (150, 90, 60), outline=(70, 50, 40))
    stage.tube((-0.9, -0.1, -1), (-0.9, -0.1, 1), 0.026, tone, later=False)


def net_tag(stage: Stage) -> None:
    """The label of a safety net; unsafe: torn off, the net scorched."""
    rng = stage.rng
    stage.backdrop("cloth", vary((196, 214, 200), rng))
    stage.face(0.7, turn=24, roll=8)
    for k in range(60):
        at = -1 + k / 30
        stage.tube((at, 0.004, -1), (at, 0.004, 1), 0.0022, (30, 92, 58), later=False)
        stage.tube((-1, 0.004, at), (1, 0.004, at), 0.0022, (36, 104, 66), later=False)
    if stage.unsafe:
        for _ in range(40):
            stage.disc(
                (rng.gauss(0, 0.1), 0, rng.gauss(0, 0.08)),
                rng.uniform(0.008, 0.05),
                rng.choice([(40, 36, 30), (66, 54, 40), (24, 22, 20)]),
            )
        return
    stage.sheet(prints.net_label(rng), (rng.uniform(-0.05, 0.05), 0, 0), 0.36, 0.24)
