"""A visit's evidence as a bundle, made with a sequencer that seals whenever it is asked."""

import pytest

from fieldapp import jobs
from fieldapp.archive import bundling
from fieldapp.db import db, transaction
from fieldapp.keys import canonical
from fieldapp.ledger.actor import Actor, acting
from fieldapp.visits.models import Visit
from tests.fixtures.phone import bytes_of, whole_check


@pytest.fixture
def visit(town, edition, phone, give_task, sign_in) -> str:
    """A check with photos as a phone sent it, two of its originals stored, one judged by the authority."""
    zhou = phone("zhou")
    record = whole_check(zhou.task(give_task("zhou")))
    seal_first(zhou, record)
    reply = zhou.send(record)
    assert reply.json["state"] == "accepted", reply.json
    for upload in reply.json["uploads"][:2]:
        zhou.put_bytes(upload, bytes_of(upload["evidence_ids"][0]))
    with acting(Actor("system", "worker")):
        jobs.run_all()  # on S3 a worker adopts what came
    db.session.rollback()
    return db.session.scalar(db.select(Visit.id).where(Visit.sent_id == record["id"]))


def seal_first(phone, record: dict) -> None:
    """As the camera does: the first photo of the record, vouched for by the phone's key."""
    photo = record["evidence"][0]
    said = {name: photo[name] for name in ("sha256", "capture", "captured_at")}
    photo["seal"] = canonical({"evidence_id": photo["id"], **said}).decode()
    photo["seal_signature"] = phone.sign(photo["seal"].encode())


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
