"""脚手架: facades of tubes, attached and hanging platforms, and their knots from near."""

import math

from fieldapp.demo.scenes import prints
from fieldapp.demo.scenes.light import Colour, shade, vary
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


def _facade(stage: Stage, *, braced: bool = True, ties: float = 1.0, net: bool = True, low: bool = False, pads: bool = True) -> None:
    rng = stage.rng
    away = rng.uniform(5, 7) if low else rng.uniform(11, 17)
    stage.look((rng.uniform(-9, 9), -away, 1.6), (rng.uniform(-1.5, 1.5), 0, 0.9 if low else rng.uniform(4.4, 6.4)), field=rng.uniform(64, 76), roll=rng.uniform(-3, 3))
    outdoors(stage)
    storeys = stage.site.randint(4, 7)
    frame(stage, (-12, 1.6, 0), 6, storeys, nets=False)
    tone = vary(stage.site.choice(_TUBES), rng)
    lifts, bays = int(storeys * 3 / 1.8) + 1, 17
    top = lifts * 1.8
    if not pads:
        stage.veil([(-10, -1.4, 0.01), (6, -1.8, 0.01), (8, 0.4, 0.01), (-9, 0.6, 0.01)], (104, 92, 70), 0.75)
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
                stage.box((x, -0.05, z + 0.02), (x + 3, -0.02, z + 0.2), (222, 190, 40) if lift % 2 else (200, 60, 46))
    _ties(stage, lifts, bays, ties)
    if braced:
        for start in range(0, bays - 4, 6):
            for k in range(min(4, lifts)):
                x = -12 + (start + k * 1.3) * 1.5
                stage.tube((x, -0.07, k * 1.8), (x + 1.95, -0.07, (k + 1) * 1.8), 0.026, (206, 62, 46))
                far_x = -12 + (start + 5.2 - k * 1.3) * 1.5
                stage.tube((far_x, -0.09, k * 1.8), (far_x - 1.95, -0.09, (k + 1) * 1.8), 0.026, (206, 62, 46))
    stage.flush()
    if net:
        for lift in range(2, lifts):
            for bay in range(0, bays - 2, 3):
                if stage.site.random() < 0.5:
                    x, z = -12 + bay * 1.5, lift * 1.8
                    stage.veil([(x, -0.1, z), (x + 4.4, -0.1, z), (x + 4.4, -0.1, z + 1.75), (x, -0.1, z + 1.75)], stage.hazed(_NET, 14), 0.6)
    person(stage, (rng.uniform(-5, 5), -2.2, 0))


def _ties(stage: Stage, lifts: int, bays: int, share: float) -> None:
    for lift in range(1, lifts, 2):
        for bay in range(1, bays, 3):
            if stage.rng.random() < share:
                x, z = -12 + bay * 1.5, lift * 1.8 - 0.25
                stage.tube((x, -0.2, z), (x, 1.7, z), 0.04, (216, 62, 44))
                stage.box((x - 0.14, -0.14, z - 0.14), (x + 0.14, -0.1, z + 0.14), (216, 62, 44))


def backdrop(stage: Stage) -> Colour:
    wish, stage.unsafe = stage.unsafe, False
    far(stage)
    stage.unsafe = wish
    stage.defocus(20)
    return vary(stage.site.choice(_TUBES), stage.rng)


def tie_near(stage: Stage) -> None:
    """A rigid tie into the wall; unsafe: replaced by wire."""
    rng = stage.rng
    tone = backdrop(stage)
    stage.face(1.0, turn=24)
    stage.box((-1.4, 0.35, -0.3), (1.4, 0.9, 0.28), vary((176, 172, 164), rng), later=False)
    stage.tube((-0.2, 0, -1), (-0.2, 0, 1), 0.026, tone, later=False)
    stage.tube((-1.2, 0.03, 0.1), (1.2, 0.03, 0.1), 0.026, tone, later=False)
    if stage.unsafe:
        for k in range(3):
            stage.tube((-0.2, -0.03, 0.0 + k * 0.012), (0.25, 0.34, -0.06 + k * 0.01), 0.005, (120, 92, 70), later=False)
    else:
        stage.tube((-0.3, -0.06, 0.0), (0.34, 0.34, 0.0), 0.026, (208, 60, 44), later=False)
        stage.box((0.24, 0.32, -0.09), (0.44, 0.35, 0.09), (120, 122, 126), later=False)
        _coupler(stage, -0.2, 0.0)
    _coupler(stage, -0.2, 0.1)


