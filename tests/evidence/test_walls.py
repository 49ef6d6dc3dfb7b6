"""What a file can do to us when it takes its reader over: looked at from outside, and tried from within."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from fieldapp.config import new_signing_key
from fieldapp.evidence import sandbox
from tests.evidence.photos import jpeg, many_scans, saved, scene
from tests.evidence.recordings import clip
from tests.fixtures.needs import needs

ROOT = Path(__file__).parents[2]

# Each is tried by a process that has gone the way of a reader, and must fail.
ATTEMPTS = {
    "network": "socket.socket()",
    "talk to a neighbour": "socket.socket(socket.AF_UNIX)",
    "read a file": "open('/etc/passwd').read()",
    "write a file": "open('/tmp/left', 'w')",
    "list a folder": "os.listdir('/')",
    "start a program": "os.execv('/bin/sh', ['sh'])",
    "start a process": "os.fork()",
    "end another": "os.kill(os.getppid(), 9)",
    "more memory": "bytearray(2 << 30)",
    "lift the limits": "resource.setrlimit(resource.RLIMIT_AS, (-1, -1))",
    "look into others": "os.open(f'/proc/{os.getppid()}/mem', os.O_RDONLY)",
}
TRIED = """
import ctypes, json, os, resource, socket, sys
from fieldapp.evidence import lockdown
walls = [lockdown.leave_system()]
lockdown.prepare()
told, tells = os.pipe()
if os.fork() == 0:
    lockdown.limit(memory=1 << 30, cpu_seconds=20, wall_seconds=40, file_bytes=1 << 20)
    walls.append(lockdown.filter_calls())
    found = {}
    for name, attempt in json.loads(sys.argv[1]).items():
        try:
            exec(attempt)
            found[name] = "done"
        except BaseException as error:
            found[name] = type(error).__name__
    os.write(tells, json.dumps([walls, found]).encode())
    os._exit(0)
os.wait()
print(os.read(told, 65536).decode())
"""


@pytest.fixture(scope="module")
def full() -> None:
    needs("namespaces and system call filters", sandbox.level() == sandbox.FULL, "allow both")


def test_who_took_a_reader_over_reaches_nothing(full):
    ran = subprocess.run(
        [sys.executable, "-c", TRIED, json.dumps(ATTEMPTS)],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )

    walls, found = json.loads(ran.stdout)
    assert walls == [True, True]
    assert {name for name, ended in found.items() if ended == "done"} == set()
    assert found.keys() == ATTEMPTS.keys()


class Reading:
    """A file that is being read: its reader's process, caught in the act."""

    def __init__(self, file: Path, family: str) -> None:
        self._zygote = sandbox.zygote(family, "")
        self.said: dict = {}
        self._thread = threading.Thread(target=self._read, args=[file])
        self._thread.start()
        self.process = Path("/proc") / self._child()

    def _read(self, file: Path) -> None:
        self.said = sandbox.read(file, features="").said

    def _child(self) -> str:
        children = Path(f"/proc/{self._zygote.process_id}/task/{self._zygote.process_id}/children")
        while self._thread.is_alive():
            found = children.read_text().split()
            if found and "Seccomp:\t2" in Path(f"/proc/{found[0]}/status").read_text():
                os.kill(int(found[0]), signal.SIGSTOP)
                return found[0]
        raise AssertionError("the file was read before anybody could look")

    def end(self, with_signal: int) -> dict:
        number = int(self.process.name)
        if with_signal:
            os.kill(number, with_signal)
        os.kill(number, signal.SIGCONT)
        self._thread.join()
        return self.said


@pytest.fixture
def reading(tmp_path, full) -> Callable[[bytes, str], Reading]:
    def reading(data: bytes, family: str = "photo") -> Reading:
        file = tmp_path / "file"
        file.write_bytes(data)
        return Reading(file, family)

    return reading


def slow_photo() -> bytes:
    return many_scans(20, size=(3000, 2000))


@pytest.mark.parametrize(
    ("data", "family"), [(slow_photo(), "photo"), (clip(size=(1920, 1080)), "recording")]
)
def test_a_reader_holds_its_file_and_its_answer_and_nothing_else(reading, data, family):
    caught = reading(data, family)

    process = caught.process
    spaces = {
        name: (process / "ns" / name).readlink() != Path(f"/proc/self/ns/{name}").readlink()
        for name in ("net", "mnt", "ipc", "uts", "user")
    }
    held = {one.readlink() for one in (process / "fd").iterdir()}
    limits = (process / "limits").read_text()
    root = list((process / "root").iterdir())
    said = caught.end(0)

    assert said["state"] == "shown"
    assert set(spaces.values()) == {True}
    assert root == []
    assert len(held - {Path("/dev/null")}) == 2
    assert "1073741824" in next(line for line in limits.splitlines() if "address space" in line)
    assert " 20 " in next(line for line in limits.splitlines() if "cpu time" in line)


@pytest.mark.parametrize(
    ("ended", "reason"),
    [
        (signal.SIGSEGV, "crashed"),
        (signal.SIGABRT, "crashed"),
        (signal.SIGXCPU, "out_of_limits"),
        (signal.SIGALRM, "out_of_limits"),
        (signal.SIGKILL, "out_of_limits"),
    ],
)
def test_a_reader_that_dies_is_a_named_state_and_the_next_file_is_read(
    reading, read, ended, reason
):
    said = reading(slow_photo()).end(ended)

    assert (said["intake"], said["state"], said["reason"]) == ("accepted", "unreadable", reason)
    assert read(jpeg()).said["state"] == "shown"


@pytest.mark.parametrize(
    ("taken", "level"),
    [("namespaces", "partial"), ("filters", "partial"), ("namespaces,filters", "weak")],
)
def test_a_system_that_gives_less_is_told_and_photos_are_read_all_the_same(
    full, tmp_path, taken, level
):
    (tmp_path / "photo.jpg").write_bytes(saved(scene(), "JPEG"))
    asked = (
        "from pathlib import Path; from fieldapp.evidence import sandbox;"
        "print(sandbox.level(), sandbox.read(Path('photo.jpg')).said['state'])"
    )

    ran = poorer(taken, tmp_path, "-c", asked)

    assert (ran.stdout.split(), ran.returncode) == ([level, "shown"], 0), ran.stderr


def test_production_opens_no_photos_without_walls(full, tmp_path):
    secrets = {
        "FIELDAPP_ENV": "production",
        "FIELDAPP_DATA_DIR": str(tmp_path),
        "FIELDAPP_SECRET_KEY": "s" * 64,
        "FIELDAPP_SIGNING_KEY": new_signing_key(),
        "FIELDAPP_COLUMN_KEY": "ab" * 32,
    }

    ran = poorer("namespaces,filters", tmp_path, "-m", "fieldapp.cli", "worker", **secrets)

    assert ran.returncode == 1
    assert "neither namespaces nor system call filters" in ran.stderr


def poorer(
    taken: str, folder: Path, *program: str, **settings: str
) -> subprocess.CompletedProcess[str]:
    clean = {k: v for k, v in os.environ.items() if not k.startswith("FIELDAPP_")}
    return subprocess.run(
        [sys.executable, "-m", "tests.fixtures.poorer", taken, sys.executable, *program],
        env=clean | {"PYTHONPATH": str(ROOT)} | settings,
        cwd=folder,
        check=False,
        capture_output=True,
        text=True,
    )
