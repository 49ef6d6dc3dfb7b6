"""What happens when two act at once, when something dies half-way, and when the store is full or away."""

import hashlib
import resource
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from fieldapp import events, jobs
from fieldapp.accounts.models import Person
from fieldapp.app import create_app
from fieldapp.blobs import adopting, completing, keeping, uploads
from fieldapp.blobs.disk import MARK, DiskStore
from fieldapp.blobs.keeping import BlobsStored
from fieldapp.blobs.models import Blob, Upload
from fieldapp.blobs.store import PART_SIZE, InboxGone, StoreUnreachable
from fieldapp.blobs.uploads import Wanted
from fieldapp.clock import now
from fieldapp.config import from_environment
from fieldapp.db import db, transaction
from fieldapp.jobs import Job

PHOTO = b"\xff\xd8 a small photo"
SHA256 = hashlib.sha256(PHOTO).hexdigest()
ORGANISATION = "0198a000-0000-7000-8000-000000000001"
KEY = f"{ORGANISATION}/{SHA256}"
TWO_PARTS = b"v" * (PART_SIZE + 1)


def test_two_that_complete_at_once_agree(app, phone, store, town):
    wang = phone("wang")
    target = wang.target(TWO_PARTS)
    sent = wang.send(target, TWO_PARTS)

    outcomes = at_once(app, 4, lambda: wang_completes(target, sent))
    jobs.run_all()

    assert {outcome.state for outcome in outcomes} <= {"stored", "checking"}
    assert db.session.get_one(Upload, target["id"], populate_existing=True).outcome == "stored"
    assert len(db.session.scalars(db.select(Blob)).all()) == 1
    assert len(db.session.scalars(db.select(Job).where(Job.kind == "adopt")).all()) <= 1
    assert store.size(f"{town.organisation['antai']}/{target['sha256']}") == len(TWO_PARTS)


def test_two_uploads_of_the_same_bytes_settle_at_once(app, phone, town):
    wang = phone("wang")
    first = wang.target(PHOTO)
    with transaction():
        db.session.get_one(Upload, first["id"]).asked_at = now() - timedelta(days=6, hours=1)
    second = wang.target(PHOTO)
    assert second["id"] != first["id"]
    for target in (first, second):
        wang.send(target, PHOTO)
    targets = iter([first, second])

    with slow_to_end(BlobsStored):
        at_once(app, 2, lambda: complete_and_adopt(next(targets)))

    assert [u.outcome for u in db.session.scalars(db.select(Upload))] == ["stored", "stored"]
    assert len(db.session.scalars(db.select(Blob)).all()) == 1


def test_many_that_ask_at_once_each_get_a_way_to_send(app, phone, town):
    wang = phone("wang")

    targets = at_once(app, 4, lambda: uploads.wanted(person("wang"), [wanted(PHOTO)]).uploads[0])

    target = {"id": targets[0].id, "parts": [vars(part) for part in targets[0].parts]}
    assert wang.settle(target, wang.send(target, PHOTO))["state"] == "stored"


def test_dying_between_the_bytes_and_the_row_loses_nothing(phone, store, town):
    wang = phone("wang")
    target = wang.target(PHOTO)
    wang.send(target, PHOTO)

    with breaking_on(BlobsStored), pytest.raises(PowerCut):
        complete_and_adopt(target)

    assert store.has(f"{town.organisation['antai']}/{SHA256}")
    assert db.session.scalars(db.select(Blob)).all() == []
    assert wang.settle(target, [])["state"] == "stored"
    assert db.session.get_one(Blob, (town.organisation["antai"], SHA256)).size == len(PHOTO)


def test_a_job_that_runs_twice_at_once_is_harmless(app, phone, store, town):
    wang = phone("wang")
    target = wang.target(TWO_PARTS)
    wang.outcome(target, wang.send(target, TWO_PARTS))

    at_once(app, 3, lambda: adopting.adopt(target["id"]))

    assert wang.outcome(target, [])["state"] == "stored"
    with store.as_file(f"{town.organisation['antai']}/{target['sha256']}") as path:
        assert path.read_bytes() == TWO_PARTS


def test_what_was_never_checked_is_checked_before_it_is_given_up(phone, town):
    wang = phone("wang")
    target = wang.target(PHOTO)
    wang.outcome(target, wang.send(target, PHOTO))
    with transaction():
        db.session.get_one(Upload, target["id"]).asked_at = now() - timedelta(days=8)

    adopting.abandon_old(town.organisation["antai"])

    assert wang.outcome(target, [])["state"] == "stored"


