"""Whether every row is still what its latest entry committed to. Reads everything, changes nothing."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from cryptography.exceptions import InvalidTag
from sqlalchemy.exc import StatementError

from fieldapp.clock import iso
from fieldapp.db import Base, db
from fieldapp.ledger.auditing import PAGE, Counts, Fault, Progress
from fieldapp.ledger.models import LedgerEntry
from fieldapp.ledger.recording import row_digest

CHANGES = ("insert", "update", "delete")

UNREADABLE = (ValueError, TypeError, LookupError, InvalidTag, StatementError)
"""What a spoilt value does to whoever loads it: no date, no JSON, not decrypted."""


class RowsAudit:
    """Every row of every recorded table against its latest entry."""

    def __init__(self, erased: set[str], progress: Progress) -> None:
        self.counts = Counts()
        self._erased, self._progress = erased, progress

    def faults(self) -> Iterator[Fault]:
        for kind in recorded_classes():
            yield from self._unrecorded(kind)
            yield from self._changed(kind)

    def _unrecorded(self, kind: type[Base]) -> Iterator[Fault]:
        """Rows that no entry tells of: put there behind the program's back."""
        table = kind.__tablename__
        for names in _pages_of_keys(kind):
            known = set(
                db.session.scalars(
                    db.select(LedgerEntry.row_id)
                    .where(LedgerEntry.table_name == table, LedgerEntry.row_id.in_(names))
                    .distinct()
                )
            )
            for name in names:
                if name not in known:
                    yield Fault("row_unrecorded", table, name, "no entry says who put it there")
            self.counts.rows += len(names)
            self._progress(table, self.counts.rows)

    def _changed(self, kind: type[Base]) -> Iterator[Fault]:
        table = kind.__tablename__
        for names in _pages_of_names(table):
            told_of = list(
                db.session.scalars(
                    db.select(LedgerEntry)
                    .where(
                        LedgerEntry.table_name == table,
                        LedgerEntry.row_id.in_(names),
                        LedgerEntry.act.in_(CHANGES),
                    )
                    .order_by(LedgerEntry.row_id)
                )
            )
            for name, told in groupby(told_of, key=lambda entry: entry.row_id):
                yield from self._row(kind, name, list(told))
            db.session.expunge_all()

    def _row(self, kind: type[Base], name: str, told: list[LedgerEntry]) -> Iterator[Fault]:
        table = kind.__tablename__
        last = _latest(told)
        try:
            row = db.session.get(kind, _key_of(kind, name))
        except UNREADABLE as error:
            yield Fault("row_unreadable", table, name, f"{type(error).__name__}: {error}")
            return
        says = f"{last[-1].act} of {iso(last[-1].at)} (entry {last[-1].id})"
        if row is None:
            if not any(entry.act == "delete" for entry in last):
                yield Fault("row_missing", table, name, f"gone since the {says}")
            return
        if any(entry.id in self._erased for entry in last):
            return
        if not any(entry.digest == _digest(row, entry) for entry in last):
            yield Fault("row_differs", table, name, f"is not what the {says} committed to")


def recorded_classes() -> list[type[Base]]:
    classes = (mapper.class_ for mapper in Base.registry.mappers)
    return sorted(
        (kind for kind in classes if kind.ledger_exempt is None),
        key=lambda kind: kind.__tablename__,
    )


def _digest(row: Base, entry: LedgerEntry) -> str | None:
    return row_digest(row, entry.salt) if entry.salt else None


def _latest(entries: Sequence[LedgerEntry]) -> list[LedgerEntry]:
    """The last change of a row; several where they share its millisecond, whose order nobody can tell."""
    ordered = sorted(
        entries, key=lambda e: (e.leaf is None, e.leaf if e.leaf is not None else 0, e.at, e.id)
    )
    return [entry for entry in ordered if entry.at == ordered[-1].at]


def _pages_of_keys(kind: type[Base]) -> Iterator[list[str]]:
    """The names of all rows, by their keys alone: a spoilt row must not stop the walk."""
    columns = list(kind.__mapper__.primary_key)
    ordered = db.select(*columns).order_by(*columns).limit(PAGE)
    page = list(db.session.execute(ordered))
    while page:
        yield ["/".join(str(part) for part in key) for key in page]
        beyond = ordered.where(db.tuple_(*columns) > db.tuple_(*page[-1]))
        page = list(db.session.execute(beyond)) if len(page) == PAGE else []


def _pages_of_names(table: str) -> Iterator[list[str]]:
    after = ""
    while True:
        wanted = (
            db.select(LedgerEntry.row_id)
            .where(
                LedgerEntry.table_name == table,
                LedgerEntry.act.in_(CHANGES),
                LedgerEntry.row_id > after,
            )
            .distinct()
            .order_by(LedgerEntry.row_id)
            .limit(PAGE)
        )
        page = list(db.session.scalars(wanted))
        if not page:
            return
        yield page
        after = page[-1]


def _key_of(kind: type[Base], name: str) -> tuple[Any, ...]:
    columns = list(kind.__mapper__.primary_key)
    parts = name.split("/", len(columns) - 1)
    return tuple(
        _typed(column.type.python_type, part) for column, part in zip(columns, parts, strict=True)
    )


def _typed(kind: type, text: str) -> Any:
    return kind(text) if kind in (str, int) else kind.fromisoformat(text)  # type: ignore[attr-defined]
