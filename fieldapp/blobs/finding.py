"""Bytes that are in the store and in no row, because an older database was put back beside it: adopted after a re-hash.

A final key names the organisation that sent them, so nobody comes by another's file this way.
"""

import logging
from datetime import timedelta
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, exists

from fieldapp import jobs
from fieldapp.blobs.adopting import write_outcomes
from fieldapp.blobs.auditing import rehashed
from fieldapp.blobs.models import Blob, Upload
from fieldapp.blobs.store import NotStored, current_store
from fieldapp.clock import now
from fieldapp.db import db, transaction
from fieldapp.ledger.models import Restoration

JOB = "adopt_found"
OFFERED_FOR = timedelta(days=120)
"""Phones keep records for 90 days, and may be off for a while."""

log = logging.getLogger(__name__)


def put_back(since: BindParameter[Any]) -> ColumnElement[bool]:
    """A condition: that a database was put back since then. Within `OFFERED_FOR` phones still offer what it lacks."""
    return exists().where(Restoration.at > since)


def check(promised: Upload) -> None:
    """Have the worker read what lies under the final key. In the caller's transaction."""
    promised.outcome, promised.completed_at = "checking", now()
    db.session.add(promised)
    db.session.flush()
    jobs.enqueue(JOB, promised.id)


@jobs.handles(JOB)
def adopt_found(upload_id: str) -> None:
    """Adopt bytes that are what their key says; what is not is cleared away, and the phone is asked to send it."""
    with transaction(write=False):
        upload = db.session.get_one(Upload, upload_id, populate_existing=True)
    if upload.outcome != "checking":
        return
    state = _found(upload)
    if state in ("wrong_hash", "wrong_size"):
        _clear(upload)
    write_outcomes([(upload, state)])


def _found(upload: Upload) -> str:
    try:
        digest, size = rehashed(f"{upload.organisation_id}/{upload.sha256}")
    except NotStored:
        return "abandoned"
    if digest != upload.sha256:
        return "wrong_hash"
    return "stored" if size == upload.size else "wrong_size"


def _clear(upload: Upload) -> None:
    """Only what no row names: nobody has been told that it is kept."""
    with transaction(write=False):
        named = db.session.get(Blob, (upload.organisation_id, upload.sha256))
    if named is None:
        log.error("%s in the store is not what its key says; cleared away", upload.sha256)
        current_store().delete(f"{upload.organisation_id}/{upload.sha256}")
