"""One's own notices, and what one wants no messages about."""

from typing import Any

from flask import current_app
from flask_login import current_user
from flask_smorest import Blueprint

from fieldapp.accounts.access import me, signed_in
from fieldapp.db import db
from fieldapp.errors import NotFound
from fieldapp.notify import pushing, reading, web_push
from fieldapp.notify.models import Notice
from fieldapp.notify.schemas import (
    MutingsSchema,
    NoticesSeenSchema,
    OwnNoticePageSchema,
    PushSchema,
    PushSubscriptionSchema,
)
from fieldapp.paging import PageSchema, page

notify = Blueprint("notify", __name__, url_prefix="/api")


@notify.get("/notices")
@notify.arguments(PageSchema, location="query")
@notify.response(200, OwnNoticePageSchema)
@signed_in
def index(asked: dict[str, Any]) -> dict[str, Any]:
    """The caller's own notices, the newest first, and how many they have not seen."""
    own = db.select(Notice).where(Notice.recipient_id == me().id)
    found = page(own, Notice.made_at, Notice.id, asked, newest_first=True)
    items = [reading.shown(notice) for notice in found["items"]]
    return {**found, "items": items, "unseen": reading.unseen(me())}


@notify.put("/notices/<notice_id>/sight")
@notify.response(200, NoticesSeenSchema)
@signed_in
def see(notice_id: str) -> dict[str, int]:
    """The caller has seen this notice and all before it."""
    notice = db.session.get(Notice, notice_id)
    if notice is None or notice.recipient_id != me().id:
        raise NotFound
    reading.see(notice)
    return {"unseen": reading.unseen(me())}


@notify.get("/mutings")
@notify.response(200, MutingsSchema)
@signed_in
def mutings() -> dict[str, Any]:
    """Kinds of event that the caller may switch messages off for, and whether they did. The notices stay."""
    return {"items": reading.mutings(me())}


@notify.put("/mutings/<kind>")
@notify.response(200, MutingsSchema)
@signed_in
def mute(kind: str) -> dict[str, Any]:
    """No messages about this kind of event."""
    reading.mute(me(), kind)
    return {"items": reading.mutings(me())}


@notify.delete("/mutings/<kind>")
@notify.response(200, MutingsSchema)
@signed_in
def unmute(kind: str) -> dict[str, Any]:
    """Messages about this kind of event again."""
    reading.unmute(me(), kind)
    return {"items": reading.mutings(me())}


@notify.get("/push")
@notify.response(200, PushSchema)
@signed_in
def push() -> dict[str, Any]:
    """What a phone needs to ask its browser for web push, and whether this phone is told by it."""
    me()
    return _push()


@notify.put("/push/subscription")
@notify.arguments(PushSubscriptionSchema)
@notify.response(200, PushSchema)
@signed_in
def subscribe(given: dict[str, str]) -> dict[str, Any]:
    """Tell this phone by web push. Again replaces what it said before."""
    me()
    config = current_app.config_object  # type: ignore[attr-defined]
    pushing.subscribe(config.push, current_user.device, **given)
    return _push()


@notify.delete("/push/subscription")
@notify.response(200, PushSchema)
@signed_in
def unsubscribe() -> dict[str, Any]:
    """No web push to this phone."""
    me()
    if current_user.device is not None:
        pushing.unsubscribe(current_user.device.id)
    return _push()


def _push() -> dict[str, Any]:
    config = current_app.config_object  # type: ignore[attr-defined]
    return {
        "public_key": config.push and web_push.public_key(config.push),
        "subscribed": pushing.is_subscribed(current_user.device),
    }
