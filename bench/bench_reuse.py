"""Claim: a photo that is filed again after a change is found again, and two different photos are not taken for one.

Measures, over comparable pictures (the photo corpus where it lies beside the project, and drawn scenes), how many copies
the comparison recognises after each change, and how many pairs of distinct scenes it takes for the same.
`bench_reuse.py [SCENES [PAIRS]]`: 500 drawn scenes and 20,000 pairs unless told otherwise.
"""

import io
import json
import os
import platform
import random
import sys
from collections.abc import Callable, Iterator
from functools import partial
from math import sqrt
from pathlib import Path

import cv2
from PIL import Image, ImageDraw, ImageEnhance

from fieldapp.demo import scenes
from fieldapp.demo.scenes.catalogue import scene_for
from fieldapp.evidence import likeness, renditions
from fieldapp.evidence.comparing import (
    THRESHOLDS,
    Print,
    compare,
    is_comparable,
    of_features,
    print_of,
)
from fieldapp.evidence.comparing import distance as bits_between

CORPUS = Path(__file__).parents[2] / "shared" / "corpus" / "photos"
ONE_SCENE = ("c2pa__", "exif__landscape", "exif__portrait", "exif__DSCN")
LEAST_SIDE = 200
SIZE = (640, 480)
Picture = Image.Image


def jpeg(picture: Picture, quality: int = 75) -> Picture:
    out = io.BytesIO()
    picture.convert("RGB").save(out, "JPEG", quality=quality)
    return Image.open(io.BytesIO(out.getvalue()))


def resized(picture: Picture, longest: int) -> Picture:
    return picture.resize(renditions.within(picture.size, longest), Image.Resampling.LANCZOS)


def cropped(share: float) -> Callable[[Picture], Picture]:
    """`share` of each side's length goes."""

    def crop(picture: Picture) -> Picture:
        x, y = picture.width * share / 2, picture.height * share / 2
        return picture.crop((int(x), int(y), int(picture.width - x), int(picture.height - y)))

    return crop


def bordered(picture: Picture) -> Picture:
    width = max(picture.size) * 6 // 100
    framed = Image.new("RGB", (picture.width + 2 * width, picture.height + 2 * width), "white")
    framed.paste(picture, (width, width))
    return framed


