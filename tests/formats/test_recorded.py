"""What phones of every released format sent stays accepted, byte for byte as it was recorded.

A recording is never made anew, taken away or touched; a new format adds some. `recorded/<format>-<what>.record` holds a
record's bytes as a phone signed them, the `.json` beside it what the server knew of them. `packages/<format>-<what>.json`
holds the text of a record that no phone signed, with its project, and its task where it has one.
"""

import base64
import json
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from fieldapp import jobs
from fieldapp.accounts.models import Device
from fieldapp.checklists import publishing
from fieldapp.clock import now
from fieldapp.db import db, transaction
from fieldapp.evidence.models import Evidence
from fieldapp.projects.models import Project, Service, Unit
from fieldapp.sync.models import Record
from fieldapp.sync.reading import FORMATS
from fieldapp.visits.models import Task, Visit
from tests.fixtures.town import COUNTY_1, LIABILITY

HERE = Path(__file__).parent
PACKAGES = sorted((HERE / "packages").glob("*.json"))
SIGNED = sorted((HERE / "recorded").glob("*.record"))


@pytest.fixture
def stand(town):
    """`stand(project_id, task)`: the site of then, served by antai's agency, with zhou's task there if there was one."""

    def prepare(project_id, task, *rows):
        insurer, agency = town.organisation["antai"], town.organisation["anxun"]
        site = Project(
            id=project_id, name="当年的工地", address="", area=COUNTY_1, stage="主体结构"
        )
        service = Service(
            project_id=project_id,
            scheme=LIABILITY,
            originating_insurer_id=insurer,
            service_insurer_id=insurer,
            agency_id=agency,
            starts_on=date(2026, 1, 1),
        )
        given = {"kind": "monthly_check", "due_at": now() + timedelta(days=9)} | (task or {})
        work = Task(
            project_id=project_id,
            organisation_id=agency,
            assignee_id=town.person["zhou"],
            scheme=LIABILITY,
            **given,
        )
        with transaction():
            publishing.publish_shipped()
            db.session.add(site)
            db.session.flush()
            db.session.add_all([service, *rows, *([work] if task else [])])

    return prepare


@pytest.fixture
def receiver(stand, phone):
    """Whoever sends the package: a surveyor of who serves its project."""

    def prepare(package):
        stand(package["project_id"], package["task"])
        return phone("zhou")

    return prepare


@pytest.mark.parametrize("file", PACKAGES, ids=lambda file: file.stem)
def test_a_recorded_package_is_accepted_and_kept_as_it_was_sent(receiver, file):
    package = json.loads(file.read_text("utf-8"))
    zhou, body = receiver(package), package["body"].encode()

    reply = zhou.send(body, to=json.loads(body)["id"])

    assert (reply.json["state"], reply.json["reasons"]) == ("accepted", [])
    assert len(reply.json["uploads"]) == len(json.loads(body)["evidence"])
    with transaction(write=False):
        assert db.session.scalar(db.select(Record.body)) == body


@pytest.mark.parametrize("file", SIGNED, ids=lambda file: file.stem)
def test_a_record_as_its_phone_signed_it_is_accepted_and_verifies(stand, sign_in, town, file):
    body, known = file.read_bytes(), json.loads(file.with_suffix(".json").read_text())
    moments = ("issued_at", "due_at")
    task = known["task"] | {at: datetime.fromisoformat(known["task"][at]) for at in moments}
    phone = Device(
        person_id=town.person["zhou"],
        sent_id=known["device"]["id"],
        public_key=known["device"]["public_key"],
        name="Mate 60",
    )
    units = [Unit(project_id=known["project"], **unit) for unit in known["units"]]
    stand(known["project"], task, phone, *units)
    signed = {
        "Fieldapp-Device": known["device"]["id"],
        "Fieldapp-Signature": known["signature"],
        "Content-Type": "application/json",
    }

    reply = sign_in("zhou").put(f"/api/visits/{known['sent_id']}", data=body, headers=signed)

    assert (reply.status_code, reply.json["state"], reply.json["reasons"]) == (200, "accepted", [])
    with transaction(write=False):
        kept = db.session.scalar(db.select(Record))
        visit = db.session.scalar(db.select(Visit))
        photos = db.session.scalars(db.select(Evidence)).all()
    said = json.loads(body)
    assert (kept.body, kept.signature_state) == (body, "valid")
    assert visit.sent_id == said["id"]
    assert {photo.sha256 for photo in photos} == {photo["sha256"] for photo in said["evidence"]}
    seals = {photo.sent_id: photo.seal_state for photo in photos}
    assert seals == {p["id"]: "valid" if p["seal"] else "missing" for p in said["evidence"]}


def test_a_recorded_envelope_is_opened_by_the_key_that_it_was_sealed_to(app, receiver):
    package = json.loads((HERE / "packages/format-2-training-enveloped.json").read_text("utf-8"))
    sealed = json.loads((HERE.parent / "envelopes/recorded.json").read_text())
    app.config_object.envelope_dir.mkdir()
    (app.config_object.envelope_dir / "then.pem").write_text(sealed["private_key"])
    zhou, sent_id = receiver(package), json.loads(package["body"])["id"]

    [target] = zhou.send(package["body"].encode(), to=sent_id).json["uploads"]
    zhou.put_bytes(target, base64.b64decode(sealed["envelope"]))
    jobs.run_all()

    [line] = json.loads(zhou.caller.get(f"/api/visits/{sent_id}/receipt").json["body"])["evidence"]
    assert line["sha256"] == sealed["content_sha256"]
    assert line["stored_at"] is not None


def test_there_are_recordings_of_every_format_signed_and_not():
    packages = [json.loads(json.loads(file.read_text("utf-8"))["body"]) for file in PACKAGES]
    signed = [json.loads(file.read_bytes()) for file in SIGNED]

    assert {record["format"] for record in packages} == set(FORMATS)
    assert {record["format"] for record in signed} == set(FORMATS)
