from marshmallow import Schema, fields, validate

from fieldapp.evidence.schemas import EvidenceNamedSchema, EvidenceNameSchema
from fieldapp.paging import PageSchema
from fieldapp.shapes import MomentField, Reply, Words


class ResemblancesAskedSchema(PageSchema):
    state = fields.String(load_default="open", validate=validate.OneOf(["open", "reviewed", "all"]))


class ResemblanceReviewAskedSchema(Schema):
    outcome = fields.String(
        required=True, validate=validate.OneOf(["same_picture", "same_scene", "different"])
    )
    words = Words(load_default=None, allow_none=True, validate=validate.Length(max=500))


class ResemblanceReviewSchema(Reply):
    id = fields.String()
    outcome = fields.String()
    words = fields.String(allow_none=True)
    at = MomentField()
    by = fields.Nested(EvidenceNameSchema)
    party = fields.Nested(EvidenceNamedSchema)


class ResemblanceSideSchema(Reply):
    id = fields.String(allow_none=True)
    organisation = fields.Nested(EvidenceNamedSchema)
    project = fields.Nested(EvidenceNamedSchema, allow_none=True)
    captured_at = MomentField(allow_none=True)
    captured_by = fields.Nested(EvidenceNameSchema, allow_none=True)
    filed_at = MomentField(allow_none=True)


class ResemblanceSchema(Reply):
    id = fields.String()
    across = fields.Boolean()
    method = fields.String()
    distance = fields.Integer(allow_none=True)
    inliers = fields.Integer(allow_none=True)
    correlation = fields.Integer(allow_none=True)
    severity = fields.String()
    found_at = MomentField()
    photo = fields.Nested(ResemblanceSideSchema)
    earlier = fields.Nested(ResemblanceSideSchema)
    review = fields.Nested(ResemblanceReviewSchema, allow_none=True)


class ResemblancePageSchema(Reply):
    items = fields.List(fields.Nested(ResemblanceSchema))
    next = fields.String(allow_none=True)
