"""Acts that decide, signed by the person's own key: what was asked, exactly as it was signed.

The act is the request itself as canonical JSON, in two headers: `Fieldapp-Act` (base64url of the text) and
`Fieldapp-Act-Signature`. Whoever writes the database has no such key, and so cannot act as an authority.
"""

import json
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from fieldapp.accounts.models import Device, Person, SessionGrant, SignedAct
from fieldapp.clock import now, parse
from fieldapp.db import db
from fieldapp.errors import Conflict, Invalid, Problem
from fieldapp.keys import canonical, from_text, verifies

KIND = "fieldapp act"
CLOCKS = timedelta(minutes=15)
BIGGEST = 64 << 10
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
FIELDS = {
    "kind",
    "format",
    "id",
    "method",
    "path",
    "body",
    "if_match",
    "person_id",
    "device_id",
    "at",
}


class ActNotSigned(Problem):
    status = 428
    zh = "这一决定须由您本人的密钥签名。请退出后重新登录，再提交；已填写的内容请先复制保存。"
    en = "This decision needs the signature of your own key. Sign out and in again, then send it once more."


class ActUnverified(Invalid):
    zh = "签名与所提交的内容不符，未受理。请刷新页面后重试；如反复出现，请联系管理员。"
    en = (
        "The signature does not fit what was sent; nothing was done. Reload the page and try again."
    )


class ActUsed(Conflict):
    zh = "这一签名已使用过，请刷新后重新提交。"
    en = "This signature has been used. Reload and send it again."


@dataclass(frozen=True)
class Asked:
    """The request that an act must fit. `body` is its JSON, or None."""

    method: str
    path: str
    body: Any
    if_match: str | None


def keep(asked: Asked, act: str, signature: str, grant: SessionGrant) -> SignedAct:
    """The act as a row of the present transaction. Raises ActNotSigned, ActUnverified, ActUsed."""
    if grant.device is None:
        raise ActNotSigned
    if len(act) > 2 * BIGGEST:
        raise ActUnverified(where="/Fieldapp-Act")
    try:
        text = from_text(act).decode()
        said = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ActUnverified(where="/Fieldapp-Act") from error
    if not verifies(grant.device.public_key, signature, text.encode()):
        raise ActUnverified(where="/Fieldapp-Act-Signature")
    _require_fit(said, text, asked, grant.person, grant.device)
    if db.session.get(SignedAct, said["id"]) is not None:
        raise ActUsed
    row = SignedAct(
        id=said["id"],
        person_id=grant.person_id,
        device_id=grant.device.id,
        body=text,
        signature=signature,
    )
    db.session.add(row)
    db.session.flush()
    return row


def act_text(asked: Asked, act_id: str, person_id: str, device_id: str, at: str) -> str:
    """The canonical text of an act, as a browser writes it."""
    return canonical(
        {
            "kind": KIND,
            "format": 1,
            "id": act_id,
            **vars(asked),
            "person_id": person_id,
            "device_id": device_id,
            "at": at,
        }
    ).decode()


def _require_fit(said: Any, text: str, asked: Asked, person: Person, device: Device) -> None:
    if not isinstance(said, dict) or set(said) != FIELDS or len(text) > BIGGEST:
        raise ActUnverified(where="/Fieldapp-Act")
    own = {"kind": KIND, "format": 1, "person_id": person.id, "device_id": device.sent_id}
    for name, value in (own | vars(asked)).items():
        if said[name] != value:
            raise ActUnverified(where=f"/{name}")
    if not _is_canonical(said, text):
        raise ActUnverified(where="/Fieldapp-Act")
    if not isinstance(said["id"], str) or not _ID.fullmatch(said["id"]):
        raise ActUnverified(where="/id")
    _require_recent(said["at"])


def _require_recent(at: Any) -> None:
    try:
        away = abs(now() - parse(at))
    except (TypeError, ValueError) as error:
        raise ActUnverified(where="/at") from error
    if away > CLOCKS:
        raise ActUnverified(
            "本机时间与服务器相差过大，签名未受理。请校准本机时间后重试。",
            "This machine's clock is too far from the server's. Set it, then try again.",
            where="/at",
        )


def _is_canonical(said: dict[str, Any], text: str) -> bool:
    try:
        return canonical(said).decode() == text
    except ValueError:  # numbers that JSON cannot carry exactly
        return False
