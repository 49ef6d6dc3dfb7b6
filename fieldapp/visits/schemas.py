from marshmallow import fields, validate

from fieldapp.accounts.schemas import ByNameSchema
from fieldapp.checklists.forms.template import FORM_KINDS
from fieldapp.paging import PageSchema
from fieldapp.projects.schemas import ContactSchema, SiteSchema, UnitSchema
from fieldapp.shapes import ITEM, MomentField, Reply, shape
from fieldapp.visits.models import TASK_KINDS

DUE_KIND = {"enum": ["immediately", "same_day", "date", None], "description": "null: left open"}


class EditionRefSchema(Reply):
    id = fields.String()
    edition = fields.String()
    digest = fields.String()


class TaskProjectSchema(Reply):
    id = fields.String()
    name = fields.String()
    address = fields.String()
    area = fields.String()
    stage = fields.String()
    site = fields.Nested(SiteSchema, allow_none=True)
    units = fields.List(
        fields.Nested(UnitSchema),
        attribute="standing_units",
        metadata={"description": "the register as it is now"},
    )
    contacts = fields.List(fields.Nested(ContactSchema), attribute="parties")


class ReShootSchema(Reply):
    visit_id = fields.String(
        metadata={"description": "sent id of the visit that the rejected photo belongs to"}
    )
    evidence_id = fields.String(metadata={"description": "sent id of the rejected photo"})
    question = fields.String(allow_none=True)
    shot = fields.String()
    reason = fields.String(allow_none=True)
    words = fields.String(allow_none=True)
    thumb_url = fields.String()


class ReInspectedPhotoSchema(Reply):
    shot = fields.String()
    captured_at = MomentField()
    url = fields.String()


class ReInspectionTaskSchema(Reply):
    visit_id = fields.String(metadata={"description": "sent id of the visit that found it"})
    finding_id = fields.String(metadata={"description": "sent id of the finding"})
    question = fields.String()
    severity = fields.String()
    words = fields.String()
    place = fields.String()
    found_at = MomentField()
    due_at = MomentField(metadata={"description": "until when it is to be rectified"})
    due_kind = fields.String(allow_none=True, metadata=DUE_KIND)
    rounds = fields.Integer(metadata={"description": "how often it was re-inspected before"})
    photos = fields.List(fields.Nested(ReInspectedPhotoSchema))


class CarriedSchema(Reply):
    """An answer about a paper that holds still: the check may carry it over."""

    question = fields.String()
    visit_id = fields.String(metadata={"description": "sent id of the visit that inspected it"})
    answered_at = MomentField(metadata={"description": "when it was inspected"})
    valid_until = fields.Date(allow_none=True)


class TaskWantedSchema(Reply):
    """收到 as the phone asks for it."""

    role = fields.String(
        validate=validate.OneOf(("assignee", "partner")),
        metadata={
            "description": "partner: called to take it over, since the assignee said nothing"
        },
    )
    assignee = fields.Nested(ByNameSchema, allow_none=True)
    until = MomentField(
        allow_none=True, metadata={"description": "when somebody else is called; null: nobody is"}
    )
    acknowledged_at = MomentField(allow_none=True)


class TaskSchema(Reply):
    id = fields.String()
    kind = fields.String(metadata={"enum": TASK_KINDS})
    scheme = fields.String()
    period = fields.String(allow_none=True)
    issued_at = MomentField()
    due_at = MomentField()
    nonce = fields.String()
    edition = fields.Nested(EditionRefSchema)
    project = fields.Nested(TaskProjectSchema)
    note = fields.String(allow_none=True)
    context = fields.Dict(metadata={"description": "what the form starts from, by name"})
    re_shoot = fields.Nested(
        ReShootSchema,
        allow_none=True,
        metadata={"description": "of a re_shoot or explain: the rejected photo"},
    )
    re_inspection = fields.Nested(ReInspectionTaskSchema, allow_none=True)
    questions = fields.List(
        fields.String(),
        allow_none=True,
        metadata={"description": "of a follow_up: the questions that are left to inspect"},
    )
    carried = fields.List(fields.Nested(CarriedSchema))
    acknowledgement = fields.Nested(
        TaskWantedSchema,
        allow_none=True,
        metadata={"description": "of a task that cannot wait: its 收到"},
    )
    last_visit_at = MomentField(allow_none=True)


