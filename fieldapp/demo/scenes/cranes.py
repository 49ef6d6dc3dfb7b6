"""起重机械: tower cranes, builders' hoists, material hoists, lifting; wide and close."""

import math

from fieldapp.demo.scenes import prints
from fieldapp.demo.scenes.light import Colour, Vector, shade, vary
from fieldapp.demo.scenes.stage import Stage
from fieldapp.demo.scenes.surroundings import fence, frame, outdoors, person

YELLOW: Colour = (228, 172, 36)
_PAINTS: list[Colour] = [YELLOW, (222, 160, 30), (206, 74, 44), (214, 214, 208), (70, 120, 186)]
STEEL: Colour = (140, 144, 150)


def far(stage: Stage) -> None:
    """A whole tower crane over the building."""
    rng = stage.rng
    eye = (rng.uniform(-16, 20), -rng.uniform(46, 74), rng.uniform(1.5, 3.5))
    stage.look(eye, (rng.uniform(-6, 10), 0, rng.uniform(18, 25)), field=rng.uniform(58, 74), roll=rng.uniform(-2.5, 2.5))
    outdoors(stage)
    frame(stage, (rng.uniform(-22, -14), rng.uniform(6, 14), 0), 5, stage.site.randint(4, 8))
    tower(stage, (rng.uniform(3, 12), 0, 0), rng.uniform(32, 42), rng.uniform(0, 360), stage.site.choice(_PAINTS), lean=0.035 if stage.unsafe else 0.0)
    fence(stage, (-10, -14, 0), 18)
    person(stage, (rng.uniform(-6, 6), -22, 0))


def pair(stage: Stage) -> None:
    """Two cranes and the room between them; when unsafe their jibs reach each other at one height."""
    rng = stage.rng
    stage.look((rng.uniform(-12, 12), -70, 2), (0, 0, 22), field=rng.uniform(64, 74), roll=rng.uniform(-2, 2))
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
            span = [(x + k * 3.8, away, 14.2 - 0.9 * math.sin(math.pi * k / 10) + drop * 0.1) for k in range(11)]
            for a, b in zip(span, span[1:], strict=False):
                stage.tube((a[0], a[1] + drop, a[2]), (b[0], b[1] + drop, b[2]), 0.05, (40, 42, 46))
    stage.flush()


def head(stage: Stage) -> None:
    """The tower top seen from the ground with a long lens."""
    rng = stage.rng
    stage.look((rng.uniform(-14, 14), -30, 1.6), (rng.uniform(-2, 3), 0, 38), field=rng.uniform(34, 46), roll=rng.uniform(-6, 6))
    outdoors(stage)
    tower(stage, (0, 0, 0), 36, rng.uniform(10, 170), stage.site.choice(_PAINTS), lamp=not stage.unsafe)


def tower(stage: Stage, foot: Vector, height: float, heading: float, paint: Colour, *, lean: float = 0.0, lamp: bool = True) -> None:
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


def _hook_line(stage: Stage, along, reach: float, drop: float) -> None:  # noqa: ANN001
    stage.tube(along(reach - 0.8, 0, 0.3), along(reach + 0.8, 0, 0.3), 0.22, (86, 88, 92))
    for off in (-0.25, 0.25):
        stage.tube(along(reach + off, 0, 0.2), along(reach + off / 2, 0, -drop), 0.025, (52, 54, 58))
    stage.tube(along(reach, 0, -drop), along(reach, 0, -drop - 1.1), 0.24, (196, 60, 44))


def mast(stage: Stage, foot: Vector, height: float, paint: Colour, *, half: float = 0.85, lean: float = 0.0, section: float = 2.8, bar: float = 0.1) -> None:
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
            stage.tube((sa + one[0], y + one[1], z + low), (sb + two[0], y + two[1], z + high), bar * 0.5, paint)


# -- close ---------------------------------------------------------------------------------------
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
    stage.tube((-0.62 * w, 0.15 * w, -0.55 * w), (0.62 * w, 0.15 * w, 0.55 * w), 0.04 * w, shade(paint, 0.94))
    stage.flush()
    return paint


def registration(stage: Stage) -> None:
    """The use-registration plate on the mast; unsafe: broken."""
    lattice(stage, 0.9)
    words = stage.caption
    rows = [("设备编号", words.plate), ("工程名称", words.project), ("使用单位", words.company), ("登记日期", words.date), ("设备位置", words.unit)]
    stage.sheet(prints.plate("建筑起重机械使用登记标志", rows, stage.rng, cracked=stage.unsafe, head=stage.site.choice([(30, 84, 150), (150, 40, 36), (36, 110, 74)])), (0, 0, stage.rng.uniform(-0.05, 0.05)), 0.62, 0.415)


