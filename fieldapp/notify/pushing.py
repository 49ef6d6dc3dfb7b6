"""Phones that want to be told by web push, and telling a person's: one more way besides the others, never the only one.

What is said holds no name, project or deadline: it lies on a stranger's server and on a locked screen.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from fieldapp.accounts.announcements import PhoneLeft
from fieldapp.accounts.models import Device, Person
from fieldapp.clock import now
from fieldapp.db import db
from fieldapp.errors import Conflict, Invalid
from fieldapp.keys import search_hash
from fieldapp.message_settings import Push
from fieldapp.notify import web_push
from fieldapp.notify.gateways import Sent
from fieldapp.notify.kinds import kinds
from fieldapp.notify.models import Delivery, PushSubscription
from fieldapp.notify.web_push import Target


class NoPush(Conflict):
    zh = "本系统没有开通通知推送。任务在“今日”里照常显示。"
    en = "This installation sends no push messages. Tasks are shown under Today as ever."


class NoPhone(Conflict):
    zh = "请在手机端登录后再打开提醒。"
    en = "Sign in on the phone first."


def subscribe(push: Push | None, device: Device | None, **given: str) -> PushSubscription:
    """This phone's one subscription, in place of an earlier one. Raises NoPush, NoPhone, Invalid.

    `given`: endpoint, p256dh, auth, language. Whoever worked on this phone before is told by it no more.
    """
    if device is None:
        raise NoPhone
    _require_sendable(push, given)
    row, found = _of(device.id), search_hash(given["endpoint"])
    for other in db.session.scalars(db.select(PushSubscription).filter_by(endpoint_hash=found)):
        if other is not row:
            db.session.delete(other)
    db.session.flush()
    row = row or PushSubscription(device_id=device.id)
    row.endpoint_hash, row.since = found, now()
    for name, value in given.items():
        setattr(row, name, value)
    db.session.add(row)
    db.session.flush()
    return row


def _require_sendable(push: Push | None, given: Mapping[str, str]) -> None:
    if push is None:
        raise NoPush
    if not web_push.is_endpoint(push, given["endpoint"]):
        raise Invalid(
            "这台手机的推送服务不在许可之列。",
            "This phone's push service is not on the list.",
            where="/endpoint",
        )
    if not web_push.is_key(given["p256dh"], given["auth"]):
        raise Invalid(
            "推送密钥无效，请更新浏览器。", "The subscription's keys are no keys.", where="/p256dh"
        )


def is_subscribed(device: Device | None) -> bool:
    return device is not None and _of(device.id) is not None


def unsubscribe(device_id: str) -> None:
    """Again changes nothing."""
    row = _of(device_id)
    if row is not None:
        db.session.delete(row)
        db.session.flush()


def follow_left(left: PhoneLeft) -> None:
    unsubscribe(left.device_id)


def targets(person: Person) -> list[PushSubscription]:
    rows = (
        db.select(PushSubscription)
        .join(Device, Device.id == PushSubscription.device_id)
        .where(Device.person_id == person.id, ~Device.revocation.has())
        .order_by(PushSubscription.device_id)
    )
    return list(db.session.scalars(rows))


def way(push: Push | None, delivery: Delivery) -> Callable[[], Sent] | None:
    """What sends it to all phones of the person, outside of a transaction; None where there is none."""
    found = targets(delivery.notice.recipient) if push else []
    if push is None or not found:
        return None
    urgent = kinds().kinds[delivery.notice.kind].urgent
    told = [
        (
            Target(row.device_id, row.endpoint, row.p256dh, row.auth),
            _said(delivery, row, urgent=urgent),
        )
        for row in found
    ]
    return partial(_send, push, told, topic=delivery.id.replace("-", ""), urgent=urgent)


def _said(delivery: Delivery, row: PushSubscription, *, urgent: bool) -> bytes:
    words = kinds().push[urgent][row.language]
    return json.dumps(
        {"id": delivery.id, "text": words, "urgent": urgent}, ensure_ascii=False
    ).encode()


def _send(push: Push, told: Sequence[tuple[Target, bytes]], *, topic: str, urgent: bool) -> Sent:
    """Sent where one phone's service took it; worth another try where none did and one may yet."""
    came = [web_push.send(push, target, said, topic=topic, urgent=urgent) for target, said in told]
    gone = tuple(id_ for each in came for id_ in each.gone)
    for outcome in ("sent", "failed", "refused"):
        first = next((each for each in came if each.outcome == outcome and not each.gone), None)
        if first is not None:
            return Sent(outcome, first.detail, gone)
    return Sent("no_address", "no phone has it any more", gone)


def _of(device_id: str) -> PushSubscription | None:
    return db.session.get(PushSubscription, device_id)
