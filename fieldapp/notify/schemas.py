from marshmallow import Schema, fields, validate

from fieldapp.notify.models import CHANNELS, OUTCOMES
from fieldapp.shapes import MomentField, Reply


class DeliverySchema(Reply):
    channel = fields.String(validate=validate.OneOf(CHANNELS))
    outcome = fields.String(
        allow_none=True,
        validate=validate.OneOf(OUTCOMES),
        metadata={"description": "null: still being tried"},
    )
    settled_at = MomentField(allow_none=True)


class OwnNoticeSchema(Reply):
    """`zh`, `en`: its sentence, without personal data."""

    id = fields.String()
    kind = fields.String()
    urgent = fields.Boolean()
    task_id = fields.String()
    zh = fields.String()
    en = fields.String()
    made_at = MomentField()
    seen_at = MomentField(allow_none=True)
    deliveries = fields.List(fields.Nested(DeliverySchema))


class OwnNoticePageSchema(Reply):
    items = fields.List(fields.Nested(OwnNoticeSchema))
    next = fields.String(allow_none=True)
    unseen = fields.Integer()


class NoticesSeenSchema(Reply):
    unseen = fields.Integer()


class MutingSchema(Reply):
    kind = fields.String()
    muted = fields.Boolean()


class MutingsSchema(Reply):
    items = fields.List(fields.Nested(MutingSchema))


class PushSchema(Reply):
    public_key = fields.String(
        allow_none=True,
        metadata={"description": "for the browser's subscribe(); null: there is no web push here"},
    )
    subscribed = fields.Boolean()


class PushSubscriptionSchema(Schema):
    """As the browser's PushSubscription describes itself."""

    endpoint = fields.String(required=True, validate=validate.Length(min=1, max=2000))
    p256dh = fields.String(required=True, validate=validate.Length(max=100))
    auth = fields.String(required=True, validate=validate.Length(max=40))
    language = fields.String(required=True, validate=validate.OneOf(("zh", "en")))
