"""`fieldapp evidence inspect FILE...`: what intake would say of files, one JSON line each. Reads no database."""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from fieldapp.errors import unopened
from fieldapp.evidence import sandbox
from fieldapp.evidence.digesting import sha256_of
from fieldapp.evidence.exif import Exif
from fieldapp.message_settings import holds_certificates

EXIF_KEYS = ("captured_at", "offset", "lat", "lon", "redacted", "make", "model", "software")


def inspect(arguments: Sequence[str]) -> int:
    """0 when every file could be opened, whatever intake says of it; 1 otherwise, with the names on stderr."""
    parser = argparse.ArgumentParser(prog="fieldapp evidence inspect", description=__doc__)
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument(
        "--c2pa-trust", type=Path, metavar="PEM", help="certificates of trusted C2PA signers"
    )
    code = 0
    given = parser.parse_args(arguments)
    anchors = given.c2pa_trust and given.c2pa_trust.absolute()
    try:
        if anchors and not holds_certificates(anchors.read_bytes()):
            parser.error(f"--c2pa-trust: {anchors} holds no certificate in PEM")
    except OSError as error:
        parser.error(f"--c2pa-trust: {unopened(error)}")
    for file in given.files:
        try:
            line = line_of(file, anchors)
        except OSError as error:
            sys.stderr.write(f"{unopened(error)}\n")
            code = 1
            continue
        sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
        sys.stdout.flush()
    return code


def line_of(file: Path, anchors: Path | None = None) -> dict[str, Any]:
    """`duration` is seconds; `state` of what is accepted: shown | not_shown | unreadable. Raises OSError.

    `pdq` and `quality` (0-100) are of what is shown; of a video, of its first poster.
    """
    digest = sha256_of(file)
    said = sandbox.read(file, features="", anchors=anchors).said
    likeness = said["likeness"]
    duration = said["duration_ms"]
    return {
        "path": str(file),
        "sha256": digest,
        "size": file.stat().st_size,
        "intake": said["intake"],
        "state": said["state"],
        "reason": said["reason"],
        "media_type": said["media_type"],
        "width": said["width"],
        "height": said["height"],
        "duration": None if duration is None else duration / 1000,
        "exif": _exif_line(said["exif"] or asdict(Exif())),
        "notes": said["notes"],
        "pdq": likeness and likeness["pdq"][0],
        "quality": likeness and likeness["quality"],
    }


def _exif_line(exif: dict[str, Any]) -> dict[str, Any]:
    """The tags for people and programs, all of them, degrees as numbers."""
    return {key: _degrees(exif[key]) if key in ("lat", "lon") else exif[key] for key in EXIF_KEYS}


def _degrees(text: str | None) -> float | None:
    return None if text is None else float(text)
