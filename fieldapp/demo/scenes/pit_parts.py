"""What is looked at from near in and around a pit."""

import itertools
import math

from fieldapp.demo.scenes import prints, texture
from fieldapp.demo.scenes.light import vary
from fieldapp.demo.scenes.stage import Stage
from fieldapp.demo.scenes.surroundings import fence, ground, sky


def support_near(stage: Stage) -> None:
    """Pile and lagging from near with a tape; unsafe: a crack that leaks."""
    rng = stage.rng
    stage.backdrop("concrete", vary((206, 200, 190), rng))
    stage.face(1.8, turn=26)
    for k in range(-2, 3):
        stage.tube(
            (k * 0.52, 0.2, -1.6),
            (k * 0.52, 0.2, 1.6),
            0.21,
            vary((166, 158, 146), rng, 8),
            later=False,
        )
    for _ in range(60):
        x, z = rng.uniform(-1, 1), rng.uniform(-0.8, 0.8)
        stage.disc((x, 0, z), rng.uniform(0.005, 0.03), vary((142, 134, 122), rng, 16))
    if stage.unsafe:
        x, z = -0.1, 0.7
        for _ in range(20):
            nx, nz = x + rng.uniform(-0.06, 0.08), z - 0.07
            stage.tube((x, -0.02, z), (nx, -0.02, nz), 0.012, (40, 36, 34), later=False)
            x, z = nx, nz
        stage.veil(
            [(-0.02, -0.03, 0.1), (0.12, -0.03, 0.1), (0.3, -0.03, -1.2), (-0.22, -0.03, -1.2)],
            (70, 66, 58),
            0.5,
        )
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
    rows = [
        f"工程名称：{words.project}",
        "分部分项：深基坑开挖、支护、降水",
        "开挖深度：9.6 米（超危大）",
        f"施工单位：{words.company}",
        "安全措施：监测、限载、临边防护",
        "责任人：项目经理、专职安全员",
    ]
    for x in (-0.95, 0.95):
        stage.tube((x, 0.05, -1.8), (x, 0.05, 0.75), 0.035, (150, 152, 156), later=False)
    picture = prints.board(
        "危大工程公告牌", rows, head=stage.site.choice([(190, 40, 36), (26, 84, 160)])
    )
    if stage.unsafe:
        picture.alpha_composite(_worn(picture.size, rng))
        stage.panel(
            picture, [(-0.95, 0, 0.62), (0.9, 0, 0.32), (0.86, 0, -0.86), (-0.98, 0, -0.58)]
        )
        return
    stage.sheet(picture, (0, 0, 0), 2.0, 1.28)


def _worn(size: tuple[int, int], rng):
    mask = texture.clouds(size, rng).point([min(225, int(v * 1.4)) for v in range(256)])
    layer = texture.surface("wall", size, rng).convert("RGBA")
    layer.putalpha(mask)
    return layer


def well_cover(stage: Stage) -> None:
    """A dewatering well's mouth; unsafe: open."""
    rng = stage.rng
    stage.backdrop("gravel", vary((196, 184, 164), rng))
    stage.look((rng.uniform(-0.5, 0.5), -1.5, 1.5), (0, 0, 0.05), field=58, roll=rng.uniform(-8, 8))
    stage.drum((0, 0, -0.05), 0.36, 0.32, vary((150, 148, 142), rng))
    ring = [
        (0.31 * math.cos(k / 10 * math.pi), 0.31 * math.sin(k / 10 * math.pi), 0.275)
        for k in range(20)
    ]
    stage.quad(ring, (26, 26, 28) if stage.unsafe else (190, 156, 50), lit=False)
    if not stage.unsafe:
        for k in range(9):
            x = -0.28 + k * 0.07
            y = math.sqrt(max(0.0, 0.31**2 - x**2))
            stage.tube((x, -y, 0.28), (x, y, 0.28), 0.012, (120, 96, 44), later=False)
    hose = [
        (0.2 + k * 0.09, 0.1 + 0.1 * math.sin(k * 0.7), 0.3 - min(0.28, k * 0.06))
        for k in range(16)
    ]
    for a, b in itertools.pairwise(hose):
        stage.tube(a, b, 0.04, (40, 70, 130), later=False)
    stage.sheet(
        prints.sign(
            f"J-{rng.randint(2, 16):02d}",
            ground=(250, 250, 246),
            ink=(30, 70, 150),
            size=(400, 220),
        ),
        (-0.05, -0.375, 0.12),
        0.22,
        0.12,
    )


