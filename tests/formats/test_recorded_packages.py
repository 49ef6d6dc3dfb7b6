"""What phones of every released format sent stays accepted, byte for byte as it was recorded.

A recording is never made anew: `<format>-<what>.record` holds the record's bytes as signed, `.json` what the server knew of
them (task, project, units, the phone's key). A new format adds recordings; none is ever taken away or touched.
"""

import json
from datetime import date, datetime
from pathlib import Path

import pytest

from fieldapp.accounts.models import Device, Person
from fieldapp.db import db, transaction
from fieldapp.evidence.models import Evidence
from fieldapp.projects.models import Project, Service, Unit
from fieldapp.sync.models import Record
from fieldapp.sync.reading import FORMATS
from fieldapp.visits.models import Task, Visit
from tests.fixtures.town import COUNTY_1, LIABILITY

RECORDED = Path(__file__).parent / "recorded"
NAMES = sorted(path.stem for path in RECORDED.glob("*.record"))


@pytest.fixture(params=NAMES)
def body(request) -> bytes:
    return (RECORDED / f"{request.param}.record").read_bytes()


@pytest.fixture
def known(body, request, town, edition) -> dict:
    """What stood in the database when the record was made."""
    name = request.node.callspec.params["body"]
    known = json.loads((RECORDED / f"{name}.json").read_text())
    task = dict(known["task"])
    for moment in ("issued_at", "due_at"):
        task[moment] = datetime.fromisoformat(task[moment])
    with transaction():
        zhou = db.session.get_one(Person, town.person["zhou"])
        project = Project(
            id=known["project"], name="当年的工地", address="", area=COUNTY_1, stage="主体结构"
        )
        insurer = town.organisation["antai"]
        db.session.add_all(
            [
                project,
                Service(
                    project_id=project.id,
                    scheme=LIABILITY,
                    originating_insurer_id=insurer,
                    service_insurer_id=insurer,
                    agency_id=zhou.organisation_id,
                    starts_on=date(2026, 1, 1),
                ),
                *(Unit(project_id=project.id, **unit) for unit in known["units"]),
                Task(
                    kind="monthly_check",
                    scheme=LIABILITY,
                    project_id=project.id,
                    organisation_id=zhou.organisation_id,
                    assignee_id=zhou.id,
                    **task,
                ),
                Device(
                    person_id=zhou.id,
                    sent_id=known["device"]["id"],
                    public_key=known["device"]["public_key"],
                    name="Mate 60",
                ),
            ]
        )
    return known


def test_a_recorded_package_is_accepted(sign_in, body, known):
    signed = {
        "Fieldapp-Device": known["device"]["id"],
        "Fieldapp-Signature": known["signature"],
        "Content-Type": "application/json",
    }
    said = json.loads(body)

    reply = sign_in("zhou").put(f"/api/visits/{known['sent_id']}", data=body, headers=signed)

    assert (reply.status_code, reply.json["state"], reply.json["reasons"]) == (200, "accepted", [])
    with transaction(write=False):
        kept = db.session.scalar(db.select(Record))
        visit = db.session.scalar(db.select(Visit))
        photos = db.session.scalars(db.select(Evidence)).all()
    assert (kept.body, kept.signature_state) == (body, "valid")
    assert visit.sent_id == said["id"]
    assert {photo.sha256 for photo in photos} == {photo["sha256"] for photo in said["evidence"]}
    seals = {photo.sent_id: photo.seal_state for photo in photos}
    assert seals == {p["id"]: "valid" if p["seal"] else "missing" for p in said["evidence"]}


def test_there_is_a_recording_of_every_format():
    recorded = [json.loads((RECORDED / f"{name}.record").read_bytes()) for name in NAMES]

    assert {record["format"] for record in recorded} == set(FORMATS)
