"""消防: lanes, water, extinguishers, huts, gas, hot work."""

import itertools
import math

from fieldapp.demo.scenes import prints
from fieldapp.demo.scenes.light import Colour, shade, vary
from fieldapp.demo.scenes.stage import Stage
from fieldapp.demo.scenes.surroundings import frame, outdoors, person, pile

RED: Colour = (204, 40, 34)


def lane(stage: Stage) -> None:
    """The fire lane between fence and building; unsafe: blocked by heaps and a lorry."""
    rng = stage.rng
    stage.look(
        (rng.uniform(-2.2, 2.2), rng.uniform(-6, 1), rng.uniform(1.4, 2.1)),
        (rng.uniform(-3, 3), 14, rng.uniform(0.6, 2.4)),
        field=rng.uniform(58, 78),
        roll=rng.uniform(-3, 3),
    )
    outdoors(stage)
    frame(stage, (4.6, 4, 0), 3, stage.site.randint(4, 7))
    stage.quad(
        [(-2.4, -6, 0), (2.4, -6, 0), (2.4, 70, 0), (-2.4, 70, 0)], vary((152, 150, 146), rng)
    )
    for k in range(12):
        y = -4 + k * 4
        for side in (-2.3, 2.2):
            stage.quad(
                [
                    (side, y, 0.01),
                    (side + 0.12, y, 0.01),
                    (side + 0.12, y + 2.4, 0.01),
                    (side, y + 2.4, 0.01),
                ],
                (232, 200, 60),
            )
    wall = stage.site.choice([(74, 134, 92), (66, 116, 176), (196, 198, 198)])
    for k in range(16):
        stage.box((-4.3, -4 + k * 3, 0), (-4.2, -1.1 + k * 3, 2.3), vary(wall, rng, 5), later=False)
    stage.panel(
        prints.sign("消防车道 严禁占用", ground=RED, ink=(250, 248, 236), size=(900, 240)),
        [(-4.15, 5.5, 2.1), (-4.15, 9.5, 2.1), (-4.15, 9.5, 1.0), (-4.15, 5.5, 1.0)],
    )
    if stage.unsafe:
        pile(stage, (-2.2, 5, 0), 3.4, 1.3, (138, 96, 66), 70)
        pile(stage, (-0.6, 10, 0), 3.0, 1.0, (156, 150, 140), 40)
        _lorry(stage, (-1.6, 15, 0))
    else:
        person(stage, (rng.uniform(-1.4, 1.6), rng.uniform(9, 18), 0))


def _lorry(stage: Stage, at: tuple[float, float, float]) -> None:
    x, y, z = at
    tone = stage.rng.choice([(46, 92, 160), (200, 70, 46), (214, 178, 60)])
    for wheel in (0.3, 2.1):
        stage.box(
            (x + wheel - 0.3, y - 0.1, z),
            (x + wheel + 0.3, y + 0.2, z + 0.9),
            (40, 40, 42),
            later=False,
        )
    stage.box((x, y, z + 0.6), (x + 2.5, y + 6, z + 1.1), (70, 70, 72), later=False)
    stage.box((x, y, z + 1.1), (x + 2.5, y + 5, z + 2.6), tone, later=False)
    for lamp in (0.15, 2.2):
        stage.box(
            (x + lamp, y - 0.05, z + 0.75),
            (x + lamp + 0.2, y, z + 0.95),
            (220, 60, 50),
            later=False,
        )


def extinguishers(stage: Stage) -> None:
    """Two extinguishers on their stand; unsafe: one, lying, behind boards."""
    rng = stage.rng
    stage.backdrop(rng.choice(("wall", "concrete")))
    stage.look((rng.uniform(-0.9, 0.9), -2.3, 1.2), (0, 0, 0.55), field=62, roll=rng.uniform(-4, 4))
    stage.quad(
        [(-5, 0.5, 0), (5, 0.5, 0), (5, -2.2, 0), (-5, -2.2, 0)],
        vary((150, 144, 134), rng),
        lit=False,
    )
    if not stage.unsafe:
        stage.box((-0.5, -0.25, 0), (0.5, 0.3, 0.16), RED, later=False)
        stage.box((-0.5, 0.24, 0.16), (0.5, 0.3, 0.85), shade(RED, 0.85), later=False)
        stage.sheet(
            prints.sign("灭火器", ground=RED, ink=(250, 250, 246)), (0, 0.35, 1.2), 0.7, 0.28
        )
        for x in (-0.22, 0.22):
            bottle(stage, x, 0.14)
        return
    bottle(stage, -0.35, 0.0)
    for k in range(6):
        stage.quad(
            [
                (-0.6 + k * 0.22, -0.3 - k * 0.02, 0),
                (-0.42 + k * 0.22, -0.3 - k * 0.02, 0),
                (-0.3 + k * 0.2, 0.2, 1.1),
                (-0.46 + k * 0.2, 0.2, 1.1),
            ],
            vary((176, 132, 84), rng, 16),
        )


