"""高大支模: the forest of props and what is measured in it."""

import itertools

from fieldapp.demo.scenes import prints
from fieldapp.demo.scenes.light import Colour, Vector, shade, vary
from fieldapp.demo.scenes.stage import Stage
from fieldapp.demo.scenes.surroundings import person

_HIGH = 5.6
_STEELS: list[Colour] = [(150, 152, 156), (168, 132, 84), (92, 120, 168)]
_WOOD: Colour = (186, 140, 88)


def far(stage: Stage) -> None:
    """Props under a slab; unsafe: the cross bracing is missing."""
    _hall(stage, braced=not stage.unsafe, sweeping=True)


def bottom_row(stage: Stage) -> None:
    """The feet of the props; unsafe: no sweeping bars, water on the floor."""
    _hall(stage, braced=True, sweeping=not stage.unsafe, low=True, water=stage.unsafe)


def spacing(stage: Stage) -> None:
    _hall(stage, braced=True, sweeping=True, gap=stage.unsafe)


def _hall(
    stage: Stage,
    *,
    braced: bool,
    sweeping: bool,
    low: bool = False,
    water: bool = False,
    gap: bool = False,
) -> None:
    rng = stage.rng
    tone = vary(stage.site.choice(_STEELS), rng)
    eye = (rng.uniform(-2.5, 2.5), -rng.uniform(2.4, 4.6), rng.uniform(1.3, 1.9))
    stage.look(
        eye,
        (rng.uniform(-1.5, 1.5), 6, 0.8 if low else rng.uniform(2.0, 3.2)),
        field=rng.uniform(68, 80),
        roll=rng.uniform(-3, 3),
    )
    stage.haze = 40
    stage.image.paste(stage.light.horizon, (0, 0, *stage.size))
    stage.quad([(-16, -6, 0), (16, -6, 0), (16, 18, 0), (-16, 18, 0)], vary((136, 132, 124), rng))
    for _ in range(120):
        x, y, w = rng.uniform(-10, 10), rng.uniform(-2, 16), rng.uniform(0.05, 0.7)
        stage.quad(
            [(x, y, 0), (x + w, y, 0), (x + w, y + w * 0.6, 0), (x, y + w * 0.6, 0)],
            vary((130, 122, 110), rng, 16),
        )
    if water:
        stage.veil(
            [(-6, -1, 0.01), (5, -1.4, 0.01), (7, 6, 0.01), (-5, 5, 0.01)], (120, 126, 126), 0.7
        )
    _soffit(stage)
    pitch = 1.2 if not gap else 1.8
    xs = [-9.6 + k * pitch for k in range(int(19.2 / pitch) + 1)]
    ys = [k * pitch for k in range(int(13 / pitch))]
    for row, y in enumerate(ys):
        for column, x in enumerate(xs):
            stage.tube(
                (x, y, 0),
                (x + rng.uniform(-0.02, 0.02), y, _HIGH - 0.35),
                0.03,
                vary(tone, rng, 14),
            )
            stage.box((x - 0.12, y - 0.12, 0), (x + 0.12, y + 0.12, 0.05), (150, 110, 68))
            if braced and row % 3 == 0 and column % 4 < 3 and column + 1 < len(xs):
                z = (column % 4) * 1.5
                stage.tube(
                    (x, y - 0.05, z), (xs[column + 1], y - 0.05, z + 1.5), 0.026, (206, 168, 60)
                )
        for level in ([0.2] if sweeping else []) + [1.6, 3.1, 4.6]:
            for a, b in zip(xs[::4], [*xs[4::4], xs[-1]], strict=False):
                stage.tube((a, y, level), (b, y, level), 0.026, vary(tone, rng))
    for x in xs:
        for level in ([0.24] if sweeping else []) + [1.66, 3.16, 4.66]:
            for a, b in itertools.pairwise(ys):
                stage.tube((x, a, level), (x, b, level), 0.026, tone)
    stage.flush()
    if rng.random() < 0.5:
        person(stage, (rng.uniform(-2, 2), rng.uniform(2, 5), 0))


