"""Many rows in one statement, of several tables too.

PostgreSQL takes them as one JSON text: sent row by row they cost the server, and us, several times as much.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Connection, Date, Integer, String, Table, insert, text
from sqlalchemy.sql.elements import TextClause

from fieldapp.clock import iso
from fieldapp.db import Moment

PLAIN = (String, Integer, Boolean, Date, Moment)
"""Types of columns whose values JSON tells as the database takes them."""


def insert_many(connection: Connection, said: Mapping[Table, Sequence[dict[str, Any]]]) -> None:
    """Each row of a table names the same columns. What one table refers to comes before it."""
    at_once = {}
    for table, rows in said.items():
        if len(rows) > 1 and connection.dialect.name == "postgresql" and _is_plain(table):
            at_once[table] = rows
        elif rows:
            connection.execute(insert(table), list(rows))
    if at_once:
        named = tuple((table, tuple(rows[0])) for table, rows in at_once.items())
        told = (json.dumps(rows, ensure_ascii=False, default=_told) for rows in at_once.values())
        connection.execute(_from_json(named), {f"rows_{n}": text for n, text in enumerate(told)})


@cache
def _is_plain(table: Table) -> bool:
    return all(_tells(column) for column in table.columns)


def _tells(column: Column[Any]) -> bool:
    """JSON's null would become none at all in a column of JSON."""
    return isinstance(column.type, PLAIN) or (type(column.type) is JSON and not column.nullable)


@cache
def _from_json(named: tuple[tuple[Table, tuple[str, ...]], ...]) -> TextClause:
    """All but the last as parts of one statement, at whose end the foreign keys are looked at."""
    *first, last = (_one(table, names, n) for n, (table, names) in enumerate(named))
    parts = ", ".join(f"part_{n} as ({insertion})" for n, insertion in enumerate(first))
    return text(f"with {parts} {last}" if parts else last)


def _one(table: Table, names: tuple[str, ...], number: int) -> str:
    columns = ", ".join(names)
    return (
        f"insert into {table.name} ({columns}) select {columns}"  # noqa: S608 - names of our own tables
        f" from json_populate_recordset(null::{table.name}, cast(:rows_{number} as json))"
    )


def _told(value: object) -> str | None:
    """An instant without its offset, as `Moment` keeps it: it is always UTC."""
    if isinstance(value, datetime):
        return str(iso(value)).removesuffix("Z")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in a plain row")
