"""Papers and certificates laid on a desk or held before the site."""

from fieldapp.demo.scenes import papers, prints
from fieldapp.demo.scenes.light import vary
from fieldapp.demo.scenes.stage import Stage
from fieldapp.demo.scenes.surroundings import blank, frame, outdoors


def desk(stage: Stage, width: float = 0.5) -> None:
    """A desk top as the plane to lay papers on."""
    rng = stage.rng
    stage.backdrop(
        "desk", vary(rng.choice([(190, 180, 164), (206, 204, 200), (150, 158, 170)]), rng)
    )
    stage.face(width * 1.2, turn=9, rise=0.18, roll=9)


def lay(
    stage: Stage,
    picture,
    centre: tuple[float, float] = (0.0, 0.0),
    height: float = 0.46,
    *,
    dark: bool = False,
) -> None:
    """A sheet on the desk with its shadow."""
    w = height * picture.width / picture.height / 2
    h, (x, z) = height / 2, centre
    stage.veil(
        [
            (x - w + 0.012, 0.002, z + h - 0.012),
            (x + w + 0.012, 0.002, z + h - 0.012),
            (x + w + 0.012, 0.002, z - h - 0.014),
            (x - w + 0.012, 0.002, z - h - 0.014),
        ],
        (52, 42, 34),
        0.4,
    )
    lift = stage.rng.uniform(-0.012, 0.012)
    stage.panel(
        picture,
        [
            (x - w, 0, z + h + lift),
            (x + w, 0, z + h - lift),
            (x + w, 0, z - h - lift),
            (x - w, 0, z - h + lift),
        ],
    )
    if dark:
        stage.veil(
            [
                (x - w, -0.001, z),
                (x + w, -0.001, z + 0.1),
                (x + w, -0.001, z - h),
                (x - w, -0.001, z - h),
            ],
            (40, 34, 30),
            0.3,
        )


def statement(stage: Stage) -> None:
    """A handwritten witness statement, signed; unsafe: unsigned, half empty."""
    desk(stage, 0.5)
    sheet = papers.paper(
        "询问笔录",
        stage.rng,
        handwritten=True,
        lines=6 if stage.unsafe else 15,
        signed="" if stage.unsafe else "张*",
    )
    lay(stage, sheet, (stage.rng.uniform(-0.04, 0.04), 0))
    _pen_on(stage)


def identity(stage: Stage) -> None:
    """An identity card, masked."""
    desk(stage, 0.22)
    lay(stage, papers.id_card(), height=0.1)


def _pen_on(stage: Stage) -> None:
    x = stage.rng.uniform(0.15, 0.2)
    stage.tube((x, -0.01, -0.1), (x + 0.05, -0.01, 0.06), 0.005, (30, 32, 38), later=False)


def document(title: str, *, table: bool = False, stamp: str = "项目部"):
    """A scene of that paper; unsafe: no stamp and no signature."""

    def scene(stage: Stage) -> None:
        desk(stage, 0.5)
        rng = stage.rng
        if rng.random() < 0.6:
            lay(
                stage,
                papers.paper("施工记录", rng, lines=10),
                (rng.choice((-0.16, 0.17)), rng.uniform(-0.05, 0.05)),
            )
        sheet = papers.paper(
            title,
            rng,
            table=table,
            stamp="" if stage.unsafe else stamp,
            signed="" if stage.unsafe else "李*",
            lines=13,
        )
        lay(stage, sheet, (rng.uniform(-0.03, 0.03), rng.uniform(-0.02, 0.02)))
        _pen_on(stage)

    return scene


def certificate(stage: Stage) -> None:
    """A worker's certificate held before the site; unsafe: expired."""
    rng = stage.rng
    stage.look((rng.uniform(-3, 3), -9, 1.7), (0, 0, 1.5), field=66)
    outdoors(stage)
    frame(stage, (-12, 8, 0), 6, 4)
    stage.defocus(16)
    stage.face(0.4, turn=14, roll=8)
    until = "2025-08-30" if stage.unsafe else "2028-08-30"
    card = prints.plate(
        "建筑施工特种作业操作资格证",
        [
            ("姓 名", "陈 *"),
            ("工 种", rng.choice(("建筑架子工", "塔式起重机司机", "信号司索工"))),
            ("证 号", "浙A0520***118"),
            ("有效期至", until),
        ],
        rng,
        ground=(238, 234, 222),
        head=(150, 34, 34),
    )
    card.paste(blank((150, 190), (170, 182, 190)), (640, 160))
    stage.tube((0.02, 0.02, -0.5), (0.06, 0.02, -0.1), 0.032, (206, 160, 130), later=False)
    stage.sheet(card, (0, 0, 0), 0.3, 0.2)
    stage.tube((0.05, -0.02, -0.4), (0.09, -0.02, -0.085), 0.016, (212, 166, 136), later=False)
