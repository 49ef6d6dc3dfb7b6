"""The answers of a form as its expressions see them: what applies, what is known, what follows. Pure and total.

A field that does not apply is not known, whatever was typed before its condition changed.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from fieldapp.checklists.forms import identity
from fieldapp.checklists.forms.template import Field, FormEdition, Group, Section
from fieldapp.checklists.language.evaluating import evaluate
from fieldapp.checklists.language.syntax import parse
from fieldapp.checklists.language.values import FIRST_DAY, LAST_DAY, Value, bounded, plus

BLANK = " \t\n\r\u3000"
"""What is no answer when it stands alone; the same few characters on the phone."""

MOST_MS = 36525 * 86_400_000

_NUMBER = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,6})?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,3})?Z"
)


@dataclass(frozen=True)
class Row:
    id: str
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Filled:
    """What was filled in. `photos`: the path of each, once a file. `context`: as the task said it, by name.

    A path is `field`, or `group/row id/field`.
    """

    values: Mapping[str, Any]
    rows: Mapping[str, Sequence[Row]] = field(default_factory=dict)
    photos: Sequence[str] = ()
    context: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Place:
    """One field at one place of the form."""

    section: Section
    field: Field
    row: Row | None = None

    @property
    def path(self) -> str:
        return path_of(self.field.id, self.section.group, self.row)


def path_of(field_id: str, group: str | None, row: Row | None) -> str:
    return f"{group}/{row.id}/{field_id}" if group and row else field_id


class Answers:
    """Reads each answer once. Hand in a proven edition: its expressions parse, and nothing hangs on itself."""

    def __init__(self, edition: FormEdition, filled: Filled) -> None:
        self.edition = edition
        self.filled = filled
        self._fields = {asked.id: (section, asked) for section, asked in edition.fields()}
        self._groups = {group.id: group for group in edition.groups}
        self._photos = Counter(filled.photos)
        self._known: dict[tuple[str, str | None], Value] = {}

    def places(self) -> list[Place]:
        """Every field that applies, row by row, in the order of the form."""
        return [
            place
            for section in self.edition.sections
            for row in self.rows(section)
            for asked in section.fields
            if self.applies(place := Place(section, asked, row))
        ]

    def rows(self, section: Section) -> Sequence[Row | None]:
        """[None] for a section that does not repeat."""
        return self.filled.rows.get(section.group, ()) if section.group else (None,)

    def applies(self, place: Place) -> bool:
        return self.holds(place.section.applies_if, place.row) and self.holds(
            place.field.applies_if, place.row
        )

    def holds(self, expression: str | None, row: Row | None) -> bool:
        """Whether a condition is true; no condition is."""
        return expression is None or self.said(expression, row) is True

    def said(self, expression: str, row: Row | None) -> Value:
        return evaluate(parse(expression), lambda name: self.named(name, row))

    def required(self, place: Place) -> bool:
        asked = place.field
        return asked.required or (
            asked.required_if is not None and self.holds(asked.required_if, place.row)
        )

    def rows_wanted(self, group: Group) -> int:
        return group.least if self.holds(group.least_if, None) else 0

    def raw(self, place: Place) -> Any:
        """As the record has it; None where nothing was said."""
        values = place.row.values if place.row else self.filled.values
        return values.get(place.field.id)

    def photos_at(self, place: Place) -> int:
        return self._photos[place.path]

    def value(self, place: Place) -> Value:
        """What the field gives to expressions."""
        key = (place.field.id, place.row.id if place.row else None)
        if key not in self._known:
            self._known[key] = None  # what hangs on itself is not known
            self._known[key] = self._value(place)
        return self._known[key]

    def named(self, name: str, row: Row | None) -> Value:
        """The value of a name: of the same row first, then of the form, then of the task's context."""
        if name in self.edition.context:
            return read_as(self.edition.context[name], self.filled.context.get(name))
        first, *rest = name.split(".")
        if first in self._groups:
            return self._of_group(self._groups[first], rest)
        if first not in self._fields:
            return None
        section, asked = self._fields[first]
        if section.group and row is None:
            return None
        place = Place(section, asked, row if section.group else None)
        return self._part(place, rest[0]) if rest else self.value(place)

    def _value(self, place: Place) -> Value:
        if not self.applies(place):
            return None
        if place.field.computed is not None:
            return self.said(place.field.computed, place.row)
        return read_as(place.field.type, self.raw(place))

    def _part(self, place: Place, part: str) -> Value:
        if not self.applies(place):
            return None
        raw = self.raw(place)
        match part:
            case "count":
                photos = place.field.type == "photos"
                return Decimal(self.photos_at(place) if photos else len(raw or ()))
            case "refused":
                return None if not isinstance(raw, dict) else raw.get("outcome") == "refused"
            case "birth" | "sex":
                number = identity.person_id(raw) if isinstance(raw, str) else None
                if number is None:
                    return None
                return identity.birth_of(number) if part == "birth" else identity.sex_of(number)
        return None

    def _of_group(self, group: Group, rest: list[str]) -> Value:
        rows = self.filled.rows.get(group.id, ())
        if rest == ["count"]:
            return Decimal(len(rows))
        section, asked = self._fields[rest[0]]
        total: Value = Decimal(0)
        for row in rows:
            total = plus(total, self.value(Place(section, asked, row)))
        return total


def read_as(kind: str, raw: Any) -> Value:
    """A raw answer as a value, None where nothing was said or it cannot be read."""
    if kind in ("boolean", "yes_no"):
        return raw if isinstance(raw, bool) else None
    if not isinstance(raw, str):
        return timedelta(milliseconds=raw) if kind == "duration" and _is_whole(raw) else None
    if kind == "number":
        typed = raw.strip(BLANK)
        return bounded(Decimal(typed)) if _NUMBER.fullmatch(typed) else None
    if kind == "date":
        return _day(raw)
    if kind == "time":
        return _instant(raw)
    return raw if kind != "duration" and raw.strip(BLANK) else None


def _is_whole(raw: Any) -> bool:
    return isinstance(raw, int) and not isinstance(raw, bool) and abs(raw) <= MOST_MS


def _day(raw: str) -> date | None:
    if not _DAY.fullmatch(raw):
        return None
    try:
        day = date.fromisoformat(raw)
    except ValueError:
        return None
    return day if FIRST_DAY <= day <= LAST_DAY else None


def _instant(raw: str) -> datetime | None:
    if not _INSTANT.fullmatch(raw):
        return None
    try:
        found = datetime.fromisoformat(raw)
    except ValueError:
        return None
    return found if FIRST_DAY <= found.date() <= LAST_DAY else None
