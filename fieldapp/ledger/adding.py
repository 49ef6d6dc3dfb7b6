"""What a flush adds goes to the database in one statement, however many tables it is of.

The unit of work takes one statement for each table, and as much of our own time as all the rest of a request. It still
writes whatever is not plainly a new row.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from sqlalchemy import Column, ColumnElement, Table, inspect
from sqlalchemy.orm import Mapper, RelationshipDirection, RelationshipProperty, Session

from fieldapp.db import Base
from fieldapp.ledger.models import LedgerEntry

Pairs = tuple[tuple[str, str], ...]
"""Attributes that have the same value: (of this row, of the one that it is related to)."""


@dataclass(frozen=True)
class _Plan:
    """`given`, `gives`: relationships that name another row, and that others are named by. `needed`: has to be said by itself."""

    place: int
    columns: tuple[tuple[str, str], ...]
    defaults: tuple[tuple[str, Callable[[], Any]], ...]
    given: tuple[tuple[str, Pairs], ...]
    gives: tuple[tuple[str, Pairs], ...]
    needed: frozenset[str]
    refers_to: frozenset[str]


def plainly_new(session: Session) -> list[Base]:
    """The new rows of this flush that no other change of it has to come before, parents first."""
    if not session.new or session.deleted:
        return []
    planned = [(plan, row) for row in session.new if (plan := _plan(type(row)))]
    planned.sort(key=lambda pair: pair[0].place)
    for plan, row in planned:
        _complete(row, plan)
    whole = {type(row) for row in session.new} - _left(session, planned)
    others = {type(row).__tablename__ for row in session.new if type(row) not in whole}
    rows = [(plan, row) for plan, row in planned if type(row) in whole]
    return [] if any(others & plan.refers_to for plan, _ in rows) else [row for _, row in rows]


def _left(session: Session, planned: list[tuple[_Plan, Base]]) -> set[type[Base]]:
    """Kinds whose rows the unit of work adds: it knows whose child is whose, and changes before it adds, where a value moves over."""
    changed = {type(row) for row in session.dirty if _says_otherwise(row)}
    nobodys = {type(row) for plan, row in planned if not _is_whole(row, plan)}
    return changed | nobodys | {type(row) for row in session.new if _plan(type(row)) is None}


def _says_otherwise(row: Base) -> bool:
    """Whether a column of its own changed, and not only who names it."""
    columns = inspect(row).mapper.column_attrs
    return any(name in columns for name in inspect(row).committed_state)


def columns_of(row: Base) -> dict[str, Any]:
    plan, said = _plan(type(row)), row.__dict__
    if plan is None:
        raise TypeError(f"a {row.__tablename__} is added by the unit of work")
    return {column: said.setdefault(name) for column, name in plan.columns}


def now_there(session: Session, rows: Iterable[Base]) -> None:
    """As the unit of work leaves what it added: who goes back to a savepoint finds it gone again."""
    session._register_persistent({inspect(row) for row in rows})  # noqa: SLF001 - nothing public does


def _complete(row: Base, plan: _Plan) -> None:
    """What a flush fills in: defaults, and keys of the rows that it is related to."""
    said = row.__dict__
    for name, default in plan.defaults:
        if said.get(name) is None:
            said[name] = default()
    for name, pairs in plan.given:
        if name in said:
            for own, theirs in pairs:
                said[own] = None if said[name] is None else getattr(said[name], theirs)
    for name, pairs in plan.gives:
        for other in _each(said.get(name)):
            _give(said, other, pairs)


def _give(said: dict[str, Any], other: Base, pairs: Pairs) -> None:
    for own, theirs in pairs:
        if getattr(other, theirs) != said[own]:
            setattr(other, theirs, said[own])


def _each(related: Any) -> Iterable[Any]:
    return () if related is None else related if isinstance(related, list) else (related,)


def _is_whole(row: Base, plan: _Plan) -> bool:
    return all(row.__dict__.get(name) is not None for name in plan.needed)


def _plan(kind: type[Base]) -> _Plan | None:
    mapper: Mapper[Any] = inspect(kind)
    heard = (
        mapper.dispatch.before_insert or mapper.dispatch.after_insert
    )  # only the unit of work tells
    return None if heard else _planned(mapper)


@cache
def _planned(mapper: Mapper[Any]) -> _Plan | None:
    """None for what the unit of work alone can write: what names its own table, is made by the database, or is an entry itself."""
    table = cast("Table", mapper.local_table)
    named_by = [way for way in _all_relationships() if way.mapper is mapper and _gives(way)]
    refers_to = frozenset(key.column.table.name for key in table.foreign_keys)
    is_entry = mapper.class_ is LedgerEntry
    if is_entry or table.name in refers_to or any(each.server_default for each in table.columns):
        return None
    one_way = [way for way in named_by if not way.back_populates]
    return _Plan(
        place=_order()[table.name],
        columns=tuple((column.name, _attribute(mapper, column)) for column in table.columns),
        defaults=tuple(
            (_attribute(mapper, column), _default(column.default))
            for column in table.columns
            if column.default is not None
        ),
        given=tuple((way.key, _pairs(way)) for way in mapper.relationships if _is_given(way)),
        gives=tuple((way.key, _pairs(way)) for way in mapper.relationships if _gives(way)),
        needed=frozenset(
            _attribute(mapper, column)
            for column in (*table.primary_key, *(own for way in one_way for own in way.remote_side))
        ),
        refers_to=refers_to,
    )


def _all_relationships() -> Iterator[RelationshipProperty[Any]]:
    return (way for mapper in Base.registry.mappers for way in mapper.relationships)


def _is_given(way: RelationshipProperty[Any]) -> bool:
    return way.direction is RelationshipDirection.MANYTOONE and not way.viewonly


def _gives(way: RelationshipProperty[Any]) -> bool:
    return way.direction is RelationshipDirection.ONETOMANY and not way.viewonly


def _pairs(way: RelationshipProperty[Any]) -> Pairs:
    return tuple(
        (_attribute(way.parent, own), _attribute(way.mapper, theirs))
        for own, theirs in way.local_remote_pairs or ()
    )


def _attribute(mapper: Mapper[Any], column: ColumnElement[Any]) -> str:
    return mapper.get_property_by_column(cast("Column[Any]", column)).key


def _default(default: Any) -> Callable[[], Any]:
    return (lambda: default.arg(None)) if default.is_callable else (lambda: default.arg)


@cache
def _order() -> dict[str, int]:
    """Whoever is referred to comes first."""
    return {table.name: place for place, table in enumerate(Base.metadata.sorted_tables)}