def load_limiter(stage: Stage) -> None:
    """Moment limiter: bow plates with micro-switches; unsafe: a wire bridges the contacts."""
    paint = lattice(stage, 0.5)
    stage.tube((0, 0.1, -0.6), (0, 0.1, 0.6), 0.17, paint, later=False)
    for side in (-1, 1):
        bow = [(side * (0.03 + 0.055 * math.cos(k / 10 * math.pi - math.pi / 2)), 0.0, -0.17 + k * 0.034) for k in range(11)]
        for a, b in zip(bow, bow[1:], strict=False):
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
        for a, b in zip(cable, cable[1:], strict=False):
            stage.tube(a, b, 0.006, (28, 30, 34), later=False)
    if stage.unsafe:
        loop = [(-0.036 - 0.05 * math.sin(k / 12 * math.pi), -0.05, 0.084 - k * 0.0095) for k in range(13)]
        for a, b in zip(loop, loop[1:], strict=False):
            stage.tube(a, b, 0.0045, (236, 200, 40), later=False)
    else:
        stage.disc((0.085, -0.02, -0.2), 0.014, (170, 60, 50))


def limit_switch(stage: Stage) -> None:
    """A rotary limit switch box with its cable; unsafe: cover off, cams loose."""
    paint = lattice(stage, 0.6)
    stage.box((-0.16, -0.04, -0.13), (0.16, 0.1, 0.13), (90, 96, 104) if stage.unsafe else (66, 96, 136), later=False)
    if stage.unsafe:
        stage.box((-0.14, -0.05, -0.11), (0.14, -0.04, 0.11), (30, 32, 36), later=False)
        for k in range(5):
            stage.tube((-0.11 + k * 0.05, -0.07, -0.06), (-0.11 + k * 0.05, -0.07, 0.05), 0.018, (206, 196, 170), later=False)
            stage.tube((-0.1 + k * 0.05, -0.08, -0.06), (-0.16 + k * 0.07, -0.08, -0.22), 0.005, [(200, 50, 40), (40, 90, 190), (230, 190, 40)][k % 3], later=False)
    else:
        stage.sheet(prints.plate("多功能行程限位器", [("型号", "DXZ-4"), ("速比", "1:274"), ("出厂", "2025-03")], stage.rng, head=(60, 64, 70)), (0, -0.045, 0.01), 0.2, 0.14)
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
            stage.tube((off - 0.014, -0.012, up), (off + 0.014, -0.012, up + 0.03), 0.003, (134, 134, 130))
    stage.box((-0.17, -0.06, 0.02), (0.17, 0.06, 0.3), tone)
    stage.flush()
    stage.disc((0, -0.08, 0.16), 0.12, shade(tone, 0.8), outline=(60, 40, 36))
    stage.disc((0, -0.08, 0.16), 0.035, (150, 150, 150))
    stage.tube((0, 0, 0.02), (0, 0, -0.1), 0.045, (120, 122, 126), later=False)
    bend = [(0.13 * math.sin(a / 16 * 4.5), 0.0, -0.24 + 0.14 * math.cos(a / 16 * 4.5)) for a in range(17)]
    for k, (a, b) in enumerate(zip(bend, bend[1:], strict=False)):
        stage.tube(a, b, 0.05 - k * 0.0018, (104, 106, 112), later=False)
    if stage.unsafe:
        for _ in range(9):
            up = 0.55 + rng.uniform(-0.07, 0.07)
            stage.tube((0.13, -0.02, up), (0.13 + rng.uniform(-0.09, 0.09), -0.03, up + rng.uniform(0.02, 0.08)), 0.003, (196, 190, 176), later=False)
    else:
        stage.tube((0.02, -0.04, -0.1), (-0.11, -0.04, -0.2), 0.016, (196, 198, 200), later=False)


def foundation(stage: Stage) -> None:
    """The crane's base; unsafe: under water, cracked."""
    rng = stage.rng
    stage.look((rng.uniform(-3.5, 3.5), -6.4, rng.uniform(2.2, 3.4)), (0, 0, 0.7), field=64, roll=rng.uniform(-3, 3))
    outdoors(stage, "gravel")
    stage.box((-2.6, -2.2, -0.2), (2.6, 2.6, 0.5), vary((170, 166, 158), rng), later=False)
    mast(stage, (0, 0, 0.5), 7, vary(stage.site.choice(_PAINTS[:3]), rng), half=0.8, bar=0.09)
    stage.flush()
    for x in (-0.8, 0.8):
        stage.box((x - 0.22, -1.02, 0.5), (x + 0.22, -0.6, 0.56), (104, 106, 110), later=False)
        for dx in (-0.14, 0.14):
            stage.tube((x + dx, -0.9, 0.5), (x + dx, -0.9, 0.72), 0.03, (126, 120, 110), later=False)
    if stage.unsafe:
        stage.veil([(-4, -3.4, 0.02), (4.2, -3.2, 0.02), (3.6, -2.1, 0.02), (-3.2, -2.1, 0.02)], (96, 106, 104), 0.8)
        crack = [(-1.6 + k * 0.25, -2.21, 0.45 - k * 0.07 + rng.uniform(-0.05, 0.05)) for k in range(8)]
        for a, b in zip(crack, crack[1:], strict=False):
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


