"""What people look at instead of the original: upright JPEGs without metadata, made from decoded pixels alone."""

from pathlib import Path
from typing import Any

from PIL import Image, ImageFilter, ImageStat

LARGE, SMALL, MEASURED = 1600, 320, 640
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

Made = list[dict[str, Any]]


def draft_size(size: tuple[int, int]) -> tuple[int, int]:
    """What to ask a JPEG decoder for. A square box would make it decode every pixel of an oblong photo."""
    return _within(size, LARGE)


def make(image: Image.Image, orientation: int, folder: Path) -> tuple[Made, dict[str, int]]:
    """Write `1600.jpg` and `320.jpg`: [{"longest_side", "width", "height"}], and the measures of the large one."""
    large = _flat(image)
    large = large.resize(_within(large.size, LARGE), Image.Resampling.BICUBIC)
    for turn in _UPRIGHT.get(orientation, ()):
        large = large.transpose(turn)
    small = large.resize(_within(large.size, SMALL), Image.Resampling.BICUBIC)
    made = [_written(large, LARGE, folder), _written(small, SMALL, folder)]
    return made, measures(large)


def measures(picture: Image.Image) -> dict[str, int]:
    """brightness: mean of grey, 0-255. sharpness: variance of the Laplacian; small where nothing has an edge."""
    grey = picture.convert("L")
    # Small enough that sensor and JPEG noise, which look like edges, are gone and real blur is not.
    grey = grey.resize(_within(grey.size, MEASURED), Image.Resampling.BOX)
    edges = grey.filter(_LAPLACIAN)
    return {
        "brightness": round(ImageStat.Stat(grey).mean[0]),
        "sharpness": round(ImageStat.Stat(edges).var[0]),
    }


def _written(picture: Image.Image, longest_side: int, folder: Path) -> dict[str, Any]:
    picture.save(folder / f"{longest_side}.jpg", "JPEG", quality=QUALITY, optimize=False)
    return {"longest_side": longest_side, "width": picture.width, "height": picture.height}


def _within(size: tuple[int, int], longest: int) -> tuple[int, int]:
    side = max(size)
    if side <= longest:
        return size
    return max(1, size[0] * longest // side), max(1, size[1] * longest // side)


def _flat(image: Image.Image) -> Image.Image:
    """RGB; what is transparent becomes white. A new picture, so that no metadata of the old one clings to it."""
    if image.mode.startswith("I"):
        image = image.convert("I").point(lambda value: value / 256).convert("L")
    if image.has_transparency_data:
        seen = image.convert("RGBA")
        flat = Image.new("RGB", seen.size, "white")
        flat.paste(seen, mask=seen.getchannel("A"))
        return flat
    flat = image.convert("RGB")
    flat.info = {}
    return flat
