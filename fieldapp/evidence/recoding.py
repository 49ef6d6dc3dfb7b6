"""A recording made anew for people to look at: H.264 and AAC in an MP4 that plays from its first bytes on, upright, without metadata.

Runs in a process of its own that is thrown away afterwards. Every picture in it was decoded and encoded here; no byte of the original is copied.
"""

import io
from collections.abc import Callable, Iterator
from errno import ENOMEM
from fractions import Fraction
from typing import Any, BinaryIO

import av
from av.error import ExternalError
from av.filter import Graph

from fieldapp.evidence import reader, reading_recordings
from fieldapp.evidence.reader import VIEWING_LONGEST, VIEWING_SHORTEST, Refused, Seen, Unreadable
from fieldapp.evidence.sniffing import Kind

MOST_FRAMES_A_SECOND = 30
SOUND_HZ, SOUND_BITS, SOUND_FRAME = 48_000, 96_000, 1024
TICKS = Fraction(1, 90_000)
ALL_PERCENT = 100
_TURNS: dict[int, list[tuple[str, str | None]]] = {
    90: [("transpose", "clock")],
    180: [("hflip", None), ("vflip", None)],
    270: [("transpose", "cclock")],
}
_PICTURE = {
    "preset": "veryfast",
    "crf": "25",
    "maxrate": "2500k",  # 120 seconds stay under the longest answer of a sandbox
    "bufsize": "5000k",
    "g": "60",
    "bf": "0",  # or an uneven clock's last pictures would lie behind the stated end
    "threads": "1",
}
_FILE = {"movflags": "+faststart", "fflags": "+bitexact"}

Told = Callable[[int], None]
"""How far it is, in percent."""


def recode(stream: BinaryIO, kind: Kind, told: Told) -> Seen:
    """The copy as the only one of `pictures`. Raises nothing for whatever is in the file."""
    seen = Seen(reader.blank())
    try:
        copy, (width, height) = _recoded(stream, kind, told)
    except (Refused, Unreadable) as fault:
        seen.said |= {"state": "unreadable", "reason": fault.reason}
        return seen
    side = {"longest_side": max(width, height), "width": width, "height": height}
    seen.said["renditions"], seen.pictures = [side], [copy]
    return seen


