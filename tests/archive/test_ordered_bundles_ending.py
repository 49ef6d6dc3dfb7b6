"""What must not outlast an ordered bundle: the right to it, what was deleted by law, files in the store, keys and plain text."""

import errno
import io
import zipfile
from collections.abc import Callable
from datetime import timedelta

import pytest

from fieldapp import clock, jobs
from fieldapp.archive import bundling, clearing, settling
from fieldapp.archive.encrypting import decrypt
from fieldapp.archive.order_models import BundleKey, BundleOrder
from fieldapp.blobs.store import StillLocked, current_store
from fieldapp.clock import now
from fieldapp.db import db, new_id, transaction
from fieldapp.evidence.models import Evidence
from fieldapp.jobs import MOST_ATTEMPTS
from tests.archive.conftest import FULL, PASSPHRASE, first_photo, link_to


@pytest.fixture
def cancel(sign_in):
    def cancel(order: dict) -> None:
        reply = sign_in("sun").put(f"/api/bundles/{order['id']}/cancellation")
        assert reply.json["state"] == "cancelled"

    return cancel


@pytest.fixture
def stored(monkeypatch):
    """`stored(then)`: the keys that bundles get in the store; `then` happens once, right after the first came there."""

    def stored(then: Callable[[], object]) -> list[str]:
        store, keys = current_store(), []
        put_file = store.put_file

        def put(key, file) -> None:
            put_file(key, file)
            keys.append(key)
            if len(keys) == 1:
                then()

        monkeypatch.setattr(store, "put_file", put)
        return keys

    return stored


class PowerCut(BaseException):
    """The worker is gone in the middle of a job."""


def originals(data: bytes) -> set[str]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name for name in archive.namelist() if name.startswith("originals/")}


def row_of(order: dict) -> BundleOrder:
    with transaction(write=False):
        return db.session.get_one(BundleOrder, order["id"])


def test_who_lost_the_right_to_a_full_one_does_not_fetch_it(order, sign_in, town):
    made, caller = order(**FULL), sign_in("sun")
    link = link_to(caller, made)
    person = f"/api/people/{town.person['sun']}"
    assert sign_in("gu").put(f"{person}/roles/reviewer").status_code == 200
    assert sign_in("gu").delete(f"{person}/roles/supervisor").status_code == 200
    caller = sign_in("sun")

    for reply in (caller.get(link), caller.post(f"/api/bundles/{made['id']}/links")):
        assert (reply.status_code, reply.json["problem"]) == (403, "NotAllowed")
    link_to(caller, order())  # a redacted one is a reviewer's too


def test_a_photo_deleted_while_it_is_packed_is_not_handed_out(
    order, download, visit, redact, monkeypatch
):
    waiting, photo, close = order(made=False), first_photo(visit), bundling._close

    def overtaken(*arguments) -> None:
        redact(photo, worked=False)
        close(*arguments)

    monkeypatch.setattr(bundling, "_close", overtaken)
    jobs.run_all()

    with transaction(write=False):
        digest = db.session.get_one(Evidence, photo).sha256
    packed = originals(download(waiting))
    assert packed
    assert f"originals/{digest}" not in packed


def test_a_photo_deleted_while_the_file_is_stored_is_not_handed_out(
    order, download, visit, redact, stored
):
    waiting, photo = order(made=False), first_photo(visit)
    keys = stored(lambda: redact(photo, worked=False))
    jobs.run_all()

    assert len(originals(download(waiting))) == 1
    assert [current_store().has(key) for key in keys] == [False, True]


def test_bytes_that_another_photo_names_are_not_told_as_the_deleted_ones(
    order, download, visit, redact
):
    photo = first_photo(visit)
    with transaction():
        kept = db.session.get_one(Evidence, photo)
        columns = {c.key: getattr(kept, c.key) for c in Evidence.__mapper__.column_attrs}
        other = columns | {"id": new_id(), "sent_id": new_id(), "position": 99}
        db.session.add(Evidence(**other))
    redact(photo)

    assert originals(download(order(kind="evidence", id=photo))) == set()
    assert len(originals(download(order(kind="evidence", id=other["id"])))) == 1
    assert len(originals(download(order()))) == 2, "the other one's to show"


def test_called_off_while_it_is_stored_it_leaves_no_file(order, cancel, stored):
    waiting = order(made=False, **FULL)
    keys = stored(lambda: cancel(waiting))
    jobs.run_all()

    assert [current_store().has(key) for key in keys] == [False]
    assert row_of(waiting).sha256 is None