def _coupler(stage: Stage, x: float, z: float) -> None:
    rust = vary((150, 84, 50), stage.rng, 14)
    stage.box((x - 0.045, -0.05, z - 0.045), (x + 0.045, 0.03, z + 0.045), rust, later=False)
    stage.tube((x + 0.05, -0.05, z - 0.04), (x + 0.05, -0.05, z + 0.05), 0.012, (156, 152, 144), later=False)
    stage.tube((x - 0.06, -0.045, z + 0.02), (x + 0.06, -0.045, z + 0.02), 0.01, shade(rust, 0.7), later=False)


def joint(stage: Stage) -> None:
    """A main node with couplers; unsafe: the transverse tube is off."""
    tone = backdrop(stage)
    stage.face(0.8, turn=26)
    stage.tube((0, 0.03, -1), (0, 0.03, 1), 0.026, tone, later=False)
    stage.tube((-1, -0.02, 0), (1, -0.02, 0), 0.026, tone, later=False)
    _coupler(stage, 0, 0)
    if not stage.unsafe:
        stage.tube((0.07, 0.8, 0.07), (0.07, -0.25, 0.07), 0.026, shade(tone, 0.92), later=False)
        _coupler(stage, 0.09, 0.03)
    stage.tube((-0.7, -0.07, -0.6), (0.5, -0.07, 0.7), 0.026, (206, 62, 46), later=False)


def rosette(stage: Stage) -> None:
    """A disk-lock rosette with wedges; unsafe: a wedge not driven home."""
    tone = backdrop(stage)
    stage.face(0.55, turn=26, rise=0.35)
    stage.tube((0, 0, -0.8), (0, 0, 0.8), 0.03, tone, later=False)
    ring = [(0.07 * math.cos(k * math.pi / 12), 0.07 * math.sin(k * math.pi / 12), 0.0) for k in range(24)]
    stage.quad(ring, (172, 174, 178))
    for k, (dx, dy) in enumerate(((1, 0), (-1, 0), (0, -1), (0.7, 0.7))):
        loose = stage.unsafe and k == 2
        start = (dx * 0.06, dy * 0.06, 0.0)
        stage.tube(start, (dx * 0.8, dy * 0.8, -0.02 if k == 3 else 0), 0.022, shade(tone, 0.95), later=False)
        stage.box((start[0] - 0.026, start[1] - 0.026, -0.034), (start[0] + 0.026, start[1] + 0.026, 0.034), (130, 132, 138), later=False)
        up = 0.12 if loose else 0.055
        stage.tube((start[0], start[1], up), (start[0], start[1], up - 0.14), 0.011, (220, 176, 50), later=False)


def deck(stage: Stage) -> None:
    """A working lift seen along it; unsafe: boards missing, no toe board."""
    rng = stage.rng
    stage.look((0.1 + rng.uniform(-0.12, 0.12), -1.4, 1.62), (rng.uniform(-0.25, 0.35), 7, 0.9), field=74, roll=rng.uniform(-4, 4))
    outdoors(stage)
    tone = vary(stage.site.choice(_TUBES), rng)
    for k in range(5):
        stage.box((0.75, -2 + k * 5, -2), (1.2, 2.6 + k * 5, 3.2), vary((172, 168, 160), rng, 8), later=False)
    stage.quad([(0.72, -2, -2), (0.72, 25, -2), (0.72, 25, 3.2), (0.72, -2, 3.2)], (150, 146, 140))
    gap = rng.randint(2, 4)
    for k in range(16):
        if stage.unsafe and k in (gap, gap + 1):
            continue
        for column in range(4):
            x = -0.62 + column * 0.31
            stage.quad([(x, -1.4 + k * 1.5, 0), (x + 0.29, -1.4 + k * 1.5, 0), (x + 0.29, 0.06 + k * 1.5, 0), (x, 0.06 + k * 1.5, 0)], vary(_DECK, rng, 16))
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
            stage.quad([(-0.62, -1 + k * 1.5, 0), (-0.62, 0.5 + k * 1.5, 0), (-0.62, 0.5 + k * 1.5, 0.2), (-0.62, -1 + k * 1.5, 0.2)], (222, 186, 44) if k % 2 else (42, 42, 44))
    stage.veil([(-0.72, 0, 0), (-0.72, 22, 0), (-0.72, 22, 2.1), (-0.72, 0, 2.1)], _NET, 0.5)
    if rng.random() < 0.6:
        person(stage, (0.0, rng.uniform(6, 10), 0))


