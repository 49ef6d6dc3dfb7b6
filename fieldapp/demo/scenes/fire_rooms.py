"""Huts, corridors, stores and rooms: where fire would find people or fuel."""

from fieldapp.demo.scenes import prints
from fieldapp.demo.scenes.light import Colour, vary
from fieldapp.demo.scenes.stage import Stage
from fieldapp.demo.scenes.surroundings import fence, frame, outdoors, person, pile

RED: Colour = (204, 40, 34)


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
                stage.quad(
                    [
                        (near, y, level),
                        (near, y + 0.9, level),
                        (near, y + 0.9, level + 2.0),
                        (near, y, level + 2.0),
                    ],
                    (120, 148, 172),
                )
                stage.quad(
                    [
                        (near, y + 1.4, level + 0.9),
                        (near, y + 2.8, level + 0.9),
                        (near, y + 2.8, level + 2.0),
                        (near, y + 1.4, level + 2.0),
                    ],
                    (86, 112, 132),
                )
            for k in range(2):
                x = low + 1.0 + k * 2.6
                stage.quad(
                    [
                        (x, -0.02, level + 0.8),
                        (x + 1.5, -0.02, level + 0.8),
                        (x + 1.5, -0.02, level + 1.9),
                        (x, -0.02, level + 1.9),
                    ],
                    (86, 112, 132),
                )
    if stage.unsafe:
        pile(stage, (-0.6, 3, 0), 1.2, 1.2, (232, 226, 206), 30)
    person(stage, (rng.uniform(-0.5, 0.5), 7, 0))


def corridor(stage: Stage) -> None:
    """A corridor in the hut with its exit sign; unsafe: things stand in it."""
    rng = stage.rng
    stage.look(
        (rng.uniform(-0.75, 0.75), rng.uniform(-2.4, 3.5), rng.uniform(1.3, 1.9)),
        (rng.uniform(-1.4, 1.4), 9, rng.uniform(0.7, 1.7)),
        field=rng.uniform(60, 78),
        roll=rng.uniform(-6, 6),
    )
    stage.haze = 60
    door = stage.site.choice([(120, 150, 178), (150, 112, 76), (96, 130, 110), (170, 174, 180)])
    stage.quad(
        [(-1.1, -2, 0), (1.1, -2, 0), (1.1, 16, 0), (-1.1, 16, 0)],
        vary((140, 136, 130), rng),
        lit=False,
    )
    stage.quad(
        [(-1.1, -2, 2.6), (1.1, -2, 2.6), (1.1, 16, 2.6), (-1.1, 16, 2.6)],
        (206, 208, 206),
        lit=False,
    )
    for side in (-1.1, 1.1):
        stage.quad(
            [(side, -2, 0), (side, 16, 0), (side, 16, 2.6), (side, -2, 2.6)],
            vary((222, 220, 210), rng, 6),
            lit=False,
        )
        for k in range(5):
            y = -0.4 + k * 3
            if rng.random() < 0.75:
                stage.quad(
                    [
                        (side * 0.99, y, 0),
                        (side * 0.99, y + 0.95, 0),
                        (side * 0.99, y + 0.95, 2.05),
                        (side * 0.99, y, 2.05),
                    ],
                    vary(door, rng, 14),
                    lit=False,
                )
            if rng.random() < 0.5:
                stage.quad(
                    [
                        (side * 0.98, y + 1.4, 1.1),
                        (side * 0.98, y + 2.3, 1.1),
                        (side * 0.98, y + 2.3, 1.8),
                        (side * 0.98, y + 1.4, 1.8),
                    ],
                    rng.choice([(190, 60, 50), (40, 96, 170), (240, 236, 220), (230, 190, 60)]),
                    lit=False,
                )
    stage.quad(
        [(-1.1, 16, 0), (1.1, 16, 0), (1.1, 16, 2.6), (-1.1, 16, 2.6)], (232, 238, 240), lit=False
    )
    for k in range(5):
        stage.quad(
            [
                (-0.15, k * 3, 2.59),
                (0.15, k * 3, 2.59),
                (0.15, k * 3 + 1.2, 2.59),
                (-0.15, k * 3 + 1.2, 2.59),
            ],
            (252, 252, 246),
            lit=False,
        )
    stage.sheet(
        prints.sign("安全出口", ground=(24, 140, 80), ink=(244, 252, 244)), (0, 7, 2.36), 0.9, 0.34
    )
    if stage.unsafe:
        for k in range(5):
            x, y = rng.uniform(-1, 0.3), 2.4 + k * 1.0
            stage.box(
                (x, y, 0),
                (x + 0.7, y + 0.6, rng.uniform(0.5, 1.3)),
                vary((180, 140, 96), rng, 30),
                later=False,
            )


