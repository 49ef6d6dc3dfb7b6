"""A bundle ordered at the console: made by a worker, downloaded once, gone after some days, and never more than its orderer may know."""

import hashlib
import io
import json
import zipfile
from datetime import timedelta

import pytest

from fieldapp import clock, jobs
from fieldapp.archive import bundling, clearing, encrypting, settling, verify
from fieldapp.archive.order_models import BundleKey, BundleLink, BundleOrder
from fieldapp.blobs.store import current_store
from fieldapp.clock import now
from fieldapp.db import db, transaction
from fieldapp.ledger.models import LedgerEntry
from tests.archive.conftest import FULL, PASSPHRASE, first_photo, link_to


def lines(data: bytes, name: str) -> list[dict]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return [json.loads(line) for line in archive.read(name).splitlines()]


def test_what_was_ordered_is_made_downloaded_and_proves_itself(order, download, trust):
    waiting = order(made=False)
    assert (waiting["state"], waiting["redacted"], waiting["photos"] > 1) == ("waiting", True, True)

    jobs.run_all()
    ready = order(made=False) and order()

    data = download(ready)
    assert (ready["state"], ready["size"]) == ("ready", len(data))
    assert ready["sha256"] == hashlib.sha256(data).hexdigest()
    report = verify.check(io.BytesIO(data), trust)
    assert (report["failed"], report["result"]) == ([], "proved")


def test_the_list_says_with_whose_key_to_compare(order, sign_in, trust):
    made = order()

    told = sign_in("sun").get("/api/bundles").json

    assert [one["id"] for one in told["items"]] == [made["id"]]
    assert told["fingerprint"] == trust
    assert sign_in("hu").get("/api/bundles").json["items"] == []
    assert sign_in("qian").get(f"/api/bundles/{made['id']}").status_code == 404, (
        "of the same insurer"
    )


def test_a_full_one_is_encrypted_and_its_passphrase_is_kept_nowhere(order, download):
    full = order(**FULL)

    data = download(full)
    assert not zipfile.is_zipfile(io.BytesIO(data))
    assert data.startswith(encrypting.MAGIC)
    with transaction(write=False):
        assert db.session.scalars(db.select(BundleKey)).all() == []
        kept = db.session.connection().exec_driver_sql("select * from bundle_order").fetchall()
    assert PASSPHRASE not in repr(kept)


def test_a_full_one_opens_with_the_passphrase_alone(order, download, trust, tmp_path):
    file, plain = tmp_path / "full.zip", io.BytesIO()
    file.write_bytes(download(order(**FULL)))

    with pytest.raises(encrypting.WrongPassphrase):
        encrypting.decrypt(file, io.BytesIO(), "another passphrase")
    encrypting.decrypt(file, plain, PASSPHRASE)

    report = verify.check(plain, trust)
    assert report["failed"] == []
    assert report["proved"]["record"] == 1


@pytest.mark.parametrize(
    ("name", "asked", "status", "problem"),
    [
        ("sun", {"passphrase": PASSPHRASE}, 422, "PurposeMissing"),
        ("sun", {"purpose": "court", "passphrase": "short"}, 422, "PassphraseTooShort"),
        ("sun", {"purpose": "court"}, 422, "PassphraseTooShort"),
        ("liu", {"purpose": "court", "passphrase": PASSPHRASE}, 403, "NotAllowed"),
    ],
)
def test_a_full_one_needs_a_purpose_a_passphrase_and_the_right(
    sign_in, visit, name, asked, status, problem
):
    body = {"kind": "visit", "id": visit, "redacted": False} | asked

    reply = sign_in(name).post("/api/bundles", json=body)

    assert (reply.status_code, reply.json["problem"]) == (status, problem)


