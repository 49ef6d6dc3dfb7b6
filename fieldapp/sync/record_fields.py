"""The fields that a record is made of. Text is measured here, so that no column ever refuses what was judged."""

import math
import re
from datetime import date
from typing import Any

from marshmallow import (
    ValidationError,
    fields,
    validate,
)

from fieldapp.clock import parse
from fieldapp.shapes import MomentField

EARLIEST, LATEST = parse("2020-01-01T00:00:00Z"), parse("2100-01-01T00:00:00Z")
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 1, 1)
INT32 = 2**31 - 1
_SENT_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_SURROGATE = frozenset(map(chr, range(0xD800, 0xE000)))
MOST_FIELDS = 500
DEEPEST_ANSWER = 4


class Text(fields.String):
    """A string that every database can keep: no NUL, no half of a surrogate pair."""

    def __init__(self, most: int, least: int = 0, **kwargs: Any) -> None:
        super().__init__(validate=validate.Length(least, most), **kwargs)

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> str:
        if not isinstance(value, str):
            raise ValidationError("not a text")
        if not _is_storable(value):
            raise ValidationError("holds characters that are not text")
        return value


class Word(Text):
    """One of a fixed list."""

    def __init__(self, *words: str, **kwargs: Any) -> None:
        super().__init__(60, **kwargs)
        self.validators = [validate.OneOf(words)]
        self.validate = self.validators[0]


class SentId(Text):
    """A UUID as phones write it: lower case with hyphens."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(36, **kwargs)

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if not is_sent_id(text):
            raise ValidationError("not a UUID in lower case")
        return text


class Flag(fields.Boolean):
    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise ValidationError("not true or false")
        return value


class Whole(fields.Integer):
    def __init__(self, least: int, most: int, **kwargs: Any) -> None:
        super().__init__(validate=validate.Range(least, most), **kwargs)

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise ValidationError("not a whole number")
        return value


class Number(fields.Float):
    def __init__(self, least: float, most: float, **kwargs: Any) -> None:
        super().__init__(validate=validate.Range(least, most), **kwargs)

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not _is_finite(value):
            raise ValidationError("not a number")
        return float(value)


class Instant(MomentField):
    """ISO 8601 with its offset, between 2020 and 2100."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        if not isinstance(value, str):
            raise ValidationError("not a time as text")
        try:
            moment = parse(value)
        except (ValueError, OverflowError) as error:
            raise ValidationError("not a time with its offset") from error
        if not EARLIEST <= moment < LATEST:
            raise ValidationError("not a time of this century's inspections")
        return moment


class Day(fields.Date):
    """`2026-12-01`, of this century's papers."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        if not isinstance(value, str) or len(value) != len("2026-12-01"):
            raise ValidationError("not a day")
        day = super()._deserialize(value, attr, data, **kwargs)
        if not FIRST_DAY <= day <= LAST_DAY:
            raise ValidationError("not a day of this century's papers")
        return day


class Said(fields.Dict):
    """Answers of a form by field; whether each has its field's shape is judged beside the edition."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        if not isinstance(value, dict) or len(value) > MOST_FIELDS:
            raise ValidationError(f"not an object of at most {MOST_FIELDS} answers")
        _require_storable(value)
        return value


def _require_storable(value: Any, deep: int = 0) -> None:
    if isinstance(value, str) and not _is_storable(value):
        raise ValidationError("holds characters that are not text")
    if isinstance(value, float) and not math.isfinite(value):
        raise ValidationError("not a number")
    if isinstance(value, dict | list) and deep == DEEPEST_ANSWER:
        raise ValidationError("nested too deeply")
    for part in _parts_of(value):
        _require_storable(part, deep + 1)


def _is_finite(number: float) -> bool:
    try:
        return math.isfinite(number)
    except OverflowError:  # a whole number of hundreds of digits
        return False


def _is_storable(text: str) -> bool:
    return "\x00" not in text and (text.isascii() or _SURROGATE.isdisjoint(text))


def _parts_of(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [*value.keys(), *value.values()]
    return value if isinstance(value, list) else []


def is_sent_id(text: str) -> bool:
    return _SENT_ID.fullmatch(text) is not None


def sha256_field(**kwargs: Any) -> Text:
    field = Text(64, **kwargs)
    field.validators = [validate.Regexp(r"\A[0-9a-f]{64}\Z")]
    return field
