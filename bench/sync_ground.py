"""What `bench_sync.py` stands on: a durable PostgreSQL, the floor under the same server program, processor time by process."""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg

from tests.fixtures.ports import free_port, wait_for
from tests.fixtures.postgres import _binaries, _run, _unprivileged

TICKS = os.sysconf("SC_CLK_TCK")


def children(pid: int) -> list[int]:
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            found += [int(number) for number in task.read_text().split()]
    return found


def analyze(url: str) -> None:
    """As a database in use is by itself: a new one answers by plans for empty tables, until it looks for the first time."""
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("analyze")


class Spent:
    """Processor seconds that these processes have used since. One that ended meanwhile is left out."""

    def __init__(self, pids: Iterable[int]) -> None:
        self._before = {pid: _seconds(pid) for pid in pids}

    def since(self) -> float:
        return sum(max(0.0, _seconds(pid) - before) for pid, before in self._before.items())


def _seconds(pid: int) -> float:
    with suppress(OSError):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS
    return 0.0


class Floor:
    """The same server program with the same workers, and nothing behind it."""

    def __init__(self, folder: Path, given: argparse.Namespace) -> None:
        folder.mkdir()
        self.port = free_port()
        self._process = subprocess.Popen(
            [
                *(sys.executable, "-m", "gunicorn", "floor:app"),
                *("--bind", f"127.0.0.1:{self.port}", "--workers", str(given.web_workers)),
                *("--worker-class", "gthread", "--threads", str(given.threads)),
                *("--preload", "--log-level", "warning", "--keep-alive", "15"),
                "--no-control-socket",
            ],
            cwd=Path(__file__).parent,
            env=os.environ | {"FLOOR_FOLDER": str(folder)},
        )
        wait_for(self.port, lambda: self._process.poll() is None)

    @property
    def processes(self) -> list[int]:
        return children(self._process.pid)

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait()


@contextmanager
def postgres() -> Iterator[tuple[str, int]]:
    """A PostgreSQL of its own that waits for the disk at every commit, as in production; its URL and its process."""
    binaries = _binaries()
    if binaries is None:
        raise SystemExit("needs a PostgreSQL server: install postgresql")
    home = Path(tempfile.mkdtemp(prefix="fieldapp-bench-postgres-"))
    user, port = _unprivileged(home), free_port()
    control = (binaries / "pg_ctl", "-D", home / "data", "-w", "-s")
    try:
        _run(
            user,
            home,
            binaries / "initdb",
            "-D",
            home / "data",
            "-U",
            "app",
            "-A",
            "trust",
            "-E",
            "UTF8",
        )
        serve = f"-h 127.0.0.1 -p {port} -k {home}"
        _run(user, home, *control, "-l", home / "log", "-o", serve, "start")
        pid = int((home / "data" / "postmaster.pid").read_text().split()[0])
        yield f"postgresql+psycopg://app@127.0.0.1:{port}/postgres", pid
        _run(user, home, *control, "-m", "fast", "stop")
    finally:
        shutil.rmtree(home, ignore_errors=True)
