"""Claim: a photo is looked for among all that were ever filed, turned or mirrored, while nobody waits.

Measures one search over all eight orientations, on one processor, among 1 and 10 million made-up hashes in a mapped file
that was just read. `bench_search.py [MILLIONS...]`.
"""

import json
import os
import platform
import statistics
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from fieldapp.evidence.thresholds import THRESHOLDS
from fieldapp.reuse.index import SEGMENT, WORDS, search

RUNS = 9
MILLION = 1_000_000


def measure(folder: Path, count: int) -> dict[str, object]:
    chance = np.random.default_rng(count)
    segments = -(-count // SEGMENT)
    file = folder / f"{count}.u64"
    with file.open("wb") as out:
        for _ in range(segments):
            made = chance.integers(0, 2**64, (WORDS, SEGMENT), np.uint64, endpoint=False)
            out.write(made.tobytes())
    hashes = np.memmap(file, "<u8", "r").reshape(-1, WORDS, SEGMENT)
    queries = chance.integers(0, 2**64, (8, WORDS), np.uint64, endpoint=False)
    planted = count // 2
    queries[3] = hashes[planted // SEGMENT, :, planted % SEGMENT] ^ np.uint64(0b111)
    times, busy = [], []
    for _ in range(RUNS):
        start, started = time.perf_counter(), time.process_time()
        found = list(search(hashes, count, queries, THRESHOLDS.similar))
        times.append((time.perf_counter() - start) * 1000)
        busy.append((time.process_time() - started) * 1000)
        assert found == [(planted, 12)], found
    del hashes
    file.unlink()
    return {
        "what": f"search among {count // MILLION} million",
        "ms_best": round(min(times), 1),
        "ms_median": round(statistics.median(times), 1),
        "ms_worst": round(max(times), 1),
        "ms_of_processor": round(statistics.median(busy), 1),
        "orientations": len(queries),
    }


def main(millions: list[int]) -> None:
    machine = {
        "python": platform.python_version(),
        "numpy": np.__version__,
        "processors": os.cpu_count(),
        "load": os.getloadavg()[0],
    }
    with tempfile.TemporaryDirectory() as folder:
        for count in millions:
            print(json.dumps(measure(Path(folder), count * MILLION) | machine))


if __name__ == "__main__":
    main([int(one) for one in sys.argv[1:]] or [1, 10])
