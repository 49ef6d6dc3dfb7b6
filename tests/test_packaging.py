"""What is installed is what was tried: pinned, hashed, and from whichever mirror a machine has."""

import os
import re
import shutil
import subprocess
import sys
import zipfile
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


def test_a_wheel_holds_all_that_a_server_needs(tmp_path):
    """Built from a copy, unpacked elsewhere, and asked to make its tables and to name its front end."""
    source, place = tmp_path / "source", tmp_path / "installed"
    for name in ("fieldapp", "migrations"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "setup.py", "requirements.in", "README.md"):
        shutil.copy(ROOT / name, source / name)
    (source / "static/dist/field").mkdir(parents=True)
    (source / "static/dist/field/index.html").write_text("<p>")
    build = ["-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    subprocess.run([sys.executable, *build, "-w", str(tmp_path), str(source)], check=True)

    zipfile.ZipFile(next(tmp_path.glob("*.whl"))).extractall(place)
    shutil.rmtree(source)
    told = subprocess.run(
        [sys.executable, "-c", STARTED_FROM_A_WHEEL],
        env={**os.environ, "PYTHONPATH": str(place), "FIELDAPP_DATA_DIR": str(tmp_path / "var")},
        cwd=tmp_path,
        check=True,
        capture_output=True,
        text=True,
    )

    assert told.stdout.splitlines() == ["True", "0001"]


STARTED_FROM_A_WHEEL = """
from fieldapp.app import create_app
from fieldapp.db import db
from fieldapp.migrating import bring_up
app = create_app()
bring_up(app)
print((app.config_object.static_dir / "field/index.html").is_file())
with app.app_context():
    print(db.session.scalar(db.text("select version_num from alembic_version")))
"""


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
