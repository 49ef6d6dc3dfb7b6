"""The product as it is started by hand: web server and worker, on one database and one store."""

import os
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).parents[2]
ADDRESS = re.compile(r"http://localhost:(\d+)/console/")


class Product:
    """`fieldapp run` on a free port; after a stop it starts again on the same one, as a server comes back."""

    def __init__(self, settings: dict[str, str], log: Path) -> None:
        self._environment = {**os.environ, **settings, "PYTHONUNBUFFERED": "1"}
        self._log = log
        self._port = 0
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    def serve(self, settings: dict[str, str]) -> None:
        """Another installation behind the same address."""
        self._environment |= settings
        self.start()

    @property
    def url(self) -> str:
        return f"http://localhost:{self._port}"

    def start(self) -> None:
        command = [sys.executable, "-m", "fieldapp", "run", "--port", str(self._port)]
        with self._log.open("ab") as log:
            said_before = self._log.stat().st_size
            self._process = subprocess.Popen(
                [*command, "--web-workers", "1"],
                cwd=ROOT,
                env=self._environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        while not (found := ADDRESS.search(self._log.read_text()[said_before:])):
            self._require_alive()
        self._port = int(found[1])
        while not self._answers():
            self._require_alive()

    def stop(self) -> None:
        """As Ctrl-C does: requests and the job at hand are finished, then nobody answers any more."""
        if self._process is None:
            return
        self._process.send_signal(signal.SIGTERM)
        self._process.wait()
        self._process = None

    def said(self) -> str:
        return self._log.read_text()

    def _answers(self) -> bool:
        """Whether all that stands behind it has started: the server, and the sequencer that signs the log."""
        latest = f"{self.url}/api/checkpoints/latest"
        try:
            with urllib.request.urlopen(latest, timeout=5) as reply:  # noqa: S310 - our own loopback address
                return reply.status == 200
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False

    def _require_alive(self) -> None:
        assert self._process is not None
        try:
            code = self._process.wait(0.1)
        except subprocess.TimeoutExpired:
            return
        raise RuntimeError(f"fieldapp run ended with {code}:\n{self.said()}")
