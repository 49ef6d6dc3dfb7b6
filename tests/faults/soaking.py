"""The long run: the same trials many times over, written down one by one, so that it goes on where it was stopped.

make soak                 # the full counts; SOAK_SHARE=0.1 makes a tenth of them
python -m tests.faults.soaking var/soak.jsonl      # the table anew, from what was written down
"""

import json
import os
import platform
import random
import re
import sys
import time
import traceback
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from tests.faults import browser_trials, days, figures  # noqa: F401 - register their classes
from tests.faults.figures import PAIRS
from tests.faults.trials import CLASSES, Class
from tests.faults.truth import Duplicated, Lost

ROOT = Path(__file__).parents[2]
TABLE = ROOT / "docs" / "reliability.md"
BEGIN, END = "<!-- table -->", "<!-- end -->"


@dataclass(frozen=True)
class Found:
    """outcome: held | lost | duplicated | broken (the trial itself went wrong, or an expectation of it)."""

    kind: str
    pair: str
    seed: int
    outcome: str
    detail: str
    seconds: float


def run(kind: Class, seed: int, rig) -> None:
    """One trial; the same for the same seed as far as time and threads allow."""
    try:
        kind.trial(rig, random.Random(f"{kind.name} {seed}"))
    finally:
        rig.rest()


def soak(kind: Class, rig, file: Path) -> Iterator[Found]:
    """The trials of this class that were not yet made."""
    count = max(1, round(kind.in_soak * float(os.environ.get("SOAK_SHARE", "1"))))
    made = {(f.kind, f.pair, f.seed) for f in written(file)}
    for seed in range(count):
        if (kind.name, rig.pair, seed) not in made:
            found = _tried(kind, seed, rig)
            with file.open("a") as lines:
                lines.write(json.dumps(asdict(found), ensure_ascii=False) + "\n")
            yield found


def _tried(kind: Class, seed: int, rig) -> Found:
    begun, outcome, detail = time.monotonic(), "held", ""
    try:
        run(kind, seed, rig)
    except Lost as lost:
        outcome, detail = "lost", str(lost)
    except Duplicated as twice:
        outcome, detail = "duplicated", str(twice)
    except Exception:  # noqa: BLE001 - written down, and the soak goes on
        outcome, detail = "broken", traceback.format_exc()
        rig.house.comes_back()
    return Found(kind.name, rig.pair, seed, outcome, detail, round(time.monotonic() - begun, 2))


def written(file: Path) -> list[Found]:
    if not file.exists():
        return []
    return [Found(**json.loads(line)) for line in file.read_text().splitlines()]


def table(found: list[Found], before: Mapping[str, list[int]]) -> str:
    """A row a class. `before`: the rows that stand there; a soak of some classes leaves the others as they are."""
    trials, outcomes = Counter(), Counter()
    for one in found:
        trials[one.kind, one.pair] += 1
        outcomes[one.kind, one.outcome] += 1
    head = f"| fault | {' | '.join(f'trials, {pair}' for pair in PAIRS)} | lost | duplicated | broken |"
    lines, sums = [head, "|---" * (len(PAIRS) + 4) + "|"], [0] * (len(PAIRS) + 3)
    for kind in CLASSES:
        name = kind.name.replace("_", " ")
        made = [trials[kind.name, pair] for pair in PAIRS]
        bad = [outcomes[kind.name, outcome] for outcome in ("lost", "duplicated", "broken")]
        row = [*made, *bad] if any(made) else before.get(name, [*made, *bad])
        sums = [total + one for total, one in zip(sums, row, strict=True)]
        lines.append(_row(name, row))
    lines.append(_row("**all**", sums))
    day = datetime.now(UTC).date().isoformat()
    lines.append(
        f"\nLast soak: {day}, {os.cpu_count()} processors, Python {platform.python_version()}."
    )
    return "\n".join(lines)


def _row(name: str, numbers: list[int]) -> str:
    return f"| {name} | {' | '.join(map(str, numbers))} |"


def rows_in(text: str) -> dict[str, list[int]]:
    """By name, the rows of numbers of a table that was set before."""
    rows = re.findall(r"^\| ([a-z ]+) \| ([0-9 |]+) \|$", text, re.MULTILINE)
    return {name: [int(number) for number in numbers.split(" | ")] for name, numbers in rows}


def main(arguments: list[str]) -> int:
    found = written(Path(arguments[0]))
    text = TABLE.read_text()
    head, _, rest = text.partition(BEGIN)
    there, _, tail = rest.partition(END)
    told = "\n\n".join(
        filter(None, (table(found, rows_in(there)), figures.table(Path(arguments[0]))))
    )
    TABLE.write_text(f"{head}{BEGIN}\n{told}\n{END}{tail}")
    for one in found:
        if one.outcome != "held":
            sys.stdout.write(f"{one.kind} {one.pair} seed {one.seed}: {one.outcome} {one.detail}\n")
    return 1 if any(one.outcome != "held" for one in found) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
