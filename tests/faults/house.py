"""`fieldapp run` as a real process that can be killed, starved and started again on the same port."""

import os
import resource
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from tests.fixtures.ports import free_port

ROOT = Path(__file__).parents[2]
START_SECONDS = 120


class House:
    """`killed` says what the last kill hit."""

    def __init__(
        self, settings: dict[str, str], folder: Path, program: Path = ROOT, web_workers: int = 1
    ) -> None:
        self._settings, self._folder, self.program = settings, folder, program
        self._web_workers = str(web_workers)
        self.port = free_port()
        self._process: subprocess.Popen | None = None
        self.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def said(self) -> str:
        return (self._folder / "said").read_text()

    def start(self) -> None:
        with (self._folder / "said").open("a") as said:
            self._process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "fieldapp.cli", "run"),
                    *("--port", str(self.port), "--web-workers", self._web_workers),
                ],
                env=self._environment,
                cwd=self._folder,
                stdout=said,
                stderr=said,
                start_new_session=True,
            )
        self.wait_until_it_answers()

    def wait_until_it_answers(self) -> None:
        until = time.monotonic() + START_SECONDS
        while not self._answers():
            assert self._process is not None
            assert self._process.poll() is None, self.said
            assert time.monotonic() < until, self.said
            time.sleep(0.05)

    def stop(self) -> None:
        if self._process is None:
            return
        assert self._process.poll() is None, f"it had ended by itself: {self.said}"
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(60)
        self._process = None

    def command(self, *words: str) -> None:
        """A command of the program, with the server's settings."""
        subprocess.run(
            [sys.executable, "-m", "fieldapp.cli", *words],
            env=self._environment,
            cwd=self._folder,
            check=True,
            stdout=subprocess.DEVNULL,
        )

    @property
    def _environment(self) -> dict[str, str]:
        clean = {k: v for k, v in os.environ.items() if not k.startswith("FIELDAPP_")}
        return clean | {"PYTHONPATH": str(self.program)} | self._settings

    def kill(self, what: str) -> None:
        """SIGKILL: `web`, the process that serves requests; `worker`, that of jobs; `all`, the machine's power."""
        assert self._process is not None
        victims = self.processes(what)
        for pid in victims:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if what == "all":
            self._process.wait()
            self._process = None

    def comes_back(self) -> None:
        """Started again by hand after `all`; the others are started again by their parent."""
        if self._process is None:
            self.start()
        else:
            self.wait_until_it_answers()

    @contextmanager
    def no_file_larger_than(self, size: int):
        """What a full disk feels like, to every process of it."""
        pids = self._family()
        for pid in pids:
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
        try:
            yield
        finally:
            everything = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
            for pid in {*pids, *self._family()}:
                with suppress(ProcessLookupError):
                    resource.prlimit(pid, resource.RLIMIT_FSIZE, everything)

    def processes(self, what: str) -> list[int]:
        family = self._family()
        if what == "all":
            return family
        parents = {pid: _parent(pid) for pid in family}
        if what == "worker":
            return [pid for pid in family if title(pid) in ("fieldapp-quick", "fieldapp-long")]
        web = [pid for pid in family if title(pid) == "fieldapp-web"]
        return [pid for pid in web if parents[pid] in web]

    def _family(self) -> list[int]:
        assert self._process is not None
        found, looked = [self._process.pid], [self._process.pid]
        while looked:
            for task in Path(f"/proc/{looked.pop()}/task").glob("*/children"):
                with suppress(OSError):
                    below = [int(number) for number in task.read_text().split()]
                    found += below
                    looked += below
        return found

    def pss(self) -> int:
        """Bytes that all its processes together take, what they share counted once."""
        return sum(_pss(pid) for pid in self._family())

    def _answers(self) -> bool:
        try:
            with urlopen(f"{self.url}/api/keys", timeout=10) as reply:  # noqa: S310 - our own program
                return reply.status == 200
        except (URLError, ConnectionError, TimeoutError):
            return False


def title(pid: int) -> str:
    """What the system's list of processes calls it."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/comm").read_text().strip()
    return ""


def _parent(pid: int) -> int:
    with suppress(OSError):
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    return 0


def _pss(pid: int) -> int:
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) << 10
    return 0
