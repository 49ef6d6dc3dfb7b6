from typing import Any

from marshmallow import Schema, fields, post_load, validate

from fieldapp.accounts.schemas import ByNameSchema, NamedSchema
from fieldapp.oversight.photographing import Taken
from fieldapp.paging import PageSchema
from fieldapp.shapes import ITEM, MomentField, Reply, Words

MOST_PHOTOS = 20
PICTURES = ("image/jpeg", "image/png", "image/webp", "image/heic", "image/heif")
STATES = ("waiting", "responded", "overdue", "recorded", "withdrawn", "settled")


def _text(most: int) -> fields.String:
    return Words(required=True, validate=validate.Length(1, most))


def _words(most: int) -> fields.String:
    return Words(load_default=None, allow_none=True, validate=validate.Length(0, most))


class InspectionAskedSchema(Schema):
    project_id = _text(36)
    words = _words(500)


class FindingAskedSchema(Schema):
    question = _text(120)
    visit_id = _text(36)
    words = _text(500)
    place = _text(200)
    found_at = fields.AwareDateTime(required=True)
    severity = fields.String(
        load_default="general", validate=validate.OneOf(("general", "suspected_major"))
    )


class FindingsAskedSchema(PageSchema):
    state = fields.String(load_default=None, validate=validate.OneOf(STATES))


class ResponseAskedSchema(Schema):
    stance = fields.String(required=True, validate=validate.OneOf(("accepted", "contested")))
    words = _words(1000)


class FactAskedSchema(Schema):
    words = _words(500)


class InspectionSchema(Reply):
    id = fields.String()
    project = fields.Nested(NamedSchema)
    authority = fields.Nested(NamedSchema)
    officer = fields.Nested(ByNameSchema)
    words = fields.String(allow_none=True)
    started_at = MomentField()


class InspectionPageSchema(Reply):
    items = fields.List(fields.Nested(InspectionSchema))
    next = fields.String(allow_none=True)


class ResponseSchema(Reply):
    stance = fields.String()
    words = fields.String(allow_none=True)
    by = fields.Nested(ByNameSchema)
    at = MomentField()


class FactWithdrawalAskedSchema(Schema):
    words = _text(500)


class FactTakenBackSchema(Reply):
    words = fields.String()
    by = fields.Nested(ByNameSchema)
    at = MomentField()


class RecordedFactSchema(Reply):
    id = fields.String()
    kind = fields.String()
    words = fields.String()
    period = fields.String()
    recorded_at = MomentField()
    recorded_by = fields.Nested(ByNameSchema)
    authority = fields.Nested(NamedSchema)
    withdrawal = fields.Nested(FactTakenBackSchema, allow_none=True)


class PhotoSchema(Reply):
    id = fields.String()
    shot = fields.String()
    captured_at = MomentField()
    thumb_url = fields.String()


class AuthorityPhotoSchema(PhotoSchema):
    """`stored_at`: since when the bytes are kept, hashed again by the server; null: not yet."""

    captured_by = fields.Nested(ByNameSchema)
    sha256 = fields.String()
    stored_at = MomentField(allow_none=True)


class TakenSchema(Schema):
    id = fields.UUID(required=True)
    sha256 = fields.String(required=True, validate=validate.Regexp(r"[0-9a-f]{64}\Z"))
    size = fields.Integer(required=True, strict=True, validate=validate.Range(min=1))
    media_type = fields.String(required=True, validate=validate.OneOf(PICTURES))
    captured_at = fields.AwareDateTime(required=True)

    @post_load
    def _make(self, given: dict[str, Any], **_: Any) -> Taken:
        return Taken(**{**given, "id": str(given["id"])})


class PhotosAskedSchema(Schema):
    photos = fields.List(
        fields.Nested(TakenSchema), required=True, validate=validate.Length(1, MOST_PHOTOS)
    )


class InsurerAnswerSchema(Reply):
    visit_id = fields.String()
    value = fields.String()
    answered_at = MomentField()
    surveyor = fields.Nested(ByNameSchema)
    photos = fields.List(fields.Nested(PhotoSchema))


class AuthorityFindingSchema(Reply):
    id = fields.String()
    state = fields.String()
    inspection_id = fields.String()
    project = fields.Nested(NamedSchema)
    authority = fields.Nested(NamedSchema)
    insurer = fields.Nested(NamedSchema)
    question = fields.String()
    item = fields.Dict(allow_none=True, metadata=ITEM)
    severity = fields.String()
    words = fields.String()
    place = fields.String()
    found_at = MomentField()
    recorded_at = MomentField()
    comparison = fields.String()
    rules_version = fields.String()
    response_due_at = MomentField()
    photos = fields.List(fields.Nested(AuthorityPhotoSchema))
    insurer_answer = fields.Nested(InsurerAnswerSchema)
    response = fields.Nested(ResponseSchema, allow_none=True)
    fact = fields.Nested(RecordedFactSchema, allow_none=True)


class FindingPageSchema(Reply):
    items = fields.List(fields.Nested(AuthorityFindingSchema))
    next = fields.String(allow_none=True)
