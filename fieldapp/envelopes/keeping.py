"""The keys that open envelopes: private halves in the worker's folder, public ones in the database for the phones."""

import os
from pathlib import Path
from typing import Any

from fieldapp.config import Config, new_signing_key
from fieldapp.db import db, transaction
from fieldapp.envelopes.format import Opener
from fieldapp.envelopes.models import EnvelopeKey


class KeysMissing(Exception):
    """Phones seal to keys whose private halves are not here: what they send could not be opened."""


def openers(config: Config) -> dict[str, Opener]:
    """By key id, all that lie in the folder. Raises PermissionError for a user whose they are not."""
    found = (Opener(file.read_text()) for file in _files(config.envelope_dir))
    return {opener.id: opener for opener in found}


def publish(config: Config) -> None:
    """At a worker's start: make the first key, and tell phones of every key that is new. Opens its own transaction.

    Raises KeysMissing where phones know keys and the folder holds none of them.
    """
    with transaction(write=False):
        known = set(db.session.scalars(db.select(EnvelopeKey.id)))
    here = openers(config)
    if known and not known & here.keys():
        raise KeysMissing(
            f"The keys that open phones' envelopes are not in {config.envelope_dir}. Put them back from the backup, "
            "or run `fieldapp worker --new-envelope-key` and lose what was sealed to the old ones."
        )
    if not here:
        made = make(config)
        here[made.id] = made
    if here.keys() - known:
        with transaction():
            for opener in here.values():
                _tell(opener)


def make(config: Config) -> Opener:
    """A new key in the folder; nobody seals to it before it is published."""
    folder = config.envelope_dir
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    pem = new_signing_key()
    opener = Opener(pem)
    file = folder / f"{opener.id}.pem"
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as new:
        new.write(pem)
    return opener


def rotate(config: Config) -> Opener:
    """A new key, published at once; the old ones stay for what is sealed to them."""
    made = make(config)
    with transaction():
        _tell(made)
    return made


def newest() -> EnvelopeKey | None:
    return db.session.scalar(
        db.select(EnvelopeKey).order_by(EnvelopeKey.published_at.desc(), EnvelopeKey.id).limit(1)
    )


def keys_as_json() -> list[dict[str, Any]]:
    """The key to seal to, as `/api/keys` gives it; none before a worker ran."""
    key = newest()
    return (
        [{"id": key.id, "public_key": key.public_key, "use": "envelope"}] if key is not None else []
    )


def _tell(opener: Opener) -> None:
    if db.session.get(EnvelopeKey, opener.id) is None:
        db.session.add(EnvelopeKey(id=opener.id, public_key=opener.public_key))


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.pem")) if folder.is_dir() else []
