"""What people look at instead of the original: upright JPEGs without metadata, made from decoded pixels alone."""

import io
from dataclasses import dataclass
from typing import Any

from PIL import Image, ImageFilter, ImageStat

from fieldapp.evidence.reader import LARGE, SMALL

MEASURED = 640
QUALITY = 80

_UPRIGHT = {
    2: (Image.Transpose.FLIP_LEFT_RIGHT,),
    3: (Image.Transpose.ROTATE_180,),
    4: (Image.Transpose.FLIP_TOP_BOTTOM,),
    5: (Image.Transpose.TRANSPOSE,),
    6: (Image.Transpose.ROTATE_270,),
    7: (Image.Transpose.TRANSVERSE,),
    8: (Image.Transpose.ROTATE_90,),
}
_LAPLACIAN = ImageFilter.Kernel((3, 3), (0, 1, 0, 1, -4, 1, 0, 1, 0), scale=1, offset=128)


@dataclass(frozen=True)
class Made:
    """`entries`: [{"longest_side", "width", "height"}] of `pictures`; `grey`: the large one's light alone."""

    entries: list[dict[str, Any]]
    pictures: list[bytes]
    measures: dict[str, int]
    grey: Image.Image


def draft_size(size: tuple[int, int]) -> tuple[int, int]:
    """What to ask a JPEG decoder for. A square box would make it decode every pixel of an oblong photo."""
    return within(size, LARGE)


def make(image: Image.Image, orientation: int) -> Made:
    large = upright(_flat(image), orientation)
    large.info = {}  # no metadata of the original clings to it
    # By a whole factor first, where there is one: a third of the time of the general way.
    small = large.resize(within(large.size, SMALL), Image.Resampling.BOX, reducing_gap=1.0)
    sides = ((large, LARGE), (small, SMALL))
    entries = [
        {"longest_side": side, "width": picture.width, "height": picture.height}
        for picture, side in sides
    ]
    grey = large.convert("L")
    return Made(entries, [_jpeg(picture) for picture, _ in sides], measures(grey), grey)


def upright(image: Image.Image, orientation: int) -> Image.Image:
    """Made small before it is turned."""
    if max(image.size) > LARGE:
        image = image.resize(within(image.size, LARGE), Image.Resampling.BICUBIC)
    for turn in _UPRIGHT.get(orientation, ()):
        image = image.transpose(turn)
    return image


def measures(picture: Image.Image) -> dict[str, int]:
    """brightness: mean of grey, 0-255. sharpness: variance of the Laplacian; small where nothing has an edge."""
    # Small enough that sensor and JPEG noise, which look like edges, are gone and real blur is not.
    grey = picture.convert("L")
    grey = grey.resize(within(grey.size, MEASURED), Image.Resampling.BOX)
    edges = grey.filter(_LAPLACIAN)
    return {
        "brightness": round(ImageStat.Stat(grey).mean[0]),
        "sharpness": round(ImageStat.Stat(edges).var[0]),
    }


def within(size: tuple[int, int], longest: int) -> tuple[int, int]:
    side = max(size)
    if side <= longest:
        return size
    return max(1, size[0] * longest // side), max(1, size[1] * longest // side)


def _jpeg(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=QUALITY, optimize=False)
    return out.getvalue()


def _flat(image: Image.Image) -> Image.Image:
    """RGB; what is transparent becomes white."""
    if image.mode.startswith("I"):
        image = image.convert("I").point(lambda value: value / 256).convert("L")
    if image.has_transparency_data:
        seen = image.convert("RGBA")
        flat = Image.new("RGB", seen.size, "white")
        flat.paste(seen, mask=seen.getchannel("A"))
        return flat
    # A copy of what is made small anyway would be the largest one of all.
    return image if image.mode == "RGB" and max(image.size) > LARGE else image.convert("RGB")
