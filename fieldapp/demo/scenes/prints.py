"""Flat things with words or numbers: plates, boards, gauges, tapes. RGBA pictures for `Stage.panel`."""

import math
from random import Random

from PIL import Image, ImageDraw

from fieldapp.demo.scenes import texture
from fieldapp.demo.scenes.lettering import write, write_within
from fieldapp.demo.scenes.light import Colour, shade

INK: Colour = (40, 42, 48)
RED: Colour = (190, 40, 36)


def plate(
    title: str,
    rows: list[tuple[str, str]],
    rng: Random,
    *,
    ground: Colour = (226, 226, 220),
    head: Colour = (30, 84, 150),
    cracked: bool = False,
) -> Image.Image:
    """A name plate: a coloured head, rows of label and value, four screws."""
    image = Image.new("RGB", (840, 560), ground)
    sheen = texture.surface("paint", image.size, rng, ground)
    image.paste(sheen)
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 0, 840, 116), fill=head)
    write_within(image, (50, 10, 790, 108), title, (248, 248, 244))
    step = min(86, 400 // max(1, len(rows)))
    for k, (label, value) in enumerate(rows):
        top = 136 + k * step
        write(image, (46, top), label, int(step * 0.46), (70, 72, 78))
        write(image, (270, top - 2), value, int(step * 0.5), INK, bold=True)
        pen.line((40, top + step - 12, 800, top + step - 12), fill=(150, 152, 150), width=2)
    for x, y in ((22, 138), (818, 138), (22, 538), (818, 538)):
        pen.ellipse(
            (x - 12, y - 12, x + 12, y + 12), fill=(128, 130, 134), outline=(84, 86, 90), width=3
        )
        pen.line((x - 8, y - 4, x + 8, y + 4), fill=(70, 72, 76), width=3)
    for _ in range(26):
        x, y = rng.randrange(840), rng.randrange(560)
        pen.line(
            (x, y, x + rng.randint(-40, 40), y + rng.randint(-14, 14)),
            fill=shade(ground, rng.uniform(0.72, 1.1)),
            width=1,
        )
    image = image.convert("RGBA")
    return _cracked(image, rng) if cracked else image


def _cracked(image: Image.Image, rng: Random) -> Image.Image:
    """A corner broken off and cracks from it."""
    pen = ImageDraw.Draw(image)
    wide, high = image.size
    pen.polygon(
        [
            (wide, high * 0.45),
            (wide * 0.86, high * 0.6),
            (wide * 0.78, high * 0.72),
            (wide * 0.62, high),
            (wide, high),
        ],
        fill=(0, 0, 0, 0),
    )
    x, y = wide * 0.78, high * 0.72
    for angle in (2.6, 3.4, 4.0, 4.6):
        points = [(x, y)]
        for _ in range(7):
            points.append(
                (
                    points[-1][0] + math.cos(angle + rng.uniform(-0.6, 0.6)) * 62,
                    points[-1][1] + math.sin(angle + rng.uniform(-0.6, 0.6)) * 46,
                )
            )
        pen.line(points, fill=(44, 42, 40, 255), width=6, joint="curve")
        pen.line([(px + 3, py + 3) for px, py in points], fill=(240, 240, 236, 255), width=2)
    return image


def sign(
    words: str,
    *,
    ground: Colour = (240, 196, 30),
    ink: Colour = INK,
    size: tuple[int, int] = (640, 260),
) -> Image.Image:
    """A warning board with one line."""
    image = Image.new("RGBA", size, (*ground, 255))
    ImageDraw.Draw(image).rounded_rectangle(
        (8, 8, size[0] - 9, size[1] - 9), radius=22, outline=ink, width=8
    )
    write_within(image, (34, 24, size[0] - 34, size[1] - 24), words, ink)
    return image


def board(
    title: str,
    rows: list[str],
    *,
    head: Colour = RED,
    ground: Colour = (246, 246, 240),
    size: tuple[int, int] = (1000, 640),
) -> Image.Image:
    """A notice board: title band and numbered lines."""
    image = Image.new("RGB", size, ground)
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 0, size[0], size[1] // 6), fill=head)
    write_within(image, (30, 8, size[0] - 30, size[1] // 6 - 6), title, (252, 250, 240))
    step = (size[1] * 5 // 6 - 30) // max(1, len(rows))
    for k, row in enumerate(rows):
        write(image, (46, size[1] // 6 + 20 + k * step), row, min(44, int(step * 0.6)), INK)
    pen.rectangle((0, 0, size[0] - 1, size[1] - 1), outline=(120, 122, 126), width=10)
    return image.convert("RGBA")


def gauge(share: float) -> Image.Image:
    """An extinguisher's pressure gauge; `share` 0-1 along red, green, yellow."""
    image = Image.new("RGBA", (520, 520), (0, 0, 0, 0))
    pen = ImageDraw.Draw(image)
    pen.ellipse((4, 4, 516, 516), fill=(92, 94, 98), outline=(150, 152, 156), width=16)
    pen.ellipse((44, 44, 476, 476), fill=(246, 246, 242))
    for start, end, tone in (
        (150, 215, (206, 44, 40)),
        (215, 315, (44, 150, 74)),
        (315, 390, (232, 190, 40)),
    ):
        pen.arc((76, 76, 444, 444), start, end, fill=tone, width=46)
    for k in range(13):
        a = math.radians(150 + k * 20)
        pen.line(
            (
                260 + 140 * math.cos(a),
                260 + 140 * math.sin(a),
                260 + 186 * math.cos(a),
                260 + 186 * math.sin(a),
            ),
            fill=INK,
            width=5,
        )
    a = math.radians(150 + share * 240)
    pen.line(
        (
            260 - 40 * math.cos(a),
            260 - 40 * math.sin(a),
            260 + 166 * math.cos(a),
            260 + 166 * math.sin(a),
        ),
        fill=(24, 24, 28),
        width=11,
    )
    pen.ellipse((236, 236, 284, 284), fill=(60, 62, 66))
    write(image, (260, 330), "MPa", 38, INK, centred=True)
    write(image, (260, 380), "1.2", 34, INK, centred=True)
    pen.arc((30, 30, 490, 490), 200, 280, fill=(255, 255, 255, 170), width=10)
    return image


def tape(centimetres: int, *, start: int = 0) -> Image.Image:
    """A steel tape, ten pixels a centimetre high-resolution, numbers every ten."""
    image = Image.new("RGBA", (centimetres * 24, 96), (240, 208, 62, 255))
    pen = ImageDraw.Draw(image)
    for k in range(centimetres + 1):
        long = 52 if k % 10 == 0 else 40 if k % 5 == 0 else 26
        pen.line(
            (k * 24, 0, k * 24, long),
            fill=(190, 40, 34, 255) if k % 10 == 0 else (34, 34, 34, 255),
            width=4 if k % 10 == 0 else 3,
        )
        if k % 10 == 0 and k:
            write(image, (k * 24, 48), str(start + k), 36, (176, 32, 28), bold=True, centred=True)
        elif k % 5 == 0:
            write(image, (k * 24, 56), str((start + k) % 10 or 5), 24, INK, centred=True)
    return image


def meter(reading: str, unit: str, *, maker: str = "LD-60") -> Image.Image:
    """A hand-held instrument with a display and keys."""
    image = Image.new("RGBA", (360, 720), (0, 0, 0, 0))
    pen = ImageDraw.Draw(image)
    pen.rounded_rectangle(
        (6, 6, 354, 714), radius=56, fill=(46, 48, 54), outline=(232, 150, 30), width=18
    )
    pen.rectangle((48, 70, 312, 320), fill=(176, 192, 168))
    write_within(image, (58, 120, 302, 260), reading, (30, 36, 30))
    write(image, (250, 270), unit, 34, (30, 36, 30))
    write(image, (60, 78), "MAX  ▲", 24, (70, 80, 70))
    write(image, (180, 24), maker, 28, (220, 222, 224), centred=True)
    for row in range(3):
        for column in range(3):
            x, y = 100 + column * 80, 400 + row * 96
            tone = (206, 60, 44) if (row, column) == (0, 1) else (96, 100, 108)
            pen.rounded_rectangle((x - 30, y - 32, x + 30, y + 32), radius=16, fill=tone)
    return image


def screen(title: str, rows: list[str]) -> Image.Image:
    """A projected slide."""
    image = Image.new("RGB", (1120, 640), (236, 242, 250))
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 0, 1120, 150), fill=(26, 78, 160))
    write_within(image, (60, 16, 1060, 136), title, (255, 255, 255))
    for k, row in enumerate(rows):
        pen.ellipse((80, 216 + k * 96, 102, 238 + k * 96), fill=(216, 96, 40))
        write(image, (130, 196 + k * 96), row, 48, INK)
    return image.convert("RGBA")


def net_label(rng: Random) -> Image.Image:
    return plate(
        "密目式安全立网",
        [
            ("规格", "ML 1.8×6.0 m"),
            ("阻燃性能", "续燃 ≤4s 阴燃 ≤4s"),
            ("生产日期", f"2026-0{rng.randint(1, 6)}"),
            ("标准", "GB 5725"),
        ],
        rng,
        head=(36, 122, 78),
    )
