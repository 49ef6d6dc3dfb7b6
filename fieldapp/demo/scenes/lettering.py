"""Chinese lettering with a font of the machine; without one, bars stand for the words."""

from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

_PLACES = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "/System/Library/Fonts",
    "C:/Windows/Fonts",
)
_SANS = ("NotoSansCJK-Regular", "NotoSansCJKsc-Regular", "NotoSansSC", "SourceHanSans", "wqy-microhei",
         "wqy-zenhei", "DroidSansFallback", "msyh", "simhei", "PingFang", "STHeiti")  # fmt: skip
_BOLD = ("NotoSansCJK-Bold", "NotoSansCJKsc-Bold", "msyhbd", *_SANS)
_COLLECTION = 12  # more faces than any font collection met so far


@lru_cache(maxsize=2)
def _file(*, bold: bool) -> tuple[str, int] | None:
    """Path and face index of a font with simplified Chinese, if the machine has one."""
    files = [
        f
        for place in _PLACES
        if Path(place).is_dir()
        for f in sorted(Path(place).rglob("*.[to]t[fc]"))
    ]
    for wanted in _BOLD if bold else _SANS:
        for file in files:
            if file.stem.startswith(wanted):
                return str(file), _simplified(file)
    return None


def _simplified(file: Path) -> int:
    """In a collection, the face whose family name ends in SC; else the first."""
    for index in range(_COLLECTION if file.suffix == ".ttc" else 1):
        try:
            family = ImageFont.truetype(str(file), 12, index=index).getname()[0] or ""
        except OSError:  # past the last face
            break
        if family.endswith("SC"):
            return index
    return 0


@lru_cache(maxsize=64)
def _font(size: int, *, bold: bool) -> ImageFont.FreeTypeFont | None:
    found = _file(bold=bold)
    return ImageFont.truetype(found[0], size, index=found[1]) if found else None


@lru_cache(maxsize=2048)
def _mask(words: str, size: int, *, bold: bool) -> Image.Image:
    font = _font(size, bold=bold)
    if font is None:
        return _bars(words, size)
    left, _, right, bottom = font.getbbox(words)
    mask = Image.new("L", (max(1, int(right - min(left, 0))), max(1, int(bottom))))
    ImageDraw.Draw(mask).text((0, 0), words, 255, font=font)
    return mask


def _bars(words: str, size: int) -> Image.Image:
    mask = Image.new("L", (max(1, len(words) * size), int(size * 1.2)))
    pen = ImageDraw.Draw(mask)
    for place, letter in enumerate(words):
        if not letter.isspace():
            pen.rectangle(
                (place * size + 2, size * 0.35, (place + 1) * size - 3, size * 0.95), fill=255
            )
    return mask


def write(image: Image.Image, at: tuple[float, float], words: str, size: int, colour: tuple[int, ...],
          *, bold: bool = False, centred: bool = False) -> int:  # fmt: skip
    """Write one line with its top left (or top middle) at `at`; returns its width in pixels."""
    if not words:
        return 0
    mask = _mask(words, size, bold=bold)
    left = int(at[0] - mask.width / 2) if centred else int(at[0])
    image.paste(colour, (left, int(at[1])), mask)
    return mask.width


def write_within(image: Image.Image, box: tuple[float, float, float, float], words: str,
                 colour: tuple[int, ...], *, bold: bool = True) -> None:  # fmt: skip
    """Write one line as large as the box (left, top, right, bottom) allows, in its middle."""
    wide, high = box[2] - box[0], box[3] - box[1]
    size = max(8, int(min(high * 0.8, wide / max(1.0, _ems(words)))))
    write(
        image,
        ((box[0] + box[2]) / 2, box[1] + (high - size * 1.3) / 2),
        words,
        size,
        colour,
        bold=bold,
        centred=True,
    )


def _ems(words: str) -> float:
    return sum(1.0 if ord(letter) > 0x2E80 else 0.6 for letter in words)
