"""深基坑: the whole pit, its edge, and what is looked at from near."""

import math

from fieldapp.demo.scenes import prints, texture
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


def _pit(stage: Stage, *, water: bool, load: bool, rail: bool, struts: bool = True, people: bool = False) -> None:
    rng = stage.rng
    half, long = rng.uniform(11, 15), rng.uniform(26, 36)
    eye = (rng.uniform(-7, 7), -rng.uniform(6, 10), rng.uniform(2.6, 5.2))
    stage.look(eye, (rng.uniform(-4, 4), 12, -3.6), field=rng.uniform(66, 78), roll=rng.uniform(-3, 3))
    sky(stage)
    ground(stage)
    frame(stage, (-30, long + 12, 0), 12, stage.site.randint(2, 6))
    _hollow(stage, half, long, vary((150, 112, 76), stage.site, 12))
    if water:
        stage.veil([(-half, 3, _DEEP + 0.03), (half * 0.7, 1, _DEEP + 0.03), (half, long * 0.7, _DEEP + 0.03), (-half * 0.7, long * 0.55, _DEEP + 0.03)], (132, 128, 104), 0.86)
        stage.veil([(-half * 0.6, 8, _DEEP + 0.03), (half * 0.4, 6, _DEEP + 0.03), (half * 0.3, 12, _DEEP + 0.03), (-half * 0.4, 12, _DEEP + 0.03)], stage.light.horizon, 0.35)
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
                    stage.tube((x, y, up), (x, y + 2, up), 0.035, (206, 60, 48) if (y // 2) % 2 else (228, 226, 218))
    stage.flush()
    if rail:
        fence(stage, (-half, -0.9, 0), half * 2)
    if load:
        pile(stage, (rng.uniform(-6, -2), -0.6, 0), 5.5, 1.5, (140, 96, 70), 60)
        pile(stage, (rng.uniform(1.5, 3), -0.4, 0), 4, 1.1, (156, 150, 140), 40)


def _hollow(stage: Stage, half: float, long: float, soil: Colour) -> None:
    """Floor, walls of bored piles, ring beam."""
    stage.quad([(-half, 0, _DEEP), (half, 0, _DEEP), (half, long, _DEEP), (-half, long, _DEEP)], soil)
    for _ in range(60):
        x, y = stage.rng.uniform(-half, half), stage.rng.uniform(1, long)
        w = stage.rng.uniform(0.3, 2.2)
        stage.quad([(x, y, _DEEP), (x + w, y, _DEEP), (x + w, y + w * 0.5, _DEEP), (x, y + w * 0.5, _DEEP)], vary(soil, stage.rng, 12))
    wall = vary((164, 156, 144), stage.site, 8)
    pitch = 1.1
    for k in range(int(2 * half / pitch)):
        x = -half + k * pitch
        for part, factor in enumerate((0.78, 1.0, 0.86)):
            a, b = x + part * pitch / 3, x + (part + 1) * pitch / 3
            stage.quad([(a, long, _DEEP), (b, long, _DEEP), (b, long, 0), (a, long, 0)], shade(vary(wall, stage.rng, 4), factor))
    for side in (-half, half):
        for k in range(int(long / pitch)):
            y = k * pitch
            for part, factor in enumerate((0.74, 0.96, 0.84)):
                a, b = y + part * pitch / 3, y + (part + 1) * pitch / 3
                stage.quad([(side, a, _DEEP), (side, b, _DEEP), (side, b, 0), (side, a, 0)], shade(vary(wall, stage.rng, 4), factor))
    beam = shade(wall, 1.16)
    for level in (-2.0, -0.7):
        stage.quad([(-half, long - 0.1, level), (half, long - 0.1, level), (half, long - 0.1, level + 0.7), (-half, long - 0.1, level + 0.7)], beam)
        for side in (-half, half):
            s = side - math.copysign(0.1, side)
            stage.quad([(s, 0, level), (s, long, level), (s, long, level + 0.7), (s, 0, level + 0.7)], shade(beam, 0.94))


def _digger(stage: Stage, at: Vector) -> None:
    x, y, z = at
    tone = stage.rng.choice([(226, 160, 36), (222, 120, 36), (226, 190, 50)])
    flip = stage.rng.choice((-1, 1))
    for off in (-1.1, 0.7):
        stage.box((x - 1.8, y + off, z), (x + 1.8, y + off + 0.5, z + 0.8), (58, 56, 54), later=False)
    stage.box((x - 1.5, y - 1, z + 0.9), (x + 1.5, y + 1, z + 2.0), tone, later=False)
    stage.box((x - 0.3, y - 1.05, z + 1.2), (x + 0.9, y, z + 2.9), shade(tone, 0.95), later=False)
    stage.quad([(x - 0.2, y - 1.07, z + 1.9), (x + 0.8, y - 1.07, z + 1.9), (x + 0.8, y - 1.07, z + 2.8), (x - 0.2, y - 1.07, z + 2.8)], (104, 138, 156), lit=False)
    joint, tip = (x + flip * 3.6, y - 0.3, z + 4.4), (x + flip * 6.0, y - 0.3, z + 1.6)
    stage.tube((x + flip * 1.0, y - 0.3, z + 1.6), joint, 0.26, tone, later=False)
    stage.tube(joint, tip, 0.2, tone, later=False)
    stage.tube(tip, (tip[0] - flip * 0.9, tip[1], tip[2] - 0.8), 0.42, (92, 88, 84), later=False)


def support_near(stage: Stage) -> None:
    """Pile and lagging from near with a tape; unsafe: a crack that leaks."""
    rng = stage.rng
    stage.backdrop("concrete", vary((206, 200, 190), rng))
    stage.face(1.8, turn=26)
    for k in range(-2, 3):
        stage.tube((k * 0.52, 0.2, -1.6), (k * 0.52, 0.2, 1.6), 0.21, vary((166, 158, 146), rng, 8), later=False)
    for _ in range(60):
        x, z = rng.uniform(-1, 1), rng.uniform(-0.8, 0.8)
        stage.disc((x, 0, z), rng.uniform(0.005, 0.03), vary((142, 134, 122), rng, 16))
    if stage.unsafe:
        x, z = -0.1, 0.7
        for _ in range(20):
            nx, nz = x + rng.uniform(-0.06, 0.08), z - 0.07
            stage.tube((x, -0.02, z), (nx, -0.02, nz), 0.012, (40, 36, 34), later=False)
            x, z = nx, nz
        stage.veil([(-0.02, -0.03, 0.1), (0.12, -0.03, 0.1), (0.3, -0.03, -1.2), (-0.22, -0.03, -1.2)], (70, 66, 58), 0.5)
    stage.sheet(prints.tape(60), (0.25, -0.05, rng.uniform(-0.3, 0.2)), 0.6, 0.026 * 2)


def notice(stage: Stage) -> None:
    """The board about the dangerous work; unsafe: faded, torn down on one side."""
    rng, words = stage.rng, stage.caption
    stage.look((rng.uniform(-4, 4), -10, 1.7), (0, 6, 0.5), field=64)
    sky(stage)
    ground(stage)
    fence(stage, (-8, 3, 0), 16)
    stage.defocus(12)
    stage.face(2.6, turn=20)
    rows = [f"工程名称：{words.project}", "分部分项：深基坑开挖、支护、降水", "开挖深度：9.6 米（超危大）", f"施工单位：{words.company}", "安全措施：监测、限载、临边防护", "责任人：项目经理、专职安全员"]
    for x in (-0.95, 0.95):
        stage.tube((x, 0.05, -1.8), (x, 0.05, 0.75), 0.035, (150, 152, 156), later=False)
    picture = prints.board("危大工程公告牌", rows, head=stage.site.choice([(190, 40, 36), (26, 84, 160)]))
    if stage.unsafe:
        picture.alpha_composite(_worn(picture.size, rng))
        stage.panel(picture, [(-0.95, 0, 0.62), (0.9, 0, 0.32), (0.86, 0, -0.86), (-0.98, 0, -0.58)])
        return
    stage.sheet(picture, (0, 0, 0), 2.0, 1.28)


def _worn(size: tuple[int, int], rng):  # noqa: ANN001, ANN202
    mask = texture.clouds(size, rng).point([min(225, int(v * 1.4)) for v in range(256)])
    layer = texture.surface("wall", size, rng).convert("RGBA")
    layer.putalpha(mask)
    return layer


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
            stage.tube((-0.85 + 0.6 * t, 3.6 - 3.5 * t, _DEEP + 8.2 * t), (-0.35 + 0.6 * t, 3.6 - 3.5 * t, _DEEP + 8.2 * t), 0.03, (160, 120, 80))
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


def well_cover(stage: Stage) -> None:
    """A dewatering well's mouth; unsafe: open."""
    rng = stage.rng
    stage.backdrop("gravel", vary((196, 184, 164), rng))
    stage.look((rng.uniform(-0.5, 0.5), -1.5, 1.5), (0, 0, 0.05), field=58, roll=rng.uniform(-8, 8))
    stage.drum((0, 0, -0.05), 0.36, 0.32, vary((150, 148, 142), rng))
    ring = [(0.31 * math.cos(k / 10 * math.pi), 0.31 * math.sin(k / 10 * math.pi), 0.275) for k in range(20)]
    stage.quad(ring, (26, 26, 28) if stage.unsafe else (190, 156, 50), lit=False)
    if not stage.unsafe:
        for k in range(9):
            x = -0.28 + k * 0.07
            y = math.sqrt(max(0.0, 0.31**2 - x**2))
            stage.tube((x, -y, 0.28), (x, y, 0.28), 0.012, (120, 96, 44), later=False)
    hose = [(0.2 + k * 0.09, 0.1 + 0.1 * math.sin(k * 0.7), 0.3 - min(0.28, k * 0.06)) for k in range(16)]
    for a, b in zip(hose, hose[1:], strict=False):
        stage.tube(a, b, 0.04, (40, 70, 130), later=False)
    stage.sheet(prints.sign(f"J-{rng.randint(2, 16):02d}", ground=(250, 250, 246), ink=(30, 70, 150), size=(400, 220)), (-0.05, -0.375, 0.12), 0.22, 0.12)


def pump(stage: Stage) -> None:
    """A drain ditch with its pump; unsafe: standing water, the pump dry on the bank."""
    rng = stage.rng
    stage.backdrop("soil", vary((196, 186, 168), rng))
    stage.look((rng.uniform(-0.9, 0.9), -2.6, 1.7), (0, 0.5, 0.1), field=66, roll=rng.uniform(-4, 4))
    wide = 1.3 if stage.unsafe else 0.42
    stage.quad([(-4, 0.1 - wide, 0), (4, 0.2 - wide, 0), (4, 0.4 + wide, 0), (-4, 0.5 + wide, 0)], (92, 84, 62), lit=False)
    stage.veil([(-4, 0.2 - wide, 0.01), (4, 0.3 - wide, 0.01), (4, 0.3 + wide * 0.8, 0.01), (-4, 0.4 + wide * 0.8, 0.01)], (132, 140, 130), 0.75)
    for _ in range(24):
        x, y = rng.uniform(-2, 2), 0.3 + rng.uniform(-wide, wide) * 0.7
        stage.tube((x, y, 0.012), (x + rng.uniform(0.1, 0.5), y, 0.012), 0.006, (190, 200, 198), later=False)
    at = (1.1, -1.1, 0.0) if stage.unsafe else (0.35, 0.3, 0.0)
    stage.drum(at, 0.14, 0.42, (44, 92, 150))
    stage.drum((at[0], at[1], 0.42), 0.07, 0.1, (60, 62, 66))
    hose = [(at[0] - k * 0.16, at[1] - k * 0.02 + 0.1 * math.sin(k * 0.6), 0.46 - min(0.42, k * 0.05)) for k in range(18)]
    for a, b in zip(hose, hose[1:], strict=False):
        stage.tube(a, b, 0.05, (60, 62, 120) if stage.site.random() < 2 else (0, 0, 0), later=False)


def store(stage: Stage) -> None:
    """The emergency store: pumps, sandbags, shovels on racks; unsafe: half empty."""
    rng = stage.rng
    stage.backdrop("wall")
    stage.look((rng.uniform(-1.4, 1.4), -4.2, 1.6), (0, 0, 1.2), field=66, roll=rng.uniform(-2.5, 2.5))
    stage.quad([(-6, 1, 0), (6, 1, 0), (6, -4.1, 0), (-6, -4.1, 0)], (150, 148, 142), lit=False)
    for up in (0.15, 0.95, 1.75):
        stage.box((-2.3, 0, up), (2.3, 0.7, up + 0.06), (70, 110, 170), later=False)
        for k in range(8):
            if stage.unsafe and rng.random() < 0.7:
                continue
            x = -2.1 + k * 0.54
            kind = rng.randrange(4)
            if kind == 0:
                stage.box((x, 0.1, up + 0.06), (x + 0.42, 0.55, up + 0.36), vary((196, 184, 150), rng, 18), later=False)
            elif kind == 1:
                stage.drum((x + 0.2, 0.3, up + 0.06), 0.15, 0.4, vary((200, 60, 46), rng))
            elif kind == 2:
                stage.drum((x + 0.2, 0.3, up + 0.06), 0.19, 0.16, vary((236, 190, 50), rng))
            else:
                stage.box((x, 0.1, up + 0.06), (x + 0.4, 0.5, up + 0.5), vary((60, 120, 90), rng, 20), later=False)
    for x in (-2.3, 0, 2.3):
        stage.tube((x, -0.02, 0), (x, -0.02, 2.4), 0.035, (60, 96, 150), later=False)
    stage.sheet(prints.sign("应急物资", ground=(190, 40, 36), ink=(250, 248, 240)), (0, 0.2, 2.62), 1.3, 0.42)


def monitor_point(stage: Stage) -> None:
    """A survey point with its number on the ring beam; unsafe: broken off, buried."""
    rng = stage.rng
    stage.backdrop("concrete", vary((200, 196, 188), rng))
    stage.face(0.7, turn=24, rise=0.3)
    if not stage.unsafe:
        stage.disc((0.1, 0.0, 0.0), 0.05, (190, 150, 70), outline=(90, 70, 40))
        stage.disc((0.1, -0.01, 0.0), 0.014, (120, 90, 50))
    else:
        for _ in range(90):
            x, z = rng.gauss(0.1, 0.1), rng.gauss(-0.02, 0.06)
            stage.disc((x, 0, z), rng.uniform(0.005, 0.03), vary((126, 98, 70), rng, 18))
    stage.sheet(prints.sign(f"CX{rng.randint(1, 24):02d}", ground=(236, 234, 226), ink=(200, 40, 36), size=(420, 200)), (-0.14, 0, 0.1), 0.24, 0.115)
