"""One server, its wires and its phones, on either pair of database and store: what a trial is made with."""

import hashlib
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from threading import Event, Thread
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from playwright.sync_api import Playwright
from sqlalchemy import text

from fieldapp.accounts.models import Person
from fieldapp.app import FieldApp, create_app
from fieldapp.checklists import publishing
from fieldapp.config import from_environment
from fieldapp.db import db, transaction
from fieldapp.migrating import bring_up
from fieldapp.projects.models import Project
from fieldapp.visits import tasking
from tests.faults.hands import Browser
from tests.faults.house import ROOT, House
from tests.faults.phones import Phone
from tests.faults.proxy import Dead, Proxy, Refuse, Spoil, is_part
from tests.faults.truth import Truth
from tests.fixtures import town as towns
from tests.fixtures.fieldwork import EDITION
from tests.fixtures.needs import needs

SURVEYOR, DISPATCHER = "zhou", "deng"


@dataclass
class Rig:
    """`wire` lies between phones and server, `store_wire` between phones and an S3, `inner` between server and that S3."""

    settings: dict[str, str]
    folder: Path
    program: Path
    """The phone, built."""
    postgres: object | None = None
    playwright: Callable[[], Playwright] | None = None
    """Of the test that runs."""
    _numbers: count = field(default_factory=count)

    def __post_init__(self) -> None:
        self._ends = ExitStack()
        self._phones: list[Phone] = []
        self._browsers: list[Browser] = []
        self._ends.callback(self.rest)
        self.pair = "sqlite+disk" if self.postgres is None else "postgresql+s3"
        self.on_s3 = self.settings.get("FIELDAPP_STORE") == "s3"
        self.app, self._town = self._furnished()
        self.truth = Truth(self.app, self._town.organisation["anxun"])
        self.organisation_id = self._town.organisation["anxun"]
        self.store_wire = self.inner = None
        served = dict(self.settings)
        if self.on_s3:
            port = urlsplit(self.settings["FIELDAPP_S3_ENDPOINT"]).port
            self.store_wire, self.inner = self._proxy(port), self._proxy(port)
            served["FIELDAPP_S3_ENDPOINT"] = self.inner.url
            served["FIELDAPP_S3_PUBLIC_ENDPOINT"] = self.store_wire.url
        self.house = House(served, self.folder)
        self._ends.callback(self.house.stop)
        self.wire = self._proxy(self.house.port)

    @property
    def bytes_wire(self) -> Proxy:
        """The wire that photos travel on."""
        return self.store_wire or self.wire

    @property
    def store_folder(self) -> Path:
        return Path(self.settings["FIELDAPP_STORE_DIR"])

    def phone(self) -> Phone:
        """A new phone that zhou signed in on."""
        folder = self.folder / f"phone-{next(self._numbers)}"
        phone = Phone(self.program, folder, self.wire.url, SURVEYOR, towns.PASSWORD)
        self._phones.append(phone)
        return phone

    def browser(self, *, camera: bool = True) -> Browser:
        """A new one with nothing stored."""
        assert self.playwright is not None
        built = ROOT / "static" / "dist" / "field" / "index.html"
        needs("the built front end", built.is_file(), "it by `make setup`")
        folder = self.folder / f"profile-{next(self._numbers)}"
        folder.mkdir()
        self._browsers.append(Browser(self.playwright(), folder, self.wire.url, camera=camera))
        return self._browsers[-1]

    def rest(self) -> None:
        """After a trial: its phones and browsers end, its wires hold."""
        for browser in self._browsers:
            browser.end()
        self._browsers.clear()
        for phone in self._phones:
            phone.end()
            shutil.rmtree(phone.folder, ignore_errors=True)
        self._phones.clear()

    def task(self) -> str:
        with self.app.app_context(), transaction():
            return tasking.issue_monthly_check(
                db.session.get_one(Project, self._town.project["binjiang"]),
                db.session.get_one(Person, self._town.person[SURVEYOR]),
                publishing.publish(EDITION),
                scheme=towns.LIABILITY,
            ).id

    def arrives(self, phone: Phone, visits: int = 1) -> None:
        """The fault is over: nothing was lost, the next tries bring the rest, nothing is there twice."""
        self.truth.holds(phone)
        phone.sync_until_settled(self.truth.make_haste)
        self.truth.is_complete(phone, visits)

    def copied_database(self) -> Path:
        """A copy made while the server runs, as an operator makes it."""
        copy = self.folder / f"copy-{next(self._numbers)}"
        if self.postgres is None:
            with (
                closing(sqlite3.connect(self._file)) as live,
                closing(sqlite3.connect(copy)) as kept,
            ):
                live.backup(kept)
        else:
            self.postgres.dump(self.settings["FIELDAPP_DATABASE_URL"], copy)
        return copy

    def put_back(self, copy: Path) -> None:
        """The copy takes the database's place, the store stays as it is; declared before the server starts again."""
        self.house.stop()
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()
        if self.postgres is None:
            for rest in ("-wal", "-shm"):
                Path(f"{self._file}{rest}").unlink(missing_ok=True)
            shutil.copy(copy, self._file)
        else:
            self.postgres.restore(self.settings["FIELDAPP_DATABASE_URL"], copy)
        self.house.command("restore", "declare", "--reason", "drill", "--words", "演练")
        self.house.start()

    @property
    def _file(self) -> Path:
        return Path(self.settings["FIELDAPP_DATABASE_URL"].removeprefix("sqlite:///"))

    def sender(self) -> "Sender":
        return Sender(self, SURVEYOR)

    def lets_in_what_waits(self) -> int:
        """A person at the desk has each record judged again that waits; how many."""
        return Sender(self, DISPATCHER).judge_all_again()

    @contextmanager
    def store_away(self) -> Iterator[None]:
        if self.inner and self.store_wire:
            with self.inner.failing(Dead()), self.store_wire.failing(Dead()):
                yield
            return
        away = self.store_folder.with_name("unmounted")
        self.store_folder.rename(away)
        self.store_folder.mkdir()
        try:
            yield
        finally:
            self.store_folder.rmdir()  # empty, or something was written where no disk was
            away.rename(self.store_folder)

    @contextmanager
    def store_full(self, most: int) -> Iterator[None]:
        """On a folder no file may be larger than `most`; an S3 says so itself."""
        if self.store_wire:
            with self.store_wire.failing(Refuse(is_part, QUOTA)):
                yield
            return
        self._empty_the_log_of_sqlite()
        with self.house.no_file_larger_than(most):
            yield

    @contextmanager
    def store_spoiling(self) -> Iterator[None]:
        if self.inner:
            fault = Spoil(lambda wire: wire.method == "GET", times=1, down=True)
            with self.inner.failing(fault):
                yield
            return
        with self.wire.failing(Spoil(is_part, times=1, down=False)):
            yield

    def restart_database(self) -> None:
        if self.postgres is None:
            self.house.kill("all")
        else:
            self.postgres.restart()

    @contextmanager
    def database_locked(self, seconds: float) -> Iterator[None]:
        """Somebody else holds it for so long."""
        held, over = Event(), Event()
        holder = Thread(target=self._hold_database, args=(held, over, seconds))
        holder.start()
        held.wait()
        yield
        over.set()
        holder.join()

    @contextmanager
    def later_program(self) -> Iterator[None]:
        """The server of a version that has one more step of the tables, on the same data."""
        here, later = self.house.program, self.folder / f"later-{next(self._numbers)}"
        for name in ("fieldapp", "migrations"):
            shutil.copytree(here / name, later / name, ignore=shutil.ignore_patterns("__pycache__"))
        table = f"later_{next(self._numbers)}"
        steps = later / "migrations" / "versions"
        head = max(path.stem.split("_")[0] for path in steps.glob("[0-9]*.py"))
        (steps / f"9{next(self._numbers):03}_later.py").write_text(
            STEP.format(table=table, head=head)
        )
        self.house.stop()
        self.house.program = later
        self.house.start()
        try:
            yield
        finally:
            self.house.stop()
            self.house.program = here
            with self.app.app_context(), db.engine.begin() as connection:
                connection.execute(text(f"DROP TABLE {table}"))
                connection.execute(text(f"UPDATE alembic_version SET version_num = '{head}'"))  # noqa: S608
            self.house.start()

    def close(self) -> None:
        self._ends.close()
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()

    def _hold_database(self, held: Event, over: Event, seconds: float) -> None:
        lock = "BEGIN EXCLUSIVE"
        if self.postgres is not None:
            lock = "BEGIN; LOCK TABLE record, upload, blob IN ACCESS EXCLUSIVE MODE"
        with self.app.app_context():
            connection = db.engine.raw_connection()
            try:
                connection.cursor().execute(lock)
                held.set()
                over.wait(seconds)
                connection.rollback()
            finally:
                held.set()
                connection.close()

    def _empty_the_log_of_sqlite(self) -> None:
        if self.postgres is None:
            with self.app.app_context(), db.engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def _proxy(self, port: int | None) -> Proxy:
        assert port is not None
        proxy = Proxy(port)
        self._ends.callback(proxy.close)
        return proxy

    def _furnished(self) -> tuple[FieldApp, towns.Town]:
        app = create_app(from_environment(self.settings))
        bring_up(app)
        with app.app_context(), transaction():
            return app, towns.build()


