"""`fieldapp evidence compare A B`: are two files one picture? Reads no database."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from fieldapp.errors import unopened
from fieldapp.evidence import sandbox
from fieldapp.evidence.digesting import sha256_of


def compare_files(arguments: Sequence[str]) -> int:
    """0 with one JSON line, whatever it says; 1 where a file could not be opened, with its name on stderr."""
    parser = argparse.ArgumentParser(prog="fieldapp evidence compare", description=__doc__)
    parser.add_argument("files", nargs=2, type=Path, metavar="FILE")
    try:
        line = line_of(*parser.parse_args(arguments).files)
    except OSError as error:
        sys.stderr.write(f"{unopened(error)}\n")
        return 1
    sys.stdout.write(json.dumps(line) + "\n")
    return 0


def line_of(a: Path, b: Path) -> dict[str, Any]:
    """`same`: exact | near | no; `distance`: bits of 256 between their PDQ hashes, None where one shows no picture;

    `method`: sha256 | pdq | local, what decided; `comparable`: false where "no" only says that it cannot be told.
    """
    digests = [sha256_of(file) for file in (a, b)]
    if digests[0] == digests[1]:
        return {"same": "exact", "distance": 0, "method": "sha256", "comparable": True}
    from fieldapp.evidence import comparing

    first, second = (
        comparing.print_of(digest, found.said["likeness"], found.features)
        for digest, found in (
            (digests[0], sandbox.read(a, features="both")),
            (digests[1], sandbox.read(b, features="own")),
        )
    )
    said = comparing.compare(first, second)
    return {
        "same": said.same,
        "distance": said.distance,
        "method": said.method,
        "comparable": said.comparable,
    }
