"""Entries wait for the end of the transaction whose changes they tell of, and are written in one statement.

A visit changes rows at ten moments, and each statement costs more than the rows in it. Nobody can see the changes without them: both
are committed together, and whoever asks for entries in the same transaction has them written first.
"""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from sqlalchemy import Table, event
from sqlalchemy.orm import ORMExecuteState, Session, SessionTransaction

from fieldapp.ledger.inserting import insert_many
from fieldapp.ledger.models import LedgerEntry

_LEDGER = cast("Table", LedgerEntry.__table__)
_HELD = "ledger entries to be written"
MOST_HELD = 2000

Rows = Mapping[Table, Sequence[dict[str, Any]]]


def hold(session: Session, entries: list[dict[str, Any]]) -> None:
    """Inside a savepoint they are written at once, and undone with what they tell of."""
    if session.in_nested_transaction():
        _write(session, {_LEDGER: entries})
        return
    held = session.info.setdefault(_HELD, [])
    held += entries
    if len(held) > MOST_HELD:
        write_held(session)


def write(session: Session, entries: list[dict[str, Any]], rows: Rows) -> None:
    """Rows with the entries that tell of them, and with those that are held."""
    held = [] if session.in_nested_transaction() else session.info.pop(_HELD, [])
    _write(session, {**rows, _LEDGER: [*held, *entries]})


def write_held(session: Session) -> None:
    _write(session, {_LEDGER: session.info.pop(_HELD, [])})


def watch(session_class: type[Session]) -> None:
    event.listen(session_class, "before_commit", _before_commit)
    event.listen(session_class, "after_transaction_end", _forget)
    event.listen(session_class, "do_orm_execute", _before_asking)


def _write(session: Session, rows: Rows) -> None:
    if any(rows.values()):
        insert_many(session.connection(), rows)


def _before_commit(session: Session) -> None:
    if not session.in_nested_transaction():
        session.flush()
        write_held(session)


def _forget(session: Session, transaction: SessionTransaction) -> None:
    """What is left was rolled back, with what it tells of."""
    if transaction.parent is None:
        session.info.pop(_HELD, None)


def _before_asking(state: ORMExecuteState) -> None:
    if not state.session.info.get(_HELD):
        return
    asked = state.statement
    mapper = state.bind_mapper
    named = getattr(asked, "columns_clause_froms", ())
    if (mapper is not None and mapper.class_ is LedgerEntry) or _LEDGER in named:
        write_held(state.session)
