"""A part on its way into a folder. What came before a cut is kept, and the next try goes on where it ended.

Every try writes a file of its own, `.part-<number>-<random>`, which begins with a copy of what is already there: a
connection that hangs and later wakes up can then never write into bytes that somebody has checked meanwhile.
"""

import fcntl
import hashlib
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO

from werkzeug.exceptions import ClientDisconnected

from fieldapp.blobs.durable import keep_in_inbox
from fieldapp.errors import Problem

PREFIX = ".part-"
STEP = 64 << 10
"""Bytes taken from the connection before they are written: at most what a cut can cost."""

QUIET_SECONDS, MOST_SECONDS = 0.25, 5.0
"""A try that took nothing for so long hangs; and nobody is kept waiting for one longer than that."""


class WrongLength(Problem):
    status = 400
    zh = "本段大小与申请时不符。"
    en = "This part has not the size that was asked for."


class CutOff(WrongLength):
    zh = "连接中断，已收到的部分已保留，可从断点继续。"
    en = "The connection was cut. What came is kept: go on from there."


class WrongOffset(Problem):
    status = 409
    zh = "续传位置与服务器已收到的不符，请重新申请上传地址。"
    en = "This does not go on where the server's bytes end. Ask for a fresh target."


@dataclass(frozen=True)
class Piece:
    """Bytes of part `number`, from `offset` up to its whole `size`."""

    number: int
    size: int
    offset: int = 0


def begun(folder: Path) -> dict[int, int]:
    """Bytes held of each part that has begun and is not whole. Raises FileNotFoundError where there is no inbox."""
    held: dict[int, int] = {}
    for file in folder.iterdir():
        if file.name.startswith(PREFIX):
            number = int(file.name.removeprefix(PREFIX).partition("-")[0])
            with suppress(FileNotFoundError):  # a try beside this one has just taken it over
                # All of it, where a kill came last.
                held[number] = max(held.get(number, 0), file.stat().st_size)
    return held


def settle(folder: Path, number: int) -> None:
    """Wait while a try of this part still takes what reached us before its connection was cut: it would travel again."""
    until, before = time.monotonic() + MOST_SECONDS, -1
    while (taken := _being_written(folder, number)) > before and time.monotonic() < until:
        before = taken
        time.sleep(QUIET_SECONDS)


def _being_written(folder: Path, number: int) -> int:
    """Bytes that the tries under way hold; -1 where there is none."""
    taken = -1
    for path in folder.glob(f"{PREFIX}{number}-*"):
        with suppress(FileNotFoundError), path.open("rb") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                taken = max(taken, _size(path))
    return taken


def receive(folder: Path, piece: Piece, source: IO[bytes]) -> str:
    """Take the bytes of a piece; the whole part's SHA-256. Raises CutOff, WrongLength, WrongOffset, OSError.

    When the source breaks off, what came stays for the next try; when the disk fails, nothing of this try stays.
    """
    earlier = _earlier(folder, piece)
    with NamedTemporaryFile(dir=folder, prefix=f"{PREFIX}{piece.number}-", delete=False) as file:
        path = Path(file.name)
        fcntl.flock(file, fcntl.LOCK_EX)  # others see that somebody writes; ends with the process
        try:
            digest = _head(earlier, piece, file)
            _tail(source, piece, file, digest)
            keep_in_inbox(file, folder / f"{piece.number}-{digest.hexdigest()}")
        except CutOff:
            if file.tell() >= (_size(earlier[0]) if earlier else 0):
                _forget(earlier)
            else:
                path.unlink(missing_ok=True)  # an earlier try got further
            raise
        except (OSError, WrongLength):
            path.unlink(missing_ok=True)
            raise
        _forget(earlier)
        path.unlink(missing_ok=True)
    return digest.hexdigest()


def _earlier(folder: Path, piece: Piece) -> list[Path]:
    """The files of earlier tries, the one that holds most first."""
    found = [(_size(file), file) for file in folder.glob(f"{PREFIX}{piece.number}-*")]
    found.sort(reverse=True)
    if piece.offset > min(found[0][0] if found else 0, piece.size):
        raise WrongOffset(held=found[0][0] if found else 0)
    return [file for _, file in found]


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except FileNotFoundError:  # a try beside this one has just taken it over
        return 0


def _head(earlier: list[Path], piece: Piece, file: IO[bytes]) -> "hashlib._Hash":
    digest = hashlib.sha256()
    if piece.offset:
        with earlier[0].open("rb") as before:
            held = before.read(piece.offset)
        digest.update(held)
        file.write(held)
        file.flush()
    return digest


def _tail(source: IO[bytes], piece: Piece, file: IO[bytes], digest: "hashlib._Hash") -> None:
    came = piece.offset
    while chunk := _next(source):
        came += len(chunk)
        if came > piece.size:
            raise WrongLength(expected=piece.size)
        digest.update(chunk)
        file.write(chunk)
        file.flush()  # so that whoever asks meanwhile is told of it
    if came < piece.size:
        raise CutOff(expected=piece.size, received=came)


def _next(source: IO[bytes]) -> bytes:
    try:
        return source.read(STEP)
    except (OSError, ClientDisconnected) as error:  # of the connection, not of the disk
        raise CutOff from error


def _forget(earlier: list[Path]) -> None:
    """Their bytes are in the newer file. One that somebody still writes to is left to him."""
    for path in earlier:
        with suppress(FileNotFoundError, BlockingIOError), path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink()
