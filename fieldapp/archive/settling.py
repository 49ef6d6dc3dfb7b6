"""What an order leaves behind: a key as long as it is made, a folder at the worker, a file in the store."""

from pathlib import Path

from flask import current_app

from fieldapp.archive.order_models import BundleKey, BundleOrder
from fieldapp.blobs.store import StillLocked, current_store
from fieldapp.clock import now
from fieldapp.db import db, transaction

KEEPS_FILE = ("ready", "removed")
"""Outcomes with a file to tell of; `removed` still says what its hash was."""


def locked(bundle_id: str) -> BundleOrder:
    """As it is now; nothing else happens to it until the transaction ends."""
    return db.session.get_one(BundleOrder, bundle_id, with_for_update={"of": BundleOrder})


def settle(ordered: BundleOrder, outcome: str, reason: str | None = None) -> None:
    """The key goes with the need for it."""
    ordered.outcome, ordered.reason, ordered.settled_at = outcome, reason, now()
    key = db.session.get(BundleKey, ordered.bundle_id)
    if key is not None:
        db.session.delete(key)


def drop_file(bundle_id: str) -> None:
    """Erase what the order named for the store, unless it is handed out. Bytes first, row second; opens its own transactions."""
    with transaction(write=False):
        ordered = db.session.get_one(BundleOrder, bundle_id)
        is_dropped = ordered.sha256 is not None and ordered.outcome not in KEEPS_FILE
        key = key_of(ordered)
    if not is_dropped or not is_erased(key):
        return
    with transaction():
        ordered = locked(bundle_id)
        ordered.sha256 = ordered.size = None


def is_erased(key: str) -> bool:
    """No version of it is left; False where a lock of the store still holds it, to be tried again."""
    try:
        current_store().erase(key)
    except StillLocked:
        return False
    return True


def key_of(ordered: BundleOrder) -> str:
    """Where in the store its file lies."""
    return f"{ordered.organisation_id}/{ordered.sha256}"


def folders() -> Path:
    place: Path = current_app.config_object.data_dir / "bundles"  # type: ignore[attr-defined]
    return place


def folder(bundle_id: str) -> Path:
    """Readable by nobody else: until it is encrypted, a full bundle lies here in plain."""
    place = folders() / bundle_id
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    return place