def _soffit(stage: Stage) -> None:
    """Plywood and joists overhead."""
    for k in range(12):
        y = -6 + k * 2
        stage.quad(
            [(-16, y, _HIGH), (16, y, _HIGH), (16, y + 2, _HIGH), (-16, y + 2, _HIGH)],
            vary((150, 104, 62), stage.rng, 10),
        )
    for k in range(64):
        x = -16 + k * 0.5
        stage.quad(
            [
                (x, -5, _HIGH - 0.1),
                (x + 0.09, -5, _HIGH - 0.1),
                (x + 0.09, 16, _HIGH - 0.1),
                (x, 16, _HIGH - 0.1),
            ],
            shade(_WOOD, 0.75),
            lit=False,
        )


def backdrop(stage: Stage) -> Colour:
    """The hall out of focus, for what is near; returns the colour of its steel."""
    far_unsafe, stage.unsafe = stage.unsafe, False
    far(stage)
    stage.unsafe = far_unsafe
    stage.defocus(20)
    stage.haze = 260.0
    return vary(stage.site.choice(_STEELS), stage.rng)


def foot(stage: Stage) -> None:
    """Foot of a prop: base plate on a pad, sweeping bar, tape; unsafe: no pad, no bar."""
    rng = stage.rng
    tone = backdrop(stage)
    stage.face(0.85, turn=22, rise=0.25)
    stage.quad(
        [(-2, -0.6, -0.34), (2, -0.6, -0.34), (2, 1.2, -0.34), (-2, 1.2, -0.34)],
        vary((140, 134, 122), rng),
    )
    for _ in range(60):
        stage.disc(
            (rng.uniform(-1, 1), rng.uniform(-0.4, 0.6), -0.34),
            rng.uniform(0.003, 0.012),
            vary((120, 110, 96), rng, 20),
        )
    if not stage.unsafe:
        stage.box((-0.34, -0.14, -0.34), (0.34, 0.14, -0.29), _WOOD, later=False)
        stage.tube((-1.2, -0.05, -0.12), (1.2, -0.05, -0.12), 0.026, tone, later=False)
        stage.tube((0.03, 1.0, -0.08), (0.03, -0.3, -0.08), 0.026, shade(tone, 0.9), later=False)
    base = -0.29 if not stage.unsafe else -0.34
    stage.box((-0.08, -0.08, base), (0.08, 0.08, base + 0.012), (110, 112, 116), later=False)
    stage.tube((0, 0, base), (0, 0, base + 0.16), 0.019, (150, 146, 132), later=False)
    for k in range(12):
        stage.tube(
            (-0.02, -0.02, base + 0.02 + k * 0.011),
            (0.02, -0.02, base + 0.025 + k * 0.011),
            0.002,
            (90, 86, 76),
            later=False,
        )
    stage.box((-0.05, -0.03, base + 0.13), (0.05, 0.03, base + 0.155), (176, 140, 70), later=False)
    stage.tube((0, 0, base + 0.15), (0, 0, 1.2), 0.027, tone, later=False)
    _tape_up(stage, (0.12, -0.08, base), 0.5)


def _tape_up(stage: Stage, at: Vector, length: float) -> None:
    """A tape standing beside what is measured."""
    x, y, z = at
    picture = prints.tape(int(length * 100)).rotate(90, expand=True)
    stage.panel(
        picture, [(x, y, z + length), (x + 0.034, y, z + length), (x + 0.034, y, z), (x, y, z)]
    )