class TasksSchema(Reply):
    server_time = MomentField()
    tasks = fields.List(fields.Nested(TaskSchema))


class StartableFormSchema(Reply):
    id = fields.String(metadata={"enum": FORM_KINDS})
    edition = fields.String()
    digest = fields.String()
    zh = fields.String()
    en = fields.String()
    schemes = fields.List(fields.String())


class StartableProjectSchema(Reply):
    schemes = fields.List(fields.String())
    project = fields.Nested(TaskProjectSchema)


class StartableSchema(Reply):
    forms = fields.List(fields.Nested(StartableFormSchema))
    projects = fields.List(fields.Nested(StartableProjectSchema))


class PersonRefSchema(Reply):
    id = fields.String()
    name = fields.String()


class ProjectRefSchema(Reply):
    id = fields.String()
    name = fields.String()


class VisitsAskedSchema(PageSchema):
    project = fields.String(load_default=None, validate=validate.Length(max=36))
    period = fields.String(load_default=None, validate=validate.Regexp(r"\A[0-9]{4}-[0-9]{2}\Z"))
    surveyor = fields.String(load_default=None, validate=validate.Length(max=36))


class VisitSchema(Reply):
    """One line of the list."""

    id = fields.String()
    sent_id = fields.String()
    kind = fields.String()
    scheme = fields.String()
    period = fields.String()
    project = fields.Nested(ProjectRefSchema)
    surveyor = fields.Nested(PersonRefSchema)
    service_insurer_id = fields.String()
    started_at = MomentField()
    finished_at = MomentField()
    received_at = MomentField()
    revision = fields.Integer()
    words = fields.String(allow_none=True)


class VisitPageSchema(Reply):
    items = fields.List(fields.Nested(VisitSchema))
    next = fields.String(allow_none=True)


class CategorySchema(Reply):
    category = fields.String()
    present = fields.Boolean()
    reason = fields.String(allow_none=True)
    words = fields.String(allow_none=True)


class AnswerUnitSchema(Reply):
    id = fields.String()
    name = fields.String()


class AnswerSchema(Reply):
    question = fields.String()
    item = fields.Dict(metadata=ITEM)
    unit = fields.Nested(AnswerUnitSchema, allow_none=True)
    value = fields.String()
    answered_at = MomentField()
    by_group = fields.Boolean()
    drawn = fields.Boolean()
    reason = fields.String(allow_none=True)
    words = fields.String(allow_none=True)
    readings = fields.List(fields.Dict())
    finding_id = fields.String(allow_none=True, attribute="finding_sent_id")
    valid_until = fields.Date(allow_none=True)
    carried_from_id = fields.String(
        allow_none=True,
        metadata={"description": "the visit that inspected it, of one carried over"},
    )
    inspected_at = MomentField(allow_none=True)


class SignatureSchema(Reply):
    outcome = fields.String()
    name = fields.String(allow_none=True)
    role = fields.String(allow_none=True)
    reason = fields.String(allow_none=True)
    evidence_id = fields.String(allow_none=True)
    signed_at = MomentField()


class ShortfallSchema(Reply):
    question = fields.String(allow_none=True)
    code = fields.String()
    detail = fields.String()


class FirstFixSchema(Reply):
    visit_id = fields.String()
    surveyor = fields.Nested(ByNameSchema)
    at = MomentField()
    fix = fields.Dict(metadata=shape(lon="number", lat="number", accuracy_m="number"))


class SuggestedSiteSchema(Reply):
    lon = fields.Float()
    lat = fields.Float()
    fixes = fields.Integer()


class FirstFixesSchema(Reply):
    items = fields.List(fields.Nested(FirstFixSchema))
    suggested = fields.Nested(SuggestedSiteSchema, allow_none=True)