def fitted(size: tuple[int, int]) -> tuple[int, int]:
    """Within 1280 x 720, lying or standing, never larger than it was; even, as H.264 wants it."""
    scale = min(
        Fraction(1), Fraction(VIEWING_LONGEST, max(size)), Fraction(VIEWING_SHORTEST, min(size))
    )
    width, height = (max(2, int(side * scale) // 2 * 2) for side in size)
    return width, height


def _recoded(stream: BinaryIO, kind: Kind, told: Told) -> tuple[bytes, tuple[int, int]]:
    file = io.BytesIO()
    try:
        turned, size = _first_look(stream, kind)
        with reading_recordings.opened(stream, kind) as source:
            _write(source, kind, file, _Pictures(turned, size), told)
    except (Refused, Unreadable):
        raise
    except MemoryError as error:
        raise Unreadable("out_of_limits") from error
    except Exception as error:
        is_short = getattr(error, "errno", None) == ENOMEM
        raise Unreadable("out_of_limits" if is_short else "undecodable") from error
    return file.getvalue(), size


def _first_look(stream: BinaryIO, kind: Kind) -> tuple[int, tuple[int, int]]:
    """By how many degrees it must be turned to stand upright, and the copy's size then."""
    with reading_recordings.opened(stream, kind) as source:
        video = reading_recordings.only_video(source, kind)
        if video is None:
            raise Refused("type")
        frame = next(source.decode(video))
        turned = -int(frame.rotation) % 360
        across = (frame.height, frame.width) if turned in (90, 270) else (frame.width, frame.height)
        return turned, fitted(across)


def _write(source: Any, kind: Kind, file: io.BytesIO, pictures: "_Pictures", told: Told) -> None:
    video, sound = reading_recordings.only_video(source, kind), _sound_of(source, kind)
    video.codec_context.thread_count = 1
    begins = Fraction(source.start_time or 0, av.time_base)
    with av.open(
        file, "w", format="mp4", options=_FILE, io_open=lambda *_: _ReadBack(file)
    ) as target:
        tracks: dict[int, _Pictures | _Sounds] = {video.index: pictures.into(target)}
        if sound is not None:
            tracks[sound.index] = _Sounds().into(target)
        for packet in source.demux([video, sound] if sound else [video]):
            if packet.pos:
                told(min(ALL_PERCENT, packet.pos * ALL_PERCENT // source.size))
            for frame in packet.decode():
                if frame.pts is not None:
                    at = frame.pts * frame.time_base - begins
                    target.mux(list(tracks[packet.stream_index].taken(frame, at)))
        for track in tracks.values():
            target.mux(list(track.rest()))


def _sound_of(source: Any, kind: Kind) -> Any:
    """What is heard in it; None where nothing is, or nothing of a kind that is opened here."""
    known = reading_recordings.AUDIO_CODECS[kind.decoder]
    return next((s for s in source.streams.audio if reading_recordings.codec_of(s) in known), None)


class _Pictures:
    """The copy's pictures, turned and scaled, at most so many a second."""

    def __init__(self, turned: int, size: tuple[int, int]) -> None:
        self._turned, self._size = turned, size
        self._graph: Graph | None = None
        self._shape: tuple[int, int, str] | None = None
        self._last: int | None = None

    def into(self, target: Any) -> "_Pictures":
        self._stream = target.add_stream("libx264", rate=MOST_FRAMES_A_SECOND, options=_PICTURE)
        self._stream.width, self._stream.height = self._size
        self._stream.pix_fmt = "yuv420p"
        self._stream.codec_context.time_base = TICKS
        return self

    def taken(self, frame: Any, at: Fraction) -> Iterator[Any]:
        tick = round(at / TICKS)
        # Half a frame of grace: thirty a second on an uneven clock are still thirty.
        if self._last is not None and tick - self._last < 1 / (1.5 * MOST_FRAMES_A_SECOND * TICKS):
            return
        self._last = tick
        made = self._upright(frame)
        made.pts, made.time_base = tick, TICKS
        yield from self._encoded(made)

    def rest(self) -> Iterator[Any]:
        yield from self._encoded(None)

    def _encoded(self, frame: Any) -> list[Any]:
        try:
            return list(self._stream.encode(frame))
        except ExternalError as error:  # all that it says when it gets no memory
            raise MemoryError from error

    def _upright(self, frame: Any) -> Any:
        shape = (frame.width, frame.height, frame.format.name)
        if shape != self._shape:
            self._shape, self._graph = shape, self._built(frame)
        assert self._graph is not None
        self._graph.push(frame)
        made: Any = self._graph.pull()
        made.pict_type = 0  # what it was in the original is not what the encoder must make of it
        return made

    def _built(self, frame: Any) -> Graph:
        graph = Graph()
        scale = ("scale", f"{self._size[0]}:{self._size[1]}:out_range=tv")
        turns: list[tuple[str, str | None]] = _TURNS.get(self._turned, [])
        steps = [*turns, scale, ("format", "yuv420p")]
        graph.link_nodes(
            graph.add_buffer(
                width=frame.width, height=frame.height, format=frame.format, time_base=TICKS
            ),
            *(graph.add(name, options) for name, options in steps),
            graph.add("buffersink"),
        ).configure()
        return graph


class _Sounds:
    """The copy's sound."""

    def into(self, target: Any) -> "_Sounds":
        self._stream = target.add_stream("aac", rate=SOUND_HZ, layout="mono")
        self._stream.bit_rate = SOUND_BITS
        self._resampler = av.AudioResampler("fltp", "mono", SOUND_HZ, frame_size=SOUND_FRAME)
        self._next: int | None = None
        return self

    def taken(self, frame: Any, at: Fraction) -> Iterator[Any]:
        if self._next is None:
            self._next = max(0, round(at * SOUND_HZ))
        frame.pts = None
        yield from self._encoded(self._resampler.resample(frame))

    def rest(self) -> Iterator[Any]:
        if self._next is not None:
            yield from self._encoded(self._resampler.resample(None))
        yield from self._stream.encode()

    def _encoded(self, frames: list[Any]) -> Iterator[Any]:
        for frame in frames:
            frame.pts, frame.time_base = self._next, Fraction(1, SOUND_HZ)
            self._next = (self._next or 0) + frame.samples
            yield from self._stream.encode(frame)


class _ReadBack(io.RawIOBase):
    """What was written so far: the muxer reads it again to put the index before the pictures. No file is opened."""

    def __init__(self, file: io.BytesIO) -> None:
        self._file, self._at = file, 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        with self._file.getbuffer() as written:
            found = written[self._at :][: size if size >= 0 else None].tobytes()
        self._at += len(found)
        return found

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        begins = {io.SEEK_SET: 0, io.SEEK_CUR: self._at}.get(whence, self._file.getbuffer().nbytes)
        self._at = begins + offset
        return self._at

    def tell(self) -> int:
        return self._at
