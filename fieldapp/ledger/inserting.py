"""Many rows in one statement.

PostgreSQL takes them as one JSON text: sent row by row they cost the server, and us, several times as much.
"""

import json
from collections.abc import Sequence
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Connection, Date, Integer, String, Table, insert, text
from sqlalchemy.sql.elements import TextClause

from fieldapp.clock import iso
from fieldapp.db import Moment

PLAIN = (String, Integer, Boolean, Date, Moment)
"""Types of columns whose values JSON tells as the database takes them."""


def insert_many(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Each row names the same columns."""
    if len(rows) > 1 and connection.dialect.name == "postgresql" and _is_plain(table):
        told = json.dumps(rows, ensure_ascii=False, default=_told)
        connection.execute(_from_json(table, tuple(rows[0])), {"rows": told})
    else:
        connection.execute(insert(table), list(rows))


@cache
def _is_plain(table: Table) -> bool:
    return all(_tells(column) for column in table.columns)


def _tells(column: Column[Any]) -> bool:
    """JSON's null would become none at all in a column of JSON."""
    return isinstance(column.type, PLAIN) or (type(column.type) is JSON and not column.nullable)


@cache
def _from_json(table: Table, names: tuple[str, ...]) -> TextClause:
    columns = ", ".join(names)
    return text(
        f"insert into {table.name} ({columns}) select {columns}"  # noqa: S608 - names of our own tables
        f" from json_populate_recordset(null::{table.name}, cast(:rows as json))"
    )


def _told(value: object) -> str | None:
    """An instant without its offset, as `Moment` keeps it: it is always UTC."""
    if isinstance(value, datetime):
        return str(iso(value)).removesuffix("Z")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in a plain row")
