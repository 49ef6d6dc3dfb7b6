"""A visit's evidence as a bundle, made with a sequencer that seals whenever it is asked."""

import pytest

from fieldapp import jobs
from fieldapp.archive import bundling
from fieldapp.clock import now
from fieldapp.db import db, transaction
from fieldapp.evidence.models import Evidence
from fieldapp.keys import canonical, sha256
from fieldapp.ledger import stamping
from fieldapp.ledger.actor import Actor, acting
from fieldapp.visits.models import Visit
from tests.fixtures import snapshots
from tests.fixtures.phone import bytes_of, photo, whole_check

PASSPHRASE = "correct horse battery"
DRAWN = b"a copy of the photo with an arrow"
FULL = {"redacted": False, "purpose": "court", "passphrase": PASSPHRASE}


@pytest.fixture
def visit(app, town, edition, phone, give_task) -> str:
    """A check with photos as a phone sent it, two of its originals stored, one judged by the authority."""
    return snapshots.once(app, "a sent check", lambda: send_check(phone("zhou"), give_task))


def send_check(zhou, give_task) -> str:
    record = whole_check(zhou.task(give_task("zhou")))
    zhou.vouch_for(record["evidence"][0])
    reply = zhou.send(record)
    assert reply.json["state"] == "accepted", reply.json
    for upload in reply.json["uploads"][:2]:
        zhou.put_bytes(upload, bytes_of(upload["evidence_ids"][0]))
    with acting(Actor("system", "worker")):
        jobs.run_all()  # on S3 a worker adopts what came
    db.session.rollback()
    return db.session.scalar(db.select(Visit.id).where(Visit.sent_id == record["id"]))


@pytest.fixture
def sealing_at_once(seal, monkeypatch):
    """Stands in for the sequencer's process: whoever waits for a checkpoint gets one."""
    monkeypatch.setattr(bundling.time, "sleep", lambda _seconds: seal())


@pytest.fixture
def bundle(tmp_path, sealing_at_once):
    """`bundle(selection)`: the file."""

    def bundle(selection: str, name: str = "bundle.zip", **asked):
        file = tmp_path / name
        with acting(Actor("system", "test")):
            with transaction():
                bundle_id = bundling.order(bundling.Order(selection, **asked))
            bundling.make(bundle_id, file, lambda _done: None)
        return file

    return bundle


@pytest.fixture
def stamped(visit, seal, authority, bundle):
    """A bundle of a visit whose log was stamped, and went on growing before the bundle was made."""
    seal()
    stamping.stamp_when_due(authority)
    return bundle(f"visit:{visit}")


@pytest.fixture
def order(sign_in, visit, sealing_at_once):
    """`order("sun")`: ordered by that person and, unless told otherwise, made; the order as they see it then."""

    def order(name: str = "sun", *, made: bool = True, **asked) -> dict:
        caller = sign_in(name)
        reply = caller.post("/api/bundles", json={"kind": "visit", "id": visit} | asked)
        assert reply.status_code == 201, reply.json
        if made:
            jobs.run_all()
        return caller.get(f"/api/bundles/{reply.json['id']}").json

    return order


@pytest.fixture
def download(sign_in):
    """`download(order)`: the whole file, by a fresh link."""

    def download(order: dict, name: str = "sun") -> bytes:
        caller = sign_in(name)
        with caller.get(link_to(caller, order)) as reply:
            assert reply.status_code == 200, reply.json
            return reply.data

    return download


def link_to(caller, order: dict) -> str:
    reply = caller.post(f"/api/bundles/{order['id']}/links")
    assert reply.status_code == 201, reply.json
    return reply.json["url"]


@pytest.fixture
def annotated(app, town, edition, phone, give_task) -> str:
    """A visit whose first photo is stored, and what was drawn on a copy of it, handed in and sealed later."""
    return snapshots.once(app, "an annotated check", lambda: draw_on(phone("zhou"), give_task))


def draw_on(zhou, give_task) -> str:
    record = whole_check(zhou.task(give_task("zhou")), format=2)
    zhou.vouch_for(record["evidence"][0])
    original = record["evidence"][0]
    reply = zhou.send(record)
    zhou.put_bytes(upload_of(reply, original), bytes_of(original["id"]))
    drawn = photo(now(), annotates=original["id"], sha256=sha256(DRAWN), size=len(DRAWN))
    drawn |= {name: original[name] for name in ("question", "category", "shot", "finding_id")}
    seal_copy(zhou, drawn)
    reply = zhou.send(record | {"evidence": [*record["evidence"], drawn]})
    assert reply.json["state"] == "revision", reply.json
    zhou.put_bytes(upload_of(reply, drawn), DRAWN)
    with acting(Actor("system", "worker")):
        jobs.run_all()
    db.session.rollback()
    return db.session.scalar(db.select(Visit.id).where(Visit.sent_id == record["id"]))


def upload_of(reply, file: dict) -> dict:
    return next(one for one in reply.json["uploads"] if one["sha256"] == file["sha256"])


def seal_copy(phone, drawn: dict) -> None:
    said = {name: drawn[name] for name in ("sha256", "capture", "captured_at", "annotates")}
    seal = canonical({"evidence_id": drawn["id"], "device_id": phone.device_id, **said}).decode()
    drawn["seal"], drawn["seal_signature"] = seal, phone.sign(seal.encode())


def first_photo(visit: str) -> str:
    with transaction(write=False):
        photos = db.select(Evidence.id).where(Evidence.subject_id == visit)
        return db.session.scalar(photos.order_by(Evidence.position).limit(1))
