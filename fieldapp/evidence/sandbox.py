"""Runs the reader in a process of its own: no settings, no open files, no network, little memory, little time."""

import atexit
import io
import json
import logging
import mmap
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, BinaryIO

import fieldapp
from fieldapp.evidence import reader
from fieldapp.evidence.answers import is_shaped
from fieldapp.evidence.reader import LARGE, SMALL
from fieldapp.evidence.sniffing import HEAD, HEIC, Kind

WEAK, PARTIAL, FULL = "weak", "partial", "full"
"""What the system lets us take away: only memory and time; one of namespaces and the filter of system calls; both."""

LARGE_PAGES = {
    "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1"
    f":glibc.malloc.mmap_threshold={32 << 20}:glibc.malloc.trim_threshold={256 << 20}"
}
"""All that a reader's environment says, to its C library: a picture of 12 megapixels is some 10,000 small pages, each of which costs a child
that begins with none a fault; asked for by two MiB, and not given back between two steps, it is a tenth of them. Other libraries ignore it."""

JPEG_START = b"\xff\xd8\xff"
OUT_OF_LIMITS = {signal.SIGALRM, signal.SIGXCPU, signal.SIGXFSZ, signal.SIGKILL}
LENGTH, LONGEST_WORD = 4, 4096
LOOK_S = 1.0
LONGEST_FEATURES = 256 << 10
CREDENTIALS_MARKS = (b"c2pa", b"dcterms:provenance")
NOT_READ = {"code": "c2pa", "state": "not_read"}

log = logging.getLogger(__name__)


class SandboxGone(Exception):
    """The process that forks the readers cannot be started, or died. The file is not to blame; try again."""


@dataclass(frozen=True)
class Picture:
    """One rendition: JPEG bytes."""

    longest_side: int
    width: int
    height: int
    data: bytes


@dataclass(frozen=True)
class Result:
    """`said`: the keys of `reader.blank`. Nothing in it is to be trusted beyond its type."""

    said: dict[str, Any]
    pictures: tuple[Picture, ...]
    features: bytes = b""


def read(file: Path, *, features: str = "own", anchors: Path | None = None) -> Result:
    """What the bytes say. A reader that dies or hangs is an answer too: unreadable, `crashed` or `out_of_limits`.

    `features`: also find what parts of the picture are recognised by: "own", "both" (mirrored as well) or "". `anchors`: PEM certificates of those whose C2PA
    signatures are trusted. Raises SandboxGone, OSError.
    """
    with file.open("rb") as stream:
        kind, said = reader.triage(stream.read(HEAD), os.fstat(stream.fileno()).st_size)
        if kind is None:
            return Result(said, ())
        found = zygote(_family(kind), features).read(stream, kind)
        if found.said["intake"] == "accepted" and _has_credentials(stream):
            credentials = zygote("credentials", str(anchors or "")).read(stream, kind)
            found.said["notes"] += credentials.said["notes"] or [NOT_READ]
    return found


def level() -> str:
    """How far a reader is shut in on this system: weak, partial, full."""
    return zygote("photo", "").level


def _family(kind: Kind) -> str:
    return "recording" if kind.is_recording else "heif" if kind == HEIC else "photo"


def _has_credentials(stream: BinaryIO) -> bool:
    with mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
        return any(data.find(mark) >= 0 for mark in CREDENTIALS_MARKS)


