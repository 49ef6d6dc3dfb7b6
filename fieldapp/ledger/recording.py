"""An entry for every change of every table, in the transaction that makes it. Nobody has to remember to write one."""

import secrets
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any, cast

from sqlalchemy import Table, UpdateBase, event, inspect
from sqlalchemy.orm import ORMExecuteState, Session, SessionTransaction, UOWTransaction
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.util import identity_key
from sqlalchemy.sql.dml import ReturningUpdate

from fieldapp.clock import iso, now
from fieldapp.db import Base, db, new_id
from fieldapp.keys import canonical_row, sha256
from fieldapp.ledger import adding, holding
from fieldapp.ledger.actor import current
from fieldapp.ledger.models import LedgerEntry

_WAITING = "rows that wait for the flush that is due"


class UnrecordedChange(Exception):
    """A bulk statement would change rows that the ledger never sees."""


class LedgerRewritten(Exception):
    """An entry would be changed or deleted; what happened stays."""


def watch(session_class: type[Session]) -> None:
    """Record every flush of sessions of this class."""
    if not event.contains(session_class, "after_flush", _record):
        event.listen(session_class, "before_flush", _add_together)
        event.listen(session_class, "after_flush", _record)
        event.listen(session_class, "before_commit", _write_waiting)
        event.listen(session_class, "after_transaction_end", _forget_waiting)
        event.listen(session_class, "do_orm_execute", _refuse_bulk)
        holding.watch(session_class)


def insert_rows(said: Mapping[type[Base], Sequence[dict[str, Any]]]) -> None:
    """Add many rows with their entries, past the unit of work: for rows that nobody holds in this transaction.

    Each names every column of its class. Where a flush is due they go with it: what they refer to may be new as well.
    """
    for kind, rows in said.items():
        _require_every_column(kind, rows)
    session = db.session()
    if session.new:
        session.info.setdefault(_WAITING, []).append(said)
    else:
        _insert(session, said)


def change_rows(
    kind: type[Base], change: ReturningUpdate[Any], said: dict[str, Any]
) -> list[dict[str, Any]]:
    """Change rows of this class with their entries, past the unit of work; what they are now, by column.

    `change` returns every column of theirs.
    """
    session = db.session()
    session.flush()
    rows = [dict(row) for row in session.connection().execute(change, said).mappings()]
    _require_every_column(kind, rows)
    holding.hold(session, _entries_of(kind, rows, "update"))
    for row in rows:
        _bring_up_to_date(session, kind, row)
    return rows


def _bring_up_to_date(session: Session, kind: type[Base], row: dict[str, Any]) -> None:
    """What the session holds of this row."""
    key = tuple(row[column.name] for column in inspect(kind).primary_key)
    held = session.identity_map.get(identity_key(kind, key))
    for name, attribute in _columns(kind) if held is not None else ():
        if attribute not in held.__dict__ or held.__dict__[attribute] != row[name]:
            set_committed_value(held, attribute, row[name])


def _add_together(session: Session, _flush: UOWTransaction, _objects: Any) -> None:
    """What this flush adds, as far as nothing else of it has to come first; the rest is left to the unit of work."""
    rows = adding.plainly_new(session)
    if rows:
        said = defaultdict[type[Base], list[dict[str, Any]]](list)
        for row in rows:
            said[type(row)].append(adding.columns_of(row))
        if len(rows) == len(session.new):  # or else they wait until the others are there
            for waiting in session.info.pop(_WAITING, ()):
                for kind, bare in waiting.items():
                    said[kind] += bare
        _insert(session, said)
        adding.now_there(session, rows)


def _insert(session: Session, said: Mapping[type[Base], Sequence[dict[str, Any]]]) -> None:
    """In one statement with their entries, and with those that were held."""
    tables = {cast("Table", kind.__table__): rows for kind, rows in said.items()}
    entries = [entry for kind, rows in said.items() for entry in _entries_of(kind, rows)]
    holding.write(session, entries, tables)


def _entries_of(
    kind: type[Base], rows: Iterable[dict[str, Any]], act: str = "insert"
) -> list[dict[str, Any]]:
    if kind.ledger_exempt is not None:
        return []
    key = [column.name for column in inspect(kind).primary_key]
    entries, common = [], _said_now(act)
    for row in rows:
        row_id = "/".join(str(row[name]) for name in key)
        # Most are text or nothing, and so many that a call for each would show.
        told = {
            name: value if value is None or type(value) is str else _plain(value)
            for name, value in row.items()
        }
        entries.append(_entry(common, kind.__tablename__, row_id, told))
    return entries


def _require_every_column(kind: type[Base], rows: Iterable[dict[str, Any]]) -> None:
    named = {name for name, _ in _columns(kind)}
    if any(row.keys() != named for row in rows):
        raise KeyError(f"a row of {kind.__tablename__} must name each of {sorted(named)}")


def record_read(row: Base, purpose: str) -> None:
    """An entry for reading an original or an unmasked value. `purpose` is a code such as `original`."""
    holding.hold(db.session(), [_entry_of(row, _said_now("read", purpose))])


def record_export(row: Base, purpose: str) -> None:
    holding.hold(db.session(), [_entry_of(row, _said_now("export", purpose))])


