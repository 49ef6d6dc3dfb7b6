"""Records of every format that phones were ever sent into the field with: still read, still accepted, byte for byte.

A package is never written anew. It names its project, its task where it has one, and holds the record's text as sent.
"""

import base64
import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from fieldapp import jobs
from fieldapp.checklists import publishing
from fieldapp.clock import now
from fieldapp.db import db, transaction
from fieldapp.projects.models import Project, Service
from fieldapp.sync.models import Record
from fieldapp.visits.models import Task
from tests.fixtures.town import LIABILITY

PACKAGES = sorted((Path(__file__).parent / "packages").glob("*.json"))


@pytest.fixture
def receiver(town, phone):
    """A surveyor of the organisation that serves the recorded project and has the recorded task."""

    def prepare(package):
        with transaction():
            publishing.publish_shipped()
            db.session.add(
                Project(
                    id=package["project_id"],
                    name="存档项目",
                    address="存档",
                    area="339921",
                    stage="主体结构",
                )
            )
            db.session.flush()
            db.session.add(
                Service(
                    project_id=package["project_id"],
                    scheme=LIABILITY,
                    originating_insurer_id=town.organisation["antai"],
                    service_insurer_id=town.organisation["antai"],
                    agency_id=town.organisation["anxun"],
                    starts_on=date(2026, 1, 1),
                )
            )
            if package["task"]:
                due = now() + timedelta(days=9)
                db.session.add(
                    Task(
                        **package["task"],
                        project_id=package["project_id"],
                        organisation_id=town.organisation["anxun"],
                        assignee_id=town.person["zhou"],
                        scheme=LIABILITY,
                        due_at=due,
                    )
                )
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


def test_a_recorded_envelope_is_opened_by_the_key_that_it_was_sealed_to(app, receiver):
    folder = Path(__file__).parent
    package = json.loads((folder / "packages/format-2-training-enveloped.json").read_text("utf-8"))
    sealed = json.loads((folder.parent / "envelopes/recorded.json").read_text())
    app.config_object.envelope_dir.mkdir()
    (app.config_object.envelope_dir / "then.pem").write_text(sealed["private_key"])
    zhou, sent_id = receiver(package), json.loads(package["body"])["id"]

    [target] = zhou.send(package["body"].encode(), to=sent_id).json["uploads"]
    zhou.put_bytes(target, base64.b64decode(sealed["envelope"]))
    jobs.run_all()

    [line] = json.loads(zhou.caller.get(f"/api/visits/{sent_id}/receipt").json["body"])["evidence"]
    assert line["sha256"] == sealed["content_sha256"]
    assert line["stored_at"] is not None


def test_there_is_a_package_of_every_format():
    formats = {
        json.loads(json.loads(file.read_text("utf-8"))["body"])["format"] for file in PACKAGES
    }

    assert formats == {1, 2}
