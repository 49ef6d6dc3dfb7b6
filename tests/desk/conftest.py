"""Visits with photos that were read and raised no flag: as rows, since what is tested here begins after intake."""

import hashlib
from collections.abc import Callable
from typing import Any

import pytest

from fieldapp.blobs.models import Blob
from fieldapp.db import db, transaction
from fieldapp.evidence import blind
from fieldapp.evidence.models import Reading, Rendition
from fieldapp.visits.models import Visit
from tests.fixtures.fieldwork import evidence_row


@pytest.fixture
def lay(app) -> Callable[..., str]:
    """`lay(visit_id)`: a photo that can be looked at; its id. `readable=False`: its bytes have not come."""

    def lay(visit_id: str, *, readable: bool = True, **changes: Any) -> str:
        with transaction():
            visit = db.session.get_one(Visit, visit_id)
            photo = evidence_row(visit, service_insurer_id=visit.service_insurer_id, **changes)
            photo.sha256 = hashlib.sha256(photo.id.encode()).hexdigest()
            if readable:
                _read(photo.organisation_id, photo.sha256)
            blind.draw(photo)
            return photo.id

    return lay


def _read(organisation_id: str, sha256: str) -> None:
    of = {"organisation_id": organisation_id}
    db.session.add(Blob(**of, sha256=sha256, size=1000, media_type="image/jpeg"))
    db.session.flush()
    read = {"state": "accepted", "media_type": "image/jpeg", "width": 4000, "height": 3000}
    db.session.add(Reading(**of, sha256=sha256, **read))
    db.session.flush()
    copy = {"longest_side": 1600, "sha256": sha256, "width": 1600, "height": 1200}
    db.session.add(Rendition(**of, original_sha256=sha256, **copy))
