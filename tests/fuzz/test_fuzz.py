"""Nothing that reads bytes of strangers is brought to fall by any: inputs are changed on, guided by what of the code they ran."""

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fixtures.needs import needs
from tests.fuzz.targets import TARGETS

ROOT = Path(__file__).parents[2]
RUNS = 3000
RUNS_OF_THE_PLANTED = 100_000  # found after some thousand


@pytest.fixture
def fuzz(tmp_path):
    """`fuzz(target, runs)`: how it ended. Each in a process of its own: a fuzzer ends the one that it is in."""
    needs(
        "atheris",
        importlib.util.find_spec("atheris"),
        "atheris, which has builds for Linux on x86_64",
    )

    def fuzz(target: str, runs: int) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "tests.fuzz", target, f"--runs={runs}", f"--folder={tmp_path}"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )

    return fuzz


@pytest.mark.parametrize("target", TARGETS)
def test_no_bytes_bring_a_reader_to_fall(fuzz, target):
    done = fuzz(target, RUNS)

    assert done.returncode == 0, done.stderr[-3000:]
    assert re.search(rf"#{RUNS}\s+DONE", done.stderr)


def test_the_fuzzer_finds_a_fault_that_chance_would_not(fuzz, tmp_path):
    done = fuzz("planted", RUNS_OF_THE_PLANTED)

    assert "found what was planted" in done.stderr + done.stdout
    assert [file.read_bytes()[:4] for file in tmp_path.glob("planted/fault-*")] == [b"FLAW"]