def bottle(stage: Stage, x: float, z: float) -> None:
    stage.drum((x, 0, z), 0.085, 0.46, RED)
    for k in range(5):
        r = 0.085 - k * 0.013
        stage.drum((x, 0, z + 0.46 + k * 0.012), r, 0.014, RED)
    stage.tube((x, 0, z + 0.52), (x, 0, z + 0.6), 0.022, (190, 176, 120), later=False)
    for lift in (0.62, 0.67):
        stage.tube(
            (x - 0.02, -0.02, z + lift),
            (x + 0.11, -0.02, z + lift + 0.02),
            0.011,
            (52, 52, 56),
            later=False,
        )
    stage.disc((x - 0.02, -0.05, z + 0.57), 0.022, (236, 236, 232), outline=(60, 60, 64))
    hose = [
        (x + 0.03 + 0.07 * math.sin(k / 9 * math.pi), -0.06, z + 0.58 - k * 0.04) for k in range(10)
    ]
    for a, b in itertools.pairwise(hose):
        stage.tube(a, b, 0.012, (38, 38, 42), later=False)
    label = prints.board(
        "干粉灭火器",
        ["MFZ/ABC4", "4 kg  55B", "检验 2026-03"],
        head=(250, 246, 236),
        ground=(236, 224, 200),
        size=(300, 400),
    )
    stage.sheet(label, (x, -0.088, z + 0.24), 0.11, 0.17)


def gauge(stage: Stage) -> None:
    """The pressure gauge from near; unsafe: in the red."""
    rng = stage.rng
    stage.backdrop("paint", vary((206, 44, 36), rng, 10))
    stage.defocus(14)
    stage.face(0.3, turn=26, roll=12)
    stage.tube((-0.02, 0.05, -0.3), (0.02, 0.05, 0.3), 0.05, (196, 180, 126), later=False)
    stage.tube((-0.3, 0.03, 0.13), (0.3, 0.03, 0.1), 0.03, (44, 44, 48), later=False)
    stage.disc((0, 0, -0.005), 0.085, (60, 60, 62))
    share = rng.uniform(0.05, 0.2) if stage.unsafe else rng.uniform(0.4, 0.62)
    stage.sheet(prints.gauge(share), (0, -0.01, 0), 0.15, 0.15)
    if not stage.unsafe:
        stage.sheet(
            prints.sign("检验合格", ground=(250, 248, 240), ink=(30, 130, 70), size=(360, 200)),
            (0.1, -0.02, -0.07),
            0.07,
            0.04,
        )


def hydrant(stage: Stage) -> None:
    """Hydrant and hose cabinet; unsafe: the cabinet is empty."""
    rng = stage.rng
    stage.look(
        (rng.uniform(-1.6, 1.6), -3.2, 1.5), (0.2, 0, 0.75), field=62, roll=rng.uniform(-4, 4)
    )
    outdoors(stage, "gravel")
    frame(stage, (-14, 14, 0), 6, 3)
    stage.defocus(8)
    stage.drum((-0.7, 0, 0), 0.16, 0.06, (120, 118, 112))
    stage.drum((-0.7, 0, 0.06), 0.1, 0.75, RED)
    stage.drum((-0.7, 0, 0.8), 0.13, 0.08, shade(RED, 0.9))
    stage.drum((-0.7, 0, 0.88), 0.05, 0.07, (160, 150, 120))
    for x in (-0.88, -0.52):
        stage.tube((-0.7, -0.02, 0.6), (x, -0.06, 0.6), 0.055, RED, later=False)
        stage.disc((x, -0.1, 0.6), 0.06, (180, 172, 150), outline=(90, 84, 70))
    stage.box((0.1, 0, 0.25), (1.1, 0.3, 1.45), (96, 30, 28), later=False)
    stage.quad(
        [(0.14, -0.005, 0.29), (1.06, -0.005, 0.29), (1.06, -0.005, 1.4), (0.14, -0.005, 1.4)],
        (60, 26, 24),
        lit=False,
    )
    for x in (0.2, 1.0):
        stage.tube((x, 0.1, 0), (x, 0.1, 0.25), 0.03, (90, 90, 94), later=False)
    if not stage.unsafe:
        for ring in range(7):
            stage.disc(
                (0.45, -0.02, 0.8),
                0.22 - ring * 0.03,
                (226, 222, 208) if ring % 2 else (168, 160, 140),
                outline=(120, 112, 96),
            )
        stage.tube((0.8, -0.03, 0.5), (0.86, -0.03, 1.1), 0.03, (196, 170, 90), later=False)
    door = [(1.1, 0, 1.45), (1.65, -0.75, 1.45), (1.65, -0.75, 0.25), (1.1, 0, 0.25)]
    stage.panel(prints.sign("消火栓", ground=RED, ink=(250, 248, 240), size=(500, 640)), door)