def test_a_link_begins_one_download_and_goes_on_with_it_after_a_cut(order, sign_in):
    made, caller = order(), sign_in("sun")
    link = link_to(caller, made)
    with caller.get(link, headers={"Range": "bytes=0-999"}) as begun:
        assert (begun.status_code, len(begun.data)) == (206, 1000)
        start, etag = begun.data, begun.headers["ETag"]

    with caller.get(link, headers={"Range": "bytes=1000-", "If-Range": etag}) as rest:
        assert rest.status_code == 206
        assert rest.headers["Content-Range"] == f"bytes 1000-{made['size'] - 1}/{made['size']}"
        assert hashlib.sha256(start + rest.data).hexdigest() == made["sha256"]

    for headers in ({}, {"Range": "bytes=0-"}, {"Range": "bytes=5-", "If-Range": '"other"'}):
        again = caller.get(link, headers=headers)
        assert (again.status_code, again.json["problem"]) == (410, "LinkOver"), headers


def test_a_link_is_of_no_use_to_others_nor_after_an_hour(order, sign_in):
    made = order()
    link = link_to(sign_in("sun"), made)

    assert sign_in("qian").get(link).status_code == 404
    assert sign_in("sun").get(link[:-3] + "xyz").json["problem"] == "LinkOver"
    with transaction():
        [row] = db.session.scalars(db.select(BundleLink))
        assert timedelta(0) < row.expires_at - row.made_at <= timedelta(hours=1, seconds=1)
        row.expires_at = now() - timedelta(minutes=1)
    assert sign_in("sun").get(link).json["problem"] == "LinkOver"


def test_a_range_beyond_the_file_is_refused_and_spends_no_link(order, sign_in):
    made, caller = order(), sign_in("sun")
    link = link_to(caller, made)

    beyond = caller.get(link, headers={"Range": f"bytes={made['size']}-"})

    assert beyond.status_code == 416
    with caller.get(link) as whole:
        assert whole.status_code == 200


def test_ordering_and_downloading_are_entries(order, download):
    made = order()
    download(made)

    with transaction(write=False):
        of_this = db.select(LedgerEntry).where(LedgerEntry.row_id == made["id"])
        entries = db.session.scalars(of_this.order_by(LedgerEntry.at)).all()
        told = [(entry.table_name, entry.act, entry.purpose) for entry in entries]
        links = db.session.scalars(
            db.select(LedgerEntry.act).where(LedgerEntry.table_name == BundleLink.__tablename__)
        ).all()
        exported = db.select(LedgerEntry).where(LedgerEntry.purpose == "bundle")
        exports = db.session.scalars(exported).all()
    assert ("bundle", "insert", None) in told
    assert ("bundle", "export", "download") in told
    assert links == ["insert", "update"]
    assert len(exports) == made["photos"]
    assert {entry.actor_kind for entry in exports} == {"person"}, "by who ordered it"


def test_it_can_be_called_off_while_it_waits(order, sign_in):
    waiting, caller = order(made=False), sign_in("sun")

    assert caller.put(f"/api/bundles/{waiting['id']}/cancellation").json["state"] == "cancelled"
    jobs.run_all()

    assert caller.get(f"/api/bundles/{waiting['id']}").json["state"] == "cancelled"
    assert caller.post(f"/api/bundles/{waiting['id']}/links").json["problem"] == "BundleNotReady"


def test_it_can_be_called_off_while_it_is_made_and_leaves_nothing(app, order, sign_in, monkeypatch):
    waiting, caller = (
        order(made=False, **FULL),
        sign_in("sun"),
    )
    tell = jobs.tell

    def called_off(percent: int) -> None:
        caller.put(f"/api/bundles/{waiting['id']}/cancellation")
        tell(percent)

    monkeypatch.setattr(jobs, "tell", called_off)
    jobs.run_all()

    assert caller.get(f"/api/bundles/{waiting['id']}").json["state"] == "cancelled"
    assert list((app.config_object.data_dir / "bundles").iterdir()) == []
    with transaction(write=False):
        assert db.session.scalars(db.select(BundleKey)).all() == []


def test_what_is_made_cannot_be_called_off(order, sign_in):
    made = order()

    reply = sign_in("sun").put(f"/api/bundles/{made['id']}/cancellation")

    assert (reply.status_code, reply.json["problem"]) == (409, "BundleSettled")


