"""A process that has loaded the decoders of one family and forks a fresh child for every file.

OPTION: which features are wanted (`likeness`); of the credentials, the file of certificates that are trusted, if any.
`python -m fieldapp.evidence.zygote FAMILY OPTION`, with a socket as its standard input. It never looks at a file
itself; it gives up what rights the system lets it give up before the first one comes, so that its children have none.
A child reads from one open file and writes its answer into another; it knows no names and outlives no answer.
"""

import gc
import io
import json
import os
import pkgutil
import socket
import struct
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import BinaryIO, NamedTuple, NoReturn

from fieldapp.evidence import lockdown, reader
from fieldapp.evidence.reader import Seen

PHOTO, HEIF, RECORDING, CREDENTIALS = "photo", "heif", "recording", "credentials"
RECODING = "recoding"
MODULES = {
    PHOTO: (),
    HEIF: ("pillow_heif",),
    RECORDING: ("av",),
    CREDENTIALS: ("c2pa",),
    RECODING: ("av",),
}


class Limits(NamedTuple):
    cpu_seconds: int
    wall_seconds: int
    memory: int


READING = Limits(20, 40, 1024 << 20)
LIMITS = {RECODING: Limits(600, 1800, 1536 << 20)}
"""Two minutes of 4K at 60 frames a second are decoded and encoded within these on one slow core."""
LONGEST_ANSWER = 64 << 20
LONGEST_MESSAGE = 64
DRAWN = (320, 320)  # large enough for every measure to be taken
LENGTH = struct.Struct(">I")


Told = Callable[[int], None]
Answer = Callable[[BinaryIO, str, Told], Seen]


def main(arguments: list[str]) -> None:
    family, option = arguments
    control = socket.socket(fileno=0)
    answer = _load(family, option)
    has_left = lockdown.leave_system()
    _tell(control, namespaces=has_left, filter=_can_filter())
    lockdown.prepare()
    gc.collect()
    gc.freeze()  # what is loaded stays shared with the children
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, LONGEST_MESSAGE, 2)
        if not message:
            return
        child = os.fork()
        if child == 0:
            _look(control, answer, LIMITS.get(family, READING), message.decode(), *descriptors)
        for descriptor in descriptors:
            os.close(descriptor)
        _, status = os.waitpid(child, 0)
        _tell(control, status=status)


def _tell(control: socket.socket, **said: bool | int) -> None:
    control.sendall(json.dumps(said).encode() + b"\n")


def _load(family: str, option: str) -> Answer:
    """Everything that a child will need: it cannot open a library any more. Tried on pictures of our own."""
    os.putenv("OPENBLAS_NUM_THREADS", "1")
    os.putenv("OMP_NUM_THREADS", "1")
    for name in MODULES[family]:
        import_module(name)
    if family == CREDENTIALS:
        return _credentials(Path(option).read_text() if option else None)
    if family == RECODING:
        return _recoding()
    if option:
        import_module("cv2").setNumThreads(1)
    for name in ("MpoImagePlugin", "PngImagePlugin", "WebPImagePlugin", "TiffImagePlugin"):
        import_module(f"PIL.{name}")
    for kind in ("JPEG", "PNG", "WEBP") if family == PHOTO else ("JPEG",):
        reader.read(_drawn(kind), features=option)
    if family == RECORDING:
        reader.read(_filmed(), features=option)
    return lambda stream, _media_type, _told: reader.read(stream, features=option)


def _recoding() -> Answer:
    from fieldapp.evidence import recoding, sniffing

    def answer(stream: BinaryIO, _media_type: str, told: Told) -> Seen:
        kind = sniffing.kind_of(stream.read(sniffing.HEAD))
        assert kind is not None, "what sent it here has looked"
        return recoding.recode(stream, kind, told)

    answer(_filmed(), "", lambda _percent: None)
    return answer


def _credentials(anchors: str | None) -> Answer:
    from fieldapp.evidence import reading_credentials

    def answer(stream: BinaryIO, media_type: str, _told: Told) -> Seen:
        state = reading_credentials.look(stream, media_type, anchors)
        return Seen(reader.blank() | {"notes": [{"code": "c2pa", "state": state}]})

    answer(_drawn("JPEG"), "image/jpeg", lambda _percent: None)
    return answer


def _drawn(kind: str) -> io.BytesIO:
    """With tags in it: whatever reads them is loaded as well."""
    from PIL import Image

    tags = Image.Exif()
    tags.update({271: "own", 0x0112: 6})
    tags.get_ifd(0x8769).update({36867: "2026:01:01 00:00:00", 36881: "+08:00"})
    tags.get_ifd(0x8825).update({1: "N", 2: (31.0, 1.0, 1.0), 3: "E", 4: (121.0, 1.0, 1.0)})
    drawn = io.BytesIO()
    Image.effect_noise(DRAWN, 64).convert("RGB").save(drawn, kind, exif=tags)
    return drawn


def _filmed() -> io.BytesIO:
    """A second of a drawn frame. PyAV loads parts of itself when a stream of their kind first comes: all of them now."""
    import av
    from PIL import Image

    for module in pkgutil.walk_packages(av.__path__, "av."):
        if module.name not in ("av.__main__", "av.datasets"):
            import_module(module.name)
    filmed = io.BytesIO()
    with av.open(filmed, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=4, options={"preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = *DRAWN, "yuv420p"
        frame = av.VideoFrame.from_image(Image.effect_noise(DRAWN, 64).convert("RGB"))
        for number in range(4):
            frame.pts = number
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    filmed.seek(0)
    return filmed


def _can_filter() -> bool:
    """Tried in a child, for there is no way back from it."""
    child = os.fork()
    if child == 0:
        os._exit(0 if lockdown.filter_calls() else 1)
    return os.waitpid(child, 0)[1] == 0


def _look(
    control: socket.socket,
    answer: Answer,
    limits: Limits,
    media_type: str,
    source: int,
    target: int,
) -> NoReturn:
    code = 1
    try:
        control.close()
        lockdown.limit(**limits._asdict(), file_bytes=LONGEST_ANSWER)
        lockdown.filter_calls()
        with os.fdopen(source, "rb") as stream:
            seen = answer(stream, media_type, lambda percent: _tell_so_far(target, percent))
        _write(target, seen)
        code = 0
    finally:
        os._exit(code)


def _tell_so_far(target: int, percent: int) -> None:
    """Where the answer's length will stand: whoever waits may look at it meanwhile."""
    os.pwrite(target, LENGTH.pack(percent), 0)


def _write(target: int, seen: Seen) -> None:
    said = json.dumps(seen.said | {"lengths": [len(picture) for picture in seen.pictures]}).encode()
    with os.fdopen(target, "wb") as out:
        out.write(LENGTH.pack(len(said)))
        for part in (said, *seen.pictures, seen.features):
            out.write(part)


if __name__ == "__main__":
    # Under its own name, so that what the decoders' files import is these very modules.
    import_module("fieldapp.evidence.zygote").main(sys.argv[1:])