class _Zygote:
    """One family's zygote; one file at a time. Started when first wanted, and again when it died."""

    def __init__(self, family: str, option: str) -> None:
        self._owner = os.getpid()
        self._one_at_a_time = threading.Lock()
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [
                    *(sys.executable, "-E", "-s", "-B", "-m", "fieldapp.evidence.zygote"),
                    *(family, option),
                ],
                cwd=Path(fieldapp.__file__).parent.parent,
                env=LARGE_PAGES,
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,  # decoders write what hostile files make them say
                start_new_session=True,
            )
        self._control = ours
        told = self._told()
        self.level = (WEAK, PARTIAL, FULL)[bool(told["namespaces"]) + bool(told["filter"])]

    @property
    def process_id(self) -> int:
        return self._process.pid

    @property
    def is_usable(self) -> bool:
        return self._owner == os.getpid() and self._process.poll() is None

    def read(self, stream: BinaryIO, kind: Kind) -> Result:
        answer = self.ask(stream, kind)
        return _believed(answer) if isinstance(answer, bytes) else _unreadable(answer)

    def ask(
        self, stream: BinaryIO, kind: Kind, told: Callable[[int], None] | None = None
    ) -> bytes | str:
        """What the child wrote; or why it wrote nothing: out_of_limits, crashed."""
        stream.seek(0)  # the child shares our place in the file
        with self._one_at_a_time, TemporaryFile() as answer:
            try:
                socket.send_fds(
                    self._control, [kind.media_type.encode()], [stream.fileno(), answer.fileno()]
                )
            except OSError as error:
                raise SandboxGone from error
            try:
                if told is not None:
                    self._tell_while_it_works(answer.fileno(), told)
            finally:  # or the next one who asks would get this one's answer
                status = self._told()["status"]
            if status == 0:
                answer.seek(0)
                return answer.read()
        ended = os.WTERMSIG(status) if os.WIFSIGNALED(status) else None
        log.warning("the reader of a file ended with status %s", status)
        return "out_of_limits" if ended in OUT_OF_LIMITS else "crashed"

    def _tell_while_it_works(self, answer: int, told: Callable[[int], None]) -> None:
        while not select.select([self._control], [], [], LOOK_S)[0]:
            told(min(100, int.from_bytes(os.pread(answer, LENGTH, 0), "big")))

    def _told(self) -> dict[str, Any]:
        told = b""
        while not told.endswith(b"\n"):
            more = self._control.recv(LONGEST_WORD)
            if not more:
                raise SandboxGone("the process that forks the readers ended")
            told += more
        return dict(json.loads(told))

    def end(self) -> None:
        self._control.close()
        if self._owner == os.getpid():
            self._process.wait(10)


_zygotes: dict[tuple[str, str], _Zygote] = {}
_starting = threading.Lock()


def zygote(family: str, option: str) -> _Zygote:
    """The running one of this family; started where there is none."""
    with _starting:
        found = _zygotes.get((family, option))
        if found is None or not found.is_usable:
            if found is not None:
                found.end()
            found = _zygotes[family, option] = _Zygote(family, option)
        return found


@atexit.register
def end_all() -> None:
    """For a process that ends by itself, as a forked one does."""
    for zygote in _zygotes.values():
        zygote.end()


def _unreadable(reason: str) -> Result:
    return Result(reader.blank() | {"state": "unreadable", "reason": reason}, ())


NONSENSE = (ValueError, LookupError, TypeError, AttributeError, OverflowError, RecursionError)
"""What comes of taking apart JSON that may be anything: caught, or the file would be read again and again."""


def _believed(answer: bytes) -> Result:
    try:
        return _parsed(answer)
    except NONSENSE as error:
        log.warning("a reader answered nonsense: %s", error)
        return _unreadable("crashed")


def _parsed(answer: bytes) -> Result:
    said, written, features = parts_of(answer)
    pictures = []
    for entry, data in zip(said["renditions"], written, strict=True):
        if not data.startswith(JPEG_START) or entry["longest_side"] not in (LARGE, SMALL):
            raise ValueError("the reader left something else than a JPEG")
        pictures.append(Picture(entry["longest_side"], entry["width"], entry["height"], data))
    return Result(said, tuple(pictures), features)


def parts_of(answer: bytes) -> tuple[dict[str, Any], list[bytes], bytes]:
    """What it says, what it made, what is recognised by. The reader may have been taken over: taken only in the shape that it would have.

    Raises one of NONSENSE.
    """
    rest = io.BytesIO(answer)
    said = json.loads(rest.read(int.from_bytes(rest.read(LENGTH), "big")))
    lengths = said.pop("lengths")
    if not is_shaped(said) or len(lengths) != len(said["renditions"]):
        raise ValueError("the reader left something else than an answer")
    return said, [rest.read(int(length)) for length in lengths], rest.read(LONGEST_FEATURES)
