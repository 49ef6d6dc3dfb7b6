"""消防: lanes, water, extinguishers, huts, gas, hot work."""

import math

from fieldapp.demo.scenes import prints, texture
from fieldapp.demo.scenes.light import Colour, shade, vary
from fieldapp.demo.scenes.stage import Stage
from fieldapp.demo.scenes.surroundings import fence, frame, outdoors, person, pile

RED: Colour = (204, 40, 34)


def lane(stage: Stage) -> None:
    """The fire lane between fence and building; unsafe: blocked by heaps and a lorry."""
    rng = stage.rng
    stage.look((rng.uniform(-1.4, 1.4), -6, 1.65), (rng.uniform(-1, 1), 14, 1.5), field=rng.uniform(66, 76), roll=rng.uniform(-3, 3))
    outdoors(stage)
    frame(stage, (4.6, 4, 0), 3, stage.site.randint(4, 7))
    stage.quad([(-2.4, -6, 0), (2.4, -6, 0), (2.4, 70, 0), (-2.4, 70, 0)], vary((152, 150, 146), rng))
    for k in range(12):
        y = -4 + k * 4
        for side in (-2.3, 2.2):
            stage.quad([(side, y, 0.01), (side + 0.12, y, 0.01), (side + 0.12, y + 2.4, 0.01), (side, y + 2.4, 0.01)], (232, 200, 60))
    wall = stage.site.choice([(74, 134, 92), (66, 116, 176), (196, 198, 198)])
    for k in range(16):
        stage.box((-4.3, -4 + k * 3, 0), (-4.2, -1.1 + k * 3, 2.3), vary(wall, rng, 5), later=False)
    stage.panel(prints.sign("消防车道 严禁占用", ground=RED, ink=(250, 248, 236), size=(900, 240)), [(-4.15, 5.5, 2.1), (-4.15, 9.5, 2.1), (-4.15, 9.5, 1.0), (-4.15, 5.5, 1.0)])
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
        stage.box((x + wheel - 0.3, y - 0.1, z), (x + wheel + 0.3, y + 0.2, z + 0.9), (40, 40, 42), later=False)
    stage.box((x, y, z + 0.6), (x + 2.5, y + 6, z + 1.1), (70, 70, 72), later=False)
    stage.box((x, y, z + 1.1), (x + 2.5, y + 5, z + 2.6), tone, later=False)
    for lamp in (0.15, 2.2):
        stage.box((x + lamp, y - 0.05, z + 0.75), (x + lamp + 0.2, y, z + 0.95), (220, 60, 50), later=False)


def extinguishers(stage: Stage) -> None:
    """Two extinguishers on their stand; unsafe: one, lying, behind boards."""
    rng = stage.rng
    stage.backdrop(rng.choice(("wall", "concrete")))
    stage.look((rng.uniform(-0.9, 0.9), -2.3, 1.2), (0, 0, 0.55), field=62, roll=rng.uniform(-4, 4))
    stage.quad([(-5, 0.5, 0), (5, 0.5, 0), (5, -2.2, 0), (-5, -2.2, 0)], vary((150, 144, 134), rng), lit=False)
    if not stage.unsafe:
        stage.box((-0.5, -0.25, 0), (0.5, 0.3, 0.16), RED, later=False)
        stage.box((-0.5, 0.24, 0.16), (0.5, 0.3, 0.85), shade(RED, 0.85), later=False)
        stage.sheet(prints.sign("灭火器", ground=RED, ink=(250, 250, 246)), (0, 0.35, 1.2), 0.7, 0.28)
        for x in (-0.22, 0.22):
            _bottle(stage, x, 0.14)
        return
    _bottle(stage, -0.35, 0.0)
    for k in range(6):
        stage.quad([(-0.6 + k * 0.22, -0.3 - k * 0.02, 0), (-0.42 + k * 0.22, -0.3 - k * 0.02, 0), (-0.3 + k * 0.2, 0.2, 1.1), (-0.46 + k * 0.2, 0.2, 1.1)], vary((176, 132, 84), rng, 16))