QUOTA = b"HTTP/1.1 507 Insufficient Storage\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"

STEP = """
import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "{table}", "{head}", None, None


def upgrade():
    op.create_table("{table}", sa.Column("id", sa.String(36), primary_key=True))
"""


class Sender:
    """A signed-in client: sends single files by hand, in whatever order; decides on records that wait."""

    def __init__(self, rig: Rig, name: str) -> None:
        self._rig, self._session = rig, requests.Session()
        self._session.headers["X-Fieldapp"] = "1"
        self._post("/api/session", {"sign_in_name": name, "password": towns.PASSWORD})

    def target(self, file: bytes) -> dict[str, Any]:
        return self._ask(file)["uploads"][0]

    def put(self, url: str, piece: bytes) -> int:
        return requests.put(urljoin(self._rig.wire.url, url), data=piece, timeout=60).status_code

    def complete(self, target: dict[str, Any]) -> None:
        self._post("/api/uploads/completions", {"uploads": [{"id": target["id"], "parts": []}]})

    def judge_all_again(self) -> int:
        url = urljoin(self._rig.wire.url, "/api/quarantine")
        waiting = self._session.get(url, timeout=60).json()["items"]
        for record in waiting:
            decision = {"decision": "judge_again", "words": "演练中丢失的任务"}
            self._post(f"/api/quarantine/{record['id']}/decisions", decision)
        return len(waiting)

    def settled(self, file: bytes, meanwhile: Callable[[], None]) -> tuple[str, int]:
        """Its hash and size, once the server says that it is stored."""
        digest = hashlib.sha256(file).hexdigest()
        for _ in range(200):
            if digest in self._ask(file)["stored"]:
                return digest, len(file)
            meanwhile()
            time.sleep(0.1)
        raise AssertionError(f"{digest} was never stored")

    def _ask(self, file: bytes) -> dict[str, Any]:
        digest = hashlib.sha256(file).hexdigest()
        item = {"sha256": digest, "size": len(file), "media_type": "image/jpeg"}
        return self._post("/api/uploads", {"items": [{**item, "purpose": "original"}]})

    def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        reply = self._session.post(urljoin(self._rig.wire.url, path), json=body, timeout=60)
        reply.raise_for_status()
        return reply.json()
