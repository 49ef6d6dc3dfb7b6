"""Parts of cranes from near: plates, limiters, hooks, bolts."""

import itertools
import math

from fieldapp.demo.scenes import prints
from fieldapp.demo.scenes.cranes import mast
from fieldapp.demo.scenes.light import Colour, shade, vary
from fieldapp.demo.scenes.stage import Stage
from fieldapp.demo.scenes.surroundings import fence, frame, outdoors

YELLOW: Colour = (228, 172, 36)
_PAINTS: list[Colour] = [YELLOW, (222, 160, 30), (206, 74, 44), (214, 214, 208), (70, 120, 186)]
STEEL: Colour = (140, 144, 150)


def lattice(stage: Stage, width: float, *, paint: Colour | None = None) -> Colour:
    """A piece of mast near the lens, the site behind it out of focus; returns its paint."""
    rng = stage.rng
    paint = vary(paint or stage.site.choice(_PAINTS[:3]), rng)
    stage.look((rng.uniform(-9, 9), -26, 2), (0, 0, rng.uniform(5, 10)), field=66)
    outdoors(stage)
    frame(stage, (-14, 6, 0), 6, 4)
    stage.defocus(22)
    stage.face(width)
    w = width
    for side in (-0.62, 0.62):
        stage.tube((side * w, 0.12 * w, -w), (side * w, 0.12 * w, w), 0.075 * w, paint)
    for up in (-0.55, 0.55):
        stage.tube((-w, 0.14 * w, up * w), (w, 0.14 * w, up * w), 0.045 * w, paint)
    stage.tube(
        (-0.62 * w, 0.15 * w, -0.55 * w),
        (0.62 * w, 0.15 * w, 0.55 * w),
        0.04 * w,
        shade(paint, 0.94),
    )
    stage.flush()
    return paint


def registration(stage: Stage) -> None:
    """The use-registration plate on the mast; unsafe: broken."""
    lattice(stage, 0.9)
    words = stage.caption
    rows = [
        ("设备编号", words.plate),
        ("工程名称", words.project),
        ("使用单位", words.company),
        ("登记日期", words.date),
        ("设备位置", words.unit),
    ]
    stage.sheet(
        prints.plate(
            "建筑起重机械使用登记标志",
            rows,
            stage.rng,
            cracked=stage.unsafe,
            head=stage.site.choice([(30, 84, 150), (150, 40, 36), (36, 110, 74)]),
        ),
        (0, 0, stage.rng.uniform(-0.05, 0.05)),
        0.62,
        0.415,
    )


def load_limiter(stage: Stage) -> None:
    """Moment limiter: bow plates with micro-switches; unsafe: a wire bridges the contacts."""
    paint = lattice(stage, 0.5)
    stage.tube((0, 0.1, -0.6), (0, 0.1, 0.6), 0.17, paint, later=False)
    for side in (-1, 1):
        bow = [
            (
                side * (0.03 + 0.055 * math.cos(k / 10 * math.pi - math.pi / 2)),
                0.0,
                -0.17 + k * 0.034,
            )
            for k in range(11)
        ]
        for a, b in itertools.pairwise(bow):
            stage.tube(a, b, 0.011, STEEL)
    stage.box((-0.075, -0.01, 0.16), (0.075, 0.03, 0.21), (96, 100, 106))
    stage.box((-0.075, -0.01, -0.21), (0.075, 0.03, -0.16), (96, 100, 106))
    stage.flush()
    for up in (0.07, -0.02, -0.11):
        stage.box((-0.05, -0.03, up - 0.026), (0.012, 0.01, up + 0.026), (38, 40, 44), later=False)
        stage.tube((0.012, -0.02, up), (0.05, -0.02, up), 0.008, (206, 176, 96), later=False)
        stage.disc((-0.036, -0.04, up + 0.014), 0.006, (190, 192, 196))
        stage.disc((-0.036, -0.04, up - 0.014), 0.006, (190, 192, 196))
        cable = [(-0.05 - 0.02 * k, -0.02, up - 0.012 * k * k * 0.25) for k in range(8)]
        for a, b in itertools.pairwise(cable):
            stage.tube(a, b, 0.006, (28, 30, 34), later=False)
    if stage.unsafe:
        loop = [
            (-0.036 - 0.05 * math.sin(k / 12 * math.pi), -0.05, 0.084 - k * 0.0095)
            for k in range(13)
        ]
        for a, b in itertools.pairwise(loop):
            stage.tube(a, b, 0.0045, (236, 200, 40), later=False)
    else:
        stage.disc((0.085, -0.02, -0.2), 0.014, (170, 60, 50))


def limit_switch(stage: Stage) -> None:
    """A rotary limit switch box with its cable; unsafe: cover off, cams loose."""
    paint = lattice(stage, 0.6)
    stage.box(
        (-0.16, -0.04, -0.13),
        (0.16, 0.1, 0.13),
        (90, 96, 104) if stage.unsafe else (66, 96, 136),
        later=False,
    )
    if stage.unsafe:
        stage.box((-0.14, -0.05, -0.11), (0.14, -0.04, 0.11), (30, 32, 36), later=False)
        for k in range(5):
            stage.tube(
                (-0.11 + k * 0.05, -0.07, -0.06),
                (-0.11 + k * 0.05, -0.07, 0.05),
                0.018,
                (206, 196, 170),
                later=False,
            )
            stage.tube(
                (-0.1 + k * 0.05, -0.08, -0.06),
                (-0.16 + k * 0.07, -0.08, -0.22),
                0.005,
                [(200, 50, 40), (40, 90, 190), (230, 190, 40)][k % 3],
                later=False,
            )
    else:
        stage.sheet(
            prints.plate(
                "多功能行程限位器",
                [("型号", "DXZ-4"), ("速比", "1:274"), ("出厂", "2025-03")],
                stage.rng,
                head=(60, 64, 70),
            ),
            (0, -0.045, 0.01),
            0.2,
            0.14,
        )
    stage.tube((0.16, 0, 0), (0.4, 0.05, 0.02), 0.02, (60, 62, 66), later=False)
    stage.tube((-0.1, 0, -0.13), (-0.13, 0.02, -0.6), 0.017, (32, 34, 38), later=False)
    stage.tube((-0.4, 0.06, -0.17), (0.4, 0.06, -0.17), 0.03, paint, later=False)