def gap_inside(stage: Stage) -> None:
    """The gap to the building, seen from above; unsafe: nothing closes it."""
    rng = stage.rng
    stage.look((rng.uniform(-0.2, 0.2), -0.9, 2.2), (0, 0.4, 0), field=70, roll=rng.uniform(-10, 10))
    stage.backdrop("gravel", (120, 116, 108))
    stage.defocus(24)
    stage.quad([(-4, 0.55, 0), (4, 0.55, 0), (4, 3, 0), (-4, 3, 0)], vary((178, 174, 166), rng))
    for k in range(3):
        y = -1.6 + k * 0.62
        for x in range(-3, 3):
            stage.quad([(x, y, 0), (x + 0.97, y, 0), (x + 0.97, y + 0.58, 0), (x, y + 0.58, 0)], vary(_DECK, rng, 14))
    if not stage.unsafe:
        stage.quad([(-4, 0.24, -0.02), (4, 0.24, -0.02), (4, 0.58, -0.02), (-4, 0.58, -0.02)], (70, 132, 96))
        for k in range(60):
            stage.tube((-3 + k * 0.1, 0.24, 0), (-3 + k * 0.1, 0.58, 0), 0.004, (46, 100, 70), later=False)
    stage.tube((-4, 0.24, 0.03), (4, 0.24, 0.03), 0.026, stage.site.choice(_TUBES), later=False)
    picture = prints.tape(60).rotate(90, expand=True)
    stage.panel(picture, [(0.1, 0.68, 0.06), (0.14, 0.68, 0.06), (0.14, 0.1, 0.06), (0.1, 0.1, 0.06)])


def load(stage: Stage) -> None:
    """Bricks and bars on the deck; unsafe: far too many."""
    deck_unsafe, stage.unsafe = stage.unsafe, False
    deck(stage)
    stage.unsafe = deck_unsafe
    pile(stage, (-0.5, 4.4, 0), 0.7, 1.0 if stage.unsafe else 0.25, (156, 84, 60), 90 if stage.unsafe else 12)
    if stage.unsafe:
        pile(stage, (-0.5, 7.4, 0), 1.0, 1.1, (134, 96, 66), 60)


def cantilever(stage: Stage) -> None:
    """Steel beams out of the slab with their U bolts; unsafe: one bolt, loose wedge."""
    rng = stage.rng
    backdrop(stage)
    stage.face(1.5, turn=26, rise=0.3)
    stage.quad([(-3, -1, -0.2), (3, -1, -0.2), (3, 2, -0.2), (-3, 2, -0.2)], vary((172, 168, 160), rng))
    red = vary((168, 66, 48), rng)
    stage.box((-1.6, -0.06, -0.18), (1.6, 0.06, -0.16), red, later=False)
    stage.box((-1.6, -0.01, -0.16), (1.6, 0.01, -0.02), shade(red, 0.85), later=False)
    stage.box((-1.6, -0.06, -0.02), (1.6, 0.06, 0.0), shade(red, 1.1), later=False)
    for x in (0.1, 0.45) if not stage.unsafe else (0.3,):
        for y in (-0.1, 0.1):
            stage.tube((x, y, -0.2), (x, y, 0.08), 0.011, (120, 116, 110), later=False)
        stage.box((x - 0.04, -0.14, 0.0), (x + 0.04, 0.14, 0.02), (110, 112, 118), later=False)
        for y in (-0.1, 0.1):
            stage.box((x - 0.02, y - 0.02, 0.02), (x + 0.02, y + 0.02, 0.045), (150, 150, 152), later=False)
    stage.sheet(prints.tape(120), (-0.3, -0.12, -0.1), 1.2, 0.05)