def test_a_job_that_runs_again_is_harmless(phone):
    wang = phone("wang")
    target = wang.target(PHOTO)
    wang.settle(target, wang.send(target, PHOTO))

    adopting.adopt(target["id"])

    assert wang.outcome(target, [])["state"] == "stored"


def test_an_inbox_that_the_store_forgot_is_opened_anew(phone, store):
    wang = phone("wang")
    first = wang.target(TWO_PARTS)
    forget(store, first["id"])

    outcome = wang.outcome(first, [])
    anew = wang.target(TWO_PARTS)

    assert outcome["state"] == "abandoned"
    assert anew["id"] != first["id"]
    assert wang.settle(anew, wang.send(anew, TWO_PARTS))["state"] == "stored"


def test_an_open_upload_whose_inbox_is_gone_is_not_signed_again(phone, store):
    wang = phone("wang")
    first = wang.target(TWO_PARTS)
    forget(store, first["id"])

    anew = wang.target(TWO_PARTS)

    assert anew["id"] != first["id"]
    assert wang.settle(anew, wang.send(anew, TWO_PARTS))["state"] == "stored"


def test_what_never_came_is_given_up_after_a_week(phone, store, town):
    wang = phone("wang")
    old, young = wang.target(PHOTO), wang.target(b"another")
    with transaction():
        db.session.get_one(Upload, old["id"]).asked_at = now() - timedelta(days=8)

    adopting.abandon_old(town.organisation["antai"])

    outcomes = {u.id: u.outcome for u in db.session.scalars(db.select(Upload))}
    assert outcomes == {old["id"]: "abandoned", young["id"]: None}


def test_a_call_that_cannot_be_finished_says_so_and_a_later_one_finishes(app, phone, environment):
    """The store goes away between sending and completing."""
    wang = phone("wang")
    target = wang.target(PHOTO)
    sent = wang.send(target, PHOTO)
    there = app.extensions["store"]

    app.extensions["store"] = store_that_is_away(environment)
    away = wang.complete(target, sent)
    asking = wang.ask(TWO_PARTS)
    app.extensions["store"] = there

    assert [r.status_code for r in (away, asking)] == [503, 503]
    assert away.json["problem"] == "StoreUnreachable"
    assert wang.settle(target, sent)["state"] == "stored"


class TestFullDisk:
    @pytest.fixture
    def environment(self, disk_environment):
        return disk_environment

    def test_a_part_that_finds_no_room_leaves_nothing(self, phone, put, tmp_path):
        wang = phone("wang")
        target = wang.target(TWO_PARTS)

        with no_file_larger_than(1 << 20):
            full = put(target["parts"][0]["url"], TWO_PARTS[:PART_SIZE])

        assert (full.status, full.reply.json["problem"]) == (507, "StoreFull")
        assert files_in(tmp_path / "store") == []
        assert wang.settle(target, wang.send(target, TWO_PARTS))["state"] == "stored"

    def test_joining_that_finds_no_room_keeps_the_parts(self, phone, tmp_path):
        wang = phone("wang")
        target = wang.target(TWO_PARTS)
        sent = wang.send(target, TWO_PARTS)

        with no_file_larger_than(PART_SIZE):
            full = wang.complete(target, sent)

        assert (full.status_code, full.json["problem"]) == (507, "StoreFull")
        assert len(files_in(tmp_path / "store")) == 2
        assert wang.settle(target, sent)["state"] == "stored"


def test_a_folder_that_nobody_made_yet_is_made_once_by_all_who_write_first(tmp_path):
    first = [hashlib.sha256(bytes([n])).hexdigest() for n in range(8)]

    for trial in range(100):
        store = DiskStore(tmp_path / str(trial), "secret")
        with ThreadPoolExecutor(8) as pool:
            list(
                pool.map(
                    lambda n, s=store: s.put(f"{ORGANISATION}/{first[n]}", bytes([n])), range(8)
                )
            )

        assert all(store.has(f"{ORGANISATION}/{digest}") for digest in first)


