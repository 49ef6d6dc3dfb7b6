"""What stands around on any site: sky, skyline, ground, fence, people, the building itself."""

import math

from PIL import Image

from fieldapp.demo.scenes import texture
from fieldapp.demo.scenes.light import Colour, Vector, mix, shade, vary
from fieldapp.demo.scenes.stage import Stage

CONCRETE: Colour = (176, 172, 164)
ORANGE: Colour = (214, 106, 40)


def sky(stage: Stage) -> None:
    """Sky with clouds down to the horizon, and a pale town along it."""
    light = stage.light
    horizon = _horizon(stage)
    if horizon > 0:
        part = (stage.size[0], min(stage.size[1], int(horizon) + 40))
        air = texture.graded(part, light.zenith, light.horizon)
        cover = mix((255, 255, 255), light.horizon, 0.35)
        air.paste(cover, (0, 0), texture.clouds(part, stage.rng))
        stage.image.paste(air)
        _town(stage)


def _horizon(stage: Stage) -> float:
    ahead = (
        stage.eye[0] + stage.ahead[0] * 5000,
        stage.eye[1] + stage.ahead[1] * 5000,
        stage.eye[2],
    )
    return stage.spot(ahead)[1]


def _town(stage: Stage) -> None:
    rng = stage.rng
    for _ in range(16):
        away, across = rng.uniform(260, 520), rng.uniform(-420, 420)
        wide, high = rng.uniform(14, 34), rng.choice([18, 24, 36, 54, 60, 80])
        x, y = stage.eye[0] + across, stage.eye[1] + away
        tone = mix((150, 156, 164), stage.light.horizon, 0.55)
        stage.box((x, y, 0), (x + wide, y + 14, high), vary(tone, rng, 10))
    stage.flush()


def ground(stage: Stage, kind: str = "soil", level: float = 0.0) -> None:
    """The ground to the horizon, darker near the feet, with stones and tracks."""
    horizon = max(0, int(_horizon(stage)))
    if horizon >= stage.size[1]:
        return
    part = (stage.size[0], stage.size[1] - horizon)
    tint = vary((200, 198, 192), stage.rng, 14)
    earth = texture.surface(kind, part, stage.rng, tint)
    fade = texture.graded(part, (190, 190, 190), (0, 0, 0)).getchannel("R")
    earth.paste(mix(stage.light.horizon, (170, 160, 146), 0.5), (0, 0), fade)
    stage.image.paste(earth, (0, horizon))
    for _ in range(70):
        x, y = stage.eye[0] + stage.rng.uniform(-14, 14), stage.eye[1] + stage.rng.uniform(3, 26)
        size = stage.rng.uniform(0.02, 0.09)
        px, py = stage.spot((x, y, level))
        r = size * stage.scale((x, y, level))
        tone = stage.hazed(vary((132, 116, 96), stage.rng, 26), 6)
        stage.pen.ellipse((px - r * 1.5, py - r * 0.6, px + r * 1.5, py + r * 0.6), fill=tone)


def outdoors(stage: Stage, kind: str = "soil") -> None:
    sky(stage)
    ground(stage, kind)


def person(
    stage: Stage,
    at: Vector,
    vest: Colour = ORANGE,
    *,
    helmet: Colour | None = None,
    height: float = 1.7,
) -> None:
    """A worker seen from some metres away, standing at `at`."""
    stage.flush()
    x, y = stage.spot(at)
    s = stage.scale(at) * height / 1.7
    rng, away = stage.rng, stage.depth(at)
    cloth = stage.hazed(vary((52, 62, 88), rng, 14), away)
    vest, skin = stage.hazed(vest, away), stage.hazed((196, 150, 118), away)
    hat = stage.hazed(
        helmet or rng.choice([(238, 196, 40), (220, 60, 48), (236, 236, 232), (50, 104, 190)]), away
    )
    w = 0.17 * s
    stage.pen.ellipse(
        (x - 2 * w, y - 0.05 * s, x + 2.4 * w, y + 0.09 * s), fill=stage.hazed((84, 76, 66), away)
    )
    for side in (-1, 1):
        stage.pen.line(
            (x + side * 0.08 * s, y - 0.8 * s, x + side * 0.11 * s, y),
            fill=cloth,
            width=max(2, int(0.15 * s)),
        )
        swing = rng.uniform(0.0, 0.14) * s
        stage.pen.line(
            (x + side * 0.2 * s, y - 1.34 * s, x + side * (0.24 * s + swing), y - 0.86 * s),
            fill=shade(cloth, 1.2),
            width=max(2, int(0.1 * s)),
        )
    stage.pen.rounded_rectangle(
        (x - w * 1.15, y - 1.42 * s, x + w * 1.15, y - 0.78 * s),
        radius=max(1, int(0.06 * s)),
        fill=vest,
    )
    for band in (1.2, 0.98):
        stage.pen.rectangle(
            (x - w * 1.15, y - band * s, x + w * 1.15, y - (band - 0.05) * s),
            fill=stage.hazed((226, 228, 214), away),
        )
    stage.pen.ellipse((x - 0.1 * s, y - 1.66 * s, x + 0.1 * s, y - 1.4 * s), fill=skin)
    stage.pen.pieslice((x - 0.14 * s, y - 1.74 * s, x + 0.14 * s, y - 1.42 * s), 180, 360, fill=hat)
    stage.pen.line(
        (x - 0.17 * s, y - 1.58 * s, x + 0.17 * s, y - 1.58 * s),
        fill=shade(hat, 0.85),
        width=max(1, int(0.03 * s)),
    )


