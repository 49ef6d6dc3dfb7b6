"""Many rows in one statement, of several tables too.

PostgreSQL takes them as one JSON text: sent row by row they cost the server, and us, several times as much.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache, partial
from typing import Any

from sqlalchemy import Connection, Table, insert, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.sql.elements import TextClause

from fieldapp.clock import iso
from fieldapp.keys import Personal, PersonalBytes

_DIALECT = postgresql.dialect()


def insert_many(connection: Connection, said: Mapping[Table, Sequence[dict[str, Any]]]) -> None:
    """Each row of a table names the same columns. What one table refers to comes before it."""
    some = {table: rows for table, rows in said.items() if rows}
    if connection.dialect.name == "postgresql" and sum(map(len, some.values())) > 1:
        named = tuple((table, tuple(rows[0])) for table, rows in some.items())
        told = (_as_json(table, rows) for table, rows in some.items())
        connection.execute(_from_json(named), {f"rows_{n}": text for n, text in enumerate(told)})
        return
    for table, rows in some.items():
        connection.execute(insert(table), list(rows))


def _as_json(table: Table, rows: Sequence[dict[str, Any]]) -> str:
    shut = _shut(table)
    if shut:
        rows = [
            row | {name: close(row[name]) for name, close in shut if name in row} for row in rows
        ]
    return json.dumps(rows, ensure_ascii=False, default=_told)


@cache
def _shut(table: Table) -> tuple[tuple[str, Callable[[Any], Any]], ...]:
    """Columns that are encrypted on their way."""
    return tuple(
        (column.name, partial(column.type.process_bind_param, dialect=None))
        for column in table.columns
        if isinstance(column.type, Personal | PersonalBytes)
    )


@cache
def _from_json(named: tuple[tuple[Table, tuple[str, ...]], ...]) -> TextClause:
    """All but the last as parts of one statement, at whose end the foreign keys are looked at."""
    *first, last = (_one(table, names, n) for n, (table, names) in enumerate(named))
    parts = ", ".join(f"part_{n} as ({insertion})" for n, insertion in enumerate(first))
    return text(f"with {parts} {last}" if parts else last)


def _one(table: Table, names: tuple[str, ...], number: int) -> str:
    columns = ", ".join(names)
    types = ", ".join(f"{name} {table.c[name].type.compile(_DIALECT)}" for name in names)
    return (
        f"insert into {table.name} ({columns}) select {columns}"  # noqa: S608 - names of our own tables
        f" from json_to_recordset(cast(:rows_{number} as json)) as given ({types})"
    )


def _told(value: object) -> str:
    """As PostgreSQL reads it. An instant goes without its offset, as `Moment` keeps it: it is always UTC."""
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError("an instant needs its offset")
        return str(iso(value)).removesuffix("Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, bytes):
        return f"\\x{value.hex()}"
    raise TypeError(f"{type(value).__name__} has no place in a plain row")
