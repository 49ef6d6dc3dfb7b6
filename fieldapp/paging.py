"""Lists by key: the cursor is the sort key and id of the last row shown, so page 1000 costs what page 1 does."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from marshmallow import Schema, fields, validate
from sqlalchemy import ColumnElement, Select, or_
from sqlalchemy.orm import InstrumentedAttribute

from fieldapp.clock import iso, parse
from fieldapp.db import Moment, db, plain_json
from fieldapp.errors import Invalid
from fieldapp.keys import from_text, to_text


class PageSchema(Schema):
    limit = fields.Integer(load_default=50, validate=validate.Range(1, 200))
    after = fields.String(load_default=None, validate=validate.Length(max=400))


class BadCursor(Invalid):
    zh = "分页位置无效，请从第一页重新打开。"
    en = "This is not a cursor of this list; open it from the first page."


def page(
    rows: Select[Any],
    key: InstrumentedAttribute[Any],
    row_id: InstrumentedAttribute[Any],
    asked: dict[str, Any],
    *,
    newest_first: bool = False,
) -> dict[str, Any]:
    """{"items": rows, "next": cursor | None}, sorted by `key`, then id."""
    if asked.get("after"):
        last = _read(asked["after"], datetime if isinstance(key.type, Moment) else str)
        rows = rows.where(_beyond(key, row_id, last, newest_first=newest_first))
    order = (key.desc(), row_id.desc()) if newest_first else (key, row_id)
    found = db.session.scalars(rows.order_by(*order).limit(asked["limit"] + 1)).unique().all()
    shown = found[: asked["limit"]]
    more = len(found) > len(shown)
    return {"items": shown, "next": _cursor(shown[-1], key, row_id) if more else None}


@dataclass(frozen=True)
class Shelf:
    """Rows of one kind, in an order of their own."""

    rows: Select[Any]
    key: InstrumentedAttribute[Any]
    row_id: InstrumentedAttribute[Any]
    newest_first: bool = True


def page_shelves(shelves: Sequence[Shelf], asked: Mapping[str, Any]) -> dict[str, Any]:
    """{"items": [(number of the shelf, row)], "next"}: one shelf after the other. `asked` as PageSchema has it."""
    found = list[tuple[int, Any]]()
    place, after = _begun(asked["after"], len(shelves))
    for number in range(place, len(shelves)):
        shelf = shelves[number]
        wanted = {"limit": asked["limit"] - len(found), "after": after}
        part = page(shelf.rows, shelf.key, shelf.row_id, wanted, newest_first=shelf.newest_first)
        found.extend((number, row) for row in part["items"])
        if part["next"] is not None:
            return {"items": found, "next": f"{number}.{part['next']}"}
        if len(found) == asked["limit"] and number + 1 < len(shelves):
            return {"items": found, "next": f"{number + 1}."}
        after = None
    return {"items": found, "next": None}


def _begun(cursor: str | None, shelves: int) -> tuple[int, str | None]:
    """The shelf that the cursor stands at, and where on it. Raises BadCursor."""
    if cursor is None:
        return 0, None
    number, dot, after = cursor.partition(".")
    if not (dot and number.isascii() and number.isdigit() and int(number) < shelves):
        raise BadCursor(where="/after")
    return int(number), after or None


def _beyond(
    key: Any, row_id: Any, last: tuple[Any, str], *, newest_first: bool
) -> ColumnElement[bool]:
    value, last_id = last
    if newest_first:
        return or_(key < value, (key == value) & (row_id < last_id))
    return or_(key > value, (key == value) & (row_id > last_id))


def _cursor(row: Any, key: Any, row_id: Any) -> str:
    value = getattr(row, key.key)
    kept = {"t": iso(value)} if isinstance(value, datetime) else {"v": value}
    return to_text(plain_json([kept, getattr(row, row_id.key)]).encode())


def _read(cursor: str, kind: type) -> tuple[Any, str]:
    import json

    try:
        kept, last_id = json.loads(from_text(cursor))
        value = parse(kept["t"]) if "t" in kept else kept["v"]
    except (ValueError, TypeError, KeyError) as error:
        raise BadCursor(where="/after") from error
    if not isinstance(value, kind) or not isinstance(last_id, str):
        raise BadCursor(where="/after")
    return value, last_id
