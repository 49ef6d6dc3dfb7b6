"""Photos filed as a phone's record would file them, and their bytes as an upload would leave them."""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from urllib.request import urlopen

import pytest

from fieldapp import jobs
from fieldapp.accounts.models import Person
from fieldapp.blobs import keeping
from fieldapp.clock import now
from fieldapp.db import db, new_id, transaction
from fieldapp.evidence import filing, sandbox
from fieldapp.visits.models import Visit
from tests.evidence.deleting import LAWFUL
from tests.evidence.photos import jpeg
from tests.fixtures.fieldwork import visit_row

ON_SITE = {
    "lon": 119.9015,
    "lat": 29.201,
    "datum": "WGS-84",
    "accuracy_m": 12,
    "age_s": 2,
    "at": None,
}


@pytest.fixture
def make_visit(town, give_task) -> Callable[..., str]:
    """`make_visit("zhou")`: a visit of that surveyor to binjiang; its id."""

    def make(surveyor: str = "zhou", task: dict | None = None, **changes) -> str:
        task_id = give_task(surveyor, **(task or {}))
        with transaction():
            return visit_row(town, task_id, **changes).id

    return make


@pytest.fixture
def file_photo(town, make_visit) -> Callable[..., str]:
    """File a photo of a visit (a new one of zhou's unless `visit_id` is given), send its bytes, let intake run; its id.

    `data=None`: the bytes do not come.
    """

    def file(
        visit_id: str | None = None, *, data: bytes | None = b"", by: str = "zhou", **changes
    ) -> str:
        visit_id = visit_id or make_visit(by)
        data = jpeg() if data == b"" else data
        with transaction():
            said = claim(db.session.get_one(Visit, visit_id), data or b"never sent", **changes)
            evidence_id = filing.file(filing.Claim(**said)).id
        if data is not None:
            organisation_id = db.session.get_one(Person, town.person[by]).organisation_id
            keeping.put(organisation_id, data, "image/jpeg")
        jobs.run_all()
        return evidence_id

    return file


def claim(visit: Visit, data: bytes, **changes) -> dict:
    """What a record says of one photo."""
    return {
        "organisation_id": visit.organisation_id,
        "sent_id": new_id(),
        "subject_kind": "visit",
        "subject_id": visit.id,
        "scheme": visit.scheme,
        "project_id": visit.project_id,
        "personal": False,
        "question": "fire.fire_lane@site",
        "category": "fire",
        "finding_sent_id": None,
        "shot": "far",
        "position": 0,
        "capture": "live",
        "captured_at": now() - timedelta(seconds=30),
        "clock_offset_ms": 0,
        "task_issued_at": now() - timedelta(days=1),
        "captured_by_id": visit.surveyor_id,
        "device": None,
        "fix": ON_SITE,
        "sha256": hashlib.sha256(data).hexdigest(),
        "size": len(data),
        "media_type": "image/jpeg",
        "preview_sha256": None,
        "seal": None,
        "seal_signature": None,
    } | changes


@pytest.fixture
def read(tmp_path) -> Callable[[bytes], sandbox.Result]:
    """What intake says of these bytes."""

    def read(data: bytes) -> sandbox.Result:
        file = tmp_path / "file"
        file.write_bytes(data)
        return sandbox.read(file)

    return read


@pytest.fixture
def follow(app):
    """The bytes and headers behind a redirect, on either store."""

    def follow(reply):
        assert reply.status_code == 302, reply.json
        if reply.location.startswith("http"):
            with urlopen(reply.location) as found:  # noqa: S310 - the test's own store
                return found.read(), found.headers
        with app.test_client().get(reply.location) as found:
            assert found.status_code == 200
            return found.data, found.headers

    return follow


@pytest.fixture
def redact(sign_in):
    """`redact(photo)`: by the county's officer; the bytes are gone when it returns."""

    def redact(photo: str, name: str = "liu", **asked):
        reply = sign_in(name).put(f"/api/evidence/{photo}/redaction", json=LAWFUL | asked)
        if reply.status_code == 200:
            jobs.run_all()
        return reply

    return redact


@pytest.fixture
def shown(sign_in):
    return lambda photo, name="sun": sign_in(name).get(f"/api/evidence/{photo}").json