class TestADiskThatIsNotMounted:
    """The folder is there, and empty."""

    @pytest.fixture
    def environment(self, disk_environment):
        return disk_environment

    @pytest.fixture
    def unmount(self, tmp_path):
        away = tmp_path / "unmounted"

        @contextmanager
        def unmount() -> Iterator[None]:
            (tmp_path / "store").rename(away)
            (tmp_path / "store").mkdir()
            yield
            (tmp_path / "store").rmdir()  # fails where something was written to it
            away.rename(tmp_path / "store")

        return unmount

    def test_takes_nothing_and_knows_of_nothing(self, phone, put, store, unmount):
        wang = phone("wang")
        target = wang.target(PHOTO)
        kept = keeping.put(person("wang").organisation_id, b"kept before", "image/jpeg")

        with unmount():
            sent = put(target["parts"][0]["url"], PHOTO)
            asked, completed = wang.ask(b"another"), wang.complete(target, [])
            with pytest.raises(StoreUnreachable), store.as_file(kept.key):
                pass

        assert [sent.status, asked.status_code, completed.status_code] == [503, 503, 503]
        assert wang.settle(target, wang.send(target, PHOTO))["state"] == "stored"

    def test_is_not_marked_at_a_start_when_rows_say_that_it_held_something(self, store, unmount):
        store.put(KEY, PHOTO)

        with unmount():
            store.prepare(holds_something=True)
            with pytest.raises(StoreUnreachable):
                store.begin(f"q/{ORGANISATION}/{ORGANISATION}", len(PHOTO))

    def test_is_marked_at_the_first_start_where_an_administrator_made_it(self, store, tmp_path):
        (tmp_path / "store").mkdir()

        store.prepare(holds_something=False)
        store.put(KEY, PHOTO)

        assert store.has(KEY)


def test_our_own_bytes_are_kept_with_their_row(town, store):
    organisation = town.organisation["antai"]

    blob = keeping.put(organisation, PHOTO, "image/jpeg")
    again = keeping.put(organisation, PHOTO, "image/jpeg")

    assert blob.key == again.key == f"{organisation}/{SHA256}"
    assert store.size(blob.key) == len(PHOTO)


def test_bytes_kept_alone_get_their_row_in_the_callers_transaction(town, store):
    organisation = town.organisation["antai"]
    digest = keeping.put_bytes(organisation, PHOTO)

    with breaking_on(BlobsStored), pytest.raises(PowerCut), transaction():
        keeping.record(organisation, digest, len(PHOTO), "image/jpeg")

    assert db.session.get(Blob, (organisation, digest)) is None
    with transaction():
        keeping.record(organisation, digest, len(PHOTO), "image/jpeg")
    assert db.session.get(Blob, (organisation, digest)) is not None


def files_in(store: Path) -> list[Path]:
    return [file for file in store.rglob("*") if file.is_file() and file.name != MARK]


class PowerCut(Exception):
    pass


def at_once(app, count, act) -> list:
    """Run it in so many threads that start together; what each returned."""
    gate, results, failures = threading.Barrier(count), [], []

    def run() -> None:
        with app.app_context():
            gate.wait()
            try:
                results.append(act())
            except Exception as failure:  # noqa: BLE001 - shown by the assert below
                failures.append(failure)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    return results


def person(name: str):
    return db.session.scalars(db.select(Person).where(Person.sign_in_name == name)).one()


def wanted(data: bytes) -> Wanted:
    return Wanted(hashlib.sha256(data).hexdigest(), len(data), "image/jpeg")


def wang_completes(target: dict, parts: list) -> adopting.Outcome:
    return completing.complete(person("wang"), [{"id": target["id"], "parts": parts}])[0]


def complete_and_adopt(target: dict) -> None:
    """On a folder the first does it all; on S3 the worker does the second."""
    wang_completes(target, [])
    adopting.adopt(target["id"])


def forget(store, upload_id: str) -> None:
    upload = db.session.get_one(Upload, upload_id)
    store.discard(upload.inbox_key, upload.multipart_id)
    with pytest.raises(InboxGone):
        store.parts(upload.inbox_key, upload.multipart_id)


def store_that_is_away(environment: dict):
    """The same kind of store, where nothing answers."""
    nowhere = {
        "FIELDAPP_S3_ENDPOINT": "http://127.0.0.1:9",
        "FIELDAPP_STORE_DIR": "/dev/null/store",
    }
    return create_app(from_environment({**environment, **nowhere})).extensions["store"]


@contextmanager
def breaking_on(kind: type) -> Iterator[None]:
    """The power goes at the announcement, before the transaction ends."""

    def cut(_event: object) -> None:
        raise PowerCut

    events.subscribe(kind, cut)
    try:
        yield
    finally:
        events._subscribers[kind].remove(cut)


@contextmanager
def slow_to_end(kind: type) -> Iterator[None]:
    """Transactions that announce this stay open a while, so that others run into them."""

    def dawdle(_event: object) -> None:
        time.sleep(0.5)

    events.subscribe(kind, dawdle)
    try:
        yield
    finally:
        events._subscribers[kind].remove(dawdle)


@contextmanager
def no_file_larger_than(size: int) -> Iterator[None]:
    """What a full disk feels like: the kernel refuses to let a file grow."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
