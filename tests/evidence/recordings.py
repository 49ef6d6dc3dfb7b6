"""Videos and sound that tests record for themselves."""

import io
from typing import Any

import av
import numpy as np

from tests.evidence.photos import scene

CONTAINERS = {"webm": "webm", "mov": "mov", "mp4": "mp4"}


def clip(
    kind: str = "mp4",
    codec: str = "libx264",
    *,
    seconds: float = 1,
    rate: int = 10,
    size: tuple[int, int] = (320, 240),
    pixels: str = "yuv420p",
    streams: int = 1,
    sound: str | None = None,
    tags: dict[str, str] | None = None,
    times: list[int] | None = None,
    codec_options: dict[str, str] | None = None,
    **options: Any,
) -> bytes:
    """`times`: when each frame is shown, in tenths of a second, instead of at an even rate."""
    out = io.BytesIO()
    with av.open(out, "w", format=kind, options={k: str(v) for k, v in options.items()}) as made:
        made.metadata.update(tags or {})
        tracks = [
            made.add_stream(codec, rate=rate, options=codec_options or {}) for _ in range(streams)
        ]
        for track in tracks:
            track.width, track.height, track.pix_fmt = *size, pixels
        heard = made.add_stream(sound, rate=48000, layout="mono") if sound else None
        frame = av.VideoFrame.from_image(scene(size))
        for number in times or range(round(seconds * rate)):
            frame.pts = number
            for track in tracks:
                made.mux(track.encode(frame))
        for track in tracks:
            made.mux(track.encode())
        if heard:
            hum(made, heard, seconds)
    return out.getvalue()


def sound(kind: str, codec: str, *, seconds: float = 1) -> bytes:
    out = io.BytesIO()
    with av.open(out, "w", format=kind) as made:
        hum(made, made.add_stream(codec, rate=48000, layout="mono"), seconds)
    return out.getvalue()


def hum(container: Any, stream: Any, seconds: float) -> None:
    step = stream.codec_context.frame_size or 960
    for number in range(max(1, round(seconds * 48000 / step))):
        wave = np.sin(np.arange(step, dtype=np.float32) / 20)[None] * 0.1
        frame = av.AudioFrame.from_ndarray(wave.astype(np.float32), format="fltp", layout="mono")
        frame.sample_rate, frame.pts = 48000, number * step
        for ready in resampled(stream, frame):
            container.mux(stream.encode(ready))
    container.mux(stream.encode())


def resampled(stream: Any, frame: av.AudioFrame) -> list[av.AudioFrame]:
    wanted = stream.codec_context.format.name
    if wanted == "fltp":
        return [frame]
    made = av.AudioResampler(wanted, "mono", 48000).resample(frame)
    for ready in made:
        ready.pts = frame.pts
    return made