def head(stage: Stage) -> None:
    """Free end and screw of a head jack with a tape; unsafe: far too long."""
    rng = stage.rng
    tone = backdrop(stage)
    stage.face(0.95, turn=22, rise=-0.15)
    stage.quad([(-2, -0.5, 0.42), (2, -0.5, 0.42), (2, 1, 0.42), (-2, 1, 0.42)], (140, 98, 60))
    for x in (-0.05, 0.05):
        stage.box((x - 0.045, -0.6, 0.32), (x + 0.045, 0.8, 0.42), vary(_WOOD, rng), later=False)
    free = 0.62 if stage.unsafe else 0.32
    stage.tube((-1.2, -0.04, 0.32 - free), (1.2, -0.04, 0.32 - free), 0.026, tone, later=False)
    stage.box((-0.11, -0.07, 0.3), (0.11, 0.07, 0.32), (120, 122, 126), later=False)
    for x in (-0.11, 0.1):
        stage.box((x, -0.07, 0.3), (x + 0.012, 0.07, 0.38), (120, 122, 126), later=False)
    screw = 0.3 if stage.unsafe else 0.16
    stage.tube((0, 0, 0.3), (0, 0, 0.3 - screw), 0.018, (156, 150, 132), later=False)
    for k in range(int(screw / 0.012)):
        stage.tube(
            (-0.02, -0.02, 0.3 - k * 0.012),
            (0.02, -0.02, 0.295 - k * 0.012),
            0.002,
            (88, 84, 74),
            later=False,
        )
    stage.box(
        (-0.05, -0.03, 0.28 - screw), (0.05, 0.03, 0.305 - screw), (176, 140, 70), later=False
    )
    stage.tube((0, 0, 0.28 - screw), (0, 0, -1.2), 0.027, tone, later=False)
    _tape_up(stage, (0.1, -0.08, 0.32 - free), 0.7)


def column_tie(stage: Stage) -> None:
    """Tubes clamped around a column; unsafe: nothing holds on to it."""
    rng = stage.rng
    tone = backdrop(stage)
    stage.face(1.7, turn=24)
    stage.box((-0.4, 0.1, -1.5), (0.4, 0.9, 1.5), vary((170, 166, 158), rng), later=False)
    if not stage.unsafe:
        for up in (0.12, -0.02):
            stage.tube((-1.2, 0.02, up), (1.2, 0.02, up), 0.03, tone, later=False)
        for x in (-0.45, 0.45):
            stage.tube((x, -0.2, 0.05), (x, 1.0, 0.05), 0.03, tone, later=False)
            stage.box((x - 0.055, -0.06, 0.0), (x + 0.055, 0.02, 0.13), (150, 86, 48), later=False)
    for x in (-0.75, 0.75):
        stage.tube((x, 0, -1.5), (x, 0, 1.5), 0.03, tone, later=False)


def top_load(stage: Stage) -> None:
    """The deck before pouring; unsafe: bars heaped in one place."""
    from fieldapp.demo.scenes.surroundings import fence, frame, pile, sky

    rng = stage.rng
    stage.look((rng.uniform(-3, 3), -6, 2.1), (0, 4, 0.4), field=72, roll=rng.uniform(-3, 3))
    sky(stage)
    frame(stage, (-20, 26, -4), 9, 3)
    for k in range(14):
        for row in range(10):
            x, y = -13 + k * 1.83, -6 + row * 1.83
            stage.quad(
                [(x, y, 0), (x + 1.8, y, 0), (x + 1.8, y + 1.8, 0), (x, y + 1.8, 0)],
                vary((172, 122, 72), rng, 9),
            )
    for k in range(46):
        x = -9 + k * 0.4
        stage.tube((x, -4, 0.06), (x, 12, 0.06), 0.011, (112, 82, 62))
    for k in range(40):
        stage.tube((-9, -4 + k * 0.4, 0.08), (9, -4 + k * 0.4, 0.08), 0.011, (120, 88, 66))
    stage.flush()
    for k in range(2 if not stage.unsafe else 5):
        pile(
            stage,
            (-4.5 + (k % 3) * 2.6, 2 + k // 3 * 1.5, 0.1),
            2.2,
            0.35 if not stage.unsafe else 1.3,
            (128, 84, 60),
            18 if not stage.unsafe else 60,
        )
    fence(stage, (-10, 12.4, 0), 20)
    person(stage, (rng.uniform(-3, 5), 6, 0))
