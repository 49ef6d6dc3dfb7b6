"""Named scenes: the gate, an accident's scene, training, notice board, and papers on a desk."""

from fieldapp.demo.scenes import prints
from fieldapp.demo.scenes.light import vary
from fieldapp.demo.scenes.stage import Stage
from fieldapp.demo.scenes.surroundings import fence, frame, outdoors, person, pile


def gate(stage: Stage) -> None:
    """The site's gate with the project's name."""
    rng, words = stage.rng, stage.caption
    stage.look(
        (rng.uniform(-5, 5), -rng.uniform(13, 18), 1.7),
        (0, 0, 3.2),
        field=66,
        roll=rng.uniform(-2.5, 2.5),
    )
    outdoors(stage, "gravel")
    frame(stage, (-14, 20, 0), 7, stage.site.randint(5, 8))
    tone = stage.site.choice([(26, 84, 160), (176, 40, 36), (30, 112, 84)])
    for side in (-1, 1):
        low, high = sorted((side * 4.2, side * 5.6))
        stage.box((low, -0.4, 0), (high, 0.6, 5.4), (226, 226, 222), later=False)
        stage.sheet(
            prints.sign("安全", ground=tone, ink=(250, 250, 246), size=(160, 520)),
            (side * 4.9, -0.42, 2.6),
            0.9,
            3.0,
        )
        a, b = sorted((side * 5.6, side * 18))
        stage.box((a, 0, 0), (b, 0.2, 2.4), (214, 218, 220), later=False)
        for k in range(6):
            stage.quad(
                [
                    (a + k * 2.1, -0.02, 1.6),
                    (a + k * 2.1 + 1.9, -0.02, 1.6),
                    (a + k * 2.1 + 1.9, -0.02, 2.3),
                    (a + k * 2.1, -0.02, 2.3),
                ],
                tone,
            )
    stage.box((-5.8, -0.5, 5.4), (5.8, 0.7, 7.0), tone, later=False)
    stage.sheet(
        prints.sign(words.project, ground=tone, ink=(252, 246, 226), size=(1300, 200)),
        (0, -0.53, 6.45),
        10.6,
        0.9,
    )
    stage.sheet(
        prints.sign(words.company, ground=tone, ink=(240, 240, 236), size=(1300, 120)),
        (0, -0.53, 5.78),
        8.6,
        0.44,
    )
    for k in range(15):
        stage.tube(
            (-4 + k * 0.57, 0.2, 0.1), (-4 + k * 0.57, 0.2, 2.2), 0.03, (200, 202, 206), later=False
        )
    person(stage, (rng.uniform(-3, 3), -2.4, 0))


