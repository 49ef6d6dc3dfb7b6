"""Yesterday's database beside the whole store: declared and signed, told from a rewritten log, and nothing sent twice."""

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from fieldapp import jobs
from fieldapp.blobs.models import Blob
from fieldapp.cli import run as command
from fieldapp.db import db, new_id, transaction
from fieldapp.ledger.models import LedgerEntry, Restoration
from fieldapp.ledger.restorations import read
from fieldapp.ledger.sealing import LogRewritten
from fieldapp.ledger.witness import Forked, Memory, Unreachable, look
from fieldapp.projects.models import Pool
from tests.fixtures.phone import bytes_of, whole_check


@pytest.fixture
def environment(tmp_path) -> dict[str, str]:
    """A file that can be copied and put back; both databases go through tests/faults."""
    return {
        "FIELDAPP_DATA_DIR": str(tmp_path / "var"),
        "FIELDAPP_DATABASE_URL": f"sqlite:///{tmp_path / 'db.sqlite3'}",
        "FIELDAPP_STORE_DIR": str(tmp_path / "store"),
    }


@pytest.fixture
def yesterday(environment, tmp_path):
    """`yesterday.copy()`, then `yesterday.put_back()`."""
    return Backup(Path(environment["FIELDAPP_DATABASE_URL"].removeprefix("sqlite:///")), tmp_path)


class Backup:
    def __init__(self, file: Path, folder: Path) -> None:
        self._file, self._copy = file, folder / "yesterday.sqlite3"

    def copy(self) -> None:
        with (
            closing(sqlite3.connect(self._file)) as live,
            closing(sqlite3.connect(self._copy)) as kept,
        ):
            live.backup(kept)

    def put_back(self) -> None:
        db.session.remove()
        db.engine.dispose()
        for rest in ("-wal", "-shm"):
            Path(f"{self._file}{rest}").unlink(missing_ok=True)
        shutil.copy(self._copy, self._file)


@pytest.fixture
def grow(town, seal):
    def grow(count: int = 1) -> None:
        with transaction():
            insurer = town.organisation["antai"]
            db.session.add_all(Pool(name=new_id(), lead_insurer_id=insurer) for _ in range(count))
        seal()

    return grow


@pytest.fixture
def fetch(stranger):
    def fetch(path: str) -> dict:
        reply = stranger.get(path)
        if reply.status_code != 200:
            raise Unreachable(path)
        return reply.json

    return fetch