def tie_rope(stage: Stage) -> None:
    """The inclined rope of a cantilever beam with clips; unsafe: slack, one clip."""
    rng = stage.rng
    tone = backdrop(stage)
    stage.face(1.1, turn=22)
    stage.box((-1.2, 0.1, -0.62), (0.9, 0.25, -0.45), (168, 66, 48), later=False)
    start, end = (-0.5, 0, -0.4), (0.9, 0.3, 0.9)
    points = [tuple(s + (e - s) * k / 14 for s, e in zip(start, end, strict=True)) for k in range(15)]
    sag = 0.16 if stage.unsafe else 0.0
    rope = [(x, y, z - sag * math.sin(k / 14 * math.pi)) for k, (x, y, z) in enumerate(points)]  # type: ignore[misc]
    for a, b in zip(rope, rope[1:], strict=False):
        stage.tube(a, b, 0.012, (136, 134, 128), later=False)
    for k in (3,) if stage.unsafe else (2, 4, 6):
        x, y, z = rope[k]
        stage.box((x - 0.035, y - 0.04, z - 0.03), (x + 0.035, y, z + 0.03), (176, 172, 160), later=False)
        stage.disc((x, y - 0.05, z), 0.012, (110, 108, 104))
    stage.disc((-0.5, -0.02, -0.42), 0.05, (150, 90, 60), outline=(70, 50, 40))
    stage.tube((-0.9, -0.1, -1), (-0.9, -0.1, 1), 0.026, tone, later=False)


def attached_far(stage: Stage) -> None:
    """An attached lifting scaffold of perforated panels; unsafe: a panel is off, the head sways free."""
    rng = stage.rng
    stage.look((rng.uniform(-12, 12), -22, 1.7), (0, 0, 11), field=66, roll=rng.uniform(-3, 3))
    outdoors(stage)
    storeys = 8
    frame(stage, (-13, 1.4, 0), 6, storeys, nets=False)
    tone = stage.site.choice([(198, 204, 210), (70, 122, 190), (222, 180, 60)])
    off = rng.randrange(20)
    for row in range(5):
        for k in range(13):
            if stage.unsafe and (row * 13 + k) % 21 == off:
                continue
            x, z = -13 + k * 2, 11 + row * 2.4
            stage.quad([(x + 0.04, 0, z + 0.04), (x + 1.96, 0, z + 0.04), (x + 1.96, 0, z + 2.34), (x + 0.04, 0, z + 2.34)], vary(tone, rng, 8))
            for hole in range(3):
                stage.tube((x + 0.2, -0.02, z + 0.5 + hole * 0.6), (x + 1.8, -0.02, z + 0.5 + hole * 0.6), 0.05, shade(tone, 0.82), later=False)
    for k in range(5):
        x = -12 + k * 6
        stage.tube((x, -0.1, 10.4), (x, -0.1, 23.4), 0.14, (206, 70, 48), later=False)
        if not (stage.unsafe and k == 2):
            stage.tube((x, 0, 12), (x, 1.5, 12), 0.12, (206, 70, 48), later=False)
    person(stage, (rng.uniform(-4, 4), -7, 0))


def attached_near(stage: Stage) -> None:
    """A support with its fall brake; unsafe: the bolt has one nut and the brake is tied up with wire."""
    rng = stage.rng
    stage.backdrop("concrete")
    stage.face(0.95, turn=24)
    tone = vary((206, 84, 46), rng)
    stage.box((-0.22, -0.03, -0.34), (0.22, 0.1, 0.34), tone, later=False)
    for x, z in ((-0.14, 0.24), (0.14, 0.24), (0.0, -0.24)):
        stage.disc((x, -0.06, z), 0.05, (126, 128, 132), outline=(60, 62, 66))
        if not stage.unsafe or z > 0:
            stage.disc((x, -0.08, z), 0.028, (176, 176, 178), outline=(70, 72, 76))
    for x in (-0.33, 0.33):
        stage.tube((x, -0.16, -1), (x, -0.16, 1), 0.05, (92, 120, 168), later=False)
    stage.box((-0.34, -0.22, -0.07), (0.34, -0.12, 0.07), shade(tone, 0.8), later=False)
    stage.drum((-0.0, -0.2, -0.06), 0.07, 0.12, (150, 152, 156))
    if stage.unsafe:
        for k in range(6):
            stage.tube((-0.1 + k * 0.03, -0.28, -0.14), (0.0 + k * 0.02, -0.28, 0.16), 0.005, (140, 110, 80), later=False)
    stage.sheet(prints.sign(f"{rng.randint(1, 28)} 号机位", ground=(30, 84, 160), ink=(250, 250, 250)), (0.0, -0.05, 0.06), 0.26, 0.1)