def pump(stage: Stage) -> None:
    """A drain ditch with its pump; unsafe: standing water, the pump dry on the bank."""
    rng = stage.rng
    stage.backdrop("soil", vary((196, 186, 168), rng))
    stage.look(
        (rng.uniform(-0.9, 0.9), -2.6, 1.7), (0, 0.5, 0.1), field=66, roll=rng.uniform(-4, 4)
    )
    wide = 1.3 if stage.unsafe else 0.42
    stage.quad(
        [(-4, 0.1 - wide, 0), (4, 0.2 - wide, 0), (4, 0.4 + wide, 0), (-4, 0.5 + wide, 0)],
        (92, 84, 62),
        lit=False,
    )
    stage.veil(
        [
            (-4, 0.2 - wide, 0.01),
            (4, 0.3 - wide, 0.01),
            (4, 0.3 + wide * 0.8, 0.01),
            (-4, 0.4 + wide * 0.8, 0.01),
        ],
        (132, 140, 130),
        0.75,
    )
    for _ in range(24):
        x, y = rng.uniform(-2, 2), 0.3 + rng.uniform(-wide, wide) * 0.7
        stage.tube(
            (x, y, 0.012),
            (x + rng.uniform(0.1, 0.5), y, 0.012),
            0.006,
            (190, 200, 198),
            later=False,
        )
    at = (1.1, -1.1, 0.0) if stage.unsafe else (0.35, 0.3, 0.0)
    stage.drum(at, 0.14, 0.42, (44, 92, 150))
    stage.drum((at[0], at[1], 0.42), 0.07, 0.1, (60, 62, 66))
    hose = [
        (at[0] - k * 0.16, at[1] - k * 0.02 + 0.1 * math.sin(k * 0.6), 0.46 - min(0.42, k * 0.05))
        for k in range(18)
    ]
    for a, b in itertools.pairwise(hose):
        stage.tube(a, b, 0.05, (60, 62, 120), later=False)


def store(stage: Stage) -> None:
    """The emergency store: pumps, sandbags, shovels on racks; unsafe: half empty."""
    rng = stage.rng
    stage.backdrop("wall")
    stage.look(
        (rng.uniform(-1.4, 1.4), -4.2, 1.6), (0, 0, 1.2), field=66, roll=rng.uniform(-2.5, 2.5)
    )
    stage.quad([(-6, 1, 0), (6, 1, 0), (6, -4.1, 0), (-6, -4.1, 0)], (150, 148, 142), lit=False)
    for up in (0.15, 0.95, 1.75):
        stage.box((-2.3, 0, up), (2.3, 0.7, up + 0.06), (70, 110, 170), later=False)
        for k in range(8):
            if stage.unsafe and rng.random() < 0.7:
                continue
            x = -2.1 + k * 0.54
            kind = rng.randrange(4)
            if kind == 0:
                stage.box(
                    (x, 0.1, up + 0.06),
                    (x + 0.42, 0.55, up + 0.36),
                    vary((196, 184, 150), rng, 18),
                    later=False,
                )
            elif kind == 1:
                stage.drum((x + 0.2, 0.3, up + 0.06), 0.15, 0.4, vary((200, 60, 46), rng))
            elif kind == 2:
                stage.drum((x + 0.2, 0.3, up + 0.06), 0.19, 0.16, vary((236, 190, 50), rng))
            else:
                stage.box(
                    (x, 0.1, up + 0.06),
                    (x + 0.4, 0.5, up + 0.5),
                    vary((60, 120, 90), rng, 20),
                    later=False,
                )
    for x in (-2.3, 0, 2.3):
        stage.tube((x, -0.02, 0), (x, -0.02, 2.4), 0.035, (60, 96, 150), later=False)
    stage.sheet(
        prints.sign("应急物资", ground=(190, 40, 36), ink=(250, 248, 240)),
        (0, 0.2, 2.62),
        1.3,
        0.42,
    )


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
    stage.sheet(
        prints.sign(
            f"CX{rng.randint(1, 24):02d}",
            ground=(236, 234, 226),
            ink=(200, 40, 36),
            size=(420, 200),
        ),
        (-0.14, 0, 0.1),
        0.24,
        0.115,
    )
