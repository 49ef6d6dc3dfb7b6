"""A small sealed log on SQLite and disk, and somebody who may write both: each trial spoils one thing by chance.

The vandal knows the whole format. What he lacks is the sequencer's key, its memory and the witness's; in `forked` he has
even the key.
"""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from fieldapp import jobs
from fieldapp.app import create_app
from fieldapp.archive.auditing import Trusted, audit
from fieldapp.blobs import keeping
from fieldapp.config import from_environment, new_signing_key
from fieldapp.db import db, transaction
from fieldapp.evidence import redacting
from fieldapp.keys import SigningKey, sha256
from fieldapp.ledger import merkle
from fieldapp.ledger import sequencer as sequencing
from fieldapp.ledger.actor import Actor, acting
from fieldapp.ledger.auditing_rows import recorded_classes
from fieldapp.ledger.checkpoints import FIELDS, Statement
from fieldapp.ledger.committing import leaf_of
from fieldapp.ledger.models import LedgerEntry
from fieldapp.ledger.sealing import recalled
from fieldapp.ledger.tiles import HASH, WIDTH
from fieldapp.ledger.witness import Forked, Memory, look
from fieldapp.migrating import bring_up
from fieldapp.projects.models import Pool
from fieldapp.visits.models import Visit
from tests.fixtures import town as towns
from tests.fixtures.fieldwork import evidence_row
from tests.fixtures.scored import Past

OBJECTS, DELETED = 6, 2
ROUNDS = 4


@dataclass(frozen=True)
class Trial:
    kind: str
    what: str  # what the vandal did
    noticed: tuple[str, ...]  # kinds of faults found


class Lab:
    """Built once; every trial begins with the same sealed log."""

    def __init__(self, folder: Path) -> None:
        self._file, self._pristine = folder / "log.sqlite3", folder / "pristine.sqlite3"
        settings = {
            "FIELDAPP_DATABASE_URL": f"sqlite:///{self._file}",
            "FIELDAPP_DATA_DIR": str(folder / "var"),
            "FIELDAPP_STORE_DIR": str(folder / "store"),
        }
        self.app = create_app(from_environment(settings))
        bring_up(self.app)
        with self.app.app_context():
            self.sequencer = sequencing.from_folder(self.app.config_object)
            self._live()
            self._memory = self._witnessed()
            self._close()
        with (
            closing(sqlite3.connect(self._file)) as sealed,
            closing(sqlite3.connect(self._pristine)) as pristine,
        ):
            sealed.backup(pristine)
        store = self.app.config_object.store_dir
        self._objects = {
            f: f.read_bytes() for f in store.rglob("*") if len(f.name) == 64 and f.is_file()
        }
        assert len(self._objects) == OBJECTS - DELETED

    def trial(self, kind: str, random: Random) -> Trial:
        """One spoiling of this kind, and what was found of it."""
        self._restore()
        with closing(sqlite3.connect(self._file)) as connection:
            what = KINDS[kind](Vandal(self, connection, random))
            connection.commit()
        with self.app.app_context():
            found = self._found()
            if kind == "log forked":
                found |= self._seen_by_witness()
            self._close()
        return Trial(kind, what, tuple(sorted(found)))

    @property
    def objects(self) -> list[Path]:
        return sorted(self._objects)

    @property
    def deleted(self) -> dict[Path, bytes]:
        """What was deleted by law, where it lay."""
        return self._deleted

    def untouched(self) -> set[str]:
        """What is found where nobody did anything: nothing."""
        self._restore()
        with self.app.app_context():
            found = self._found() | self._seen_by_witness()
            self._close()
        return found

    def _live(self) -> None:
        with transaction():
            town = towns.build()
        insurer = town.organisation["antai"]
        for round_ in range(ROUNDS):
            with transaction():
                db.session.add_all(
                    Pool(name=f"共保体{round_}-{n}", lead_insurer_id=insurer) for n in range(90)
                )
            for n in range(round_, OBJECTS, ROUNDS):
                keeping.put(insurer, _photo(n), "image/jpeg")
            with transaction():
                for pool in db.session.scalars(db.select(Pool).limit(5)):
                    pool.name += "改"
            if round_ == ROUNDS - 1:
                self._delete_by_law(town)
            with acting(Actor("system", "sequencer")):
                self.sequencer.seal_all()

    def _delete_by_law(self, town: towns.Town) -> None:
        """All objects are photos of one visit; the first of them are deleted."""
        visit_id = Past(town).visit({})
        with transaction():
            visit = db.session.get_one(Visit, visit_id)
            photos = [evidence_row(visit, sha256=sha256(_photo(n))) for n in range(OBJECTS)]
            ordered = redacting.Ordered("ordered", "某法院 2026-11 号决定")
            for photo in photos[:DELETED]:
                redacting.redact(photo, None, ordered)
        self._deleted = {
            file: _photo(n)
            for n in range(DELETED)
            for file in self.app.config_object.store_dir.rglob(sha256(_photo(n)))
        }
        jobs.run_all()

    def _found(self) -> set[str]:
        config = self.app.config_object
        trust = sequencing.published_fingerprint(config)
        head = recalled(config.sequencer_dir)
        report = audit(Trusted(trust, head), lambda _what, _count: None, rehash=True)
        return {fault["kind"] for fault in report["faults"]}

    def _fetch(self, path: str) -> dict[str, Any]:
        return self.app.test_client().get(path).json

    def _witnessed(self) -> Memory:
        return look(Memory(), self._fetch)

    def _seen_by_witness(self) -> set[str]:
        try:
            look(self._memory, self._fetch)
        except Forked:
            return {"seen_by_witness"}
        return set()

    def _restore(self) -> None:
        with (
            closing(sqlite3.connect(self._pristine)) as pristine,
            closing(sqlite3.connect(self._file)) as spoilt,
        ):
            pristine.backup(spoilt)
        for file in self._deleted:
            file.unlink(missing_ok=True)
        for file, data in self._objects.items():
            if not file.exists() or file.read_bytes() != data:
                write(file, data)

    def _close(self) -> None:
        db.session.remove()
        db.engine.dispose()


