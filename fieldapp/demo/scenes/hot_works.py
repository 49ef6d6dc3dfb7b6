"""Gas cylinders and hot work."""

import itertools
import math

from fieldapp.demo.scenes import prints
from fieldapp.demo.scenes.fires import bottle
from fieldapp.demo.scenes.light import vary
from fieldapp.demo.scenes.stage import Stage
from fieldapp.demo.scenes.surroundings import frame, outdoors, person, pile


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
        for off in (-0.07, 0.08):
            stage.disc((x + off, -0.08, 1.5), 0.055, (240, 238, 230), outline=(120, 100, 60))
        stage.sheet(
            prints.sign(
                words,
                ground=tone,
                ink=(200, 40, 36) if tone[0] > 200 else (16, 18, 20),
                size=(300, 300),
            ),
            (x, -0.176, 0.8),
            0.24,
            0.24,
        )
        hose = [(x + 0.1 * k, -0.1 - 0.05 * k, max(0.02, 1.45 - 0.2 * k)) for k in range(12)]
        for a, b in itertools.pairwise(hose):
            stage.tube(a, b, 0.02, (200, 60, 50) if tone[0] > 200 else (40, 90, 160), later=False)
    if not stage.unsafe:
        stage.panel(
            prints.tape(300),
            [(-1.3, -0.4, 0.02), (1.3, -0.4, 0.02), (1.3, -0.48, 0.02), (-1.3, -0.48, 0.02)],
        )


def hot_work(stage: Stage) -> None:
    """A welder, a watcher and an extinguisher; unsafe: alone among boards and foam."""
    rng = stage.rng
    stage.look((rng.uniform(-1.6, 1.6), -5, 1.6), (0, 0, 1.1), field=64, roll=rng.uniform(-3, 3))
    stage.backdrop("concrete", (150, 146, 140))
    stage.quad(
        [(-8, 1.5, 0), (8, 1.5, 0), (8, -4.6, 0), (-8, -4.6, 0)],
        vary((128, 122, 112), rng),
        lit=False,
    )
    for x in (-2.2, 2.4):
        stage.box((x - 0.3, 0.9, 0), (x + 0.3, 1.5, 4.5), (160, 156, 148), later=False)
    stage.tube((-2, 0.4, 1.3), (2, 0.4, 1.3), 0.07, (130, 96, 76), later=False)
    person(stage, (-0.5, 0.1, 0), (60, 74, 110), helmet=(60, 60, 64))
    if stage.unsafe:
        pile(stage, (0.1, -0.4, 0), 1.6, 0.8, (228, 214, 170), 30)
        pile(stage, (-2.4, -0.2, 0), 1.4, 0.5, (184, 136, 84), 20)
    else:
        person(stage, (1.5, -0.2, 0), (220, 190, 40))
        bottle(stage, 0.9, 0.0)
    for _ in range(90):
        angle, reach = rng.uniform(-0.3, 3.5), rng.uniform(0.05, 1.1)
        x, z = 0.1 + math.cos(angle) * reach * 0.7, 1.25 - abs(math.sin(angle)) * reach
        stage.tube(
            (x, 0.1, z),
            (x + math.cos(angle) * 0.06, 0.1, z - 0.05),
            0.006,
            rng.choice([(255, 214, 110), (255, 170, 60), (255, 244, 200)]),
            later=False,
        )
    stage.disc((0.1, 0.1, 1.26), 0.1, (236, 244, 255))
    stage.disc((0.1, 0.09, 1.26), 0.05, (255, 255, 255))
