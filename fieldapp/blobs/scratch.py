"""Copies of remote bytes on the worker's own disk, so that an object is fetched once to be hashed, looked at and measured."""

import hashlib
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import IO

from fieldapp.blobs.store import CHUNK

KEPT_SECONDS = 24 * 3600


class Scratch:
    """Files by name. Nothing here matters: each can be fetched again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def fetch(self, source: IO[bytes], name: str) -> tuple[str, int]:
        """Stream into a file of this name; the SHA-256 and size of what came."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._tidy()
        digest, size, half = hashlib.sha256(), 0, f".half-{secrets.token_hex(8)}"
        try:
            with closing(source), (self._folder / half).open("wb") as file:
                while chunk := source.read(CHUNK):
                    digest.update(chunk)
                    file.write(chunk)
                    size += len(chunk)
            self.rename(half, name)
        finally:
            self.drop(half)
        return digest.hexdigest(), size

    def rename(self, name: str, other: str) -> None:
        with suppress(FileNotFoundError):
            (self._folder / name).replace(self._folder / other)

    def drop(self, name: str) -> None:
        (self._folder / name).unlink(missing_ok=True)

    @contextmanager
    def taken(self, name: str, fetch: Callable[[str], object]) -> Iterator[Path]:
        """The file of this name, or what `fetch` brings under the name it is given, for the caller alone; gone afterwards."""
        own = f"{name}.{secrets.token_hex(8)}"
        self.rename(name, own)
        try:
            if not (self._folder / own).exists():
                fetch(own)
            yield self._folder / own
        finally:
            self.drop(own)

    def _tidy(self) -> None:
        """Whatever was left by a worker that died, or never asked for."""
        for file in self._folder.iterdir():
            with suppress(FileNotFoundError):
                if file.stat().st_mtime < time.time() - KEPT_SECONDS:
                    file.unlink()
