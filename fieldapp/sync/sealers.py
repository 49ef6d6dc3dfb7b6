"""Which phone sealed what: a draft may be begun on one phone and handed in from another."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from fieldapp.accounts.models import Device, Person
from fieldapp.db import db
from fieldapp.sync.models import Record


def phones_named(organisation_id: str, sent_ids: Iterable[str]) -> dict[str, Device]:
    """The organisation's phones of these ids; of two people who share one, the one enrolled first."""
    named = sorted(set(sent_ids))
    if not named:
        return {}
    found = db.session.scalars(
        db.select(Device)
        .join(Person, Person.id == Device.person_id)
        .where(Person.organisation_id == organisation_id, Device.sent_id.in_(named))
        .order_by(Device.enrolled_at.desc(), Device.id.desc())
    )
    return {device.sent_id: device for device in found}


def sealers_of(kept: Record, said: Mapping[str, Any]) -> dict[str, Device]:
    """By sent id: the phone that signed the record, and those that its photos' seals name."""
    own = {kept.device.sent_id: kept.device} if kept.device else {}
    named = {name for evidence in _sealed(said) if (name := phone_of(evidence["seal"]))}
    return phones_named(kept.organisation_id, named - set(own)) | own


def _sealed(said: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [*said["evidence"], *said["annotations"]]


def phone_of(seal: str | None) -> str | None:
    """The phone's id that a seal names; None where it names none."""
    try:
        named = json.loads(seal or "null")
    except (ValueError, RecursionError):
        return None
    device_id = named.get("device_id") if isinstance(named, dict) else None
    return device_id if isinstance(device_id, str) and "\x00" not in device_id else None