def storage(stage: Stage) -> None:
    """Boards and foam under a roof; unsafe: in the open beside a barrel and cigarette ends."""
    rng = stage.rng
    stage.look((rng.uniform(-2.4, 2.4), -6.5, 1.7), (0, 1, 1.0), field=66, roll=rng.uniform(-3, 3))
    outdoors(stage)
    frame(stage, (-13, 16, 0), 6, 4)
    for k in range(3):
        pile(
            stage,
            (-3.4 + k * 2.4, 0.5, 0),
            2.0,
            rng.uniform(0.6, 1.4),
            stage.rng.choice([(186, 140, 88), (230, 224, 200), (172, 120, 72)]),
            40,
        )
    if stage.unsafe:
        for x in (-1.0, 0.1):
            stage.drum((x, -0.8, 0), 0.3, 0.9, rng.choice([(46, 96, 170), (180, 60, 46)]))
    else:
        for x in (-4, 4):
            stage.tube((x, -0.2, 0), (x, -0.2, 3), 0.06, (120, 124, 130), later=False)
        stage.quad(
            [(-4.4, -0.6, 3.0), (4.4, -0.6, 3.0), (4.4, 4, 3.5), (-4.4, 4, 3.5)], (70, 116, 176)
        )
        fence(stage, (-4, -0.6, 0), 4)
        stage.sheet(
            prints.sign("严禁烟火", ground=RED, ink=(250, 248, 236)), (2.4, -0.4, 1.6), 1.5, 0.6
        )


def switchboard(stage: Stage) -> None:
    """A distribution box; unsafe: bare wires plugged in without breaker."""
    rng = stage.rng
    stage.backdrop("wall", vary((190, 190, 184), rng))
    stage.face(1.2, turn=24)
    stage.box((-0.42, 0, -0.5), (0.42, 0.25, 0.5), (214, 120, 50), later=False)
    stage.quad(
        [(-0.38, -0.01, -0.46), (0.38, -0.01, -0.46), (0.38, -0.01, 0.46), (-0.38, -0.01, 0.46)],
        (206, 206, 200),
        lit=False,
    )
    for row, up in enumerate((0.24, -0.02)):
        for k in range(5):
            x = -0.3 + k * 0.13
            stage.box((x, -0.06, up - 0.08), (x + 0.1, -0.01, up + 0.08), (52, 54, 60), later=False)
            stage.box(
                (x + 0.035, -0.075, up - 0.02),
                (x + 0.065, -0.06, up + 0.03),
                (230, 90, 40) if row else (236, 236, 232),
                later=False,
            )
    for k in range(9):
        tone = [(200, 44, 40), (230, 190, 40), (50, 140, 70), (46, 90, 180)][k % 4]
        x = -0.3 + k * 0.075
        bend = rng.uniform(-0.2, 0.2) if stage.unsafe else 0.0
        stage.tube(
            (x, -0.04, -0.1),
            (x + bend * 0.5, -0.05 - abs(bend) * 0.3, -0.3),
            0.011,
            tone,
            later=False,
        )
        stage.tube(
            (x + bend * 0.5, -0.05 - abs(bend) * 0.3, -0.3),
            (x + bend, -0.05, -0.75),
            0.011,
            tone,
            later=False,
        )
    if not stage.unsafe:
        stage.sheet(prints.sign("当心触电 专人负责", size=(720, 200)), (0, -0.02, 0.4), 0.6, 0.1)
        door = [(0.42, 0, 0.5), (0.95, -0.4, 0.5), (0.95, -0.4, -0.5), (0.42, 0, -0.5)]
        stage.panel(
            prints.board(
                "检查记录",
                ["10-03  正常  李*", "10-12  正常  李*", "10-21  正常  王*"],
                head=(214, 120, 50),
                size=(420, 800),
            ),
            door,
        )


def bed(stage: Stage) -> None:
    """A room in the unfinished building; unsafe: beds and a cooker."""
    rng = stage.rng
    stage.look((rng.uniform(-1.2, 1.2), -3.4, 1.6), (0, 2, 0.9), field=72, roll=rng.uniform(-3, 3))
    stage.backdrop("concrete")
    stage.quad([(-5, 3, 0), (5, 3, 0), (5, -3.3, 0), (-5, -3.3, 0)], (128, 124, 116), lit=False)
    stage.quad(
        [(-0.9, 2.99, 0.9), (1.1, 2.99, 0.9), (1.1, 2.99, 2.3), (-0.9, 2.99, 2.3)],
        stage.light.horizon,
        lit=False,
    )
    for _ in range(40):
        x, y = rng.uniform(-3, 3), rng.uniform(-2, 2.6)
        stage.disc((x, y, 0), rng.uniform(0.01, 0.05), vary((140, 130, 116), rng, 20))
    if not stage.unsafe:
        pile(stage, (-2.6, 1.6, 0), 1.8, 0.5, (170, 166, 158), 16)
        return
    for x in (-2.0, 0.6):
        stage.box((x, 0.6, 0.4), (x + 1.4, 2.6, 0.55), (150, 110, 70), later=False)
        stage.box(
            (x, 0.6, 0.55),
            (x + 1.4, 2.4, 0.72),
            rng.choice([(90, 120, 180), (180, 90, 110), (110, 150, 110)]),
            later=False,
        )
        for leg in (0.05, 1.35):
            stage.tube((x + leg, 0.65, 0), (x + leg, 0.65, 0.5), 0.04, (120, 90, 60), later=False)
    stage.drum((-0.15, 0.2, 0), 0.16, 0.3, (60, 62, 66))
    stage.drum((-0.15, 0.2, 0.3), 0.2, 0.12, (190, 192, 196))
