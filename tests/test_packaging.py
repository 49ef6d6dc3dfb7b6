"""What is installed is what was tried: pinned, hashed, and from whichever mirror a machine has."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LOCKS = ["requirements", "requirements-build", "requirements-dev", "requirements-node"]
PIN = re.compile(r"^([a-z0-9-]+)(?:\[[a-z,]+\])?==(\S+)", re.MULTILINE)


@pytest.mark.parametrize("lock", LOCKS)
def test_everything_installed_is_hashed(lock):
    entries = re.split(r"\n(?=[a-z])", read(lock, "lock"))

    assert entries
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_address(lock):
    assert re.findall(r"\S*(?:://|file:|--find-links|--index)\S*", read(lock, "lock")) == []


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_what_was_asked_for(lock):
    locked = pins(lock, "lock")

    assert [wish for wish in wishes(lock) if wish not in locked] == []


def test_the_tests_run_on_what_the_server_runs_on():
    assert pins("requirements", "lock").items() <= pins("requirements-dev", "lock").items()


def wishes(name: str) -> list[str]:
    """The libraries named in requirements, whatever version is asked for."""
    lines = [line.partition("#")[0].strip() for line in read(name, "in").splitlines()]
    return [re.split(r"[\[=<>]", line)[0] for line in lines if line and not line.startswith("-r")]


def pins(name: str, kind: str) -> dict[str, set[str]]:
    """Versions by library; a library may have another version on another Python."""
    versions: dict[str, set[str]] = {}
    for library, version in PIN.findall(read(name, kind)):
        versions.setdefault(library, set()).add(version)
    return versions


def read(name: str, kind: str) -> str:
    return (ROOT / f"{name}.{kind}").read_text()