def hoist_far(stage: Stage) -> None:
    """A builders' hoist on the facade; unsafe: no ties at the top, a gate open."""
    rng = stage.rng
    stage.look((rng.uniform(-12, 9), -rng.uniform(17, 26), 1.7), (0, 0, rng.uniform(8, 12)), field=rng.uniform(60, 74), roll=rng.uniform(-3, 3))
    outdoors(stage)
    storeys = stage.site.randint(6, 9)
    frame(stage, (-13, 3.2, 0), 6, storeys)
    paint = stage.site.choice([(206, 60, 48), YELLOW, (60, 110, 180)])
    high = storeys * 3 + 4
    mast(stage, (0, 0, 0), high, paint, half=0.33, section=1.5, bar=0.045)
    for level in range(1, storeys - (3 if stage.unsafe else 0)):
        for side in (-1, 1):
            stage.tube((side * 0.33, 0.3, level * 3), (side * 1.6, 3.2, level * 3), 0.05, shade(paint, 0.85))
    for side, up in ((-1, rng.uniform(1, 4)), (1, rng.uniform(6, 13))):
        _cage(stage, side * 1.2, up)
    stage.flush()
    for level in range(1, storeys):
        for side in (-1.2, 1.2):
            open_gate = stage.unsafe and rng.random() < 0.4
            stage.quad([(side - 0.7, 2.6, level * 3), (side + 0.7, 2.6, level * 3), (side + 0.7, 2.6, level * 3 + 1.8), (side - 0.7, 2.6, level * 3 + 1.8)], (70, 66, 64) if open_gate else (214, 172, 52), later=True)
    for side, up in ((-1, 0.0),):
        stage.box((side * 3, -1.6, 0), (side * 3 + 6, -1.55, 2), (190, 176, 70))
    stage.flush()
    person(stage, (rng.uniform(-4, 4), -6, 0))


def _cage(stage: Stage, x: float, up: float) -> None:
    tone = vary((208, 186, 60), stage.rng)
    stage.box((x - 0.75, -1.1, up), (x + 0.75, 1.3, up + 2.5), tone)
    for k in range(9):
        stage.tube((x - 0.7 + k * 0.175, -1.12, up + 0.2), (x - 0.7 + k * 0.175, -1.12, up + 2.2), 0.012, (92, 86, 60))
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
    stage.sheet(prints.plate("防坠安全器", [("型号", "SAJ40-1.2"), ("编号", stage.caption.plate), ("标定日期", stage.caption.date), ("有效期至", due)], rng, cracked=stage.unsafe, head=(160, 44, 38)), (0, -0.03, 0.01), 0.25, 0.167)
    stage.disc((0.1, -0.05, -0.14), 0.018, (150, 140, 126), outline=(70, 66, 60))


def landing_gate(stage: Stage) -> None:
    """A landing gate with latch and sign; unsafe: open to the shaft."""
    rng = stage.rng
    stage.backdrop("concrete")
    stage.face(2.6, turn=22, rise=0.05)
    stage.quad([(-1, 0.4, -1.1), (1, 0.4, -1.1), (1, 0.4, 1.0), (-1, 0.4, 1.0)], (168, 186, 200), lit=False)
    for side in (-1.02, 1.02):
        stage.tube((side, 0, -1.4), (side, 0, 1.4), 0.045, (214, 170, 40))
    leaves = ((-1.0, -0.02),) if stage.unsafe else ((-1.0, -0.02), (0.02, 1.0))
    for a, b in leaves:
        stage.quad([(a, 0, -1.05), (b, 0, -1.05), (b, 0, 0.75), (a, 0, 0.75)], vary((216, 176, 58), rng))
        for k in range(13):
            x = a + (b - a) * (k + 0.5) / 13
            stage.tube((x, -0.02, -0.2), (x, -0.02, 0.68), 0.012, (122, 96, 40))
    stage.flush()
    stage.sheet(prints.sign("当心坠落", ground=(236, 190, 30)), (-0.5, -0.03, -0.6), 0.6, 0.26)
    if not stage.unsafe:
        stage.tube((-0.18, -0.05, -0.1), (0.2, -0.05, -0.1), 0.028, (120, 124, 130), later=False)
        stage.sheet(prints.sign(f"{rng.randint(2, 18)} F", ground=(46, 96, 170), ink=(250, 250, 250)), (0.5, -0.03, -0.6), 0.4, 0.22)


def limit_cam(stage: Stage) -> None:
    """Limit and final switches on the hoist mast."""
    limit_switch(stage)


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
    stage.sheet(prints.sign("严禁乘人", ground=(206, 44, 40), ink=(250, 248, 240)), (0, -0.75, up + 1.2), 1.4, 0.56)
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
    stage.quad([(-5.3, -1.21, 1.7), (-4.4, -1.21, 1.7), (-4.4, -1.21, 2.4), (-5.3, -1.21, 2.4)], (120, 156, 178), lit=False)
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
        stage.tube((x, -3.0, 1.0), (x, -3.0, 0.0 if stage.unsafe else 0.2), 0.12, (170, 172, 176), later=False)
    if not stage.unsafe:
        fence(stage, (-6, -4.4, 0), 4)
    person(stage, (rng.uniform(3.4, 5), -4.6, 0))
