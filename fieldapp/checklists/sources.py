"""The files a person writes, read into the one document that `editions` keeps.

Problems name file, item and field: "crane.yaml: crane.tower.hook_rope: limits[0].op: ...".
"""

from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

Document = dict[str, Any]

ITEM_NEEDS = ("id", "zh", "en", "check", "severity", "basis", "verified", "photo", "field", "fix")
ITEM_MAY: Document = {
    "sub": None,
    "limits": [],
    "major_when": None,
    "major_when_draft": False,
    "mh": {},
    "mh_verified": [],
    "jgj59": None,
    "note": None,
    "mandatory": False,
    "mandatory_part": None,
}
FIELD_NEEDS = ("proof", "cadence", "method", "persistence", "zone", "unit")
SHAPES = {
    "photo": dict,
    "field": dict,
    "mh": dict,
    "limits": list,
    "basis": list,
    "mh_verified": list,
}
LIMIT_NEEDS = ("q", "op", "v", "u")
LIMIT_MAY = ("by", "table", "role", "judge", "alt", "tol_from")
CATEGORY_NEEDS = ("category", "zh", "en", "items")
CATEGORY_MAY = ("danger_scale", "seen", "note")
EDITION_NEEDS = (
    *("id", "edition", "zh", "en", "categories", "zones", "unit_kinds", "answers"),
    *("deadlines", "severities", "major_standards", "reasons", "shots", "personal_shots", "proof"),
)
WORD = ("id", "zh", "en")
ENTRY_NEEDS = {
    "categories": (*WORD, "file", "mandatory", "may_be_absent", "drawn"),
    "zones": WORD,
    "unit_kinds": (*WORD, "category", "systems"),
    "answers": WORD,
    "deadlines": (*WORD, "needs_moment"),
    "severities": WORD,
    "major_standards": WORD,
    "shots": (*WORD, "hint_zh", "hint_en"),
}
ENTRY_MAY = {"unit_kinds": ("general_from",)}
REASON_LISTS = ("not_inspected", "absent")
PROOF_LISTS = ("fail_owed", "fail_owed_with_reading")


class _Broken(Exception):
    pass


def read(folder: Path) -> tuple[Document, list[str]]:
    """The document of one edition's folder, and what is wrong with its files: so much that it is empty, or less."""
    try:
        edition, phrases = _yaml(folder / "edition.yaml"), _yaml(folder / "phrases.yaml")
        if problems := _edition_problems(edition):
            return {}, problems
        files = {c["id"]: _yaml(folder / c["file"]) for c in edition["categories"]}
    except _Broken as broken:
        return {}, [str(broken)]
    problems = [p for c in edition["categories"] for p in _category_problems(c, files[c["id"]])]
    if problems:
        return {}, problems
    zones = {zone["zh"]: zone["id"] for zone in edition["zones"]}
    personal = edition.pop("personal_shots")
    categories = [
        _category(c, files[c["id"]], phrases, personal, zones) for c in edition["categories"]
    ]
    asked = {item["id"]: item for c in categories for item in c["items"]}
    problems = [
        f"phrases.yaml: {name}: item: no such item" for name in phrases if name not in asked
    ]
    for name, shots in personal.items():
        listed = [photo["shot"] for photo in asked[name]["photo"]] if name in asked else []
        problems += [
            f"edition.yaml: personal_shots: {name}: lists no {shot}"
            for shot in shots
            if shot not in listed
        ]
    kinds = [{"general_from": None, **kind} for kind in edition["unit_kinds"]]
    return {**edition, "categories": categories, "unit_kinds": kinds}, problems


def _edition_problems(edition: Document) -> list[str]:
    problems = _needs(edition, EDITION_NEEDS, (), "edition.yaml: edition")
    problems += _needs(edition.get("reasons") or {}, REASON_LISTS, (), "edition.yaml: reasons")
    problems += _needs(edition.get("proof") or {}, PROOF_LISTS, (), "edition.yaml: proof")
    if problems:
        return problems
    for name, needed in ENTRY_NEEDS.items():
        for n, entry in enumerate(edition[name]):
            where = f"edition.yaml: {entry.get('id', f'{name}[{n}]')}"
            problems += _needs(entry, needed, ENTRY_MAY.get(name, ()), where)
    for listed in edition["reasons"].values():
        problems += [
            p
            for r in listed
            for p in _needs(r, (*WORD, "needs_note"), (), f"edition.yaml: {r.get('id')}")
        ]
    for kind in edition["unit_kinds"]:
        where = f"edition.yaml: {kind.get('id')}: systems"
        problems += [
            p for s in kind.get("systems", []) for p in _needs(s, (*WORD, "shows"), (), where)
        ]
    return problems


