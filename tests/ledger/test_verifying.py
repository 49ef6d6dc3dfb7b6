"""`fieldapp ledger verify` finds whatever is not as it was committed to, and says which row and what about it."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from fieldapp.archive.auditing import Trusted, audit
from fieldapp.blobs import keeping
from fieldapp.blobs.models import Blob
from fieldapp.blobs.s3 import S3Store
from fieldapp.blobs.store import current_store
from fieldapp.clock import at, now
from fieldapp.db import db, transaction
from fieldapp.ledger import sealing
from fieldapp.ledger.sealing import recalled
from fieldapp.projects.models import Pool


def in_silence(what: str, count: int) -> None:
    """Nobody watches the progress."""


@pytest.fixture
def verify(app, trust):
    """`verify()`: the report; `verify(rehash=True)` also reads every object."""

    def verify(rehash: bool = False) -> dict:
        head = recalled(app.config_object.sequencer_dir)
        return audit(Trusted(trust, head), in_silence, rehash=rehash)

    return verify


def behind(statement: str, **values: object) -> None:
    """What somebody does with the database behind the program's back."""
    with db.engine.begin() as connection:
        assert connection.execute(text(statement), values).rowcount != 0


def found(report: dict) -> set[tuple[str, str]]:
    assert report["ok"] == (not report["faults"])
    return {(fault["kind"], fault["table"]) for fault in report["faults"]}


@pytest.fixture
def photo(town) -> str:
    blob = keeping.put(town.organisation["antai"], b"bytes of a photo", "image/jpeg")
    return blob.key


def test_what_nobody_touched_is_as_it_was(town, photo, seal, verify):
    seal()
    with transaction():
        db.session.add(Pool(name="另一共保体", lead_insurer_id=town.organisation["antai"]))

    report = verify(rehash=True)

    assert report["faults"] == []
    assert report["leaves"] > 30
    assert report["rows"] > 30
    assert report["objects"] == 1
    assert report["unsealed"]["count"] == 1, "the tail that no checkpoint covers is said"


def test_a_backlog_sealed_in_parts_is_not_taken_for_back_dating(town, seal, verify, monkeypatch):
    """The first checkpoint is newer than the entries that did not fit into it."""
    monkeypatch.setattr(sealing, "MOST_AT_ONCE", 20)
    with at(now() + timedelta(hours=2)):
        seal()

        assert verify()["checkpoints"] > 2
        assert verify()["ok"]


def test_an_entry_slipped_in_with_an_old_date(town, seal, verify):
    seal()
    with at(now() - timedelta(days=3)), transaction():
        db.session.add(Pool(name="另一共保体", lead_insurer_id=town.organisation["antai"]))
    seal()

    assert found(verify()) == {("back_dated", "ledger_entry")}


def test_before_the_first_checkpoint_rows_are_checked_all_the_same(town, verify):
    assert verify()["ok"]
    behind("update pool set name = '改名'")

    assert found(verify()) == {("row_differs", "pool")}


ROWS = {
    "changed": ("update pool set name = '改名'", ("row_differs", "pool")),
    "dropped": ("delete from pool_member", ("row_missing", "pool_member")),
    "added": (
        "insert into pool (id, name, lead_insurer_id) select 'x', 'x', lead_insurer_id from pool limit 1",
        ("row_unrecorded", "pool"),
    ),
    "an entry changed": (
        "update ledger_entry set actor_id = 'somebody' where leaf = 3",
        ("entry_differs", "ledger_entry"),
    ),
    "an entry dropped": (
        "delete from ledger_entry where leaf = 3",
        ("entry_missing", "ledger_entry"),
    ),
    "an entry's salt taken": (
        "update ledger_entry set salt = '' where leaf = 3",
        ("salt_missing", "ledger_entry"),
    ),
    "the end cut off": (
        "delete from ledger_entry where leaf > 20",
        ("leaves_missing", "checkpoint"),
    ),
    "the checkpoint dropped": ("delete from checkpoint", ("checkpoint_missing", "checkpoint")),
    "a checkpoint's time": (
        "update checkpoint set at = '2020-01-01 00:00:00'",
        ("checkpoint_differs", "checkpoint"),
    ),
    "a checkpoint's text": (
        "update checkpoint set body = replace(body, 'fieldapp/', 'fieldapp/x')",
        ("bad_signature", "checkpoint"),
    ),
}


@pytest.mark.parametrize(("statement", "fault"), ROWS.values(), ids=ROWS)
def test_a_row_behind_the_programs_back(town, seal, verify, statement, fault):
    seal()
    behind(statement)

    assert fault in found(verify())


def test_a_checkpoint_taken_out_of_the_middle(town, seal, verify):
    first = seal().size
    with transaction():
        db.session.add(Pool(name="另一共保体", lead_insurer_id=town.organisation["antai"]))
    seal()
    behind("delete from checkpoint where size = :size", size=first)

    assert found(verify()) == {("checkpoint_missing", "checkpoint")}


def test_a_log_set_back_to_an_earlier_day(town, seal, verify):
    first = seal().size
    with transaction():
        db.session.add(Pool(id="later", name="另一", lead_insurer_id=town.organisation["antai"]))
    seal()
    behind("delete from pool where id = 'later'")
    behind("delete from ledger_entry where leaf >= :size", size=first)
    behind("delete from checkpoint where size > :size", size=first)

    assert found(verify()) == {("checkpoint_missing", "checkpoint")}, "the sequencer remembers"


def test_entries_that_changed_places(town, seal, verify):
    seal()
    behind("update ledger_entry set leaf = -1 where leaf = 3")
    behind("update ledger_entry set leaf = 3 where leaf = 4")
    behind("update ledger_entry set leaf = 4 where leaf = -1")

    assert ("entry_differs", "ledger_entry") in found(verify())


def test_an_object_that_is_gone_or_another(app, town, photo, seal, verify):
    seal()
    current_store().delete(photo)
    assert found(verify()) == {("object_missing", "blob")}

    with transaction():
        row = db.session.scalar(db.select(Blob))
        row.size = row.size + 1
    assert ("object_missing", "blob") in found(verify())


def test_bytes_that_changed_without_changing_their_size(app, town, photo, seal, verify):
    seal()
    changed, store = b"bytes of a Photo", current_store()
    if isinstance(store, S3Store):
        store._client.put_object(**store._at(photo), Body=changed)
    else:
        file = next(file for file in app.config_object.store_dir.rglob(photo[-64:]))
        file.chmod(0o644)
        file.write_bytes(changed)

    assert verify()["ok"], "sizes are as they were"
    assert found(verify(rehash=True)) == {("object_differs", "blob")}


def test_a_log_signed_by_a_key_that_is_not_the_trusted_one(town, seal):
    seal()

    report = audit(Trusted("0" * 64), in_silence)

    assert {"unknown_key"} == {fault["kind"] for fault in report["faults"]}