def accident(stage: Stage) -> None:
    """Foot of a scaffold after a fall: cordon, marker, a helmet on the ground; nobody is shown."""
    rng = stage.rng
    stage.look(
        (rng.uniform(-2.4, 2.4), -6.2, 1.7), (0, 0.6, 1.4), field=68, roll=rng.uniform(-3, 3)
    )
    outdoors(stage)
    stage.box((-9, 2.4, 0), (9, 4, 8), (168, 164, 156), later=False)
    for k in range(9):
        for y in (1.0, 2.0):
            stage.tube((-6 + k * 1.5, y, 0), (-6 + k * 1.5, y, 6.5), 0.026, (206, 164, 56))
    for lift in (1.8, 3.6, 5.4):
        for y in (1.0, 2.0):
            stage.tube((-6, y, lift), (-0.8, y, lift), 0.026, (206, 164, 56))
            stage.tube((0.8, y, lift), (6, y, lift), 0.026, (206, 164, 56))
        stage.box((-6, 1.05, lift), (-0.75, 1.95, lift + 0.05), (176, 138, 92))
        stage.box((0.75, 1.05, lift), (6, 1.95, lift + 0.05), (176, 138, 92))
    for x in (-0.3, 0.25):
        stage.tube((x + 0.5, -0.2, 0), (x, 0.95, 3.9), 0.035, (190, 192, 196))
    for k in range(12):
        t = k / 12
        stage.tube(
            (0.2 - 0.5 * t, -0.2 + 1.15 * t, 3.9 * t),
            (0.75 - 0.5 * t, -0.2 + 1.15 * t, 3.9 * t),
            0.02,
            (196, 198, 202),
        )
    stage.flush()
    ring = [
        (-0.9 + 0.5 * c, -1.6 + 0.7 * s)
        for c, s in (
            (1, 0),
            (0.7, 0.7),
            (0, 1),
            (-0.8, 0.8),
            (-1.1, 0),
            (-0.7, -0.8),
            (0, -1),
            (0.8, -0.6),
        )
    ]
    for (ax, ay), (bx, by) in zip(ring, ring[1:] + ring[:1], strict=True):
        stage.tube((ax, ay, 0.02), (bx, by, 0.02), 0.025, (244, 244, 238), later=False)
    x, y = stage.spot((0.5, -1.9, 0.02))
    s = stage.scale((0.5, -1.9, 0.02))
    stage.pen.pieslice(
        (x - 0.16 * s, y - 0.17 * s, x + 0.16 * s, y + 0.15 * s), 180, 360, fill=(236, 190, 40)
    )
    stage.pen.ellipse((x - 0.2 * s, y - 0.04 * s, x + 0.2 * s, y + 0.03 * s), fill=(196, 150, 30))
    for k, (mx, my) in enumerate(((-1.6, -1.4), (0.8, -1.6))):
        stage.sheet(prints.sign(str(k + 1), size=(220, 260)), (mx, my, 0.14), 0.22, 0.26)
    for a, b in (((-4, -3.0), (0.2, -3.2)), ((0.2, -3.2), (4, -2.8))):
        for part in range(12):
            p = tuple(a[i] + (b[i] - a[i]) * part / 12 for i in (0, 1))
            q = tuple(a[i] + (b[i] - a[i]) * (part + 1) / 12 for i in (0, 1))
            stage.tube(
                (p[0], p[1], 0.9),
                (q[0], q[1], 0.9),
                0.045,
                (232, 196, 40) if part % 2 else (34, 34, 36),
                later=False,
            )
    for at in ((-4, -3.0), (0.2, -3.2), (4, -2.8)):
        stage.tube((*at, 0), (*at, 1.0), 0.035, (208, 62, 46), later=False)


def training(stage: Stage) -> None:
    """A room of helmets in front of a slide."""
    rng, words = stage.rng, stage.caption
    stage.look((rng.uniform(-1.6, 1.6), -7.5, 2.2), (0, 0, 1.5), field=68, roll=rng.uniform(-3, 3))
    stage.backdrop("wall", vary((206, 204, 196), rng))
    stage.quad([(-9, 1, 0), (9, 1, 0), (9, -7.3, 0), (-9, -7.3, 0)], (164, 160, 152), lit=False)
    for k in range(5):
        stage.quad(
            [
                (-5 + k * 2.4, -1, 3.6),
                (-4 + k * 2.4, -1, 3.6),
                (-4.2 + k * 2.4, -5, 4.4),
                (-5.2 + k * 2.4, -5, 4.4),
            ],
            (250, 250, 244),
            lit=False,
        )
    topics = [
        "高处作业安全带正确使用",
        "临边洞口防护要求",
        "灭火器与疏散演练",
        "事故报告与现场保护",
        "起重吊装十不吊",
    ]
    stage.sheet(
        prints.screen("安全生产教育培训", [words.project, *rng.sample(topics, 3)]),
        (rng.uniform(-0.6, 0.6), 0.9, 2.3),
        4.2,
        2.4,
    )
    person(stage, (-2.9, 0.2, 0), (40, 60, 110))
    hats = [(238, 196, 40), (220, 60, 48), (236, 236, 232), (50, 104, 190)]
    for row in range(4):
        for k in range(9 - row):
            if not stage.unsafe or rng.random() < 0.3:
                _seated(
                    stage,
                    (-4.4 + row * 0.5 + k * 1.1 + rng.uniform(-0.14, 0.14), -1.4 - row * 1.15, 0),
                    rng.choice(hats),
                )


def _seated(stage: Stage, at: tuple[float, float, float], hat: tuple[int, int, int]) -> None:
    """Somebody on a chair, seen from behind."""
    x, y = stage.spot(at)
    s = stage.scale(at)
    cloth = vary(
        stage.rng.choice([(214, 104, 40), (52, 62, 96), (216, 186, 60), (70, 96, 80)]),
        stage.rng,
        12,
    )
    stage.pen.rounded_rectangle(
        (x - 0.24 * s, y - 1.02 * s, x + 0.24 * s, y - 0.4 * s), radius=int(0.1 * s), fill=cloth
    )
    stage.pen.rectangle((x - 0.2 * s, y - 0.62 * s, x + 0.2 * s, y - 0.2 * s), fill=(58, 96, 160))
    stage.pen.ellipse((x - 0.11 * s, y - 1.28 * s, x + 0.11 * s, y - 1.0 * s), fill=(176, 132, 104))
    stage.pen.pieslice((x - 0.15 * s, y - 1.36 * s, x + 0.15 * s, y - 1.02 * s), 180, 360, fill=hat)


