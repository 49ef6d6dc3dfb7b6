"""The database: column types, ids, and the one transaction that everything runs in."""

import json
import math
import secrets
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from typing import Annotated, Any, TypeVar

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    JSON,
    Date,
    DateTime,
    Engine,
    MetaData,
    String,
    TypeDecorator,
    event,
    func,
    select,
)
from sqlalchemy.exc import InvalidatePoolError, OperationalError, StatementError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, mapped_column, registry
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

_NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Moment(TypeDecorator[datetime]):
    """An instant, always in UTC. SQLite forgets time zones; this does not."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: object) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs its offset")
        value = value.astimezone(UTC).replace(tzinfo=None)
        return value.replace(microsecond=value.microsecond // 1000 * 1000)

    def process_result_value(self, value: datetime | None, dialect: object) -> datetime | None:
        return value.replace(tzinfo=UTC) if value else None


class ChinaDay(FunctionElement[date]):
    """The day in China of a column's instant, inside of a query: 06:00 there is still the day before in UTC."""

    type = Date()
    inherit_cache = True


@compiles(ChinaDay, "sqlite")
def _china_day_of_text(element: ChinaDay, compiler: SQLCompiler, **how: Any) -> str:
    return f"date({compiler.process(element.clauses, **how)}, '+8 hours')"


@compiles(ChinaDay)
def _china_day(element: ChinaDay, compiler: SQLCompiler, **how: Any) -> str:
    return f"CAST({compiler.process(element.clauses, **how)} + INTERVAL '8 hours' AS DATE)"


class Base(DeclarativeBase):
    registry = registry(
        metadata=MetaData(naming_convention=_NAMES),
        type_annotation_map={datetime: Moment, dict[str, Any]: JSON, list[Any]: JSON},
    )

    ledger_exempt: str | None = None
    """Why this table's changes need no ledger entry; None means that they do."""


db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})


class _Ticks:
    """Milliseconds and a count within each, never the same twice and never backwards in one process."""

    def __init__(self) -> None:
        self._last = 0
        self._lock = threading.Lock()

    def next(self) -> tuple[int, int]:
        present = (time.time_ns() // 1_000_000) << 12
        with self._lock:
            self._last = max(present, self._last + 1)
            return self._last >> 12, self._last & 0xFFF


_ticks = _Ticks()


def new_id() -> str:
    """A UUIDv7: sorts by the time it was made, within one process even inside a millisecond."""
    millis, count = _ticks.next()
    bits = (millis << 80) | (0x7 << 76) | (count << 64) | (0b10 << 62) | secrets.randbits(62)
    text = f"{bits:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def own_id(organisation_id: str, sent_id: str) -> str:
    """The row id of something that an organisation's phone named: the same at every replay, and never another's."""
    return str(uuid.uuid5(uuid.UUID(organisation_id), sent_id))


Id = Annotated[str, mapped_column(String(36))]
PrimaryId = Annotated[str, mapped_column(String(36), primary_key=True, default=new_id)]
Sha256 = Annotated[str, mapped_column(String(64))]

_begin: ContextVar[str] = ContextVar("begin", default="DEFERRED")
_inside: ContextVar[bool] = ContextVar("inside", default=False)
_straight: ContextVar[bool] = ContextVar("straight", default=False)
_just_read: ContextVar[float] = ContextVar("just_read", default=-math.inf)

MOMENT_S = 0.5

Made = TypeVar("Made")


class NestedTransaction(RuntimeError):
    """Somebody opened a transaction inside another's: half of it would commit on its own."""


@contextmanager
def transaction(*, write: bool = True) -> Iterator[None]:
    """All or nothing: leaving commits, raising rolls back. The only place that commits.

    On SQLite a writer takes the lock at once (BEGIN IMMEDIATE), so it waits its turn instead of failing half-way.
    """
    if _inside.get():
        raise NestedTransaction("a transaction is already open; its owner commits")
    if db.session().in_transaction():
        db.session.rollback()  # a read that ran before must not leave an old snapshot open
    if time.monotonic() - _just_read.get() > MOMENT_S:
        db.session.expire_all()  # nor rows as an earlier transaction saw them
    _just_read.set(-math.inf)
    token, inside = _begin.set("IMMEDIATE" if write else "DEFERRED"), _inside.set(True)
    try:
        yield
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise
    finally:
        _begin.reset(token)
        _inside.reset(inside)


@contextmanager
def rows_just_read() -> Iterator[None]:
    """The first transaction inside goes on with the rows that were read a moment ago, instead of asking for them anew.

    Not after more than a moment: a body may come in slowly, and a phone be revoked meanwhile.
    """
    token = _just_read.set(time.monotonic())
    try:
        yield
    finally:
        _just_read.reset(token)


class _Again(BaseException):
    """Something inside a savepoint failed that was not made. No handler but `straight_first` may take it for its own."""


def straight_first(act: Callable[[], Made]) -> Made:
    """`act`, which opens its own transaction, without its savepoints; if one would have been needed, all of it again with them.

    Each costs two round trips and a flush, and hardly ever is one gone back to. What the database refuses may have been
    written after the savepoint that it was added in, so that any refusal may be one that somebody inside expects.
    """
    token = _straight.set(True)
    try:
        return act()
    except OperationalError:
        raise
    except (_Again, StatementError, UnicodeEncodeError):
        _straight.set(False)
        return act()
    finally:
        _straight.reset(token)


def goes_straight() -> bool:
    """Whether `straight_first` is at its first try: what clashes with a row that is there will be done again."""
    return _straight.get()


@contextmanager
def savepoint() -> Iterator[None]:
    """What is done inside is undone if it raises, and the transaction goes on. Leaving writes it down, unless `straight_first` does without."""
    if not _straight.get():
        with db.session.begin_nested():
            yield
        return
    try:
        yield
    except OperationalError:
        raise
    except Exception as error:
        raise _Again from error


def hold(name: str) -> None:
    """Until the transaction ends nobody else holds this name. For rows that no role may change, and so none may lock."""
    if db.engine.dialect.name == "postgresql":  # on SQLite who writes is alone already
        db.session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(name, 0))))


def prepare_engine(engine: Engine) -> None:
    if engine.dialect.name == "sqlite":
        _prepare_sqlite(engine)
    else:
        _acknowledge_what_is_durable(engine)
        _ask_whether_it_lives(engine)


def _acknowledge_what_is_durable(engine: Engine) -> None:
    """A receipt outlives a crash of the server, also where an administrator made its commits hasty."""

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        connection.execute(
            "select set_config('synchronous_commit', 'on', false)"
            " where current_setting('synchronous_commit') = 'off'"
        )
        connection.commit()


def _ask_whether_it_lives(engine: Engine) -> None:
    """A connection that rested a while may have ended; one of a moment ago is not asked, for each question is a round trip."""

    @event.listens_for(engine, "checkin")
    def _rests(_connection: Any, record: Any) -> None:
        record.info["rests_since"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def _is_wanted(connection: Any, record: Any, _proxy: Any) -> None:
        if time.monotonic() - record.info.get("rests_since", math.inf) <= MOMENT_S:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as gone:
            raise InvalidatePoolError from gone  # each of them is made anew


def _prepare_sqlite(engine: Engine) -> None:
    """As a real database: WAL, full sync, foreign keys, and our own BEGIN."""

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "busy_timeout=15000",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin_ours(connection: Any) -> None:
        connection.exec_driver_sql(f"BEGIN {_begin.get()}")


def plain_json(value: object) -> str:
    """JSON for storing: stable, Chinese left readable."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
