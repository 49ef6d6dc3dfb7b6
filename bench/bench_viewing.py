"""Claim: the longest film that a phone may send, two minutes of 4K at thirty pictures a second, becomes a copy to play within the sandbox's limits.

Draws four seconds of moving shapes, repeats them to the length asked for, and makes the viewing copy as the worker does. Some
minutes: `python bench/bench_viewing.py [SECONDS]`.
"""

import io
import json
import os
import platform
import sys
import time
from fractions import Fraction
from pathlib import Path
from tempfile import NamedTemporaryFile

import av
from PIL import Image, ImageChops

from fieldapp.evidence import recoding_apart, sandbox
from fieldapp.evidence.zygote import LIMITS, RECODING

SECONDS, RATE, SIZE, DRAWN_S = 120, 30, (3840, 2160), 4
STEP = (16, 6)  # pixels that everything moves from one picture to the next


def drawn() -> bytes:
    out = io.BytesIO()
    shapes = Image.effect_noise((60, 34), 120).resize(SIZE, Image.Resampling.BICUBIC)
    picture = Image.blend(shapes, Image.effect_noise(SIZE, 30), 0.1).convert("RGB")
    with av.open(out, "w", format="mp4") as film:
        track = film.add_stream("libx264", rate=RATE, options={"preset": "ultrafast", "bf": "0"})
        track.width, track.height, track.pix_fmt = *SIZE, "yuv420p"
        track.bit_rate = 10_000_000
        for number in range(DRAWN_S * RATE):
            moved = ImageChops.offset(picture, STEP[0] * number, STEP[1] * number)
            frame = av.VideoFrame.from_image(moved)
            frame.pts, frame.time_base = number, Fraction(1, RATE)
            film.mux(track.encode(frame))
        film.mux(track.encode())
    return out.getvalue()


def repeated(part: bytes, seconds: int, file: Path) -> None:
    with av.open(io.BytesIO(part)) as source, av.open(str(file), "w", format="mp4") as film:
        track = film.add_stream_from_template(source.streams.video[0])
        packets = [packet for packet in source.demux(video=0) if packet.dts is not None]
        data = [(bytes(packet), packet.dts, packet.is_keyframe) for packet in packets]
        each, base = packets[0].duration, packets[0].time_base
        for number in range(seconds * RATE):
            packet = av.Packet(data[number % len(data)][0])
            packet.stream, packet.time_base = track, base
            packet.pts = packet.dts = number * each
            packet.duration, packet.is_keyframe = each, data[number % len(data)][2]
            film.mux(packet)


class Watched:
    """What the processes that decode take, as the system counts it; asked about once a second."""

    def __init__(self) -> None:
        self._parent = sandbox.zygote(RECODING, "").process_id
        self.most_mb = 0.0

    def look(self, _percent: int) -> None:
        for child in Path(f"/proc/{self._parent}/task/{self._parent}/children").read_text().split():
            for line in Path(f"/proc/{child}/status").read_text().splitlines():
                if line.startswith("VmHWM"):
                    self.most_mb = max(self.most_mb, int(line.split()[1]) / 1024)

    def processor_s(self) -> float:
        """Of those that ended."""
        fields = Path(f"/proc/{self._parent}/stat").read_text().rpartition(")")[2].split()
        return sum(map(int, fields[13:15])) / os.sysconf("SC_CLK_TCK")


def main(seconds: int) -> None:
    with NamedTemporaryFile(suffix=".mp4") as film:
        repeated(drawn(), seconds, Path(film.name))
        size, watched = Path(film.name).stat().st_size, Watched()
        used, start = watched.processor_s(), time.perf_counter()
        copy = recoding_apart.recode(Path(film.name), watched.look)
    limits = LIMITS[RECODING]
    print(
        json.dumps(
            {
                "what": f"viewing copy of {seconds} s at {SIZE[0]} x {SIZE[1]}, {RATE} a second",
                "seconds": round(time.perf_counter() - start, 1),
                "processor_s": round(watched.processor_s() - used, 1),
                "most_memory_mb": round(watched.most_mb),
                "limits": limits._asdict(),
                "original_bytes": size,
                "copy_bytes": len(copy.data),
                "copy": f"{copy.width} x {copy.height}",
                "sandbox": sandbox.level(),
                "python": platform.python_version(),
                "processors": os.cpu_count(),
                "load": round(os.getloadavg()[0], 1),
            }
        )
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else SECONDS)
