"""Papers: forms, certificates, an identity card. RGBA pictures for `Stage.panel`."""

import math
from functools import lru_cache
from random import Random

from PIL import Image, ImageDraw

from fieldapp.demo.scenes import texture
from fieldapp.demo.scenes.lettering import write, write_within
from fieldapp.demo.scenes.light import vary
from fieldapp.demo.scenes.prints import INK

_LINES = (
    "根据现场实际情况编制本方案，经审核符合要求。",
    "施工单位应按照方案组织实施，不得擅自修改。",
    "作业人员已完成安全技术交底并签字确认。",
    "检查部位：主体结构二至六层，轴线A至F。",
    "监测数据未超过报警值，变化速率正常。",
    "验收结论：符合规范及专项方案要求。",
    "现场材料进场已复试，合格证齐全。",
    "发现问题已当场告知项目安全负责人。",
)


def paper(
    title: str,
    rng: Random,
    *,
    stamp: str = "",
    handwritten: bool = False,
    lines: int = 13,
    table: bool = False,
    signed: str = "",
) -> Image.Image:
    """An A4 sheet with a title, text, and perhaps a table, a red stamp and a signature."""
    image = _page(title, rng.randrange(6), lines, handwritten=handwritten, table=table).copy()
    pen = ImageDraw.Draw(image)
    if signed:
        write(image, (380, 930), "签名：", 28, INK)
        scribble(pen, (480, 946), rng, 190)
    if stamp:
        _stamp(image, (rng.randint(470, 560), rng.randint(800, 880)), stamp)
    return image.convert("RGBA")


@lru_cache(maxsize=48)
def _page(title: str, sort: int, lines: int, *, handwritten: bool, table: bool) -> Image.Image:
    """The printed part; there are six printings of each form."""
    rng = Random(f"{title}/{sort}")
    image = Image.new("RGB", (760, 1075), vary((244, 243, 237), rng, 6))
    pen = ImageDraw.Draw(image)
    write_within(image, (70, 56, 690, 130), title, INK)
    top = 160
    if table:
        for row in range(9):
            pen.line((60, top + row * 46, 700, top + row * 46), fill=INK, width=2)
        for x in (60, 130, 400, 540, 700):
            pen.line((x, top, x, top + 8 * 46), fill=INK, width=2)
        for row in range(8):
            write(image, (84, top + row * 46 + 8), str(row + 1), 24, INK)
            write(image, (142, top + row * 46 + 9), rng.choice(_LINES)[:9], 24, INK)
            write(
                image,
                (414, top + row * 46 + 9),
                rng.choice(("符合", "合格", "0.4", "1.2", "已查")),
                24,
                (36, 52, 130),
            )
            write(
                image,
                (556, top + row * 46 + 9),
                rng.choice(("√", "无", "见附页", "正常")),
                24,
                (36, 52, 130),
            )
        top += 8 * 46 + 26
    for k in range(lines):
        y = top + k * 46
        if y > 1000:
            break
        if handwritten:
            pen.line((60, y + 38, 700, y + 38), fill=(176, 184, 196), width=2)
            scribble(pen, (70, y + 20), rng, rng.randint(360, 620))
        else:
            write(
                image,
                (64 + (48 if k % 4 == 0 else 0), y),
                rng.choice(_LINES)[: rng.randint(14, 23)],
                26,
                INK,
            )
    return image


def scribble(pen: ImageDraw.ImageDraw, at: tuple[float, float], rng: Random, length: float) -> None:
    """Handwriting that says nothing."""
    x, y = at
    while x < at[0] + length:
        points = [
            (x + rng.uniform(0, 24), y + rng.uniform(-15, 15)) for _ in range(rng.randint(4, 7))
        ]
        pen.line(points, fill=(32, 42, 104), width=3, joint="curve")
        x += rng.uniform(28, 36)


def _stamp(image: Image.Image, at: tuple[int, int], words: str) -> None:
    seal = _seal(words)
    image.paste((204, 40, 42), (at[0] - 100, at[1] - 100), seal)


@lru_cache(maxsize=16)
def _seal(words: str) -> Image.Image:
    """A round company seal as a mask: ring, star, name along the bottom."""
    mask = Image.new("L", (200, 200))
    pen = ImageDraw.Draw(mask)
    pen.ellipse((6, 6, 194, 194), outline=215, width=7)
    star = [
        (100 + r * math.sin(k * math.pi / 5), 84 - r * math.cos(k * math.pi / 5))
        for k in range(10)
        for r in ((40, 16)[k % 2],)
    ]
    pen.polygon(star, fill=215)
    write_within(mask, (30, 122, 170, 160), words, (215,))
    return mask


CARD_NUMBER = "330***********0017"
"""Masked as the program masks it: the number of the demo's injured person."""


def id_card() -> Image.Image:
    """An identity card whose personal fields are covered."""
    image = Image.new("RGB", (860, 540), (222, 232, 236))
    image.paste(texture.graded((860, 540), (232, 236, 240), (196, 216, 226)))
    pen = ImageDraw.Draw(image)
    for k in range(14):
        pen.arc(
            (-200 + k * 70, 120 - k * 4, 600 + k * 70, 620), 180, 330, fill=(196, 212, 216), width=3
        )
    for k, (label, value) in enumerate(
        (
            ("姓 名", "张 * *"),
            ("性 别", "男    民族  汉"),
            ("出 生", "19** 年 * 月 * 日"),
            ("住 址", "**省**市**区******"),
        )
    ):
        write(image, (56, 56 + k * 82), label, 30, (60, 110, 160))
        write(image, (170, 52 + k * 82), value, 36, INK)
    write(image, (56, 450), "公民身份号码", 30, (60, 110, 160))
    write(image, (270, 444), CARD_NUMBER, 42, INK, bold=True)
    pen.rounded_rectangle((596, 70, 800, 350), radius=10, fill=(176, 188, 196))
    pen.ellipse((654, 110, 742, 218), fill=(140, 152, 160))
    pen.pieslice((612, 236, 784, 450), 180, 360, fill=(140, 152, 160))
    pen.rectangle((596, 150, 800, 196), fill=(52, 56, 62))
    return image.convert("RGBA")
