"""Expressions and their values as the tables of cases write them, and random ones to hold both programs to.

`python -m tests.checklists.expressions` writes cases/form_language_random.json anew.
"""

import json
import random
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from fieldapp.checklists.language.evaluating import evaluate
from fieldapp.checklists.language.syntax import parse
from fieldapp.checklists.language.values import Value, bounded, kind_of, spelled
from fieldapp.clock import iso
from fieldapp.clock import parse as instant

RECORDED = Path(__file__).parent / "cases" / "form_language_random.json"
TIMES = ["2026-11-20T00:00:00.000Z", "2026-11-20T03:00:00.000Z", "1900-01-01T00:00:00.000Z"]
NUMBERS = ["0", "1", "-1", "0.1", "0.2", "3", "999999999999999999", "0.000001", "12.50", "-7.25"]
POOL: list[Any] = [
    None, True, False, "fall", "", "坍塌", *({"number": n} for n in NUMBERS), *({"time": t} for t in TIMES),
    {"date": "2026-02-28"}, {"date": "2199-12-31"}, {"duration": 86_400_000}, {"duration": 5_400_000},
    {"duration": -1}, {"duration": 3_155_760_000_000},
]  # fmt: skip
NAMES = ["a", "b", "c.d", "photos.count"]
LITERALS = [
    "1",
    "0.5",
    "3h",
    "5d",
    "90m",
    "true",
    "false",
    "'fall'",
    "'坍塌'",
    "999999999999999999",
]


def value_in(given: Any) -> Value:
    if not isinstance(given, dict):
        return given
    [(kind, text)] = given.items()
    return {
        "number": lambda text: bounded(Decimal(text)),
        "date": date.fromisoformat,
        "time": instant,
        "duration": lambda ms: timedelta(milliseconds=ms),
    }[kind](text)


def written(value: Value) -> Any:
    kind = kind_of(value)
    match kind:
        case "number":
            return {"number": spelled(value)}
        case "date":
            return {"date": value.isoformat()}
        case "time":
            return {"time": iso(value)}
        case "duration":
            return {"duration": value // timedelta(milliseconds=1)}
    return value


def given_by(names: dict[str, Any]):
    return lambda name: value_in(names.get(name))


def expression(draw: random.Random, deep: int = 4) -> str:
    if deep == 0 or draw.random() < 0.15:
        return draw.choice([*NAMES, *NAMES, *LITERALS])
    left, right = expression(draw, deep - 1), expression(draw, deep - 1)
    listed = ", ".join(draw.sample(LITERALS, draw.randint(1, 3)))
    comparison = draw.choice(["=", "!=", "<", "<=", ">", ">="])
    return draw.choice(
        [
            f"({left}) {draw.choice(['and', 'or'])} ({right})",
            f"not ({left})",
            f"({left}) {comparison} ({right})",
            f"({left}) is {draw.choice(['', 'not '])}null",
            f"({left}) in [{listed}]",
            f"({left}) {draw.choice(['+', '-', '*'])} ({right})",
            f"({left}) {draw.choice(['+', '-', '*'])} ({right})",
        ]
    )


def record(how_many: int, seed: int) -> list[dict[str, Any]]:
    draw = random.Random(seed)
    cases: list[dict[str, Any]] = []
    while len(cases) < how_many:
        source = expression(draw)
        names = {name: draw.choice(POOL) for name in NAMES}
        gives = written(evaluate(parse(source), given_by(names)))
        # What is not known is easy to agree on; most cases must say something.
        if gives is not None or draw.random() < 0.1:
            cases.append({"source": source, "names": names, "is": gives})
    return cases


if __name__ == "__main__":
    lines = ",\n".join(json.dumps(case, ensure_ascii=False) for case in record(400, 2026))
    RECORDED.write_text('{"random": [\n' + lines + "\n]}\n", "utf-8")
