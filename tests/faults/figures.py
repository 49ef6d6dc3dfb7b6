"""Where a soak writes down what it found, and the figures of whole visits and days among it."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.faults.trials import MB

PAIRS = ("sqlite+disk", "postgresql+s3")


def state() -> Path | None:
    """Where trials are written down; None in an ordinary run of the tests."""
    given = os.environ.get("FIELDAPP_SOAK")
    return Path(given) if given else None


@dataclass(frozen=True)
class Day:
    """`tab_*`: the most that the page's process took, in bytes; `beside`: bytes that travelled beside the originals: previews, records, what was sent again."""

    what: str
    pair: str
    day: str
    visits: int
    files: int
    bytes: int
    capture_s: int
    send_s: int
    tab_capturing: int
    tab_sending: int
    requests: int
    failed: int
    beside: int


def note(day: Day) -> None:
    file = state()
    if file is not None:
        with _days(file).open("a") as lines:
            lines.write(json.dumps(asdict(day)) + "\n")


def table(file: Path) -> str:
    """Of each class and pair the largest; empty where none was made."""
    days = _largest(file)
    if not days:
        return ""
    rows: dict[str, list[str]] = {
        "visits, files": [f"{one.visits}, {one.files}" for one in days],
        "captured offline": [f"{one.bytes / MB:.0f} MiB in {one.capture_s} s" for one in days],
        "sent in": [f"{one.send_s} s" for one in days],
        "requests, of them failed": [f"{one.requests}, {one.failed}" for one in days],
        "travelled beside them": [f"{one.beside / MB:.1f} MiB" for one in days],
        "the tab at most, capturing": [f"{one.tab_capturing / MB:.0f} MiB" for one in days],
        "the tab at most, sending": [f"{one.tab_sending / MB:.0f} MiB" for one in days],
        "day": [one.day for one in days],
    }
    head = "| | " + " | ".join(f"{one.what}, {one.pair}" for one in days) + " |"
    lines = [f"| {name} | " + " | ".join(told) + " |" for name, told in rows.items()]
    return "\n".join([head, "|---" * (len(days) + 1) + "|", *lines])


def _largest(file: Path) -> list[Day]:
    if not _days(file).exists():
        return []
    found = [Day(**json.loads(line)) for line in _days(file).read_text().splitlines()]
    largest = {(one.what, one.pair): one for one in sorted(found, key=lambda one: one.bytes)}
    return sorted(largest.values(), key=lambda one: (one.what, PAIRS.index(one.pair)))


def _days(file: Path) -> Path:
    return file.with_name("days.jsonl")