def test_a_worker_that_was_cut_down_goes_on(order, sign_in, monkeypatch):
    waiting = order(made=False)
    close = bundling._close

    def cut(*_arguments) -> None:
        raise OSError("the power went")

    monkeypatch.setattr(bundling, "_close", cut)
    jobs.run_all()
    monkeypatch.setattr(bundling, "_close", close)
    with clock.at(now() + timedelta(hours=1)):
        jobs.run_all()

    assert sign_in("sun").get(f"/api/bundles/{waiting['id']}").json["state"] == "ready"


def test_the_file_goes_after_some_days_and_the_order_stays(order, sign_in):
    made = order()
    with transaction(write=False):
        key = settling.key_of(db.session.get_one(BundleOrder, made["id"]))
    clearing.clear()
    assert current_store().has(key)

    with clock.at(now() + timedelta(days=8)):
        clearing.clear()

    assert not current_store().has(key)
    assert sign_in("sun").get(f"/api/bundles/{made['id']}").json["state"] == "removed"


def test_nobody_is_told_in_a_bundle_what_the_console_would_not_tell(
    order, download, sign_in, visit
):
    """The authority's verdict and looks are not the insurer's to know before it was told."""
    photo = first_photo(visit)
    sign_in("liu").get(f"/api/evidence/{photo}/original")
    given = {"outcome": "rejected", "reason": "unclear"}
    assert sign_in("liu").post(f"/api/evidence/{photo}/verdicts", json=given).status_code == 201

    insurers = download(order("sun"))
    authoritys = download(order("liu"), "liu")

    def told(data: bytes) -> tuple[int, int]:
        verdicts = [row for row in lines(data, "rows.jsonl") if row["table"] == "verdict"]
        looks = [e for e in lines(data, "entries.jsonl") if e["entry"]["act"] == "read"]
        return len(verdicts), len(looks)

    assert told(insurers) == (0, 0)
    assert told(authoritys) == (1, 1)


def test_who_lost_the_office_meanwhile_takes_nothing_out(order, sign_in, town):
    waiting = order(made=False)
    path = f"/api/people/{town.person['sun']}/access-ending"
    assert sign_in("gu").put(path, json={"reason": "离任"}).status_code == 200

    jobs.run_all()

    with transaction(write=False):
        ordered = db.session.get_one(BundleOrder, waiting["id"])
        assert (ordered.outcome, ordered.reason) == ("failed", "no_access")


def test_a_selection_without_evidence_is_no_bundle(sign_in, world_without_photos):
    reply = sign_in("sun").post("/api/bundles", json=world_without_photos)

    assert (reply.status_code, reply.json["problem"]) == (409, "BundleEmpty")


@pytest.fixture
def world_without_photos(town) -> dict:
    return {"kind": "project", "id": town.project["binjiang"]}


@pytest.mark.parametrize("kind", ["visit", "project", "evidence", "insurer"])
def test_whatever_has_a_page_can_be_ordered(order, sign_in, town, visit, kind):
    ids = {
        "visit": visit,
        "project": town.project["binjiang"],
        "evidence": first_photo(visit),
        "insurer": town.organisation["antai"],
    }
    period = {"period": f"{now():%Y}"} if kind == "insurer" else {}

    made = order(made=False, kind=kind, id=ids[kind], **period)

    assert made["kind"] == kind
    assert made["about"]
    other = {"kind": kind, "id": ids[kind], **period}
    assert sign_in("hu").post("/api/bundles", json=other).status_code == 404


def test_a_bundle_takes_what_was_deleted_for_deleted(order, download, sign_in, visit, trust):
    photo = first_photo(visit)
    given = {"reason": "person_asked", "words": "本人申请"}
    before = order()
    link = link_to(sign_in("sun"), before)
    assert sign_in("liu").put(f"/api/evidence/{photo}/redaction", json=given).status_code == 200
    jobs.run_all()

    assert sign_in("sun").get(link).json["problem"] == "BundleNotReady", "it held the photo"
    assert sign_in("sun").get(f"/api/bundles/{before['id']}").json["state"] == "removed"
    report = verify.check(io.BytesIO(download(order("liu"), "liu")), trust)

    assert report["failed"] == []
    assert report["proved"]["redacted"] == 1
    assert report["proved"]["original"] == 1
