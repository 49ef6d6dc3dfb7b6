"""Getting a message out: tried until the gateway takes it, refuses it, or its time is over. Each ends as an outcome on record.

A message that is not urgent carries whatever else of its kind waits for the same person.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from flask import current_app

from fieldapp import jobs
from fieldapp.clock import now
from fieldapp.config import Config
from fieldapp.db import db, transaction
from fieldapp.notify import pushing
from fieldapp.notify.gateways import NO_ANSWER, Message, Sent, send
from fieldapp.notify.kinds import kinds, sentence
from fieldapp.notify.models import Delivery, Notice
from fieldapp.notify.telling import JOB
from fieldapp.visits.calling import is_awaited
from fieldapp.visits.models import Task

SILENCE = timedelta(minutes=1)
CALLS = ("survey_assigned", "survey_partner", "survey_desk")

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Ready:
    send: Callable[[], Sent]
    ids: Sequence[str]  # of the deliveries that the message carries


@jobs.handles(JOB)
def deliver(delivery_id: str) -> None:
    """One try. May run twice: the message's id is the same, for a gateway that drops repetitions."""
    with transaction():
        ready = _made_ready(delivery_id)
    if ready is None:
        return
    came = ready.send()  # outside of any transaction
    with transaction():
        _write_down(ready.ids, came)
        for device_id in came.gone:
            pushing.unsubscribe(device_id)


def _made_ready(delivery_id: str) -> _Ready | None:
    delivery = db.session.get_one(Delivery, delivery_id)
    if delivery.outcome is not None or delivery.due_at > now():
        return None  # settled, or tried meanwhile with others: a later job has it
    urgent = kinds().kinds[delivery.notice.kind].urgent
    if not urgent and _is_silent(delivery.channel):
        _put_off([delivery], SILENCE)
        return None
    carried = [each for each in _together(delivery) if not _is_dropped(each)]
    if delivery not in carried:
        # Another one may have waited for this job alone.
        if carried:
            jobs.enqueue(JOB, carried[0].id)
        return None
    notices = sorted((each.notice for each in carried), key=lambda one: one.facts["due_at"])
    way = _way(current_app.config_object, delivery, notices)  # type: ignore[attr-defined]
    if way is None:
        _settle(carried, "no_address", "no gateway, number or phone", now())
        return None
    return _Ready(way, [each.id for each in carried])


def _way(
    config: Config, delivery: Delivery, notices: Sequence[Notice]
) -> Callable[[], Sent] | None:
    """What sends it; None where there is no gateway, or nothing to reach the person by."""
    if delivery.channel == "push":
        return pushing.way(config.push, delivery)
    person = delivery.notice.recipient
    gateway = config.sms if delivery.channel == "sms" else config.wecom_of(person.organisation_id)
    if gateway is None or (delivery.channel == "sms" and not person.phone):
        return None
    return partial(send, gateway, _message(delivery, notices, person.phone))


def _together(delivery: Delivery) -> list[Delivery]:
    """This one, and what else of its kind waits for the same person and gateway."""
    notice = delivery.notice
    if kinds().kinds[notice.kind].many is None:
        return [delivery]
    waiting = (
        db.select(Delivery)
        .join(Delivery.notice)
        .where(
            Notice.kind == notice.kind,
            Notice.recipient_id == notice.recipient_id,
            Delivery.channel == delivery.channel,
            Delivery.outcome.is_(None),
        )
        .order_by(Delivery.asked_at, Delivery.id)
    )
    return list(db.session.scalars(waiting).unique())


def _is_dropped(delivery: Delivery) -> bool:
    """What has been done, taken back or answered meanwhile needs nobody's message."""
    notice = delivery.notice
    task = db.session.get(Task, notice.subject_id)
    over = task is None or task.closure is not None
    answered = notice.kind in CALLS and task is not None and not is_awaited(task)
    if over or answered or notice.recipient.ending is not None:
        _settle([delivery], "dropped", "nobody needs to know any more", now())
        return True
    return False


def _is_silent(channel: str) -> bool:
    """The gateway did not answer just now: each further try would hold up the worker's other jobs for as long."""
    unanswered = db.select(Delivery.id).where(
        Delivery.channel == channel,
        Delivery.outcome.is_(None),
        Delivery.tried_at > now() - SILENCE,
        Delivery.detail == NO_ANSWER,
    )
    return db.session.scalar(unanswered.limit(1)) is not None


def _message(delivery: Delivery, notices: Sequence[Notice], phone: str | None) -> Message:
    first = notices[0]
    facts = [notice.facts for notice in notices]
    fields = {
        "id": delivery.id,
        "phone": phone or "",
        "text": sentence(first.kind, facts, "zh"),
        "kind": first.kind,
        "project": first.facts["project"],
        "due": first.facts["due_at"],
        "count": str(len(notices)),
    }
    return Message(delivery.id, fields)


def _write_down(ids: Sequence[str], came: Sent) -> None:
    rows = db.select(Delivery).where(Delivery.id.in_(ids), Delivery.outcome.is_(None))
    found = {each.id: each for each in db.session.scalars(rows).unique()}
    deliveries = [found[one] for one in ids if one in found]
    for each in deliveries:
        each.tries, each.tried_at, each.detail = each.tries + 1, now(), came.detail
    if came.outcome != "failed":
        _settle(deliveries, came.outcome, came.detail, now())
    elif deliveries:
        _try_later(deliveries, came.detail)


def _try_later(deliveries: Sequence[Delivery], detail: str) -> None:
    pauses = kinds().tries[kinds().kinds[deliveries[0].notice.kind].urgent]
    tries = max(each.tries for each in deliveries)
    if tries > len(pauses):
        _settle(deliveries, "given_up", detail, now())
        return
    log.warning("delivery %s failed %d times: %s", deliveries[0].id, tries, detail)
    _put_off(deliveries, pauses[tries - 1])


def _put_off(deliveries: Sequence[Delivery], pause: timedelta) -> None:
    """One job for all of them, or each would try all of them again."""
    due_at = now() + pause
    for each in deliveries:
        each.due_at = due_at
    jobs.enqueue(JOB, deliveries[0].id, after=pause)


def _settle(deliveries: Sequence[Delivery], outcome: str, detail: str, at: datetime) -> None:
    for each in deliveries:
        each.outcome, each.detail, each.settled_at = outcome, detail, at
        if each is not deliveries[0]:
            each.carried_by_id = deliveries[0].id
    if outcome in ("refused", "given_up") and deliveries:
        log.error("delivery %s %s: %s", deliveries[0].id, outcome, detail)