def basket_far(stage: Stage) -> None:
    """A suspended basket on a wall; unsafe: three people in it, hanging askew."""
    rng = stage.rng
    stage.look((rng.uniform(-6, 6), -9, 1.7), (0, 0, 5.4), field=68, roll=rng.uniform(-3, 3))
    outdoors(stage)
    wall = vary(stage.site.choice([(214, 204, 186), (190, 178, 160), (206, 208, 210)]), rng, 8)
    stage.quad([(-14, 1, 0), (14, 1, 0), (14, 1, 22), (-14, 1, 22)], wall)
    for level in range(7):
        for k in range(9):
            x, z = -13 + k * 3, 0.9 + level * 3
            stage.quad([(x, 0.98, z), (x + 1.7, 0.98, z), (x + 1.7, 0.98, z + 1.6), (x, 0.98, z + 1.6)], shade((98, 122, 140), rng.uniform(0.8, 1.15)))
            stage.tube((x + 0.85, 0.96, z), (x + 0.85, 0.96, z + 1.6), 0.03, (220, 222, 222), later=False)
    tilt = 0.5 if stage.unsafe else 0.0
    up = rng.uniform(4, 6)
    for x, z in ((-2.6, up - tilt), (2.6, up + tilt)):
        stage.tube((x, 0.3, z + 1.2), (x, 0.3, 24), 0.018, (52, 54, 58))
        stage.tube((x + 0.14, 0.3, z + 1.0), (x + 0.14, 0.3, 24), 0.014, (72, 74, 78))
    stage.flush()
    for k in range(3 if stage.unsafe else 2):
        person(stage, (-1.6 + k * 1.4, 0.4, up + 0.05))
    tone = vary((214, 176, 52), rng)
    for rail in (0.05, 0.4, 0.75, 1.1):
        stage.tube((-3, -0.1, up - tilt + rail), (3, -0.1, up + tilt + rail), 0.035, tone, later=False)
    for k in range(13):
        x = -3 + k * 0.5
        z = up + tilt * x / 3
        stage.tube((x, -0.1, z), (x, -0.1, z + 1.1), 0.025, tone, later=False)
    stage.veil([(-3, -0.12, up - tilt), (3, -0.12, up + tilt), (3, -0.12, up + tilt + 0.5), (-3, -0.12, up - tilt + 0.5)], (150, 152, 150), 0.6)


def basket_lock(stage: Stage) -> None:
    """The safety lock with its calibration plate; unsafe: expired."""
    rng = stage.rng
    stage.backdrop("wall", (170, 176, 182))
    stage.defocus(10)
    stage.face(0.6, turn=24)
    stage.tube((0.0, 0.05, -0.8), (0.0, 0.05, 0.8), 0.008, (110, 110, 108), later=False)
    stage.tube((0.1, 0.08, -0.8), (0.1, 0.08, 0.8), 0.012, (222, 96, 46), later=False)
    body = vary((206, 196, 60), rng)
    stage.box((-0.14, -0.02, -0.2), (0.13, 0.1, 0.2), body, later=False)
    stage.tube((-0.14, -0.03, 0.12), (-0.3, -0.03, -0.08), 0.02, (130, 132, 138), later=False)
    stage.disc((0.06, -0.04, 0.14), 0.032, (140, 142, 146), outline=(70, 72, 76))
    until = "2025年06月" if stage.unsafe else "2027年06月"
    stage.sheet(prints.plate("安全锁标定牌", [("型号", "LST30"), ("标定日期", stage.caption.date), ("有效期至", until)], rng, cracked=stage.unsafe, head=(36, 110, 74)), (-0.01, -0.03, -0.06), 0.22, 0.147)


