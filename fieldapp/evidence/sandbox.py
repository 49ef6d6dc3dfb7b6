"""Runs the reader in a process of its own: no settings, no open files, little memory, little time."""

import json
import logging
import stat
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import fieldapp
from fieldapp.evidence.reader import blank
from fieldapp.evidence.renditions import LARGE, SMALL

WALL_SECONDS = 40
JPEG_START = b"\xff\xd8\xff"

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Picture:
    """One rendition: JPEG bytes."""

    longest_side: int
    width: int
    height: int
    data: bytes


@dataclass(frozen=True)
class Result:
    """`said`: the keys of `reader.blank`. Nothing in it is to be trusted beyond its type."""

    said: dict[str, Any]
    pictures: tuple[Picture, ...]


def read(file: Path) -> Result:
    """What the bytes say. A reader that dies or hangs is an answer too: unreadable, `crashed` or `out_of_limits`."""
    with TemporaryDirectory(prefix="fieldapp-intake-") as scratch:
        folder = Path(scratch)
        said = _run(file, folder)
        return Result(said, tuple(_pictures(said, folder)))


def _run(file: Path, folder: Path) -> dict[str, Any]:
    answer = folder / "answer.json"
    command = [
        sys.executable,
        "-E",
        "-s",
        "-B",
        "-m",
        "fieldapp.evidence.reader",
        str(file.resolve()),
        str(folder.resolve()),
    ]
    try:
        with answer.open("wb") as out:
            ended = subprocess.run(
                command,
                cwd=Path(fieldapp.__file__).parent.parent,
                env={},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.DEVNULL,  # decoders write what hostile files make them say
                start_new_session=True,
                timeout=WALL_SECONDS,
                check=False,
            )
    except subprocess.TimeoutExpired:
        return _unreadable("out_of_limits")
    if ended.returncode == 0:
        return blank() | json.loads(answer.read_bytes())
    log.warning("the reader of %s ended with %s", file.name, ended.returncode)
    return _unreadable("crashed")


def _unreadable(reason: str) -> dict[str, Any]:
    return blank() | {"state": "unreadable", "reason": reason}


def _pictures(said: dict[str, Any], folder: Path) -> list[Picture]:
    made = {entry["longest_side"]: entry for entry in said["renditions"]}
    return [
        Picture(side, made[side]["width"], made[side]["height"], _bytes(folder / f"{side}.jpg"))
        for side in (LARGE, SMALL)
        if side in made
    ]


def _bytes(file: Path) -> bytes:
    # The reader may have been taken over: take only a plain JPEG file from it, never where a link leads.
    if not stat.S_ISREG(file.lstat().st_mode):
        raise ValueError("the reader left something else than a file")
    data = file.read_bytes()
    if not data.startswith(JPEG_START):
        raise ValueError("the reader left something else than a JPEG")
    return data