def _photo(number: int) -> bytes:
    return f"photo {number:04}".encode()


class Vandal:
    """Somebody with the database and the store open before him."""

    def __init__(self, lab: Lab, connection: sqlite3.Connection, random: Random) -> None:
        self.lab, self.random = lab, random
        self._connection = connection
        connection.execute("PRAGMA foreign_keys=OFF")
        connection.execute("PRAGMA ignore_check_constraints=ON")

    def do(self, statement: str, *values: Any) -> None:
        assert self._connection.execute(statement, values).rowcount != 0, statement

    def all(self, statement: str, *values: Any) -> list[Any]:
        return self._connection.execute(statement, values).fetchall()

    def row(self) -> tuple[str, int]:
        """A recorded table and the number of one of its rows."""
        tables = [kind.__tablename__ for kind in recorded_classes()]
        self.random.shuffle(tables)
        for table in tables:
            rows = self.all(f"SELECT rowid FROM {table}")  # noqa: S608 - our own names
            if rows:
                return table, self.random.choice(rows)[0]
        raise AssertionError("an empty log")

    def size(self) -> int:
        return self.all("SELECT max(size) FROM checkpoint")[0][0]

    def sizes(self) -> list[int]:
        return [size for (size,) in self.all("SELECT size FROM checkpoint ORDER BY size")]

    def resign(self, key: SigningKey) -> None:
        """Make the whole log anew over the entries as they now are, and sign it with this key."""
        self._connection.commit()
        with self.lab.app.app_context():
            entries = db.session.scalars(
                db.select(LedgerEntry)
                .where(LedgerEntry.leaf.is_not(None))
                .order_by(LedgerEntry.leaf)
            ).all()
            hashes = [leaf_of(entry) for entry in entries]
            ids = [entry.id for entry in entries]
            self.lab._close()
        self._number(ids)
        self._tile(hashes)
        self._checkpoints(hashes, key)

    def _number(self, ids: list[str]) -> None:
        self.do("UPDATE ledger_entry SET leaf = NULL WHERE leaf IS NOT NULL")
        for leaf, id_ in enumerate(ids):
            self.do("UPDATE ledger_entry SET leaf = ? WHERE id = ?", leaf, id_)

    def _tile(self, hashes: list[bytes]) -> None:
        self.do("DELETE FROM ledger_tile")
        level, row = 0, hashes
        while row:
            for at in range(0, len(row), WIDTH):
                joined = b"".join(row[at : at + WIDTH])
                self.do("INSERT INTO ledger_tile VALUES (?, ?, ?)", level, at // WIDTH, joined)
            whole = range(0, len(row) // WIDTH * WIDTH, WIDTH)
            row = [merkle.root_of_hashes(row[at : at + WIDTH]) for at in whole]
            level += 1

    def _checkpoints(self, hashes: list[bytes], key: SigningKey) -> None:
        previous = 0
        for at_size, body in self.all("SELECT size, body FROM checkpoint ORDER BY size"):
            size = min(at_size, len(hashes))
            said = json.loads(body)
            root = merkle.root_of_hashes(hashes[:size]).hex()
            said |= {"size": size, "previous": previous, "root": root, "key_id": key.id}
            text = Statement(**{name: said[name] for name in FIELDS}).signed_text()
            previous = size
            self.do(
                "UPDATE checkpoint SET size = ?, body = ?, signature = ?, key_id = ? WHERE size = ?",
                *(size, text.decode(), key.sign(text), key.id, at_size),
            )


def change_row(vandal: Vandal) -> str:
    table, row = vandal.row()
    columns = [
        name for _, name, kind, *_ in vandal.all(f"PRAGMA table_info({table})") if "CHAR" in kind
    ]
    column = vandal.random.choice(columns)
    vandal.do(f"UPDATE {table} SET {column} = coalesce({column}, '') || 'x' WHERE rowid = ?", row)  # noqa: S608
    return f"{table}.{column} of row {row}"


def drop_row(vandal: Vandal) -> str:
    table, row = vandal.row()
    vandal.do(f"DELETE FROM {table} WHERE rowid = ?", row)  # noqa: S608
    return f"{table} row {row}"


def swap_rows(vandal: Vandal) -> str:
    one, other = vandal.random.sample(vandal.all("SELECT id, name FROM pool"), 2)
    vandal.do("UPDATE pool SET name = ? WHERE id = ?", other[1], one[0])
    vandal.do("UPDATE pool SET name = ? WHERE id = ?", one[1], other[0])
    return f"the names of pools {one[0]} and {other[0]}"


def back_date_row(vandal: Vandal) -> str:
    where = vandal.random.choice([("appointment", "starts_at"), ("blob", "stored_at")])
    return back_date(vandal, *where)


def back_date_entry(vandal: Vandal) -> str:
    return back_date(vandal, "ledger_entry", "at")


def back_date(vandal: Vandal, table: str, column: str) -> str:
    row, at = vandal.random.choice(vandal.all(f"SELECT rowid, {column} FROM {table}"))  # noqa: S608
    earlier = datetime.fromisoformat(at) - timedelta(seconds=vandal.random.randint(1, 10**7))
    text = earlier.strftime("%Y-%m-%d %H:%M:%S.%f")
    vandal.do(f"UPDATE {table} SET {column} = ? WHERE rowid = ?", text, row)  # noqa: S608
    return f"{table}.{column} of row {row} to {text}"


def change_entry(vandal: Vandal) -> str:
    column = vandal.random.choice(
        ("actor_id", "act", "row_id", "digest", "purpose", "organisation_id")
    )
    leaf = vandal.random.randrange(vandal.size())
    changed = f"{column} = coalesce({column}, '') || '0'"
    vandal.do(f"UPDATE ledger_entry SET {changed} WHERE leaf = ?", leaf)  # noqa: S608 - our own names
    return f"{column} of the entry of leaf {leaf}"


def drop_entry(vandal: Vandal) -> str:
    leaf = vandal.random.randrange(vandal.size())
    vandal.do("DELETE FROM ledger_entry WHERE leaf = ?", leaf)
    return f"the entry of leaf {leaf}"


def reorder_entries(vandal: Vandal) -> str:
    one, other = vandal.random.sample(range(vandal.size()), 2)
    for before, after in ((one, -1), (other, one), (-1, other)):
        vandal.do("UPDATE ledger_entry SET leaf = ? WHERE leaf = ?", after, before)
    return f"leaves {one} and {other}"


def change_tile(vandal: Vandal) -> str:
    level, position, hashes = vandal.random.choice(vandal.all("SELECT * FROM ledger_tile"))
    at = vandal.random.randrange(len(hashes))
    spoilt = hashes[:at] + bytes([hashes[at] ^ 1]) + hashes[at + 1 :]
    vandal.do(
        "UPDATE ledger_tile SET hashes = ? WHERE level = ? AND position = ?",
        spoilt,
        level,
        position,
    )
    return f"hash {at // HASH} of tile {level}/{position}"


def change_object(vandal: Vandal) -> str:
    file = vandal.random.choice(vandal.lab.objects)
    data = bytearray(file.read_bytes())
    data[vandal.random.randrange(len(data))] ^= 1 << vandal.random.randrange(8)
    write(file, bytes(data))
    return f"a bit of {file.name[:12]}"


def drop_object(vandal: Vandal) -> str:
    file = vandal.random.choice(vandal.lab.objects)
    file.unlink()
    return file.name[:12]


def swap_objects(vandal: Vandal) -> str:
    one, other = vandal.random.sample(vandal.lab.objects, 2)
    first, second = one.read_bytes(), other.read_bytes()
    write(one, second)
    write(other, first)
    return f"{one.name[:12]} and {other.name[:12]}"


def change_redaction(vandal: Vandal) -> str:
    row = vandal.random.choice(vandal.all("SELECT rowid FROM redaction"))[0]
    column, change = vandal.random.choice(
        (
            ("reason", "'person_asked'"),
            ("words", "words || '改'"),
            ("by_id", "(SELECT id FROM person ORDER BY random() LIMIT 1)"),
            ("at", "datetime(at, '-1 day')"),
            (
                "evidence_id",
                "(SELECT id FROM evidence WHERE id NOT IN (SELECT evidence_id FROM redaction))",
            ),
        )
    )
    vandal.do(f"UPDATE redaction SET {column} = {change} WHERE rowid = ?", row)  # noqa: S608
    return f"{column} of the deletion in row {row}"


def drop_redaction(vandal: Vandal) -> str:
    """As if the photo had been lost, or never been deleted."""
    table = vandal.random.choice(("redaction", "blob_erasure"))
    row = vandal.random.choice(vandal.all(f"SELECT rowid FROM {table}"))[0]  # noqa: S608
    vandal.do(f"DELETE FROM {table} WHERE rowid = ?", row)  # noqa: S608
    return f"{table} row {row}"


def forge_redaction(vandal: Vandal) -> str:
    """A photo goes, and rows are written as if the law had wanted it."""
    lasting = vandal.all(
        "SELECT id, organisation_id, sha256 FROM evidence WHERE id NOT IN (SELECT evidence_id FROM redaction)"
    )
    photo, owner, digest = vandal.random.choice(lasting)
    [file] = [one for one in vandal.lab.objects if one.name == digest]
    file.unlink()
    at = vandal.all("SELECT at FROM redaction")[0][0]
    forged = (f"{vandal.random.getrandbits(128):032x}", owner, digest, at, at)
    vandal.do("INSERT INTO redaction VALUES (?, 'ordered', '伪造', NULL, ?)", photo, at)
    vandal.do("INSERT INTO blob_erasure VALUES (?, ?, ?, ?, ?)", *forged)
    return f"photo {photo}"


def put_back_deleted(vandal: Vandal) -> str:
    file = vandal.random.choice(sorted(vandal.lab.deleted))
    write(file, vandal.lab.deleted[file])
    return file.name[:12]


def change_checkpoint(vandal: Vandal) -> str:
    size = vandal.random.choice(vandal.sizes())
    column, change = vandal.random.choice(
        (
            ("body", 'replace(body, \'"root":"\', \'"root":"0\')'),
            ("body", 'replace(body, \'"at":"2\', \'"at":"1\')'),
            ("signature", "'A' || substr(signature, 2) || 'A'"),
            ("at", "datetime(at, '-1 day')"),
        )
    )
    vandal.do(f"UPDATE checkpoint SET {column} = {change} WHERE size = ?", size)  # noqa: S608
    return f"{column} of checkpoint {size}"


def drop_checkpoint(vandal: Vandal) -> str:
    size = vandal.random.choice(vandal.sizes())
    vandal.do("DELETE FROM checkpoint WHERE size = ?", size)
    return f"checkpoint {size}"


def swap_checkpoints(vandal: Vandal) -> str:
    one, other = vandal.random.sample(vandal.sizes(), 2)
    for before, after in ((one, -1), (other, one), (-1, other)):
        vandal.do("UPDATE checkpoint SET size = ? WHERE size = ?", after, before)
    return f"checkpoints {one} and {other}"


def fork_log(vandal: Vandal) -> str:
    """Even with the sequencer's key: an entry goes, and the log is made and signed anew without it."""
    what = vandal.random.choice((drop_entry, reorder_entries, change_entry))(vandal)
    vandal.resign(vandal.lab.sequencer.key)
    return what


def resign_log(vandal: Vandal) -> str:
    """The whole log signed anew with another key, which takes the place of the first in the table."""
    key = SigningKey(new_signing_key())
    what = vandal.random.choice((drop_entry, reorder_entries, change_entry))(vandal)
    vandal.do("UPDATE ledger_key SET id = ?, public_key = ?", key.id, key.public_key)
    vandal.resign(key)
    return f"{what}, signed by {key.id}"


KINDS: dict[str, Callable[[Vandal], str]] = {
    "row changed": change_row,
    "row dropped": drop_row,
    "rows swapped": swap_rows,
    "row back-dated": back_date_row,
    "entry changed": change_entry,
    "entry dropped": drop_entry,
    "entry back-dated": back_date_entry,
    "entries re-ordered": reorder_entries,
    "tile changed": change_tile,
    "object changed": change_object,
    "object dropped": drop_object,
    "objects swapped": swap_objects,
    "deletion changed": change_redaction,
    "deletion dropped": drop_redaction,
    "deletion forged": forge_redaction,
    "deleted bytes put back": put_back_deleted,
    "checkpoint changed": change_checkpoint,
    "checkpoint dropped": drop_checkpoint,
    "checkpoints swapped": swap_checkpoints,
    "log forked": fork_log,
    "log signed again": resign_log,
}


def write(file: Path, data: bytes) -> None:
    file.unlink(missing_ok=True)
    file.write_bytes(data)