def _bottle(stage: Stage, x: float, z: float) -> None:
    stage.drum((x, 0, z), 0.085, 0.46, RED)
    for k in range(5):
        r = 0.085 - k * 0.013
        stage.drum((x, 0, z + 0.46 + k * 0.012), r, 0.014, RED)
    stage.tube((x, 0, z + 0.52), (x, 0, z + 0.6), 0.022, (190, 176, 120), later=False)
    for lift in (0.62, 0.67):
        stage.tube((x - 0.02, -0.02, z + lift), (x + 0.11, -0.02, z + lift + 0.02), 0.011, (52, 52, 56), later=False)
    stage.disc((x - 0.02, -0.05, z + 0.57), 0.022, (236, 236, 232), outline=(60, 60, 64))
    hose = [(x + 0.03 + 0.07 * math.sin(k / 9 * math.pi), -0.06, z + 0.58 - k * 0.04) for k in range(10)]
    for a, b in zip(hose, hose[1:], strict=False):
        stage.tube(a, b, 0.012, (38, 38, 42), later=False)
    label = prints.board("干粉灭火器", ["MFZ/ABC4", "4 kg  55B", "检验 2026-03"], head=(250, 246, 236), ground=(236, 224, 200), size=(300, 400))
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
        stage.sheet(prints.sign("检验合格", ground=(250, 248, 240), ink=(30, 130, 70), size=(360, 200)), (0.1, -0.02, -0.07), 0.07, 0.04)


def hydrant(stage: Stage) -> None:
    """Hydrant and hose cabinet; unsafe: the cabinet is empty."""
    rng = stage.rng
    stage.look((rng.uniform(-1.6, 1.6), -3.2, 1.5), (0.2, 0, 0.75), field=62, roll=rng.uniform(-4, 4))
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
    stage.quad([(0.14, -0.005, 0.29), (1.06, -0.005, 0.29), (1.06, -0.005, 1.4), (0.14, -0.005, 1.4)], (60, 26, 24), lit=False)
    for x in (0.2, 1.0):
        stage.tube((x, 0.1, 0), (x, 0.1, 0.25), 0.03, (90, 90, 94), later=False)
    if not stage.unsafe:
        for ring in range(7):
            stage.disc((0.45, -0.02, 0.8), 0.22 - ring * 0.03, (226, 222, 208) if ring % 2 else (168, 160, 140), outline=(120, 112, 96))
        stage.tube((0.8, -0.03, 0.5), (0.86, -0.03, 1.1), 0.03, (196, 170, 90), later=False)
    door = [(1.1, 0, 1.45), (1.65, -0.75, 1.45), (1.65, -0.75, 0.25), (1.1, 0, 0.25)]
    stage.panel(prints.sign("消火栓", ground=RED, ink=(250, 248, 240), size=(500, 640)), door)


def huts(stage: Stage) -> None:
    """Two rows of prefab huts; unsafe: too close, foam between them."""
    rng = stage.rng
    room = 1.6 if stage.unsafe else 5.4
    stage.look((rng.uniform(-1.4, 1.4), -9, 1.7), (0, 6, 2.4), field=72, roll=rng.uniform(-3, 3))
    outdoors(stage, "gravel")
    roof = stage.site.choice([(46, 104, 176), (190, 64, 50), (60, 130, 96)])
    for side in (-1, 1):
        near, beyond = side * room / 2, side * (room / 2 + 6)
        low, high = min(near, beyond), max(near, beyond)
        stage.box((low, 0, 0), (high, 22, 5.6), (224, 226, 224), later=False)
        stage.box((low - 0.2, -0.2, 5.6), (high + 0.2, 22.2, 5.9), roof, later=False)
        stage.box((low - 0.05, -0.05, 2.7), (high + 0.05, 22.05, 2.9), roof, later=False)
        for level in (0.2, 3.0):
            for k in range(5):
                y = 0.8 + k * 4.2
                stage.quad([(near, y, level), (near, y + 0.9, level), (near, y + 0.9, level + 2.0), (near, y, level + 2.0)], (120, 148, 172))
                stage.quad([(near, y + 1.4, level + 0.9), (near, y + 2.8, level + 0.9), (near, y + 2.8, level + 2.0), (near, y + 1.4, level + 2.0)], (86, 112, 132))
            for k in range(2):
                x = low + 1.0 + k * 2.6
                stage.quad([(x, -0.02, level + 0.8), (x + 1.5, -0.02, level + 0.8), (x + 1.5, -0.02, level + 1.9), (x, -0.02, level + 1.9)], (86, 112, 132))
    if stage.unsafe:
        pile(stage, (-0.6, 3, 0), 1.2, 1.2, (232, 226, 206), 30)
    person(stage, (rng.uniform(-0.5, 0.5), 7, 0))


