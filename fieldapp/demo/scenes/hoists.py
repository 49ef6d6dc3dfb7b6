"""Builders' hoists, material hoists and lifting by mobile cranes."""

import math

from fieldapp.demo.scenes import prints
from fieldapp.demo.scenes.cranes import mast
from fieldapp.demo.scenes.light import Colour, shade, vary
from fieldapp.demo.scenes.stage import Stage
from fieldapp.demo.scenes.surroundings import fence, frame, outdoors, person

YELLOW: Colour = (228, 172, 36)


def hoist_far(stage: Stage) -> None:
    """A builders' hoist on the facade; unsafe: no ties at the top, a gate open."""
    rng = stage.rng
    stage.look(
        (rng.uniform(-12, 9), -rng.uniform(17, 26), 1.7),
        (0, 0, rng.uniform(8, 12)),
        field=rng.uniform(60, 74),
        roll=rng.uniform(-3, 3),
    )
    outdoors(stage)
    storeys = stage.site.randint(6, 9)
    frame(stage, (-13, 3.2, 0), 6, storeys)
    paint = stage.site.choice([(206, 60, 48), YELLOW, (60, 110, 180)])
    high = storeys * 3 + 4
    mast(stage, (0, 0, 0), high, paint, half=0.33, section=1.5, bar=0.045)
    for level in range(1, storeys - (3 if stage.unsafe else 0)):
        for side in (-1, 1):
            stage.tube(
                (side * 0.33, 0.3, level * 3),
                (side * 1.6, 3.2, level * 3),
                0.05,
                shade(paint, 0.85),
            )
    for side, up in ((-1, rng.uniform(1, 4)), (1, rng.uniform(6, 13))):
        _cage(stage, side * 1.2, up)
    stage.flush()
    for level in range(1, storeys):
        for middle in (-1.2, 1.2):
            open_gate = stage.unsafe and rng.random() < 0.4
            stage.quad(
                [
                    (middle - 0.7, 2.6, level * 3),
                    (middle + 0.7, 2.6, level * 3),
                    (middle + 0.7, 2.6, level * 3 + 1.8),
                    (middle - 0.7, 2.6, level * 3 + 1.8),
                ],
                (70, 66, 64) if open_gate else (214, 172, 52),
                later=True,
            )
    stage.box((-3, -1.6, 0), (3, -1.55, 2), (190, 176, 70))
    stage.flush()
    person(stage, (rng.uniform(-4, 4), -6, 0))


def _cage(stage: Stage, x: float, up: float) -> None:
    tone = vary((208, 186, 60), stage.rng)
    stage.box((x - 0.75, -1.1, up), (x + 0.75, 1.3, up + 2.5), tone)
    for k in range(9):
        stage.tube(
            (x - 0.7 + k * 0.175, -1.12, up + 0.2),
            (x - 0.7 + k * 0.175, -1.12, up + 2.2),
            0.012,
            (92, 86, 60),
        )
    stage.tube((x - 0.75, -1.14, up + 2.5), (x + 0.75, -1.14, up + 2.5), 0.05, (206, 60, 44))


def fall_arrester(stage: Stage) -> None:
    """The fall arrester with its calibration plate; unsafe: expired and cracked plate."""
    rng = stage.rng
    stage.backdrop("paint", vary((150, 146, 120), rng))
    stage.defocus(8)
    stage.face(0.55)
    for x in (-0.24, 0.24):
        stage.tube((x, 0.1, -0.6), (x, 0.1, 0.6), 0.03, (190, 160, 60), later=False)
    body = vary((78, 96, 120), rng)
    for k in range(14):
        stage.disc((0, 0.05 - k * 0.004, 0), 0.235 - k * 0.004, shade(body, 0.72 + k * 0.03))
    for k in range(8):
        a = k * math.pi / 4 + 0.3
        stage.disc((0.2 * math.cos(a), -0.02, 0.2 * math.sin(a)), 0.015, (176, 178, 182))
    due = "2025年02月" if stage.unsafe else "2027年02月"
    stage.sheet(
        prints.plate(
            "防坠安全器",
            [
                ("型号", "SAJ40-1.2"),
                ("编号", stage.caption.plate),
                ("标定日期", stage.caption.date),
                ("有效期至", due),
            ],
            rng,
            cracked=stage.unsafe,
            head=(160, 44, 38),
        ),
        (0, -0.03, 0.01),
        0.25,
        0.167,
    )
    stage.disc((0.1, -0.05, -0.14), 0.018, (150, 140, 126), outline=(70, 66, 60))


