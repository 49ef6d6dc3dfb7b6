from marshmallow import fields, validate

from fieldapp.accounts.schemas import MomentField, Reply
from fieldapp.evidence.schemas import EvidenceNamedSchema, EvidenceViewSchema
from fieldapp.paging import PageSchema
from fieldapp.visits.schemas import VisitSchema

QUEUES = ("flagged", "suspected_major", "re_shot", "explained", "plain", "all")


class DeskAskedSchema(PageSchema):
    queue = fields.String(load_default="all", validate=validate.OneOf(QUEUES))


class DeskItemSchema(Reply):
    visit_id = fields.String()
    kind = fields.String()
    scheme = fields.String()
    project = fields.Nested(EvidenceNamedSchema)
    surveyor = fields.Nested(EvidenceNamedSchema)
    finished_at = MomentField()
    received_at = MomentField()
    photos = fields.Integer()
    waiting = fields.Integer()
    flags = fields.Integer()
    flag_codes = fields.List(fields.String())


class DeskSchema(Reply):
    counts = fields.Dict(keys=fields.String(), values=fields.Integer())
    judged_today = fields.Integer()
    items = fields.List(fields.Nested(DeskItemSchema))
    next = fields.String(allow_none=True)


class DeskVisitSchema(Reply):
    visit = fields.Nested(VisitSchema)
    photos = fields.List(fields.Nested(EvidenceViewSchema))
