"""`fieldapp score evaluate`: facts on disk in, sheet on stdout. Opens no database."""

import argparse
import json
import sys
from collections.abc import Iterable
from pathlib import Path

from fieldapp.errors import Fault, unopened
from fieldapp.scoring.loading import scheme
from fieldapp.scoring.reading import Unacceptable, parse_json
from fieldapp.scoring.sheet import evaluate as evaluated

REFUSED = 2


def evaluate(arguments: list[str]) -> int:
    """Print the sheet and return 0, or print one problem a line on stderr and return 2."""
    asked = _parser().parse_args(arguments)
    reading = asked.scheme
    try:
        rules = scheme(asked.scheme)
        reading = asked.facts
        sheet = evaluated(rules, parse_json(_content(asked.facts)))
    except Unacceptable as refused:
        _tell(reading, refused.faults)
        return REFUSED
    _write(sys.stdout.fileno(), json.dumps(sheet, ensure_ascii=False, indent=2))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="fieldapp score evaluate",
        description="Evaluate facts by a scheme; the sheet is JSON on stdout.",
        epilog="Bad facts: exit 2, one JSON problem a line on stderr, no sheet.",
    )
    parser.add_argument("scheme", metavar="SCHEME", help="a scheme's id, or the path of its file")
    parser.add_argument("facts", metavar="FACTS", help="a JSON file, or - for stdin")
    return parser


def _content(facts: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if facts == "-" else Path(facts).read_bytes()
    except (OSError, ValueError) as error:
        raise Unacceptable([Fault("", "UnreadableFacts", unopened(error))]) from error


def _tell(file: str, faults: Iterable[Fault]) -> None:
    """`where` is a place in `file`, which is the scheme or the facts, as they were named."""
    for fault in faults:
        sys.stderr.write(json.dumps({"file": file, **fault.as_json()}) + "\n")


def _write(stream: int, text: str) -> None:
    # Sheets are UTF-8 whatever the terminal's locale says.
    with open(stream, "w", encoding="utf-8", closefd=False) as out:
        out.write(text + "\n")
