"""The tables of cases that Python and TypeScript both pass, read into the rules' own values."""

import json
from pathlib import Path
from typing import Any

from fieldapp.checklists import editions, form

CASES = Path(__file__).parent / "cases"
RECORDED = json.loads((CASES / "monthly_check-2026-1.json").read_text(encoding="utf-8"))
EDITION = editions.from_json(RECORDED)
ITEMS = {item.id: item for category in EDITION.categories for item in category.items}


def table(name: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((CASES / f"{name}.json").read_text(encoding="utf-8"))
    return document


def says(case: dict[str, Any]) -> str:
    return str(case["says"])


def units(given: list[dict[str, Any]]) -> list[form.Unit]:
    return [form.Unit(**{"name": unit["id"], **unit}) for unit in given]


def readings(given: list[dict[str, Any]]) -> tuple[form.Reading, ...]:
    return tuple(form.Reading(**reading) for reading in given)


def answer(given: dict[str, Any] | None) -> form.Answer | None:
    if given is None:
        return None
    due = given.get("deadline")
    typed = readings(given.get("readings", []))
    return form.Answer(**{**given, "readings": typed, "deadline": due and form.Due(**due)})


def answers(given: dict[str, dict[str, Any]]) -> dict[str, form.Answer]:
    return {key: said for key, written in given.items() if (said := answer(written))}


def limit(given: dict[str, Any]) -> form.Limit:
    rows = given.get("table")
    return form.Limit(
        **{"q": "q", **given, "table": rows and tuple(form.Row(**row) for row in rows)}
    )
