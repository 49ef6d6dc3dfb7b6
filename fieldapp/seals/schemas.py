from marshmallow import Schema, fields, validate

from fieldapp.shapes import MomentField, Reply
from fieldapp.visits.schemas import PersonRefSchema

MOST_AT_ONCE = 500


class SealSchema(Schema):
    seal = fields.String(required=True, validate=validate.Length(1, 8000))
    signature = fields.String(required=True, validate=validate.Length(1, 120))


class SealsSentSchema(Schema):
    seals = fields.List(
        fields.Nested(SealSchema), required=True, validate=validate.Length(max=MOST_AT_ONCE)
    )


class SealsKeptSchema(Reply):
    kept = fields.Integer(metadata={"description": "how many of them are kept now"})


class NoticeSchema(Reply):
    code = fields.String()
    severity = fields.String(metadata={"enum": ["high", "medium", "low"]})
    sentence = fields.String()


class TombstoneSchema(Reply):
    """Something taken back while the visit was a draft; what it was stays signed."""

    kind = fields.String(metadata={"enum": ["photo_removed", "answer_softened"]})
    question = fields.String(allow_none=True)
    evidence_id = fields.String(allow_none=True)
    before = fields.String(allow_none=True)
    after = fields.String(allow_none=True)
    at = MomentField()
    stood_s = fields.Integer(allow_none=True)
    valid = fields.Boolean()
    sentence = fields.String()


class VisitSealsSchema(Reply):
    tombstones = fields.List(fields.Nested(TombstoneSchema))
    notices = fields.List(fields.Nested(NoticeSchema))


class PhoneSchema(Reply):
    id = fields.String()
    name = fields.String()
    person = fields.Nested(PersonRefSchema)
    enrolled_at = MomentField()
    revoked_at = MomentField(allow_none=True)
    links = fields.Integer()
    heard_at = MomentField(allow_none=True)
    notices = fields.List(fields.Nested(NoticeSchema))


class PhonePageSchema(Reply):
    items = fields.List(fields.Nested(PhoneSchema))
    next = fields.String(allow_none=True)
