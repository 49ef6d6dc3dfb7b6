from marshmallow import Schema, fields, validate

from fieldapp.accounts.schemas import MomentField, Words
from fieldapp.paging import PageSchema


class SeverityDecisionSchema(Schema):
    severity = fields.String(required=True, validate=validate.OneOf(("general", "major")))
    words = Words(required=True, validate=validate.Length(1, 500))
    decided_at = MomentField(dump_only=True)


class FindingSchema(Schema):
    """`severity` as it stands: the reviewer's, where one decided; `reported_severity` is the surveyor's."""

    id = fields.String()
    sent_id = fields.String()
    visit_id = fields.String()
    question = fields.String()
    severity = fields.String()
    reported_severity = fields.String()
    severity_decision = fields.Nested(SeverityDecisionSchema, allow_none=True)
    words = fields.String()
    place = fields.String()
    deadline_kind = fields.String(allow_none=True)
    deadline_at = MomentField(allow_none=True)
    fixed_on_site = fields.Boolean()
    found_at = MomentField()
    photos = fields.List(fields.String(), metadata={"description": "row ids of its evidence"})
    hazard = fields.Dict(
        allow_none=True,
        metadata={"description": '{"id", "state", "due_at"}; null when put right on the spot'},
    )


class HazardProjectSchema(Schema):
    id = fields.String()
    name = fields.String()


class HazardSchema(Schema):
    id = fields.String()
    state = fields.String(metadata={"enum": ["open", "overdue", "closed"]})
    project = fields.Nested(HazardProjectSchema)
    opened_at = MomentField()
    due_at = MomentField()
    closed_at = MomentField(allow_none=True)
    finding = fields.Nested(FindingSchema)


class HazardPageSchema(Schema):
    items = fields.List(fields.Nested(HazardSchema))
    next = fields.String(allow_none=True)


class HazardsAskedSchema(PageSchema):
    project = fields.String(load_default=None, validate=validate.Length(max=36))
    state = fields.String(load_default=None, validate=validate.OneOf(("open", "overdue", "closed")))