def corridor(stage: Stage) -> None:
    """A corridor in the hut with its exit sign; unsafe: things stand in it."""
    rng = stage.rng
    stage.look((rng.uniform(-0.3, 0.3), -2, 1.6), (0, 8, 1.35), field=74, roll=rng.uniform(-3, 3))
    stage.haze = 60
    stage.quad([(-1.1, -2, 0), (1.1, -2, 0), (1.1, 16, 0), (-1.1, 16, 0)], vary((140, 136, 130), rng), lit=False)
    stage.quad([(-1.1, -2, 2.6), (1.1, -2, 2.6), (1.1, 16, 2.6), (-1.1, 16, 2.6)], (206, 208, 206), lit=False)
    for side in (-1.1, 1.1):
        stage.quad([(side, -2, 0), (side, 16, 0), (side, 16, 2.6), (side, -2, 2.6)], vary((222, 220, 210), rng, 6), lit=False)
        for k in range(5):
            y = -0.4 + k * 3
            stage.quad([(side * 0.99, y, 0), (side * 0.99, y + 0.95, 0), (side * 0.99, y + 0.95, 2.05), (side * 0.99, y, 2.05)], vary((120, 150, 178), rng, 10), lit=False)
    stage.quad([(-1.1, 16, 0), (1.1, 16, 0), (1.1, 16, 2.6), (-1.1, 16, 2.6)], (232, 238, 240), lit=False)
    for k in range(5):
        stage.quad([(-0.15, k * 3, 2.59), (0.15, k * 3, 2.59), (0.15, k * 3 + 1.2, 2.59), (-0.15, k * 3 + 1.2, 2.59)], (252, 252, 246), lit=False)
    stage.sheet(prints.sign("安全出口", ground=(24, 140, 80), ink=(244, 252, 244)), (0, 7, 2.36), 0.9, 0.34)
    if stage.unsafe:
        for k in range(5):
            x, y = rng.uniform(-1, 0.3), 2.4 + k * 1.0
            stage.box((x, y, 0), (x + 0.7, y + 0.6, rng.uniform(0.5, 1.3)), vary((180, 140, 96), rng, 30), later=False)


def gas(stage: Stage) -> None:
    """Oxygen and acetylene with their regulators; unsafe: side by side, lying."""
    rng = stage.rng
    stage.look((rng.uniform(-1.6, 1.6), -4.6, 1.6), (0, 0, 0.8), field=66, roll=rng.uniform(-3, 3))
    outdoors(stage, "gravel")
    frame(stage, (-12, 12, 0), 6, 3)
    stage.defocus(6)
    room = 0.24 if stage.unsafe else 1.5
    for x, tone, words in ((-room, (44, 112, 176), "氧气"), (room, (232, 232, 226), "乙炔")):
        stage.drum((x, 0, 0.03), 0.17, 1.2, tone)
        for k in range(6):
            stage.drum((x, 0, 1.23 + k * 0.03), 0.17 - k * 0.022, 0.032, tone)
        stage.tube((x, 0, 1.4), (x, 0, 1.58), 0.04, (180, 160, 90), later=False)
        for k in (-0.07, 0.08):
            stage.disc((x + k, -0.08, 1.5), 0.055, (240, 238, 230), outline=(120, 100, 60))
        stage.sheet(prints.sign(words, ground=tone, ink=(200, 40, 36) if tone[0] > 200 else (16, 18, 20), size=(300, 300)), (x, -0.176, 0.8), 0.24, 0.24)
        hose = [(x + 0.1 * k, -0.1 - 0.05 * k, max(0.02, 1.45 - 0.2 * k)) for k in range(12)]
        for a, b in zip(hose, hose[1:], strict=False):
            stage.tube(a, b, 0.02, (200, 60, 50) if tone[0] > 200 else (40, 90, 160), later=False)
    if not stage.unsafe:
        stage.panel(prints.tape(300), [(-1.3, -0.4, 0.02), (1.3, -0.4, 0.02), (1.3, -0.48, 0.02), (-1.3, -0.48, 0.02)])