def _category_problems(entry: Document, file: Document) -> list[str]:
    name = entry["file"]
    problems = _needs(file, CATEGORY_NEEDS, CATEGORY_MAY, f"{name}: category")
    if problems:
        return problems
    if file["category"] != entry["id"]:
        problems.append(f"{name}: category: category: is {file['category']}, not {entry['id']}")
    return problems + [
        p for n, item in enumerate(file["items"]) for p in _item_problems(name, n, item)
    ]


def _item_problems(file: str, place: int, item: Document) -> list[str]:
    where = f"{file}: {item.get('id', f'items[{place}]')}"
    problems = _needs(item, ITEM_NEEDS, ITEM_MAY, where)
    for name, shape in SHAPES.items():
        if not isinstance(item.get(name, shape()), shape):
            return [
                *problems,
                f"{where}: {name}: is not a {'mapping' if shape is dict else 'list'}",
            ]
    problems += _needs(item.get("field", {}), FIELD_NEEDS, (), f"{where}: field")
    for n, limit in enumerate(item.get("limits", [])):
        problems += _needs(limit, LIMIT_NEEDS, LIMIT_MAY, f"{where}: limits[{n}]")
        problems += _number_problems(limit, f"{where}: limits[{n}]")
    return problems


def _number_problems(limit: Document, where: str) -> list[str]:
    if limit.get("v") != "table":
        return [] if _is_number(limit.get("v")) else [f"{where}: v: is neither a number nor table"]
    table = limit.get("table")
    if not table or not limit.get("by"):
        return [
            f"{where}: table: v: table needs the rows in `table` and the question for the row in `by`"
        ]
    return [f"{where}: table: {row}: not a number" for row, v in table.items() if not _is_number(v)]


def _needs(given: Document, needed: Iterable[str], allowed: Iterable[str], where: str) -> list[str]:
    known = {*needed, *allowed}
    missing = [f"{where}: {name}: missing" for name in needed if name not in given]
    return missing + [f"{where}: {name}: unknown field" for name in given if name not in known]


def _category(
    entry: Document, file: Document, phrases: Document, personal: Document, zones: dict[str, str]
) -> Document:
    scale = file.get("danger_scale")
    return {
        **{name: value for name, value in entry.items() if name != "file"},
        "title_zh": file["zh"],
        "title_en": file["en"],
        "danger_scale": scale and {"note": None, **scale},
        "items": [
            _item(item, phrases, personal.get(item["id"], []), zones) for item in file["items"]
        ],
    }


def _item(
    item: Document, phrases: Document, personal: list[str], zones: dict[str, str]
) -> Document:
    worked = item["field"]
    return {
        **ITEM_MAY,
        **{name: value for name, value in item.items() if name != "field"},
        **worked,
        # The files name a zone as it is written on the phone; the rest of the system by its id.
        "zone": zones.get(worked["zone"], worked["zone"]),
        "limits": [_limit(limit) for limit in item.get("limits", [])],
        "photo": [
            {"shot": shot, "hint": hint, "personal": shot in personal}
            for shot, hint in item["photo"].items()
        ],
        "phrases": phrases.get(item["id"], []),
    }


def _limit(limit: Document) -> Document:
    table = limit.get("table")
    return {
        **dict.fromkeys(LIMIT_MAY),
        **limit,
        "v": None if limit["v"] == "table" else _decimal(limit["v"]),
        "table": table and [{"row": row, "v": _decimal(v)} for row, v in table.items()],
    }


def _decimal(number: int | Decimal) -> str:
    return format(Decimal(number).normalize(), "f")


def _is_number(value: object) -> bool:
    return isinstance(value, (int, Decimal)) and not isinstance(value, bool)


def _yaml(path: Path) -> Document:
    try:
        document = yaml.load(path.read_text(encoding="utf-8"), _Exact)  # noqa: S506 - a SafeLoader
    except FileNotFoundError:
        raise _Broken(f"{path.name}: file: missing") from None
    except yaml.YAMLError as error:
        raise _Broken(f"{path.name}: file: not YAML: {' '.join(str(error).split())}") from error
    if not isinstance(document, dict):
        raise _Broken(f"{path.name}: file: not a mapping")
    return document


class _Exact(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """The C parser where it is built in, ten times faster. Decimals as they are written, and no key twice: a second `limits:` would silently replace the first."""

    def construct_mapping(
        self,
        node: yaml.MappingNode,
        deep: bool = False,  # noqa: FBT001, FBT002 - as its base has it
    ) -> dict[Any, Any]:
        keys = [key.value for key, _ in node.value]
        for key, _ in node.value:
            if keys.count(key.value) > 1:
                raise yaml.constructor.ConstructorError(
                    None, None, f"{key.value} stands twice", key.start_mark
                )
        return super().construct_mapping(node, deep)


def _exact_decimal(loader: _Exact, node: yaml.ScalarNode) -> Decimal:
    return Decimal(loader.construct_scalar(node).replace("_", ""))


_Exact.add_constructor("tag:yaml.org,2002:float", _exact_decimal)