def suspension(stage: Stage) -> None:
    """The roof beam and its counterweights; unsafe: half of them are gone."""
    rng = stage.rng
    stage.look((rng.uniform(-2.6, 2.6), -4.2, 1.9), (0, 0.6, 0.6), field=68, roll=rng.uniform(-3, 3))
    outdoors(stage, "gravel")
    stage.quad([(-8, -3, 0), (8, -3, 0), (8, 3, 0), (-8, 3, 0)], vary((170, 166, 158), rng))
    stage.box((-8, 3, 0), (8, 3.3, 1.1), (186, 182, 174), later=False)
    tone = vary((214, 170, 46), rng)
    stage.tube((-2.2, 0, 1.3), (3.4, 0, 1.3), 0.07, tone)
    for x in (-1.9, 1.4):
        for side in (-0.4, 0.4):
            stage.tube((x, side, 0.08), (x, 0, 1.3), 0.045, tone)
        stage.tube((x, -0.5, 0.08), (x, 0.5, 0.08), 0.05, tone)
    stage.tube((1.4, 0, 1.3), (1.4, 0, 2.3), 0.05, tone)
    for x in (-2.2, 3.4):
        stage.tube((1.4, 0, 2.3), (x, 0, 1.34), 0.014, (60, 62, 66))
    stage.flush()
    for k in range(5 if stage.unsafe else 11):
        stage.box((-2.3 + (k % 2) * 0.42, -0.3, 0.12 + k // 2 * 0.15), (-1.92 + (k % 2) * 0.42, 0.3, 0.26 + k // 2 * 0.15), vary((150, 148, 144), rng, 12), later=False)


def platform(stage: Stage) -> None:
    """A cantilevered unloading platform; unsafe: overloaded, one rope missing."""
    rng = stage.rng
    stage.look((rng.uniform(-9, 9), -13, 1.7), (0, 0, 6), field=62, roll=rng.uniform(-3, 3))
    outdoors(stage)
    frame(stage, (-12, 3, 0), 6, 5)
    tone = vary((214, 160, 44), rng)
    stage.box((-1.3, -1.6, 6.0), (1.3, 3, 6.16), shade(tone, 0.7), later=False)
    for side in (-1.3, 1.3):
        stage.quad([(side, -1.6, 6.1), (side, 3, 6.1), (side, 3, 7.4), (side, -1.6, 7.4)], tone)
    stage.flush()
    pile(stage, (-1, -0.8, 6.2), 2.0, 1.5 if stage.unsafe else 0.5, (150, 148, 144), 70 if stage.unsafe else 14)
    stage.quad([(-1.3, -1.6, 6.1), (1.3, -1.6, 6.1), (1.3, -1.6, 7.1), (-1.3, -1.6, 7.1)], tone)
    stage.sheet(prints.sign("限载 1.0 t", ground=(240, 240, 234), ink=(200, 40, 36)), (0, -1.65, 6.65), 1.5, 0.6)
    for side in (-1.35, 1.35):
        if not (stage.unsafe and side > 0):
            stage.tube((side, -1.3, 6.2), (side, 3, 11.8), 0.04, (60, 62, 66), later=False)
        stage.tube((side, 0.4, 6.2), (side, 3, 11.8), 0.035, (80, 82, 86), later=False)
    person(stage, (4, -5, 0))


def net_tag(stage: Stage) -> None:
    """The label of a safety net; unsafe: torn off, the net scorched."""
    rng = stage.rng
    stage.backdrop("cloth", vary((196, 214, 200), rng))
    stage.face(0.7, turn=24, roll=8)
    for k in range(60):
        at = -1 + k / 30
        stage.tube((at, 0.004, -1), (at, 0.004, 1), 0.0022, (30, 92, 58), later=False)
        stage.tube((-1, 0.004, at), (1, 0.004, at), 0.0022, (36, 104, 66), later=False)
    if stage.unsafe:
        for _ in range(40):
            stage.disc((rng.gauss(0, 0.1), 0, rng.gauss(0, 0.08)), rng.uniform(0.008, 0.05), rng.choice([(40, 36, 30), (66, 54, 40), (24, 22, 20)]))
        return
    stage.sheet(prints.net_label(rng), (rng.uniform(-0.05, 0.05), 0, 0), 0.36, 0.24)