def test_a_file_whose_worker_died_goes_with_its_order(order, cancel, stored):
    def die() -> None:
        raise PowerCut

    waiting, keys = order(made=False), stored(die)
    with pytest.raises(PowerCut):
        jobs.run_all()
    cancel(waiting)

    clearing.clear()
    assert current_store().has(keys[0]), "the worker may be sending it yet"
    with clock.at(now() + jobs.LEASE + timedelta(minutes=1)):
        clearing.clear()

    assert not current_store().has(keys[0])
    assert row_of(waiting).sha256 is None


def test_nobody_is_told_of_a_file_before_it_can_be_had(order, sign_in, stored):
    waiting, caller = order(made=False), sign_in("sun")
    told = []
    stored(lambda: told.append(caller.get(f"/api/bundles/{waiting['id']}").json))
    jobs.run_all()

    assert [(one["state"], one["sha256"], one["size"]) for one in told] == [("making", None, None)]


def test_what_a_lock_of_the_store_still_holds_is_tried_again(order, monkeypatch):
    held, gone = order(), order()

    def locked(key: str) -> None:
        if key == settling.key_of(row_of(held)):
            raise StillLocked
        erase(key)

    store = current_store()
    erase = store.erase
    with clock.at(now() + timedelta(days=8)):
        monkeypatch.setattr(store, "erase", locked)
        clearing.clear()
        assert [row_of(one).outcome for one in (held, gone)] == ["ready", "removed"]
        monkeypatch.setattr(store, "erase", erase)
        clearing.clear()
        assert row_of(held).outcome == "removed"


def test_what_no_try_could_make_ends_and_leaves_neither_key_nor_plain_text(
    app, order, sign_in, monkeypatch
):
    def full(*_arguments) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    waiting = order(made=False, **FULL)
    monkeypatch.setattr(bundling, "_close", full)
    for tries in range(MOST_ATTEMPTS):
        with clock.at(now() + timedelta(hours=tries)):
            jobs.run_all()
            clearing.clear()
    folders = list((app.config_object.data_dir / "bundles").iterdir())

    told = sign_in("sun").get(f"/api/bundles/{waiting['id']}").json
    assert (told["state"], told["reason"]) == ("failed", "given_up")
    assert told["settled_at"] is not None
    assert folders == []
    with transaction(write=False):
        assert db.session.scalars(db.select(BundleKey)).all() == []


def test_the_last_try_is_not_given_up_while_it_runs(order, sign_in, stored):
    waiting, caller = order(made=False), sign_in("sun")
    with transaction():
        jobs.latest("make_bundle", waiting["id"]).attempts = MOST_ATTEMPTS - 1
    told = []

    def look() -> None:
        clearing.clear()
        told.append(caller.get(f"/api/bundles/{waiting['id']}").json["state"])

    stored(look)
    jobs.run_all()

    assert told == ["making"]
    assert row_of(waiting).outcome == "ready"


def test_a_bundle_that_begins_anew_after_a_deletion_goes_on_after_a_cut_as_well(
    order, download, visit, redact, stored, monkeypatch, sign_in
):
    """Deleted while it was stored, so made anew; then the worker dies in the middle of that."""
    waiting, photo, close = order(made=False, **FULL), first_photo(visit), bundling._close
    cut = []

    def die_once(*arguments) -> None:
        if len(keys) == 1 and not cut:
            cut.append(True)
            raise OSError("the power went")
        close(*arguments)

    keys = stored(lambda: redact(photo))
    monkeypatch.setattr(bundling, "_close", die_once)
    jobs.run_all()
    assert cut
    assert sign_in("sun").get(f"/api/bundles/{waiting['id']}").json["state"] == "waiting"
    with clock.at(now() + timedelta(hours=1)):
        jobs.run_all()

    assert sign_in("sun").get(f"/api/bundles/{waiting['id']}").json["state"] == "ready"
    assert [current_store().has(key) for key in keys] == [False, True], "one file, the second"
    opened = io.BytesIO()
    file = settling.folders().parent / "downloaded"
    file.write_bytes(download(waiting))
    decrypt(file, opened, PASSPHRASE)
    with transaction(write=False):
        digest = db.session.get_one(Evidence, photo).sha256
    packed = originals(opened.getvalue())
    assert packed
    assert f"originals/{digest}" not in packed
    with transaction(write=False):
        assert db.session.scalars(db.select(BundleKey)).all() == []
