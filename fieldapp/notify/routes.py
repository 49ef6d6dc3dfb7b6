"""One's own notices, and what one wants no messages about."""

from typing import Any

from flask_smorest import Blueprint

from fieldapp.accounts.access import me, signed_in
from fieldapp.db import db
from fieldapp.errors import NotFound
from fieldapp.notify import reading
from fieldapp.notify.models import Notice
from fieldapp.notify.schemas import MutingsSchema, NoticesSeenSchema, OwnNoticePageSchema
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
