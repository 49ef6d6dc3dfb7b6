"""`fieldapp run` as a real process: it says where to go, serves, says why it cannot start, and stops in order."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import pytest

from fieldapp.app import create_app
from fieldapp.config import from_environment, new_signing_key
from fieldapp.db import db, transaction
from fieldapp.jobs import Job
from tests.faults.house import title
from tests.fixtures.needs import needs

ROOT = Path(__file__).parent.parent
BUILT = ROOT / "static" / "dist"
START_SECONDS, STOP_SECONDS = 120, 25


class Running:
    """One `fieldapp run` and what it said."""

    def __init__(
        self, environment: dict[str, str], folder: Path, *arguments: str, complains_to: str = ""
    ) -> None:
        clean = {k: v for k, v in os.environ.items() if not k.startswith("FIELDAPP_")}
        self.log = folder / "said"
        with self.log.open("w") as said, Path(complains_to or self.log).open("a") as complaints:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "fieldapp.cli", "run", "--web-workers", "1", *arguments],
                env=clean | {"PYTHONPATH": str(ROOT)} | environment,
                cwd=folder,
                stdout=said,
                stderr=complaints,
                start_new_session=True,
            )

    @property
    def said(self) -> str:
        return self.log.read_text()

    def address(self) -> str:
        """Where it says to go, once it answers there."""
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            assert self.process.poll() is None, self.said
            found = re.search(r"(http://\S+)/api/openapi\.json", self.said)
            if found and answers(found[1]):
                return found[1]
            time.sleep(0.2)
        raise AssertionError(self.said)

    def children(self) -> set[int]:
        found, looked = set(), [self.process.pid]
        while looked:
            parent = looked.pop()
            for task in Path(f"/proc/{parent}/task").glob("*/children"):
                below = {int(number) for number in task.read_text().split()}
                found |= below
                looked += below
        return found

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(STOP_SECONDS)


def answers(base: str) -> bool:
    try:
        with urlopen(f"{base}/api/keys") as reply:  # noqa: S310 - our own program
            return reply.status == 200
    except URLError:
        return False


@pytest.fixture
def started(environment, tmp_path):
    running = Running(environment, tmp_path, "--port", "0")
    yield running
    if running.process.poll() is None:
        for pid in running.children() | {running.process.pid}:
            os.kill(pid, signal.SIGKILL)
        running.process.wait()


def test_it_says_where_to_go_serves_and_stops_leaving_nobody_behind(started):
    base = started.address()
    with urlopen(f"{base}/api/openapi.json") as reply:  # noqa: S310 - our own program
        assert json.load(reply)["info"]["title"] == "fieldapp"
    assert f"{base}/field/" in started.said
    assert f"{base}/console/" in started.said
    family = started.children()
    assert len(family) >= 3, "a web server with its worker process, and the worker of jobs"

    assert started.stop() == 0

    assert not answers(base)
    assert {pid for pid in family if Path(f"/proc/{pid}").exists()} == set()


def test_a_log_on_a_full_disk_ends_nobody(environment, tmp_path):
    running = Running(environment, tmp_path, "--port", "0", complains_to="/dev/full")
    base = running.address()
    family = running.children()
    [worker, *_] = [pid for pid in family if title(pid) == "fieldapp-quick"]

    os.kill(worker, signal.SIGKILL)
    until = time.monotonic() + START_SECONDS
    while not any(title(pid) == "fieldapp-quick" for pid in running.children() - {worker}):
        assert running.process.poll() is None, "who keeps the others has ended"
        assert time.monotonic() < until, "nobody took the worker's place"
        time.sleep(0.2)

    assert answers(base)
    family |= running.children()
    running.stop()
    assert {pid for pid in family if Path(f"/proc/{pid}").exists()} == set()


def test_what_is_forked_from_holds_no_thread_no_connection_and_no_key(started, environment):
    """Its children would share them: two of them would talk over one connection, and all could seal the ledger."""
    started.address()
    parent = Path(f"/proc/{started.process.pid}")

    open_there = {str(file.readlink()) for file in (parent / "fd").iterdir()}
    assert len(list((parent / "task").iterdir())) == 1
    assert not {name for name in open_there if name.startswith("socket:")}
    assert not {name for name in open_there if environment["FIELDAPP_DATA_DIR"] in name}
    family = [title(pid) for pid in started.children()]
    assert {"fieldapp-web", "fieldapp-quick", "fieldapp-long", "fieldapp-seal"} <= set(family)


def test_one_that_was_killed_is_forked_anew_and_stops_with_the_rest(started):
    base = started.address()
    [sequencer] = [pid for pid in started.children() if title(pid) == "fieldapp-seal"]

    os.kill(sequencer, signal.SIGKILL)
    until = time.monotonic() + START_SECONDS
    while not any(title(pid) == "fieldapp-seal" for pid in started.children() - {sequencer}):
        assert time.monotonic() < until, started.said
        time.sleep(0.1)

    assert answers(base)
    family = started.children()
    assert started.stop() == 0
    assert {pid for pid in family if Path(f"/proc/{pid}").exists()} == set()


def test_the_web_carries_no_library_for_pictures():
    """Tens of megabytes in each of its processes, and a decoder that a hostile file could reach."""
    heavy = "('numpy', 'cv2', 'PIL', 'av', 'boto3', 'openpyxl', 'typst')"
    look = f"import sys, fieldapp.serving; print([m for m in {heavy} if m in sys.modules])"
    said = subprocess.run(
        [sys.executable, "-c", look], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert said.stdout.strip() == "[]"


def test_a_second_start_on_the_same_port_says_so(started, environment, tmp_path):
    port = started.address().rpartition(":")[2]
    (tmp_path / "second").mkdir()

    second = Running(environment, tmp_path / "second", "--port", port)

    assert second.process.wait(START_SECONDS) == 1
    assert f"Port {port} is taken" in second.said
    assert answers(f"http://localhost:{port}"), "the first goes on"


def test_the_job_at_hand_is_finished_before_it_stops(started, environment):
    """Asked to stop as soon as somebody took the job: it is done then, and nothing is left leased."""
    started.address()
    app = create_app(from_environment(environment))
    with app.app_context():
        with transaction():
            job = Job(kind="abandon_uploads", subject_id="nobody")
            db.session.add(job)
        until = time.monotonic() + START_SECONDS
        while True:
            with transaction(write=False):
                taken = db.session.get_one(Job, job.id).attempts
            if taken:
                break
            assert time.monotonic() < until, started.said
            time.sleep(0.05)

        assert started.stop() == 0

        with transaction(write=False):
            left = db.session.scalar(db.select(Job).where(Job.leased_until.is_not(None)))
            assert left is None
            assert db.session.get_one(Job, job.id).finished_at is not None
        db.session.remove()
        db.engine.dispose()


def test_production_without_secrets_does_not_start_and_names_them(tmp_path):
    running = Running({"FIELDAPP_ENV": "production", "FIELDAPP_DATA_DIR": str(tmp_path)}, tmp_path)

    assert running.process.wait(START_SECONDS) == 1
    for name in ("FIELDAPP_SECRET_KEY", "FIELDAPP_SIGNING_KEY", "FIELDAPP_COLUMN_KEY"):
        assert name in running.said
    assert "Traceback" not in running.said


@pytest.mark.parametrize("command", [("run",), ("sequencer",)])
def test_production_seals_nothing_unstamped_unless_it_is_said(tmp_path, command):
    environment = {k: v for k, v in os.environ.items() if not k.startswith("FIELDAPP_")} | {
        "FIELDAPP_ENV": "production",
        "FIELDAPP_DATA_DIR": str(tmp_path),
        "FIELDAPP_SECRET_KEY": "s" * 64,
        "FIELDAPP_SIGNING_KEY": new_signing_key(),
        "FIELDAPP_COLUMN_KEY": "ab" * 32,
    }

    done = subprocess.run(
        [sys.executable, "-m", "fieldapp", *command],
        env=environment, check=False, capture_output=True, text=True, timeout=START_SECONDS,
    )  # fmt: skip

    assert done.returncode == 1
    assert "FIELDAPP_TSA_URL=none" in done.stderr
    assert from_environment(environment | {"FIELDAPP_TSA_URL": "none"}).tsa_none


def test_the_phone_app_is_served_under_a_strict_policy_and_kept_as_it_should_be(started):
    page = needs(
        "the built front end", (BUILT / "field" / "index.html").is_file(), "it with `make setup`"
    )
    base = started.address()

    with urlopen(f"{base}/field/") as reply:  # noqa: S310 - our own program
        assert page
        policy, html = reply.headers["Content-Security-Policy"], reply.read().decode()
        assert reply.headers["Cache-Control"] == "no-cache"
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    asset = re.search(r'(?:src|href)="(/field/assets/[^"]+)"', html)[1]
    with urlopen(f"{base}{asset}") as reply:  # noqa: S310 - our own program
        assert reply.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    with pytest.raises(HTTPError) as missing:
        urlopen(f"{base}/field/assets/gone.js")  # noqa: S310 - our own program
    assert missing.value.code == 404
