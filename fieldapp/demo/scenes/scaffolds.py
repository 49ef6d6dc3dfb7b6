"""脚手架: facades of tubes, attached and hanging platforms, and their knots from near."""

from fieldapp.demo.scenes.light import Colour, vary
from fieldapp.demo.scenes.stage import Stage
from fieldapp.demo.scenes.surroundings import frame, outdoors, person, pile

_TUBES: list[Colour] = [(206, 164, 56), (150, 152, 158), (84, 116, 176)]
_DECK: Colour = (176, 138, 92)
_NET: Colour = (42, 124, 82)


def far(stage: Stage) -> None:
    """A facade with ties and bracing; unsafe: no bracing."""
    _facade(stage, braced=not stage.unsafe)


def ties_far(stage: Stage) -> None:
    """A facade without net so that the ties show; unsafe: several ties are missing."""
    _facade(stage, ties=0.35 if stage.unsafe else 1.0, net=False)


def feet(stage: Stage) -> None:
    """The lowest lift; unsafe: in the mud without pads or sweeping bars."""
    _facade(stage, low=True, pads=not stage.unsafe, net=False)


def _facade(
    stage: Stage,
    *,
    braced: bool = True,
    ties: float = 1.0,
    net: bool = True,
    low: bool = False,
    pads: bool = True,
) -> None:
    rng = stage.rng
    away = rng.uniform(5, 7) if low else rng.uniform(11, 17)
    stage.look(
        (rng.uniform(-9, 9), -away, 1.6),
        (rng.uniform(-1.5, 1.5), 0, 0.9 if low else rng.uniform(4.4, 6.4)),
        field=rng.uniform(64, 76),
        roll=rng.uniform(-3, 3),
    )
    outdoors(stage)
    storeys = stage.site.randint(4, 7)
    frame(stage, (-12, 1.6, 0), 6, storeys, nets=False)
    tone = vary(stage.site.choice(_TUBES), rng)
    lifts, bays = int(storeys * 3 / 1.8) + 1, 17
    top = lifts * 1.8
    if not pads:
        stage.veil(
            [(-10, -1.4, 0.01), (6, -1.8, 0.01), (8, 0.4, 0.01), (-9, 0.6, 0.01)],
            (104, 92, 70),
            0.75,
        )
    for bay in range(bays):
        x = -12 + bay * 1.5
        for y in (0.0, 0.95):
            stage.tube((x, y, 0), (x, y, top + 0.8), 0.026, vary(tone, rng, 12))
        if pads:
            stage.box((x - 0.3, -0.12, 0), (x + 0.3, 0.12, 0.06), _DECK)
    for lift in range(lifts + 1):
        z = lift * 1.8 + (0.22 if lift == 0 else 0)
        if lift == 0 and not pads:
            continue
        for bay in range(0, bays - 1, 2):
            x = -12 + bay * 1.5
            for y in (0.0, 0.95):
                stage.tube((x, y, z), (x + 3, y, z), 0.026, tone)
            if lift:
                for rail in (0.6, 1.2):
                    stage.tube((x, -0.03, z + rail), (x + 3, -0.03, z + rail), 0.022, tone)
                stage.box((x, 0.08, z), (x + 3, 0.9, z + 0.05), vary(_DECK, rng, 10))
                stage.box(
                    (x, -0.05, z + 0.02),
                    (x + 3, -0.02, z + 0.2),
                    (222, 190, 40) if lift % 2 else (200, 60, 46),
                )
    _ties(stage, lifts, bays, ties)
    if braced:
        for start in range(0, bays - 4, 6):
            for k in range(min(4, lifts)):
                x = -12 + (start + k * 1.3) * 1.5
                stage.tube(
                    (x, -0.07, k * 1.8), (x + 1.95, -0.07, (k + 1) * 1.8), 0.026, (206, 62, 46)
                )
                far_x = -12 + (start + 5.2 - k * 1.3) * 1.5
                stage.tube(
                    (far_x, -0.09, k * 1.8),
                    (far_x - 1.95, -0.09, (k + 1) * 1.8),
                    0.026,
                    (206, 62, 46),
                )
    stage.flush()
    if net:
        for lift in range(2, lifts):
            for bay in range(0, bays - 2, 3):
                if stage.site.random() < 0.5:
                    x, z = -12 + bay * 1.5, lift * 1.8
                    stage.veil(
                        [
                            (x, -0.1, z),
                            (x + 4.4, -0.1, z),
                            (x + 4.4, -0.1, z + 1.75),
                            (x, -0.1, z + 1.75),
                        ],
                        stage.hazed(_NET, 14),
                        0.6,
                    )
    person(stage, (rng.uniform(-5, 5), -2.2, 0))


