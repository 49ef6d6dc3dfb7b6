"""Form editions as they travel: from `data/<kind>/<edition>/form.yaml`, to the JSON a phone downloads, and back.

What stands at its default is left out of the JSON: a form has sixty fields of twenty properties, and hardly any of
them says something.
"""

import dataclasses
from pathlib import Path
from typing import Any, get_args

import yaml

from fieldapp.checklists.checking import BadEdition
from fieldapp.checklists.editions import DATA, digest_of
from fieldapp.checklists.forms import template
from fieldapp.checklists.forms.proving import problems_of
from fieldapp.checklists.forms.template import Choice, Field, FormEdition, Group, Section

FILE = "form.yaml"
EXPRESSIONS = ("required_if", "applies_if", "rule", "computed", "check_if")
LANGUAGE = 1
QUICKEST = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The C parser where it is built in, ten times faster."""

ALLOWED: dict[str, tuple[str, ...]] = {
    "type": get_args(template.FieldType),
    "personal": get_args(template.Personal),
    "shot": get_args(template.FormShot),
}


def load(kind: str, edition: str, data: Path = DATA) -> FormEdition:
    """Raises BadEdition naming file, place, property and what to do."""
    try:
        written = (data / kind / edition / FILE).read_text("utf-8")
        document = yaml.load(written, QUICKEST)  # noqa: S506 - a SafeLoader
    except yaml.YAMLError as error:
        raise BadEdition([f"{FILE}: edition: {error}"]) from error
    read = read_document(document)
    if problems := problems_of(read):
        raise BadEdition([f"{FILE}: {problem}" for problem in problems])
    return read


def read_document(document: dict[str, Any]) -> FormEdition:
    """The shape alone, proven nowhere. Raises BadEdition."""
    problems = [*_shape(document)]
    if problems:
        raise BadEdition([f"{FILE}: {problem}" for problem in problems])
    return _edition(document)


def as_json(edition: FormEdition) -> dict[str, Any]:
    """{"digest", "edition"}: the same edition gives the same bytes for ever."""
    body = _short(edition)
    return {"digest": digest_of(body), "edition": body}


def from_json(published: dict[str, Any]) -> FormEdition:
    """Raises BadEdition where the digest does not fit the content."""
    if digest_of(published["edition"]) != published["digest"]:
        raise BadEdition(["edition: digest: does not fit the content"])
    return _edition(published["edition"])


def _shape(document: Any) -> list[str]:
    problems = _against(document, FormEdition, "edition")
    if problems:
        return problems
    if document["language"] != LANGUAGE:
        problems.append(f"edition: language: this program speaks {LANGUAGE}")
    for n, group in enumerate(document.get("groups", ())):
        problems += _against(group, Group, f"groups[{n}]")
    for n, section in enumerate(document["sections"]):
        where = f"sections[{n}]"
        found = _against(section, Section, where)
        problems += found
        for each in () if found else section["fields"]:
            problems += _field_shape(each, section["id"])
    return problems


def _field_shape(given: Any, section: str) -> list[str]:
    where = f"{section}.{given.get('id', '?')}" if isinstance(given, dict) else section
    problems = _against(given, Field, where)
    if problems:
        return problems
    for name, allowed in ALLOWED.items():
        if given.get(name) not in (None, *allowed):
            problems.append(f"{where}: {name}: {given[name]} is none of {', '.join(allowed)}")
    for name in EXPRESSIONS:
        if not isinstance(given.get(name, ""), str):
            problems.append(f"{where}: {name}: must be text; put it in quotation marks")
    for choice in given.get("choices", ()):
        problems += _against(choice, Choice, f"{where}: choices")
    return problems


def _against(given: Any, shape: Any, where: str) -> list[str]:
    if not isinstance(given, dict):
        return [f"{where}: must be a mapping"]
    known = {f.name: f for f in dataclasses.fields(shape)}
    needed = [
        name
        for name, f in known.items()
        if f.default is dataclasses.MISSING and f.default_factory is dataclasses.MISSING
    ]
    return [
        *(f"{where}: {name}: is needed" for name in needed if name not in given),
        *(f"{where}: {name}: no such property" for name in given if name not in known),
    ]


def _edition(body: dict[str, Any]) -> FormEdition:
    return FormEdition(
        **{
            **body,
            "schemes": tuple(body["schemes"]),
            "groups": tuple(Group(**group) for group in body.get("groups", ())),
            "sections": tuple(
                Section(**{**section, "fields": tuple(map(_field, section["fields"]))})
                for section in body["sections"]
            ),
        }
    )


def _field(body: dict[str, Any]) -> Field:
    return Field(**{**body, "choices": tuple(Choice(**c) for c in body.get("choices", ()))})


def _short(part: Any) -> Any:
    if dataclasses.is_dataclass(part) and not isinstance(part, type):
        return {
            f.name: _short(value)
            for f in dataclasses.fields(part)
            if (value := getattr(part, f.name)) != f.default and value not in ((), {})
        }
    if isinstance(part, tuple):
        return [_short(each) for each in part]
    return part