def frame(
    stage: Stage,
    corner: Vector,
    bays: int,
    storeys: int,
    *,
    bay: float = 4.2,
    storey: float = 3.0,
    deep: float = 14,
    nets: bool = True,
) -> None:
    """A concrete frame going up: slabs, columns, dark rooms, rebar on top, green net on some floors."""
    x0, y0, z0 = corner
    x1 = x0 + bays * bay
    tone = vary(CONCRETE, stage.site, 14)
    net = stage.site.choice([(46, 128, 84), (40, 112, 92), (58, 110, 160)])
    for level in range(storeys):
        z = z0 + level * storey
        stage.box(
            (x0 + 0.3, y0 + 0.5, z),
            (x1 - 0.3, y0 + deep, z + storey - 0.2),
            (92, 90, 88),
            later=False,
        )
        for k in range(bays + 1):
            x = x0 + k * bay
            stage.box((x - 0.28, y0, z), (x + 0.28, y0 + 0.55, z + storey), tone, later=False)
        side = x1 if stage.eye[0] > x1 else x0
        for y in (y0 + deep * 0.35, y0 + deep * 0.7, y0 + deep):
            stage.box(
                (side - 0.28, y - 0.3, z), (side + 0.28, y + 0.3, z + storey), tone, later=False
            )
        stage.box(
            (x0 - 0.3, y0 - 0.15, z + storey - 0.3),
            (x1 + 0.3, y0 + deep + 0.3, z + storey),
            shade(tone, 1.05),
            later=False,
        )
        if nets and level < storeys * 0.6:
            for k in range(bays):
                x = x0 + k * bay
                if stage.site.random() < 0.5:
                    stage.quad(
                        [
                            (x + 0.3, y0 - 0.2, z + 0.1),
                            (x + bay - 0.3, y0 - 0.2, z + 0.1),
                            (x + bay - 0.3, y0 - 0.2, z + storey - 0.4),
                            (x + 0.3, y0 - 0.2, z + storey - 0.4),
                        ],
                        net,
                    )
    top = z0 + storeys * storey
    for k in range(bays * 6):
        x = x0 + k * bay / 6
        stage.tube(
            (x, y0 + 0.2, top),
            (x, y0 + 0.2, top + stage.rng.uniform(0.7, 1.3)),
            0.02,
            (112, 84, 66),
        )
    stage.flush()


def fence(stage: Stage, start: Vector, length: float) -> None:
    """A guard rail in red and white; posts every two metres."""
    x, y, z = start
    for k in range(int(length / 2) + 1):
        stage.tube((x + 2 * k, y, z), (x + 2 * k, y, z + 1.2), 0.03, (206, 60, 48))
        if 2 * k >= length:
            continue
        for rail in (0.15, 0.65, 1.15):
            for part in range(4):
                tone = (226, 224, 216) if part % 2 else (206, 52, 44)
                stage.tube(
                    (x + 2 * k + part / 2, y, z + rail),
                    (x + 2 * k + (part + 1) / 2, y, z + rail),
                    0.028,
                    tone,
                )
    stage.flush()


def pile(
    stage: Stage, at: Vector, wide: float, high: float, colour: Colour, parts: int = 26
) -> None:
    """A heap of bars or boards."""
    x, y, z = at
    rows = max(2, int(math.sqrt(parts / 2)))
    for row in range(rows):
        for k in range(parts // rows):
            step = high / rows
            stage.tube(
                (x, y + k * step * 0.9, z + (row + 0.5) * step),
                (
                    x + wide,
                    y + k * step * 0.9 + stage.rng.uniform(-0.05, 0.05),
                    z + (row + 0.5) * step,
                ),
                step * 0.5,
                vary(colour, stage.rng, 20),
            )
    stage.flush()


def blank(size: tuple[int, int], colour: Colour) -> Image.Image:
    return Image.new("RGB", size, colour)
