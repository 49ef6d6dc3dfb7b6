"""What the phone's lens and sensor do to a picture, and the two ways a photo fails to show anything."""

from random import Random

from PIL import Image, ImageChops, ImageFilter

from fieldapp.demo.scenes import texture
from fieldapp.demo.scenes.light import Light


def expose(canvas: Image.Image, size: tuple[int, int], light: Light, rng: Random) -> Image.Image:
    """Shrink to `size`, then tint, darken the corners and add grain."""
    image = canvas.resize(size, Image.Resampling.BILINEAR, reducing_gap=None)
    image = ImageChops.multiply(image, texture.vignette(size, rng.choice((18, 24, 30, 36))))
    image = image.point(_curve(light, rng))
    return texture.with_grain(image, rng)


def _curve(light: Light, rng: Random) -> list[int]:
    """One look-up table a channel: the light's tint, exposure and contrast."""
    exposure, contrast = rng.uniform(0.94, 1.1), rng.uniform(1.0, 1.14)
    return [
        max(0, min(255, int(((v * gain * exposure) - 122) * contrast + 122 + 3)))
        for gain in light.gain
        for v in range(256)
    ]


def unreadable(image: Image.Image, seed: int) -> Image.Image:
    """The same photo shaken or out of focus, so that nothing on it can be read."""
    rng = Random(f"unreadable/{seed}")
    small = image.reduce(4)
    if rng.random() < 0.5:
        small = small.filter(ImageFilter.GaussianBlur(rng.uniform(4, 6)))
    else:
        steps = rng.randint(9, 13)
        shaken = small
        for k in range(1, steps):
            shaken = Image.blend(shaken, ImageChops.offset(small, k * 2, k), 1 / (k + 1))
        small = shaken.filter(ImageFilter.GaussianBlur(1.5))
    return texture.with_grain(small.resize(image.size, Image.Resampling.BICUBIC), rng)