@pytest.fixture
def declare(environment, monkeypatch, capsys):
    """`declare()`: what the command prints, or its exit code."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    def declare() -> dict | int:
        code = command(["restore", "declare", "--reason", "disk_failure", "--words", "磁盘损坏"])
        said = capsys.readouterr()
        return json.loads(said.out) if code == 0 else code

    return declare


def test_the_sequencer_goes_on_only_after_the_break_was_declared(grow, yesterday, declare, seal):
    grow()
    yesterday.copy()
    grow(5)
    yesterday.put_back()
    with pytest.raises(LogRewritten):
        grow()

    said = declare()

    assert said["reason"] == "disk_failure"
    assert said["kept"]["size"] < said["lost"]["size"]
    grow()
    with transaction(write=False):
        row = db.session.get_one(Restoration, said["id"])
        entry = db.session.scalar(db.select(LedgerEntry).where(LedgerEntry.row_id == row.id))
        assert (row.words, entry.table_name) == ("磁盘损坏", "restoration")
        assert entry.leaf is not None, "the break is in the log"


def test_a_copy_so_fresh_that_only_the_unsealed_is_lost_is_declared_and_alarms_nobody(
    grow, yesterday, declare, fetch, trust
):
    grow()
    memory = look(Memory(), fetch, trust)
    yesterday.copy()
    yesterday.put_back()

    said = declare()

    assert said["kept"] == said["lost"]
    assert look(memory, fetch).restored is None


def test_a_longer_log_than_was_signed_is_no_earlier_state(grow, declare, sequencer):
    grow()
    head = (sequencer.memory / "head.json").read_text()
    grow()
    (sequencer.memory / "head.json").write_text(head)

    assert declare() == 1


def test_another_log_is_not_declared_to_be_ours(grow, declare, sequencer):
    grow(3)
    head = json.loads((sequencer.memory / "head.json").read_text())
    (sequencer.memory / "head.json").write_text(
        json.dumps(head | {"origin": "fieldapp/x", "size": 99})
    )

    assert declare() == 1


def test_a_declaration_that_was_cut_is_the_same_one_when_it_is_made_again(
    grow, yesterday, declare, sequencer
):
    grow()
    yesterday.copy()
    grow(5)
    yesterday.put_back()
    in_the_way = sequencer.memory / "head.new"
    in_the_way.mkdir()
    with pytest.raises(IsADirectoryError):
        declare()
    with transaction(write=False):
        first = db.session.scalars(db.select(Restoration.id)).one()
    in_the_way.rmdir()

    assert declare()["id"] == first
    with transaction(write=False):
        assert db.session.scalars(db.select(Restoration.id)).one() == first


def test_a_witness_accepts_the_declared_break_and_says_so(grow, yesterday, declare, fetch, trust):
    grow()
    yesterday.copy()
    early = look(Memory(), fetch, trust)
    grow(5)
    late = look(early, fetch)
    yesterday.put_back()
    with pytest.raises(Forked, match="shorter"):
        look(late, fetch)

    said = declare()
    after = look(late, fetch)

    assert read(after.restored).id == said["id"]
    assert look(early, fetch).restored is None, (
        "who had seen nothing of what is lost misses nothing"
    )
    grow(3)
    assert look(after, fetch).restored == after.restored


def test_a_longer_log_is_excused_as_well_and_a_rewritten_one_never(
    grow, yesterday, declare, fetch, trust
):
    grow()
    yesterday.copy()
    grow(2)
    memory = look(Memory(), fetch, trust)
    yesterday.put_back()
    declare()
    grow(20)
    after = look(memory, fetch)
    assert after.restored

    def lying(path: str) -> dict:
        """The declaration is shown without the log that it was about."""
        if "consistency" in path:
            return {"proof": ["00" * 32]}
        return fetch(path)

    with pytest.raises((Forked, Unreachable)):
        look(memory, lying)


def test_one_declaration_excuses_nothing_that_was_seen_after_it(
    grow, yesterday, declare, fetch, trust
):
    grow()
    yesterday.copy()
    grow(4)
    yesterday.put_back()
    declare()
    grow(2)
    later = look(Memory(), fetch, trust)
    yesterday.put_back()

    with pytest.raises(Forked):
        look(later, fetch)


def test_an_earlier_break_is_remembered_when_a_still_older_database_comes_back(
    grow, yesterday, declare, fetch, trust
):
    grow()
    yesterday.copy()
    grow(4)
    long_away = look(Memory(), fetch, trust)
    yesterday.put_back()
    first = declare()
    grow(6)
    yesterday.put_back()
    second = declare()

    with transaction(write=False):
        ids = set(db.session.scalars(db.select(Restoration.id)))
    assert ids == {first["id"], second["id"]}
    assert look(long_away, fetch).restored, (
        "away during both, it still sees that the break was declared"
    )


# -- the phone offers again, and the bytes are here ----------------------------------------------


@pytest.fixture
def lost_visit(phone, give_task, grow, yesterday, declare):
    """A visit that was receipted and is in no row any more, its bytes in the store: (phone, record, reply to it)."""
    zhou = phone("zhou")
    record = whole_check(zhou.task(give_task("zhou")))
    grow()
    yesterday.copy()
    for upload in zhou.send(record).json["uploads"]:
        zhou.put_bytes(upload, bytes_of(upload["evidence_ids"][0]))
    jobs.run_all()
    assert zhou.caller.get(f"/api/visits/{record['id']}/receipt").json["complete"]
    grow()
    yesterday.put_back()
    assert zhou.caller.get(f"/api/visits/{record['id']}/receipt").status_code == 404
    declare()
    return zhou, record


def test_bytes_in_the_store_are_adopted_and_receipted_again(lost_visit):
    zhou, record = lost_visit

    again = zhou.send(record).json

    assert (again["state"], again["uploads"]) == ("accepted", [])
    jobs.run_all()
    assert zhou.caller.get(f"/api/visits/{record['id']}/receipt").json["complete"]


def test_bytes_that_are_not_what_their_name_says_are_asked_for(lost_visit, environment, town):
    zhou, record = lost_visit
    spoilt, organisation_id = record["evidence"][0], town.organisation["anxun"]
    folder = Path(environment["FIELDAPP_STORE_DIR"]) / organisation_id / spoilt["sha256"][:2]
    file = folder / spoilt["sha256"]
    file.chmod(0o600)
    file.write_bytes(b"something else")

    zhou.send(record)
    jobs.run_all()

    items = [{**{n: spoilt[n] for n in ("sha256", "size", "media_type")}, "purpose": "original"}]
    told = zhou.caller.post("/api/uploads", json={"items": items}).json
    assert [one["sha256"] for one in told["uploads"]] == [spoilt["sha256"]]
    with transaction(write=False):
        assert db.session.get(Blob, (organisation_id, spoilt["sha256"])) is None