def hook(stage: Stage) -> None:
    """The hook block; unsafe: no safety latch and broken strands."""
    rng = stage.rng
    stage.look((rng.uniform(-7, 7), -30, 2), (0, 0, 12), field=60)
    outdoors(stage)
    frame(stage, (-13, 4, 0), 6, 5)
    stage.defocus(18)
    stage.face(1.0)
    tone = vary((206, 62, 40), rng)
    for off in (-0.11, 0.11):
        stage.tube((off, 0, 0.2), (off * 1.3, 0, 1.2), 0.014, (84, 86, 88))
        for k in range(26):
            up = 0.2 + k * 0.035
            stage.tube(
                (off - 0.014, -0.012, up), (off + 0.014, -0.012, up + 0.03), 0.003, (134, 134, 130)
            )
    stage.box((-0.17, -0.06, 0.02), (0.17, 0.06, 0.3), tone)
    stage.flush()
    stage.disc((0, -0.08, 0.16), 0.12, shade(tone, 0.8), outline=(60, 40, 36))
    stage.disc((0, -0.08, 0.16), 0.035, (150, 150, 150))
    stage.tube((0, 0, 0.02), (0, 0, -0.1), 0.045, (120, 122, 126), later=False)
    bend = [
        (0.13 * math.sin(a / 16 * 4.5), 0.0, -0.24 + 0.14 * math.cos(a / 16 * 4.5))
        for a in range(17)
    ]
    for k, (a, b) in enumerate(itertools.pairwise(bend)):
        stage.tube(a, b, 0.05 - k * 0.0018, (104, 106, 112), later=False)
    if stage.unsafe:
        for _ in range(9):
            up = 0.55 + rng.uniform(-0.07, 0.07)
            stage.tube(
                (0.13, -0.02, up),
                (0.13 + rng.uniform(-0.09, 0.09), -0.03, up + rng.uniform(0.02, 0.08)),
                0.003,
                (196, 190, 176),
                later=False,
            )
    else:
        stage.tube((0.02, -0.04, -0.1), (-0.11, -0.04, -0.2), 0.016, (196, 198, 200), later=False)


def foundation(stage: Stage) -> None:
    """The crane's base; unsafe: under water, cracked."""
    rng = stage.rng
    stage.look(
        (rng.uniform(-3.5, 3.5), -6.4, rng.uniform(2.2, 3.4)),
        (0, 0, 0.7),
        field=64,
        roll=rng.uniform(-3, 3),
    )
    outdoors(stage, "gravel")
    stage.box((-2.6, -2.2, -0.2), (2.6, 2.6, 0.5), vary((170, 166, 158), rng), later=False)
    mast(stage, (0, 0, 0.5), 7, vary(stage.site.choice(_PAINTS[:3]), rng), half=0.8, bar=0.09)
    stage.flush()
    for x in (-0.8, 0.8):
        stage.box((x - 0.22, -1.02, 0.5), (x + 0.22, -0.6, 0.56), (104, 106, 110), later=False)
        for dx in (-0.14, 0.14):
            stage.tube(
                (x + dx, -0.9, 0.5), (x + dx, -0.9, 0.72), 0.03, (126, 120, 110), later=False
            )
    if stage.unsafe:
        stage.veil(
            [(-4, -3.4, 0.02), (4.2, -3.2, 0.02), (3.6, -2.1, 0.02), (-3.2, -2.1, 0.02)],
            (96, 106, 104),
            0.8,
        )
        crack = [
            (-1.6 + k * 0.25, -2.21, 0.45 - k * 0.07 + rng.uniform(-0.05, 0.05)) for k in range(8)
        ]
        for a, b in itertools.pairwise(crack):
            stage.tube(a, b, 0.018, (44, 40, 38), later=False)
    fence(stage, (-4.4, 3.4, 0), 8)


def bolts(stage: Stage) -> None:
    """A flange with high-strength bolts and their witness marks; unsafe: one missing, one turned."""
    rng = stage.rng
    paint = lattice(stage, 0.55)
    stage.box((-0.3, 0, -0.045), (0.3, 0.14, 0.045), shade(paint, 0.9), later=False)
    stage.tube((0, 0.1, -0.6), (0, 0.1, 0.6), 0.12, paint, later=False)
    missing = rng.randrange(4)
    for k, x in enumerate((-0.24, -0.13, 0.13, 0.24)):
        if stage.unsafe and k == missing:
            stage.disc((x, -0.01, 0), 0.024, (30, 28, 28))
            continue
        stage.box((x - 0.03, -0.05, 0.045), (x + 0.03, 0.0, 0.1), (112, 112, 116), later=False)
        stage.box((x - 0.03, -0.05, -0.1), (x + 0.03, 0.0, -0.045), (104, 104, 108), later=False)
        tilt = 0.03 if stage.unsafe and k == (missing + 1) % 4 else 0.0
        stage.tube((x, -0.06, -0.1), (x + tilt, -0.06, 0.1), 0.006, (226, 60, 48), later=False)