def hot_work(stage: Stage) -> None:
    """A welder, a watcher and an extinguisher; unsafe: alone among boards and foam."""
    rng = stage.rng
    stage.look((rng.uniform(-1.6, 1.6), -5, 1.6), (0, 0, 1.1), field=64, roll=rng.uniform(-3, 3))
    stage.backdrop("concrete", (150, 146, 140))
    stage.quad([(-8, 1.5, 0), (8, 1.5, 0), (8, -4.6, 0), (-8, -4.6, 0)], vary((128, 122, 112), rng), lit=False)
    for x in (-2.2, 2.4):
        stage.box((x - 0.3, 0.9, 0), (x + 0.3, 1.5, 4.5), (160, 156, 148), later=False)
    stage.tube((-2, 0.4, 1.3), (2, 0.4, 1.3), 0.07, (130, 96, 76), later=False)
    person(stage, (-0.5, 0.1, 0), (60, 74, 110), helmet=(60, 60, 64))
    if stage.unsafe:
        pile(stage, (0.1, -0.4, 0), 1.6, 0.8, (228, 214, 170), 30)
        pile(stage, (-2.4, -0.2, 0), 1.4, 0.5, (184, 136, 84), 20)
    else:
        person(stage, (1.5, -0.2, 0), (220, 190, 40))
        _bottle(stage, 0.9, 0.0)
    for _ in range(90):
        angle, reach = rng.uniform(-0.3, 3.5), rng.uniform(0.05, 1.1)
        x, z = 0.1 + math.cos(angle) * reach * 0.7, 1.25 - abs(math.sin(angle)) * reach
        stage.tube((x, 0.1, z), (x + math.cos(angle) * 0.06, 0.1, z - 0.05), 0.006, rng.choice([(255, 214, 110), (255, 170, 60), (255, 244, 200)]), later=False)
    glow = texture.graded((2, 2), (255, 255, 255), (255, 255, 255))
    del glow
    stage.disc((0.1, 0.1, 1.26), 0.1, (236, 244, 255))
    stage.disc((0.1, 0.09, 1.26), 0.05, (255, 255, 255))


def storage(stage: Stage) -> None:
    """Boards and foam under a roof; unsafe: in the open beside a barrel and cigarette ends."""
    rng = stage.rng
    stage.look((rng.uniform(-2.4, 2.4), -6.5, 1.7), (0, 1, 1.0), field=66, roll=rng.uniform(-3, 3))
    outdoors(stage)
    frame(stage, (-13, 16, 0), 6, 4)
    for k in range(3):
        pile(stage, (-3.4 + k * 2.4, 0.5, 0), 2.0, rng.uniform(0.6, 1.4), stage.rng.choice([(186, 140, 88), (230, 224, 200), (172, 120, 72)]), 40)
    if stage.unsafe:
        for x in (-1.0, 0.1):
            stage.drum((x, -0.8, 0), 0.3, 0.9, rng.choice([(46, 96, 170), (180, 60, 46)]))
    else:
        for x in (-4, 4):
            stage.tube((x, -0.2, 0), (x, -0.2, 3), 0.06, (120, 124, 130), later=False)
        stage.quad([(-4.4, -0.6, 3.0), (4.4, -0.6, 3.0), (4.4, 4, 3.5), (-4.4, 4, 3.5)], (70, 116, 176))
        fence(stage, (-4, -0.6, 0), 4)
        stage.sheet(prints.sign("严禁烟火", ground=RED, ink=(250, 248, 236)), (2.4, -0.4, 1.6), 1.5, 0.6)


