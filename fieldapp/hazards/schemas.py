from marshmallow import Schema, fields, validate

from fieldapp.paging import PageSchema
from fieldapp.shapes import ITEM, NAMED, MomentField, Reply, Words, shape
from fieldapp.visits.dispatch_schemas import OrganisationRefSchema
from fieldapp.visits.schemas import DUE_KIND, PersonRefSchema

STATES = ("unclosed", "undecided", "refused", "overdue", "open", "closed")
STEPS = ("found", "notice", "severity", "re_inspection", "closed", "reopened", "re_inspection_due")


class SeverityDecisionSchema(Schema):
    severity = fields.String(required=True, validate=validate.OneOf(("general", "major")))
    words = Words(required=True, validate=validate.Length(1, 500))
    decided_at = MomentField(dump_only=True)


class FindingSchema(Reply):
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
        metadata=shape(id="string", state="string", due_at="string")
        | {"description": "null when put right on the spot"},
    )


class HazardProjectSchema(Reply):
    id = fields.String()
    name = fields.String()


class HazardTaskSchema(Reply):
    id = fields.String()
    due_at = MomentField()
    organisation = fields.Nested(OrganisationRefSchema)
    surveyor = fields.Nested(PersonRefSchema, allow_none=True)


class HazardSchema(Reply):
    id = fields.String()
    state = fields.String(metadata={"enum": ["open", "overdue", "closed"]})
    escalation = fields.String(allow_none=True, metadata={"enum": ["refused", "overdue", None]})
    rounds = fields.Integer(metadata={"description": "how often it was re-inspected"})
    task = fields.Nested(
        HazardTaskSchema,
        allow_none=True,
        metadata={"description": "the re-inspection that somebody is to make"},
    )
    project = fields.Nested(HazardProjectSchema)
    opened_at = MomentField()
    due_at = MomentField()
    due_kind = fields.String(allow_none=True, metadata=DUE_KIND)
    closed_at = MomentField(allow_none=True)
    awaits_photo_until = MomentField(
        allow_none=True,
        metadata={
            "description": "closed on the record's word: its photo of the rectification has not come; open again then"
        },
    )
    finding = fields.Nested(FindingSchema)


class StepPhotoSchema(Reply):
    id = fields.String()
    shot = fields.String()
    thumb_url = fields.String()
    captured_at = MomentField()
    verdict = fields.String(
        allow_none=True, metadata={"description": "the service insurer's: accepted, rejected"}
    )


class CourseStepSchema(Reply):
    """One thing that happened to the hazard, or is to happen (`re_inspection_due`)."""

    step = fields.String(metadata={"enum": list(STEPS)})
    at = MomentField()
    by = fields.String(
        allow_none=True, metadata={"description": "a person's name; null: the program"}
    )
    words = fields.String(allow_none=True)
    outcome = fields.String(allow_none=True)
    due_at = MomentField(allow_none=True)
    visit_id = fields.String(allow_none=True)
    photos = fields.List(fields.Nested(StepPhotoSchema))


class OneHazardSchema(HazardSchema):
    scheme = fields.String()
    item = fields.Dict(allow_none=True, metadata=ITEM)
    unit = fields.Dict(allow_none=True, metadata=NAMED)
    surveyor = fields.Nested(PersonRefSchema)
    course = fields.List(fields.Nested(CourseStepSchema))


class HazardPageSchema(Reply):
    counts = fields.Dict(keys=fields.String(), values=fields.Integer())
    items = fields.List(fields.Nested(HazardSchema))
    next = fields.String(allow_none=True)


class HazardsAskedSchema(PageSchema):
    project = fields.String(load_default=None, validate=validate.Length(max=36))
    state = fields.String(load_default=None, validate=validate.OneOf(STATES))