def row_id(row: Base) -> str:
    return "/".join(str(part) for part in inspect(row).mapper.primary_key_from_instance(row))


def row_digest(row: Base, salt: str) -> str:
    return _digest(row_as_json(row), salt)


def _digest(row: Mapping[str, Any], salt: str) -> str:
    return sha256(bytes.fromhex(salt) + canonical_row(row))


def row_as_json(row: Base) -> dict[str, Any]:
    """Every column of the row as plain JSON: the same when it is written and whenever it is loaded again."""
    loaded = row.__dict__
    return {
        name: _plain(loaded[key] if key in loaded else getattr(row, key))
        for name, key in _columns(type(row))
    }


@cache
def _columns(row: type[Base]) -> tuple[tuple[str, str], ...]:
    """(column, attribute) of each."""
    return tuple((each.columns[0].name, each.key) for each in inspect(row).column_attrs)


def _record(session: Session, _flush: UOWTransaction) -> None:
    changed = [row for row in session.dirty if _is_changed(session, row)]
    if any(isinstance(row, LedgerEntry) for row in (*changed, *session.deleted)):
        raise LedgerRewritten
    entries = [
        *_entries(session.new, "insert"),
        *_entries(changed, "update"),
        *_entries(session.deleted, "delete"),
    ]
    holding.hold(session, entries)
    for waiting in session.info.pop(_WAITING, ()):
        _insert(session, waiting)


def _write_waiting(session: Session) -> None:
    """Rows whose flush never came, because what was to be flushed was put aside again."""
    if session.info.get(_WAITING):
        session.flush()
    for waiting in session.info.pop(_WAITING, ()):
        _insert(session, waiting)


def _forget_waiting(session: Session, transaction: SessionTransaction) -> None:
    """What was gone back from takes along what waited in it."""
    if transaction.nested or transaction.parent is None:
        session.info.pop(_WAITING, None)


def _is_changed(session: Session, row: Any) -> bool:
    """Whether a column of its own changed. A verdict that is added to a photo changes nothing of the photo."""
    return session.is_modified(row, include_collections=False)


def _entries(rows: Iterable[Any], act: str) -> list[dict[str, Any]]:
    common = _said_now(act)
    return [_entry_of(row, common) for row in rows if row.ledger_exempt is None]


def _entry_of(row: Base, common: Mapping[str, Any]) -> dict[str, Any]:
    return _entry(common, row.__tablename__, row_id(row), row_as_json(row))


def _said_now(act: str, purpose: str | None = None) -> dict[str, Any]:
    """What entries written at one moment have in common: who did what, and when."""
    actor = current()
    return {
        "at": now(),
        "actor_kind": actor.kind,
        "actor_id": actor.id,
        "organisation_id": actor.organisation_id,
        "act": act,
        "purpose": purpose,
        "signed_act_id": actor.signed_act_id,
    }


def _entry(
    common: Mapping[str, Any], table: str, row_id: str, row: Mapping[str, Any]
) -> dict[str, Any]:
    salt = secrets.token_hex(16)
    return {
        "id": new_id(),
        **common,
        "table_name": table,
        "row_id": row_id,
        "digest": _digest(row, salt),
        "salt": salt,
    }


def _refuse_bulk(state: ORMExecuteState) -> None:
    """Of a class or of its bare table: either way no row passes through a flush."""
    statement = state.statement
    if not isinstance(statement, UpdateBase):
        return
    table = getattr(statement.table, "name", None)
    if table == LedgerEntry.__tablename__ and not statement.is_insert:
        if not state.execution_options.get("sealing"):
            raise LedgerRewritten
        return
    if table not in _exempt_tables():
        raise UnrecordedChange(f"bulk change of {table}: load the rows and change them")


def _exempt_tables() -> set[str]:
    classes = (mapper.class_ for mapper in Base.registry.mappers)
    return {row.__tablename__ for row in classes if row.ledger_exempt is not None}


def _plain(value: Any) -> Any:
    """The one JSON spelling of a column's value."""
    kind = type(value)
    if kind is str or value is None:
        return value
    spell = _EXACTLY.get(kind)
    if spell is None:
        spell = next((known for base, known in _SPELLINGS if isinstance(value, base)), _as_it_is)
    return spell(value)


def _as_it_is(value: Any) -> Any:
    return value


def _spell_integer(value: int) -> int | str:
    """JSON numbers are exact only up to 2**53."""
    return value if isinstance(value, bool) or abs(value) <= LARGEST_EXACT else str(value)


LARGEST_EXACT = 2**53
_SPELLINGS: tuple[tuple[type, Callable[[Any], Any]], ...] = (
    (datetime, iso),
    (date, lambda value: value.isoformat()),
    (Enum, lambda value: value.value),
    (Decimal, lambda value: format(value.normalize(), "f")),
    (bytes, lambda value: {"sha256": sha256(value), "size": len(value)}),
    (float, repr),
    (int, _spell_integer),
    (dict, lambda value: {str(key): _plain(part) for key, part in value.items()}),
    (list, lambda value: [_plain(part) for part in value]),
    (tuple, lambda value: [_plain(part) for part in value]),
)
_EXACTLY = {bool: _as_it_is, **dict(_SPELLINGS)}
"""What most values are, found without asking for each kind in turn."""