def _ties(stage: Stage, lifts: int, bays: int, share: float) -> None:
    for lift in range(1, lifts, 2):
        for bay in range(1, bays, 3):
            if stage.rng.random() < share:
                x, z = -12 + bay * 1.5, lift * 1.8 - 0.25
                stage.tube((x, -0.2, z), (x, 1.7, z), 0.04, (216, 62, 44))
                stage.box((x - 0.14, -0.14, z - 0.14), (x + 0.14, -0.1, z + 0.14), (216, 62, 44))


def deck(stage: Stage) -> None:
    """A working lift seen along it; unsafe: boards missing, no toe board."""
    rng = stage.rng
    stage.look(
        (0.1 + rng.uniform(-0.12, 0.12), -1.4, 1.62),
        (rng.uniform(-0.5, 0.1), 7, 0.35),
        field=70,
        roll=rng.uniform(-4, 4),
    )
    outdoors(stage)
    tone = vary(stage.site.choice(_TUBES), rng)
    for k in range(5):
        stage.box(
            (0.75, -2 + k * 5, -2),
            (1.2, 2.6 + k * 5, 3.2),
            vary((172, 168, 160), rng, 8),
            later=False,
        )
    stage.quad([(0.72, -2, -2), (0.72, 25, -2), (0.72, 25, 3.2), (0.72, -2, 3.2)], (150, 146, 140))
    gap = rng.randint(2, 4)
    for k in range(16):
        if stage.unsafe and k in (gap, gap + 1):
            continue
        for column in range(4):
            x = -0.62 + column * 0.31
            stage.quad(
                [
                    (x, -1.4 + k * 1.5, 0),
                    (x + 0.29, -1.4 + k * 1.5, 0),
                    (x + 0.29, 0.06 + k * 1.5, 0),
                    (x, 0.06 + k * 1.5, 0),
                ],
                vary(_DECK, rng, 16),
            )
    for k in range(16):
        y = -0.6 + k * 1.5
        stage.tube((-0.68, y, -2), (-0.68, y, 2.4), 0.026, tone)
        stage.tube((-0.68, y, 1.9), (0.7, y, 1.9), 0.024, tone)
    for up in (0.6, 1.2, 1.9):
        for k in range(14):
            stage.tube((-0.66, -1 + k * 1.5, up), (-0.66, 0.5 + k * 1.5, up), 0.024, tone)
    stage.flush()
    if not stage.unsafe:
        for k in range(14):
            stage.quad(
                [
                    (-0.62, -1 + k * 1.5, 0),
                    (-0.62, 0.5 + k * 1.5, 0),
                    (-0.62, 0.5 + k * 1.5, 0.2),
                    (-0.62, -1 + k * 1.5, 0.2),
                ],
                (222, 186, 44) if k % 2 else (42, 42, 44),
            )
    stage.veil([(-0.72, 0, 0), (-0.72, 22, 0), (-0.72, 22, 2.1), (-0.72, 0, 2.1)], _NET, 0.5)
    if rng.random() < 0.6:
        person(stage, (0.0, rng.uniform(6, 10), 0))


def load(stage: Stage) -> None:
    """Bricks and bars on the deck; unsafe: far too many."""
    deck_unsafe, stage.unsafe = stage.unsafe, False
    deck(stage)
    stage.unsafe = deck_unsafe
    pile(
        stage,
        (-0.5, 4.4, 0),
        0.7,
        1.0 if stage.unsafe else 0.25,
        (156, 84, 60),
        90 if stage.unsafe else 12,
    )
    if stage.unsafe:
        pile(stage, (-0.5, 7.4, 0), 1.0, 1.1, (134, 96, 66), 60)