def landing_gate(stage: Stage) -> None:
    """A landing gate with latch and sign; unsafe: open to the shaft."""
    rng = stage.rng
    stage.backdrop("concrete")
    stage.face(2.6, turn=22, rise=0.05)
    stage.quad(
        [(-1, 0.4, -1.1), (1, 0.4, -1.1), (1, 0.4, 1.0), (-1, 0.4, 1.0)], (168, 186, 200), lit=False
    )
    for side in (-1.02, 1.02):
        stage.tube((side, 0, -1.4), (side, 0, 1.4), 0.045, (214, 170, 40))
    leaves = ((-1.0, -0.02),) if stage.unsafe else ((-1.0, -0.02), (0.02, 1.0))
    for a, b in leaves:
        stage.quad(
            [(a, 0, -1.05), (b, 0, -1.05), (b, 0, 0.75), (a, 0, 0.75)], vary((216, 176, 58), rng)
        )
        for k in range(13):
            x = a + (b - a) * (k + 0.5) / 13
            stage.tube((x, -0.02, -0.2), (x, -0.02, 0.68), 0.012, (122, 96, 40))
    stage.flush()
    stage.sheet(prints.sign("当心坠落", ground=(236, 190, 30)), (-0.5, -0.03, -0.6), 0.6, 0.26)
    if not stage.unsafe:
        stage.tube((-0.18, -0.05, -0.1), (0.2, -0.05, -0.1), 0.028, (120, 124, 130), later=False)
        stage.sheet(
            prints.sign(f"{rng.randint(2, 18)} F", ground=(46, 96, 170), ink=(250, 250, 250)),
            (0.5, -0.03, -0.6),
            0.4,
            0.22,
        )


def material_hoist(stage: Stage) -> None:
    """A material hoist; unsafe: the wall ties are missing."""
    rng = stage.rng
    stage.look((rng.uniform(-9, 9), -17, 1.7), (0, 0, 7), field=68, roll=rng.uniform(-3, 3))
    outdoors(stage)
    frame(stage, (-10, 3, 0), 5, 5)
    paint = stage.site.choice([(60, 110, 180), YELLOW])
    for x in (-1.3, 1.3):
        mast(stage, (x, 0, 0), 17, paint, half=0.25, section=1.4, bar=0.04)
    stage.tube((-1.6, 0, 17.2), (1.6, 0, 17.2), 0.12, paint)
    if not stage.unsafe:
        for level in (3, 6, 9, 12, 15):
            for x in (-1.3, 1.3):
                stage.tube((x, 0.2, level), (x * 1.6, 3, level), 0.05, shade(paint, 0.8))
    up = rng.uniform(0.5, 6)
    stage.box((-1, -0.7, up), (1, 0.7, up + 1.9), vary((196, 176, 80), rng))
    stage.tube((0, 0, up + 1.9), (0, 0, 17), 0.025, (40, 42, 46))
    stage.flush()
    stage.sheet(
        prints.sign("严禁乘人", ground=(206, 44, 40), ink=(250, 248, 240)),
        (0, -0.75, up + 1.2),
        1.4,
        0.56,
    )
    person(stage, (3.2, -4, 0))


def outrigger(stage: Stage) -> None:
    """A mobile crane on its outriggers; unsafe: no pads, at the edge of soft ground."""
    rng = stage.rng
    stage.look((rng.uniform(-6, 6), -11, 1.8), (0, 0, 2.6), field=70, roll=rng.uniform(-2, 2))
    outdoors(stage)
    frame(stage, (-12, 24, 0), 6, 4)
    tone = stage.site.choice([YELLOW, (230, 190, 40)])
    stage.box((-4.6, -1.2, 0.9), (4.4, 1.2, 1.7), tone, later=False)
    stage.box((-5.4, -1.2, 0.8), (-4.2, 1.2, 2.6), shade(tone, 1.05), later=False)
    stage.quad(
        [(-5.3, -1.21, 1.7), (-4.4, -1.21, 1.7), (-4.4, -1.21, 2.4), (-5.3, -1.21, 2.4)],
        (120, 156, 178),
        lit=False,
    )
    stage.box((-1.4, -1.1, 1.7), (1.6, 1.1, 3.0), shade(tone, 0.95), later=False)
    stage.tube((0.4, 0, 2.8), (rng.uniform(5, 9), 1, 12), 0.34, tone, later=False)
    for x in (-3.2, -1.9, 2.2, 3.5):
        px, py = stage.spot((x, -1.22, 0.55))
        r = 0.55 * stage.scale((x, -1.22, 0.55))
        stage.pen.ellipse((px - r, py - r, px + r, py + r), fill=(40, 40, 42))
        stage.pen.ellipse((px - r / 2, py - r / 2, px + r / 2, py + r / 2), fill=(120, 120, 118))
    for x in (-2.6, 3.0):
        stage.tube((x, -1.2, 1.0), (x, -3.0, 1.0), 0.16, shade(tone, 0.9), later=False)
        if not stage.unsafe:
            stage.box((x - 0.8, -3.7, 0), (x + 0.8, -2.3, 0.2), (136, 100, 66), later=False)
        stage.tube(
            (x, -3.0, 1.0),
            (x, -3.0, 0.0 if stage.unsafe else 0.2),
            0.12,
            (170, 172, 176),
            later=False,
        )
    if not stage.unsafe:
        fence(stage, (-6, -4.4, 0), 4)
    person(stage, (rng.uniform(3.4, 5), -4.6, 0))
