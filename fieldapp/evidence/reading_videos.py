"""One video: its container through the one demuxer of its kind, and a single frame to recognise it by. Child alone."""

from pathlib import Path
from typing import Any

import av

from fieldapp.evidence import renditions
from fieldapp.evidence.reader import Refused, Unreadable
from fieldapp.evidence.sniffing import WEBM, Kind

# VP9 in MP4 is what Chromium records where it has no H.264.
CODECS = {"mov": {"h264", "hevc", "av1", "vp9"}, "matroska": {"vp8", "vp9", "av1"}}
MOST_PIXELS_ACROSS, MOST_PIXELS_DOWN = 4096, 2304
LONGEST_MS = 125_000  # the camera stops at 120 seconds


def look(file: Path, kind: Kind, folder: Path, found: dict[str, Any]) -> None:
    """Fill `found`, write the renditions. Raises Refused or Unreadable."""
    try:
        # Guessing the format would let a playlist or a subtitle track name other files to open.
        container = av.open(
            str(file), format=_demuxer(kind), options={"protocol_whitelist": "file"}
        )
    except Exception as error:
        raise Refused("corrupt") from error
    with container:
        stream = _only_stream(container, kind)
        found["width"], found["height"] = stream.codec_context.width, stream.codec_context.height
        found["duration_ms"] = _duration(container)
        _check(found)
        frame = _first_frame(container, stream)
        found["renditions"], found["measures"] = renditions.make(frame, 1, folder)


def _demuxer(kind: Kind) -> str:
    return "matroska,webm" if kind == WEBM else kind.decoder


def _only_stream(container: Any, kind: Kind) -> Any:
    streams = container.streams.video
    if len(streams) != 1:
        raise Refused("corrupt")
    if streams[0].codec_context.name not in _decoders(kind):
        raise Refused("type")
    return streams[0]


def _decoders(kind: Kind) -> set[str]:
    known = CODECS[kind.decoder]
    return known | {"libdav1d", "libvpx", "libvpx-vp9"} if "av1" in known else known


def _duration(container: Any) -> int | None:
    """Milliseconds; None for a recording that was written piece by piece and states none."""
    return None if container.duration is None else round(container.duration / 1000)


def _check(found: dict[str, Any]) -> None:
    across, down = sorted((found["width"], found["height"]), reverse=True)
    if not down or across > MOST_PIXELS_ACROSS or down > MOST_PIXELS_DOWN:
        raise Refused("too_many_pixels")
    if (found["duration_ms"] or 0) > LONGEST_MS:
        raise Refused("too_long")


def _first_frame(container: Any, stream: Any) -> Any:
    stream.codec_context.thread_count = 1
    try:
        return next(container.decode(stream)).to_image()
    except MemoryError as error:
        raise Unreadable("out_of_limits") from error
    except Exception as error:
        raise Unreadable("undecodable") from error
