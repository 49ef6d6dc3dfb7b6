"""`fieldapp demo`: a city with some months of history, written through the same doors that people use."""

import argparse
import shutil
import sqlite3
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date
from datetime import time as clock_time
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from fieldapp.accounts.models import Organisation
from fieldapp.app import FieldApp, create_app
from fieldapp.clock import at, at_local
from fieldapp.config import Config, ConfigMissing, from_environment
from fieldapp.db import db, transaction
from fieldapp.demo.accounting import account
from fieldapp.demo.city import city
from fieldapp.demo.darkroom import develop
from fieldapp.demo.history import History, PlannedPhoto, PlannedVisit
from fieldapp.demo.ordering import order
from fieldapp.demo.proving import Check
from fieldapp.demo.remembering import Memory
from fieldapp.demo.settling import settle
from fieldapp.migrating import bring_up

SQLITE = "sqlite:///"
NEW_YEAR, MORNING = (1, 1), clock_time(8)


def demo(arguments: Sequence[str]) -> int:
    """Fill an empty database. Exit 1, with the reason, when it is not empty or something fails; nothing half-made stays."""
    parser = argparse.ArgumentParser(
        prog="fieldapp demo", description="Fill an empty database with a demonstration."
    )
    parser.parse_args(arguments)
    try:
        config = from_environment()
    except ConfigMissing as missing:
        return _refuse(str(missing))
    if config.production:
        return _refuse("This is a production configuration; the demo's passwords are public.")
    return _into_file(config) if config.database_url.startswith(SQLITE) else _into_server(config)


def _into_file(config: Config) -> int:
    """Into a file beside the database, which takes its name once it is whole."""
    target = Path(config.database_url.removeprefix(SQLITE))
    if target.exists():
        return _refuse(
            f"{target} is there already. Remove it, or set FIELDAPP_DATA_DIR to an empty folder."
        )
    part = target.with_name(target.name + ".part")
    for leftover in part.parent.glob(part.name + "*"):
        leftover.unlink()
    fill(create_app(replace(config, database_url=f"{SQLITE}{part}")))
    with closing(sqlite3.connect(part)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    part.replace(target)
    for leftover in part.parent.glob(part.name + "-*"):
        leftover.unlink()
    return 0


def _into_server(config: Config) -> int:
    app = create_app(config)
    bring_up(app)
    with app.app_context(), transaction(write=False):
        if db.session.scalar(db.select(Organisation.id).limit(1)):
            return _refuse("This database is not empty. Give the demo one of its own.")
    try:
        fill(app)
    except SQLAlchemyError as error:
        return _refuse(
            f"{error}\nThe database holds half a demo now: drop it, make a new one, run this again."
        )
    return 0


def fill(app: FieldApp, only: Callable[[PlannedVisit], bool] = lambda _visit: True) -> None:
    """Write the demo, saying how far it is. `only` leaves out visits and their tasks, so that a test need not wait for all."""
    started = time.monotonic()
    bring_up(app)
    town = city()
    with app.command("demo"):
        with at(at_local(date(town.year, *NEW_YEAR), MORNING)), transaction():
            settled = settle(town)
        _say(f"{len(town.projects)} projects, {len(town.people)} people")
        history = History(town)
        remember(Memory(town, settled), [v for v in history.visits if only(v)])
        account(town, history, settled)
        order(settled)
    _say(f"ready in {time.monotonic() - started:.0f} s", end="\n")


def remember(memory: Memory, visits: list[PlannedVisit]) -> None:
    tasks = {(v.project, v.period): memory.issue(v) for v in visits if v.state != "missed"}
    done = [v for v in visits if v.state == "done"]
    memory.enrol(v.surveyor for v in done)
    with transaction(write=False):
        checks = [memory.check(v, tasks[v.project, v.period][1]) for v in done]
    trips = _trips(memory, checks)
    photos = [photo for trip in trips for photo in trip.photos]
    developed = develop(photos)
    seen = 0
    for trip in trips:
        theirs = [next(developed) for _ in trip.photos]
        if trip.gone_back is None:
            visit = trip.check.visit
            memory.write(trip.check, tasks[visit.project, visit.period][0], theirs)
        else:
            memory.go_back(trip.check, trip.gone_back, theirs[0])
        seen += len(theirs)
        _say(f"{seen} of {len(photos)} photos drawn, read and filed")


@dataclass(frozen=True)
class Trip:
    """A surveyor's way to a site: for the check, or back to one of its hazards (its place in `gone_back`)."""

    check: Check
    gone_back: int | None

    @property
    def photos(self) -> list[PlannedPhoto]:
        if self.gone_back is None:
            return [taken.planned for taken in self.check.taken]
        return [self.check.gone_back[self.gone_back].planned]


def _trips(memory: Memory, checks: list[Check]) -> list[Trip]:
    """As they happened, since a phone's chain goes on from one visit to the next."""
    back = [
        Trip(check, place)
        for check in checks
        for place, taken in enumerate(check.gone_back)
        if memory.has_been(taken)
    ]
    every = [*(Trip(check, None) for check in checks), *back]
    return sorted(every, key=lambda trip: trip.photos[0].at)


def _say(words: str, end: str = "") -> None:
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else 0
    if width:
        sys.stdout.write(f"\r{words:<{min(width - 1, 70)}}{end}")
    else:
        sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def _refuse(words: str) -> int:
    sys.stderr.write(words + "\n")
    return 1
