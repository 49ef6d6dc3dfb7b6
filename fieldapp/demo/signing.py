"""The demo's officers sign what they decide as a browser would, each with a key that is thrown away afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from fieldapp.accounts.acts import Asked, act_text
from fieldapp.accounts.models import Device, Person, SignedAct
from fieldapp.clock import iso, now
from fieldapp.config import new_signing_key
from fieldapp.db import db, new_id
from fieldapp.keys import SigningKey
from fieldapp.ledger.actor import acting, current

_keys: dict[str, SigningKey] = {}


@contextmanager
def signed(officer: Person, method: str, path: str, body: Any) -> Iterator[None]:
    """What happens inside is the officer's signed act. In the present transaction."""
    device = _device_of(officer)
    asked = Asked(method, path, body, None)
    act_id = new_id()
    text = act_text(asked, act_id, officer.id, device.sent_id, iso(now()) or "")
    signature = _keys[device.public_key].sign(text.encode())
    row = SignedAct(
        id=act_id, person_id=officer.id, device_id=device.id, body=text, signature=signature
    )
    db.session.add(row)
    db.session.flush()
    with acting(replace(current(), signed_act_id=act_id)):
        yield
        db.session.flush()


def _device_of(officer: Person) -> Device:
    enrolled = db.select(Device).where(Device.person_id == officer.id)
    known = [d for d in db.session.scalars(enrolled) if d.public_key in _keys]
    if known:
        return known[0]
    key = SigningKey(new_signing_key())
    device = Device(
        sent_id=new_id(), person_id=officer.id, public_key=key.public_key, name="管理台"
    )
    db.session.add(device)
    db.session.flush()
    _keys[key.public_key] = key
    return device