def notice_board(stage: Stage) -> None:
    """The row of boards at the gate."""
    rng, words = stage.rng, stage.caption
    stage.look((rng.uniform(-2.4, 2.4), -5.6, 1.6), (0, 0, 1.5), field=68, roll=rng.uniform(-3, 3))
    outdoors(stage, "gravel")
    frame(stage, (-14, 16, 0), 7, 4)
    tone = stage.site.choice([(26, 84, 160), (176, 40, 36), (30, 112, 84)])
    titles = [("工程概况牌", [f"工程：{words.project}", f"施工：{words.company}", "面积：86,400 ㎡", "层数：地上26层"]),
              ("安全生产牌", ["进入现场必须戴安全帽", "高处作业必须系安全带", "严禁酒后上岗", "特种作业持证上岗"]),
              ("消防保卫牌", ["动火必须办证", "灭火器严禁挪用", "消防车道保持畅通", "火警电话 119"])]  # fmt: skip
    for k, (title, rows) in enumerate(titles):
        x = -2.3 + k * 2.3
        for side in (-0.95, 0.95):
            stage.tube(
                (x + side, 0.05, 0), (x + side, 0.05, 2.7), 0.04, (190, 192, 196), later=False
            )
        stage.sheet(prints.board(title, rows, head=tone, size=(640, 560)), (x, 0, 1.62), 2.0, 1.75)
    stage.box((-3.6, -0.5, 2.7), (3.6, 0.4, 2.8), tone, later=False)


def drill(stage: Stage) -> None:
    """An emergency drill: people in a row, smoke, extinguishers."""
    rng = stage.rng
    stage.look((rng.uniform(-3, 3), -9, 1.8), (0, 0, 1.5), field=68, roll=rng.uniform(-3, 3))
    outdoors(stage, "gravel")
    frame(stage, (-14, 14, 0), 7, 4)
    stage.sheet(
        prints.sign("应急救援演练", ground=(190, 40, 36), ink=(252, 246, 220), size=(1200, 160)),
        (0, 6, 3.3),
        8,
        1.0,
    )
    for k in range(9):
        person(
            stage,
            (-5 + k * 1.2, 2.4 + rng.uniform(-0.3, 0.3), 0),
            rng.choice([(214, 106, 40), (220, 190, 50)]),
        )
    stage.drum((0.4, -1.5, 0), 0.35, 0.5, (120, 60, 46))
    for _ in range(26):
        up = rng.uniform(0.5, 3)
        stage.veil(
            [
                (0.4 + rng.uniform(-0.4, 0.5) * up + dx * 0.4, -1.5, up + dz * 0.4)
                for dx, dz in ((-1, 0), (-0.4, 0.9), (0.7, 0.8), (1, -0.2), (0.1, -0.9))
            ],
            rng.choice([(70, 68, 68), (110, 106, 104), (236, 140, 50)])
            if up < 1.2
            else (120, 118, 116),
            0.28,
        )
    person(stage, (-1.7, -1.7, 0), (220, 190, 50))


def cordon(stage: Stage) -> None:
    """A fenced-off working area with a watcher; unsafe: nobody, no fence."""
    rng = stage.rng
    stage.look((rng.uniform(-5, 5), -9, 1.7), (0, 2, 1.9), field=70, roll=rng.uniform(-3, 3))
    outdoors(stage)
    frame(stage, (-12, 8, 0), 6, stage.site.randint(3, 6))
    pile(stage, (rng.uniform(-3, 0), 3.5, 0), 3, 1.0, (156, 132, 96), 40)
    if not stage.unsafe:
        fence(stage, (-6, 1, 0), 12)
        stage.sheet(
            prints.sign(
                "警戒区域 禁止入内", ground=(206, 44, 40), ink=(250, 248, 240), size=(800, 240)
            ),
            (rng.uniform(-2, 2), 0.9, 1.0),
            2.0,
            0.6,
        )
        person(stage, (rng.uniform(2, 4), 0.2, 0), (220, 190, 50))
    else:
        for _ in range(3):
            person(stage, (rng.uniform(-3, 4), rng.uniform(1, 3), 0))