def watermarked(picture: Picture) -> Picture:
    marked = picture.copy()
    pen = ImageDraw.Draw(marked)
    for line in range(3):
        pen.text(
            (picture.width // 20, picture.height * (84 + 5 * line) // 100),
            "2026-11-20 09:30 Binjiang Road 18",
            fill="white",
            font_size=max(10, picture.height // 28),
        )
    return marked


def photographed_again(picture: Picture) -> Picture:
    """A sheet seen a little from the side: no glare and no screen's pattern, which real ones have."""
    w, h = picture.size
    return picture.transform(
        (w, h),
        Image.Transform.QUAD,
        (-w * 0.04, -h * 0.02, w * 0.02, h * 1.04, w * 1.04, h * 0.98, w * 0.97, h * 0.03),
        Image.Resampling.BICUBIC,
    )


CHANGES: dict[str, Callable[[Picture], Picture]] = {
    "recompressed q75": lambda p: jpeg(p, 75),
    "recompressed q30": lambda p: jpeg(p, 30),
    "1080 px q60, 720 px q50": lambda p: jpeg(resized(jpeg(resized(p, 1080), 60), 720), 50),
    "half size": lambda p: jpeg(resized(p, max(p.size) // 2)),
    "brighter by 20 %": lambda p: jpeg(ImageEnhance.Brightness(p).enhance(1.2)),
    "darker by 20 %": lambda p: jpeg(ImageEnhance.Brightness(p).enhance(0.8)),
    "turned 90": lambda p: jpeg(p.transpose(Image.Transpose.ROTATE_90)),
    "turned 180": lambda p: jpeg(p.transpose(Image.Transpose.ROTATE_180)),
    "mirrored": lambda p: jpeg(p.transpose(Image.Transpose.FLIP_LEFT_RIGHT)),
    "cropped 5 %": lambda p: jpeg(cropped(0.05)(p)),
    "cropped 10 %": lambda p: jpeg(cropped(0.10)(p)),
    "cropped 20 %": lambda p: jpeg(cropped(0.20)(p)),
    "one edge 10 %": lambda p: jpeg(p.crop((p.width // 10, 0, p.width, p.height))),
    "mirrored, cropped 10 %": lambda p: jpeg(
        cropped(0.10)(p.transpose(Image.Transpose.FLIP_LEFT_RIGHT))
    ),
    "white border 6 %": lambda p: jpeg(bordered(p)),
    "tilted 3 degrees": lambda p: jpeg(p.rotate(3, Image.Resampling.BICUBIC)),
    "watermark": lambda p: jpeg(watermarked(p)),
    "photographed again": lambda p: jpeg(photographed_again(p)),
}


def kept(picture: Picture, name: str, *, mirrored: bool = False) -> Print:
    """As intake keeps it."""
    grey = renditions.upright(picture.convert("RGB"), 1).convert("L")
    found = likeness.hashes(grey)
    return print_of(
        name, found, likeness.features(grey, likeness.BOTH if mirrored else likeness.OWN)
    )


def pictures(count: int) -> Iterator[tuple[str, str, Callable[[], Picture]]]:
    """Name, group of those that may show one scene, and how to get it.

    The corpus has some photos several times, told by their names; what one recipe draws, such as a certificate, differs
    from drawing to drawing as two certificates do.
    """
    for file in sorted(CORPUS.glob("*")) if CORPUS.is_dir() else ():
        group = next((one for one in ONE_SCENE if file.name.startswith(one)), file.name)
        yield file.name, group, partial(opened, file)
    subjects = sorted(scenes.SUBJECTS)
    for number in range(count):
        subject = subjects[number % len(subjects)]
        draw = partial(scenes.draw, subject, number, SIZE, site=number)
        yield f"{subject} {number}", str(scene_for(subject, None)), draw


def opened(file: Path) -> Picture:
    picture = Image.open(file)
    picture.draft("RGB", renditions.draft_size(picture.size))
    return renditions.upright(picture.convert("RGB"), picture.getexif().get(0x0112, 1))


def wilson(found: int, of: int, z: float = 1.96) -> tuple[float, float]:
    """The 95 % interval of a share, in per cent."""
    if not of:
        return 0.0, 100.0
    share, spread = found / of, z * z / of
    middle = share + spread / 2
    half = z * sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    low, high = (middle - half) / (1 + spread), (middle + half) / (1 + spread)
    return round(100 * max(0.0, low), 2), round(100 * min(1.0, high), 2)


def is_found(copy: Picture, original: Print) -> bool:
    return any(
        compare(kept(copy, "copy", mirrored=mirrored), original).same != "no"
        for mirrored in (
            False,
            True,
        )  # the second look costs more: only for what the first one missed
    )


def main(count: int = 500, most_pairs: int = 20_000) -> None:
    cv2.setNumThreads(1)
    found = dict.fromkeys(CHANGES, 0)
    prints: list[tuple[str, Print]] = []
    left_out = 0
    for name, group, get in pictures(count):
        picture = get()
        if min(picture.size) < LEAST_SIDE:
            continue
        original = kept(picture, name)
        if not is_comparable(original):
            left_out += 1
            continue
        prints.append((group, original))
        for change, make in CHANGES.items():
            found[change] += is_found(make(picture), original)
    machine = {"python": platform.python_version(), "processors": os.cpu_count()}
    base = {"comparable": len(prints), "not_comparable": left_out, "thresholds": THRESHOLDS.version}
    for change, hits in found.items():
        low, high = wilson(hits, len(prints))
        share = round(100 * hits / max(1, len(prints)), 2)
        say(what=change, found_per_cent=share, wilson_95=[low, high], **base, **machine)
    say_false_hits(prints, most_pairs)


def say_false_hits(prints: list[tuple[str, Print]], most_pairs: int) -> None:
    """PDQ over every pair of distinct scenes; features, a thousand times as dear, over a seeded part of them."""
    every = [
        (group_a == group_b, a, b)
        for n, (group_a, a) in enumerate(prints)
        for group_b, b in prints[n + 1 :]
    ]
    pairs = [(a, b) for is_alike, a, b in every if not is_alike]
    alike = [(a, b) for is_alike, a, b in every if is_alike]
    say_local("distinct scenes", random.Random(1).sample(pairs, min(most_pairs, len(pairs))))
    say_local("one subject, drawn or taken otherwise", alike[: most_pairs // 4])
    near = [d for d in (bits_between(a.pdq, b.pdq) for a, b in pairs) if d <= 80]
    for most in (THRESHOLDS.same, 40, THRESHOLDS.similar, 60):
        hits = sum(d <= most for d in near)
        say(
            what=f"false hits, PDQ <= {most}",
            found=hits,
            pairs=len(pairs),
            wilson_95=wilson(hits, len(pairs)),
        )


def say_local(of: str, pairs: list[tuple[Print, Print]]) -> None:
    agreed = [(of_features(a.features, b.features), a.sha256, b.sha256) for a, b in pairs]
    for inliers, correlation in ((12, 80), (15, 80), (20, 80), (20, 85), (25, 90)):
        hits = [x for x in agreed if x[0].inliers >= inliers and x[0].correlation >= correlation]
        say(
            what=f"false hits, features ({inliers}, .{correlation}), {of}",
            found=len(hits),
            pairs=len(pairs),
            wilson_95=wilson(len(hits), len(pairs)),
            which=[f"{one} / {two}" for _, one, two in hits[:5]],
        )


def say(**line: object) -> None:
    print(json.dumps(line, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
