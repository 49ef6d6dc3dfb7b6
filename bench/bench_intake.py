"""Claim: taking a photo in costs little more than what cannot be saved: hashing it, decoding it once, encoding two copies.

Measures, side by side in one run over drawn photos of 12 megapixels, that floor in this process and the whole of intake
(a process of its own for each, tags, outline, measures, hashes, features) as the worker runs it.
"""

import hashlib
import io
import json
import os
import platform
import statistics
import tempfile
import time
from pathlib import Path

from PIL import Image

from fieldapp.evidence import renditions, sandbox

PHOTOS, ROUNDS = 4, 8
SIZE = (4000, 3000)


def drawn(seed: int) -> bytes:
    """Smooth shapes with a sensor's noise: about as many bytes as a phone's photo has."""
    shapes = Image.effect_noise((40 + seed, 30), 90).resize(SIZE, Image.Resampling.BICUBIC)
    grain = Image.effect_noise(SIZE, 12)
    picture = Image.merge("RGB", (Image.blend(shapes, grain, 0.12),) * 3)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=88)
    return out.getvalue()


def floor(file: Path) -> None:
    data = file.read_bytes()
    hashlib.sha256(data).hexdigest()
    image = Image.open(io.BytesIO(data), formats=["JPEG"])
    image.draft("RGB", renditions.draft_size(image.size))
    large = renditions.upright(image.convert("RGB"), 1)
    small = large.resize(renditions.within(large.size, 320), Image.Resampling.BOX)
    for picture in (large, small):
        picture.save(io.BytesIO(), "JPEG", quality=renditions.QUALITY)


def intake(file: Path) -> None:
    with file.open("rb") as stream:
        hashlib.file_digest(stream, "sha256").hexdigest()
    assert sandbox.read(file).said["state"] == "shown"


def processor_ms() -> float:
    """Of this process, the processes that fork the readers, and all readers that ended."""
    ended = 0
    for child in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split():
        fields = Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()
        ended += sum(map(int, fields[11:15]))
    return time.process_time() * 1000 + ended * 1000 / os.sysconf("SC_CLK_TCK")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / f"{seed}.jpg" for seed in range(PHOTOS)]
        for seed, file in enumerate(files):
            file.write_bytes(drawn(seed))
        times: dict[str, list[float]] = {"floor": [], "intake": []}
        processor = dict.fromkeys(times, 0.0)
        for work in (floor, intake):
            work(files[0])  # the first one loads libraries
        for _ in range(ROUNDS):
            for file in files:
                for work in (floor, intake):
                    before, start = processor_ms(), time.perf_counter()
                    work(file)
                    times[work.__name__].append((time.perf_counter() - start) * 1000)
                    processor[work.__name__] += (processor_ms() - before) / PHOTOS / ROUNDS
        size = sum(file.stat().st_size for file in files) // PHOTOS
    for name, spent in times.items():
        print(
            json.dumps(
                {
                    "what": f"{name} of a 12-megapixel JPEG",
                    "ms_best": round(min(spent), 1),
                    "ms_median": round(statistics.median(spent), 1),
                    "ms_worst": round(max(spent), 1),
                    "processor_ms_mean": round(processor[name], 1),
                    "bytes": size,
                    "sandbox": sandbox.level(),
                    "python": platform.python_version(),
                    "processors": os.cpu_count(),
                    "load": round(os.getloadavg()[0], 1),
                }
            )
        )
    ratios = [b / a for a, b in zip(times["floor"], times["intake"], strict=True)]
    best = min(times["intake"]) / min(times["floor"])
    print(
        json.dumps(
            {
                "what": "intake over floor",
                "ratio_of_best": round(best, 2),
                "ratio_median": round(statistics.median(ratios), 2),
                "ratio_of_processor": round(processor["intake"] / processor["floor"], 2),
            }
        )
    )


if __name__ == "__main__":
    main()
