"""Uploads whose parts have all been sent: joined, checked against their promise, stored, and answered in one.

No network or disk work happens inside a transaction: each verb looks, works, then writes down what came of it.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam

from fieldapp.accounts.models import Person
from fieldapp.blobs.adopting import Outcome, settle, write_outcomes
from fieldapp.blobs.models import Upload
from fieldapp.blobs.store import InboxGone, Store, current_store, part_sizes
from fieldapp.blobs.uploads import for_each
from fieldapp.db import db, transaction
from fieldapp.errors import NotFound


def complete(person: Person, reports: Sequence[dict[str, Any]]) -> list[Outcome]:
    """Finish uploads: `[{"id", "parts": [{"number", "etag"}]}]`. Again is harmless and answers the same.

    Raises NotFound for an upload that is not the person's organisation's. Outside a transaction: opens its own.
    """
    with transaction(write=False):
        uploads = _own(person, [report["id"] for report in reports])
    store = current_store()
    joined = for_each(
        store, lambda pair: _joined(store, *pair), list(zip(uploads, reports, strict=True))
    )
    return _completed(store, list(zip(uploads, joined, strict=True)))


def _own(person: Person, upload_ids: Sequence[str]) -> list[Upload]:
    asked = {"ids": list(upload_ids), "owner": person.organisation_id}
    found = {upload.id: upload for upload in db.session.scalars(_named(), asked)}
    for place, upload_id in enumerate(upload_ids):
        if upload_id not in found:
            raise NotFound(where=f"/uploads/{place}/id")
    return [found[upload_id] for upload_id in upload_ids]


@cache
def _named() -> Select[Upload]:
    named = db.select(Upload).where(
        Upload.id.in_(bindparam("ids", expanding=True)),
        Upload.organisation_id == bindparam("owner"),
    )
    return named.execution_options(populate_existing=True)


def _joined(store: Store, upload: Upload, report: dict[str, Any]) -> list[int] | None:
    """Numbers of the parts that are missing; None when the inbox is gone. Runs in a thread: touches no session."""
    if upload.outcome is not None:
        return []
    etags = {part["number"]: part["etag"] for part in report.get("parts", ()) if part.get("etag")}
    try:
        return store.complete(upload.inbox_key, upload.multipart_id, part_sizes(upload.size), etags)
    except InboxGone:
        return None


def _completed(store: Store, joined: list[tuple[Upload, list[int] | None]]) -> list[Outcome]:
    """In the order given: what was settled before, what lacks parts, and what is settled now."""
    whole = [upload for upload, missing in joined if upload.outcome is None and missing == []]
    gone = [upload for upload, missing in joined if upload.outcome is None and missing is None]
    settled = (
        settle(whole)
        if store.checks_at_once
        else write_outcomes([(upload, "checking") for upload in whole])
    )
    lost = write_outcomes([(upload, "abandoned") for upload in gone])
    fresh = {outcome.id: outcome for outcome in (*settled, *lost)}
    return [fresh.get(upload.id) or _as_it_was(upload, missing) for upload, missing in joined]


def _as_it_was(upload: Upload, missing: list[int] | None) -> Outcome:
    if upload.outcome is not None:
        return Outcome(upload.id, upload.sha256, upload.outcome)
    return Outcome(upload.id, upload.sha256, "missing_parts", tuple(missing or ()))
