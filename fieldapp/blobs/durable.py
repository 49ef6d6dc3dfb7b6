"""Writing files so that a name is never seen before its bytes are safe, and never taken from other bytes."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO

from fieldapp.blobs.store import CHUNK

HALF = ".half-"


class Half:
    """A file being written under a name that nobody looks for."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file

    def keep(self, final: Path) -> None:
        """Durably, under its real name; what has that name already stays."""
        self.file.flush()
        os.fsync(self.file.fileno())
        give_name(Path(self.file.name), final)


@contextmanager
def half_written(folder: Path) -> Iterator[Half]:
    with NamedTemporaryFile(dir=folder, prefix=HALF, delete=False) as file:
        try:
            yield Half(file)
        finally:
            Path(file.name).unlink(missing_ok=True)


def keep_in_inbox(file: IO[bytes], final: Path) -> None:
    """The bytes durably, their name in the inbox not: the final one is what counts."""
    file.flush()
    os.fsync(file.fileno())
    give_passing_name(Path(file.name), final)


def hashed(source: IO[bytes], copy: IO[bytes] | None = None) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    while chunk := source.read(CHUNK):
        digest.update(chunk)
        size += len(chunk)
        if copy is not None:
            copy.write(chunk)
    return digest.hexdigest(), size


def is_spoilt(source: IO[bytes], digest: str) -> bool:
    """Whether a file that bears this hash as its name is something else by now."""
    with source:
        return hashed(source)[0] != digest


def give_name(file: Path, final: Path) -> None:
    """Give a written file its name for good; never take one from another file."""
    give_passing_name(file, final)
    sync(final.parent)


def give_passing_name(file: Path, final: Path) -> None:
    """The same in an inbox: a name that a power cut takes away costs another try, and no promise rests on it."""
    with suppress(FileExistsError):
        os.link(file, final)


def make_folder(folder: Path) -> None:
    """The folder and those above it, each durably named in its parent."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    sync(folder.parent)


def sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
