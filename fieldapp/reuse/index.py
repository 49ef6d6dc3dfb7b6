"""Every PDQ hash ever filed, in one mapped file: exhaustive search, exact at its thresholds, in milliseconds.

The file is a row of segments; in a segment the first 64 bits of all its hashes stand together, then the second 64, and so
on, so that one pass reads memory in order. A hash within `most` bits of a query is within `most` on its first half
too: the second half is looked at only where the first one leaves it open. It can be thrown away and built anew.
"""

import fcntl
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

SEGMENT = (
    1 << 16
)  # hashes: a segment's columns and the scratch for them stay in the processor's cache
WORDS, WORD_BYTES = 4, 8
HASH_BYTES = WORDS * WORD_BYTES
SEGMENT_BYTES = SEGMENT * HASH_BYTES

RECENT = 200_000
"""Rows are added nearly in the order of their numbers: what is not among so many last ones was never added."""

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Hit:
    """`distance`: bits of 256, the least over the orientations asked for."""

    number: int
    distance: int


class Index:
    """Of one version of the recipe. Several processes may read while one of them adds."""

    def __init__(self, folder: Path, version: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._hashes = folder / f"pdq-{version}.u64"
        self._numbers = folder / f"pdq-{version}.numbers"
        self._lock = folder / f"pdq-{version}.lock"

    def __len__(self) -> int:
        # The numbers are written last: what they do not count is not there yet.
        return self._numbers.stat().st_size // WORD_BYTES if self._numbers.exists() else 0

    def recent(self) -> set[int]:
        """The numbers added last."""
        return set(self._every_number()[-RECENT:].tolist())

    def last(self) -> int:
        """The highest number in it, 0 when it is empty."""
        return max(self.recent(), default=0)

    def add(self, found: Iterable[tuple[int, str]]) -> None:
        """Numbers with their hash in hex; those that another process added meanwhile are left out."""
        with self._alone():
            known = self.recent()
            fresh = [(number, pdq) for number, pdq in found if number not in known]
            if not fresh:
                return
            at = len(self)
            with self._hashes.open("r+b" if self._hashes.exists() else "w+b") as file:
                for offset, (_, pdq) in enumerate(fresh):
                    _put(file, at + offset, bytes.fromhex(pdq))
                end = -(-(at + len(fresh)) // SEGMENT) * SEGMENT_BYTES
                file.truncate(end)
            with self._numbers.open("ab") as file:
                file.write(np.array([number for number, _ in fresh], "<i8").tobytes())

    def near(self, turned: Sequence[str], most: int) -> list[Hit]:
        """All that lie within `most` bits of one of these hashes (hex), the nearest first."""
        count = len(self)
        if not count:
            return []
        hashes = np.memmap(self._hashes, "<u8", "r").reshape(-1, WORDS, SEGMENT)
        queries = np.array([words_of(one) for one in turned])
        best: dict[int, int] = {}
        for place, distance in search(hashes, count, queries, most):
            best[place] = min(distance, best.get(place, distance))
        numbers = self._every_number()
        hits = [Hit(int(numbers[place]), distance) for place, distance in best.items()]
        return sorted(hits, key=lambda hit: (hit.distance, hit.number))

    def _every_number(self) -> Array:
        return np.memmap(self._numbers, "<i8", "r") if len(self) else np.empty(0, "<i8")

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with self._lock.open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _put(file: Any, place: int, pdq: bytes) -> None:
    segment, within = divmod(place, SEGMENT)
    for word in range(WORDS):
        file.seek(segment * SEGMENT_BYTES + (word * SEGMENT + within) * WORD_BYTES)
        # Bit counts do not mind the order of bytes, as long as it is one.
        file.write(pdq[word * WORD_BYTES : (word + 1) * WORD_BYTES])


def words_of(pdq: str) -> Array:
    return np.frombuffer(bytes.fromhex(pdq), "<u8")


def search(hashes: Array, count: int, queries: Array, most: int) -> Iterator[tuple[int, int]]:
    """(place, distance) of all within `most`. `hashes` (segments, 4, n), `queries` (q, 4), both unsigned 64 bits."""
    width = hashes.shape[2]
    differs = np.empty(width, np.uint64)
    half, more = np.empty(width, np.uint8), np.empty(width, np.uint8)
    close = np.empty(width, bool)
    for segment in range(-(-count // width)):
        first, second, third, fourth = hashes[segment]
        filled = min(width, count - segment * width)
        for query in queries:
            np.bitwise_count(np.bitwise_xor(first, query[0], out=differs), out=half)
            np.bitwise_count(np.bitwise_xor(second, query[1], out=differs), out=more)
            np.less_equal(np.add(half, more, out=half), most, out=close)
            places = np.flatnonzero(close[:filled])
            if not len(places):
                continue
            rest = np.bitwise_count(third[places] ^ query[2]).astype(np.uint16)
            rest += np.bitwise_count(fourth[places] ^ query[3])
            rest += half[places]
            for found in np.flatnonzero(rest <= most):
                yield segment * width + int(places[found]), int(rest[found])
