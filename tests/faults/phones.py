"""The phone's own code as a process of its own: static/src/field without its screens, under Node."""

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from tests.fixtures.needs import needs

STATIC = Path(__file__).parents[2] / "static"
PROGRAM = STATIC / "src" / "field" / "driven.testing.ts"
ATTEMPTS = 60
A_WHILE_MS = 5_000
"""How much later each try is by the phone's clock: its timer waits longer than a test can."""


class PhoneDied(Exception):
    pass


def built(folder: Path) -> Path:
    """The phone as one file that Node runs."""
    node = shutil.which("node")
    needs("Node", node, "it by `make setup`")
    bundler = STATIC / "node_modules" / ".bin" / "rolldown"
    needs("the front end's packages", bundler.exists(), "them by `make setup`")
    program = folder / "driven.mjs"
    command = [str(bundler), str(PROGRAM), "--platform", "node", "--format", "esm"]
    command += ["--no-code-splitting", "-o", str(program)]
    subprocess.run(command, check=True, cwd=STATIC, capture_output=True)
    return program


class Phone:
    """What it keeps lies in `folder` and outlives a kill."""

    def __init__(self, program: Path, folder: Path, server: str, name: str, password: str) -> None:
        self.program, self.folder, self._server = program, folder, server
        self._name, self._password = name, password
        self.kept: list[dict[str, str]] = []
        """Every photo of which it said that it is kept."""
        self.clock_ms = 0
        self._process: subprocess.Popen[str] | None = None
        self.start()

    def start(self) -> None:
        self._process = subprocess.Popen(
            ["node", str(self.program), str(self.folder), self._server],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self._hear()
        self.tell("open", name=self._name, password=self._password)

    def kill(self) -> None:
        """All of its processes: the `node` that was started may itself have started the real one."""
        assert self._process is not None
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def comes_back(self) -> None:
        """After a kill."""
        assert self._process is not None
        self._process.communicate()
        self.start()

    def end(self) -> None:
        assert self._process is not None
        self.kill()
        self._process.communicate()

    def tell(self, do: str, **words: Any) -> dict[str, Any]:
        """What came of it. Raises PhoneDied, RuntimeError with what the phone said."""
        said = self.try_to(do, **words)
        if "error" in said:
            raise RuntimeError(said["error"])
        return said

    def try_to(self, do: str, **words: Any) -> dict[str, Any]:
        """The same, refusals included."""
        self.begin(do, **words)
        return self._hear()

    def begin(self, do: str, **words: Any) -> None:
        """Tell it, and do not wait."""
        assert self._process is not None
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps({"do": do, **words}) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError as error:
            raise PhoneDied from error

    def move_clock(self, milliseconds: int) -> None:
        self.clock_ms = milliseconds
        self.tell("clock", ms=milliseconds)

    def visit(self, task: str, sizes: list[int], seed: int) -> dict[str, Any]:
        """A visit with photos of these sizes, handed in, not sent."""
        self.tell("tasks")
        shot = self.tell("shoot", task=task, sizes=sizes, seed=seed)
        self.tell("finish", task=task)
        return shot

    def sync(self, **words: Any) -> str:
        """How one pass ended: settled, checking, later, taken."""
        return self.tell("sync", **words)["ended"][0]

    def sync_until_settled(self, meanwhile: Callable[[], None]) -> None:
        """Try again, as its timer does, until everything has its receipt. `meanwhile`: what time does elsewhere."""
        ends: list[str] = []
        for attempt in range(ATTEMPTS):
            ends.append(self.sync(insist=True))
            if ends[-1] == "settled":
                return
            meanwhile()
            self.tell("clock", ms=self.clock_ms + attempt * A_WHILE_MS)
            time.sleep(0.1)
        raise AssertionError(f"never settled: {ends}, {self.tell('state')['parcels']}")

    def _hear(self) -> dict[str, Any]:
        assert self._process is not None
        assert self._process.stdout is not None
        while line := self._process.stdout.readline():
            said = json.loads(line)
            if "kept" not in said:
                return said
            self.kept.append(said["kept"])
        raise PhoneDied