def switchboard(stage: Stage) -> None:
    """A distribution box; unsafe: bare wires plugged in without breaker."""
    rng = stage.rng
    stage.backdrop("wall", vary((190, 190, 184), rng))
    stage.face(1.2, turn=24)
    stage.box((-0.42, 0, -0.5), (0.42, 0.25, 0.5), (214, 120, 50), later=False)
    stage.quad([(-0.38, -0.01, -0.46), (0.38, -0.01, -0.46), (0.38, -0.01, 0.46), (-0.38, -0.01, 0.46)], (206, 206, 200), lit=False)
    for row, up in enumerate((0.24, -0.02)):
        for k in range(5):
            x = -0.3 + k * 0.13
            stage.box((x, -0.06, up - 0.08), (x + 0.1, -0.01, up + 0.08), (52, 54, 60), later=False)
            stage.box((x + 0.035, -0.075, up - 0.02), (x + 0.065, -0.06, up + 0.03), (230, 90, 40) if row else (236, 236, 232), later=False)
    for k in range(9):
        tone = [(200, 44, 40), (230, 190, 40), (50, 140, 70), (46, 90, 180)][k % 4]
        x = -0.3 + k * 0.075
        bend = rng.uniform(-0.2, 0.2) if stage.unsafe else 0.0
        stage.tube((x, -0.04, -0.1), (x + bend * 0.5, -0.05 - abs(bend) * 0.3, -0.3), 0.011, tone, later=False)
        stage.tube((x + bend * 0.5, -0.05 - abs(bend) * 0.3, -0.3), (x + bend, -0.05, -0.75), 0.011, tone, later=False)
    if not stage.unsafe:
        stage.sheet(prints.sign("当心触电 专人负责", size=(720, 200)), (0, -0.02, 0.4), 0.6, 0.1)
        door = [(0.42, 0, 0.5), (0.95, -0.4, 0.5), (0.95, -0.4, -0.5), (0.42, 0, -0.5)]
        stage.panel(prints.board("检查记录", ["10-03  正常  李*", "10-12  正常  李*", "10-21  正常  王*"], head=(214, 120, 50), size=(420, 800)), door)


def bed(stage: Stage) -> None:
    """A room in the unfinished building; unsafe: beds and a cooker."""
    rng = stage.rng
    stage.look((rng.uniform(-1.2, 1.2), -3.4, 1.6), (0, 2, 0.9), field=72, roll=rng.uniform(-3, 3))
    stage.backdrop("concrete")
    stage.quad([(-5, 3, 0), (5, 3, 0), (5, -3.3, 0), (-5, -3.3, 0)], (128, 124, 116), lit=False)
    stage.quad([(-0.9, 2.99, 0.9), (1.1, 2.99, 0.9), (1.1, 2.99, 2.3), (-0.9, 2.99, 2.3)], stage.light.horizon, lit=False)
    for k in range(40):
        x, y = rng.uniform(-3, 3), rng.uniform(-2, 2.6)
        stage.disc((x, y, 0), rng.uniform(0.01, 0.05), vary((140, 130, 116), rng, 20))
    if not stage.unsafe:
        pile(stage, (-2.6, 1.6, 0), 1.8, 0.5, (170, 166, 158), 16)
        return
    for x in (-2.0, 0.6):
        stage.box((x, 0.6, 0.4), (x + 1.4, 2.6, 0.55), (150, 110, 70), later=False)
        stage.box((x, 0.6, 0.55), (x + 1.4, 2.4, 0.72), rng.choice([(90, 120, 180), (180, 90, 110), (110, 150, 110)]), later=False)
        for leg in (0.05, 1.35):
            stage.tube((x + leg, 0.65, 0), (x + leg, 0.65, 0.5), 0.04, (120, 90, 60), later=False)
    stage.drum((-0.15, 0.2, 0), 0.16, 0.3, (60, 62, 66))
    stage.drum((-0.15, 0.2, 0.3), 0.2, 0.12, (190, 192, 196))
