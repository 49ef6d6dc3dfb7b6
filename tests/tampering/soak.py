"""python -m tests.tampering.soak --trials N --state FILE: N trials of each kind of tampering, going on after a stop.

Writes its part of docs/reliability.md when all are done. Exit 1 when one went unnoticed.
"""

import argparse
import json
import re
import sys
import time
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from tests.tampering.lab import KINDS, Lab

DOCUMENT = Path(__file__).parents[2] / "docs" / "reliability.md"
BEGIN, END = "<!-- tampering: begin -->", "<!-- tampering: end -->"


def main() -> int:
    options = _options().parse_args()
    state: dict[str, Any] = {"seed": options.seed, "done": {}, "unnoticed": [], "seconds": 0.0}
    if options.state.exists():
        state = json.loads(options.state.read_text())
    with TemporaryDirectory() as folder:
        lab = Lab(Path(folder))
        for kind in KINDS:
            for number in range(state["done"].get(kind, 0), options.trials):
                _one(lab, kind, number, state)
                options.state.write_text(json.dumps(state, ensure_ascii=False, indent=1))
            sys.stdout.write(f"{kind}: {state['done'].get(kind, 0)} trials\n")
            sys.stdout.flush()
    _write_part(state)
    for missed in state["unnoticed"]:
        sys.stderr.write(f"went unnoticed: {missed}\n")
    return 1 if state["unnoticed"] else 0


def _one(lab: Lab, kind: str, number: int, state: dict[str, Any]) -> None:
    """Each trial has a seed of its own, so that one that fails can be had again."""
    started = time.monotonic()
    trial = lab.trial(kind, Random(f"{state['seed']} {kind} {number}"))
    state["seconds"] += time.monotonic() - started
    state["done"][kind] = number + 1
    if not trial.noticed:
        state["unnoticed"].append(f"{kind} {number}: {trial.what}")


def _write_part(state: dict[str, Any]) -> None:
    missed = [one.partition(": ")[0].rpartition(" ")[0] for one in state["unnoticed"]]
    lines = [
        BEGIN,
        "## Tampering",
        "",
        "Somebody who may write the database and the store spoils one thing by chance; then everything",
        f"is verified (`python -m tests.tampering.soak`, seed {state['seed']!r}, {state['seconds']:.0f} s).",
        "",
        "| what was done | trials | unnoticed |",
        "|---|---|---|",
        *(f"| {kind} | {count} | {missed.count(kind)} |" for kind, count in state["done"].items()),
        "",
        END,
    ]
    text = DOCUMENT.read_text() if DOCUMENT.exists() else "# Reliability, as measured\n\n"
    part = re.compile(f"{re.escape(BEGIN)}.*?{re.escape(END)}\n?", re.DOTALL)
    own = "\n".join(lines) + "\n"
    DOCUMENT.write_text(part.sub(own, text) if part.search(text) else text.rstrip() + "\n\n" + own)


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.tampering.soak")
    parser.add_argument("--trials", type=int, default=100)
    parser.add_argument("--state", type=Path, default=Path("var/soak-tampering.json"))
    parser.add_argument("--seed", default="fieldapp")
    return parser


if __name__ == "__main__":
    sys.exit(main())
