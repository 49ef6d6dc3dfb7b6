"""Attached scaffolds, suspended baskets and unloading platforms."""

from fieldapp.demo.scenes import prints
from fieldapp.demo.scenes.light import shade, vary
from fieldapp.demo.scenes.stage import Stage
from fieldapp.demo.scenes.surroundings import frame, outdoors, person, pile


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
            stage.quad(
                [
                    (x + 0.04, 0, z + 0.04),
                    (x + 1.96, 0, z + 0.04),
                    (x + 1.96, 0, z + 2.34),
                    (x + 0.04, 0, z + 2.34),
                ],
                vary(tone, rng, 8),
            )
            for hole in range(3):
                stage.tube(
                    (x + 0.2, -0.02, z + 0.5 + hole * 0.6),
                    (x + 1.8, -0.02, z + 0.5 + hole * 0.6),
                    0.05,
                    shade(tone, 0.82),
                    later=False,
                )
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
            stage.tube(
                (-0.1 + k * 0.03, -0.28, -0.14),
                (0.0 + k * 0.02, -0.28, 0.16),
                0.005,
                (140, 110, 80),
                later=False,
            )
    stage.sheet(
        prints.sign(f"{rng.randint(1, 28)} 号机位", ground=(30, 84, 160), ink=(250, 250, 250)),
        (0.0, -0.05, 0.06),
        0.26,
        0.1,
    )


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
            stage.quad(
                [(x, 0.98, z), (x + 1.7, 0.98, z), (x + 1.7, 0.98, z + 1.6), (x, 0.98, z + 1.6)],
                shade((98, 122, 140), rng.uniform(0.8, 1.15)),
            )
            stage.tube(
                (x + 0.85, 0.96, z), (x + 0.85, 0.96, z + 1.6), 0.03, (220, 222, 222), later=False
            )
    tilt = 0.5 if stage.unsafe else 0.0
    up = rng.uniform(4, 6)
    for end, low in ((-2.6, up - tilt), (2.6, up + tilt)):
        stage.tube((end, 0.3, low + 1.2), (end, 0.3, 24), 0.018, (52, 54, 58))
        stage.tube((end + 0.14, 0.3, low + 1.0), (end + 0.14, 0.3, 24), 0.014, (72, 74, 78))
    stage.flush()
    for k in range(3 if stage.unsafe else 2):
        person(stage, (-1.6 + k * 1.4, 0.4, up + 0.05))
    tone = vary((214, 176, 52), rng)
    for rail in (0.05, 0.4, 0.75, 1.1):
        stage.tube(
            (-3, -0.1, up - tilt + rail), (3, -0.1, up + tilt + rail), 0.035, tone, later=False
        )
    for k in range(13):
        post = -3 + k * 0.5
        low = up + tilt * post / 3
        stage.tube((post, -0.1, low), (post, -0.1, low + 1.1), 0.025, tone, later=False)
    stage.veil(
        [
            (-3, -0.12, up - tilt),
            (3, -0.12, up + tilt),
            (3, -0.12, up + tilt + 0.5),
            (-3, -0.12, up - tilt + 0.5),
        ],
        (150, 152, 150),
        0.6,
    )


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
    stage.sheet(
        prints.plate(
            "安全锁标定牌",
            [("型号", "LST30"), ("标定日期", stage.caption.date), ("有效期至", until)],
            rng,
            cracked=stage.unsafe,
            head=(36, 110, 74),
        ),
        (-0.01, -0.03, -0.06),
        0.22,
        0.147,
    )


def suspension(stage: Stage) -> None:
    """The roof beam and its counterweights; unsafe: half of them are gone."""
    rng = stage.rng
    stage.look(
        (rng.uniform(-2.6, 2.6), -4.2, 1.9), (0, 0.6, 0.6), field=68, roll=rng.uniform(-3, 3)
    )
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
        stage.box(
            (-2.3 + (k % 2) * 0.42, -0.3, 0.12 + k // 2 * 0.15),
            (-1.92 + (k % 2) * 0.42, 0.3, 0.26 + k // 2 * 0.15),
            vary((150, 148, 144), rng, 12),
            later=False,
        )


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
    pile(
        stage,
        (-1, -0.8, 6.2),
        2.0,
        1.5 if stage.unsafe else 0.5,
        (150, 148, 144),
        70 if stage.unsafe else 14,
    )
    stage.quad([(-1.3, -1.6, 6.1), (1.3, -1.6, 6.1), (1.3, -1.6, 7.1), (-1.3, -1.6, 7.1)], tone)
    stage.sheet(
        prints.sign("限载 1.0 t", ground=(240, 240, 234), ink=(200, 40, 36)),
        (0, -1.65, 6.65),
        1.5,
        0.6,
    )
    for side in (-1.35, 1.35):
        if not (stage.unsafe and side > 0):
            stage.tube((side, -1.3, 6.2), (side, 3, 11.8), 0.04, (60, 62, 66), later=False)
        stage.tube((side, 0.4, 6.2), (side, 3, 11.8), 0.035, (80, 82, 86), later=False)
    person(stage, (4, -5, 0))
