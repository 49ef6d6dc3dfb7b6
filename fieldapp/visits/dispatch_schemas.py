from marshmallow import Schema, fields, validate

from fieldapp.accounts.permissions import Scheme
from fieldapp.paging import PageSchema
from fieldapp.shapes import MomentField, Reply, Words
from fieldapp.visits.call_models import HOW, STEPS
from fieldapp.visits.dispatching import ORDERED
from fieldapp.visits.models import TASK_KINDS
from fieldapp.visits.schemas import PersonRefSchema, ProjectRefSchema

PERIOD = validate.Regexp(r"\A20[0-9]{2}-(0[1-9]|1[0-2])\Z")
ID = validate.Length(min=1, max=36)
STATES = ("open", "overdue", "unassigned", "done", "withdrawn")
MONTH_STATES = ("missing", "unassigned", "issued", "done")


class OrganisationRefSchema(Reply):
    id = fields.String()
    name = fields.String()
    short_name = fields.String()


class OrderSchema(Schema):
    """One of `surveyor_id` (own organisation) and `organisation_id` (the agency that serves the project)."""

    kind = fields.String(
        required=True,
        validate=validate.OneOf(ORDERED),
    )
    project_id = fields.String(required=True, validate=ID)
    surveyor_id = fields.String(load_default=None, allow_none=True, validate=ID)
    organisation_id = fields.String(load_default=None, allow_none=True, validate=ID)
    due_at = fields.AwareDateTime(load_default=None, allow_none=True)
    note = Words(load_default=None, allow_none=True, validate=validate.Length(max=300))
    period = fields.String(load_default=None, allow_none=True, validate=PERIOD)
    hazard_id = fields.String(load_default=None, allow_none=True, validate=ID)
    case_id = fields.String(load_default=None, allow_none=True, validate=ID)
    scheme = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.OneOf([scheme.value for scheme in Scheme]),
        metadata={
            "description": "of what is planned at a project that one serves under two schemes"
        },
    )


class WithdrawalSchema(Schema):
    words = Words(required=True, validate=validate.Length(1, 500))


class TakerSchema(Schema):
    surveyor_id = fields.String(load_default=None, allow_none=True, validate=ID)
    organisation_id = fields.String(load_default=None, allow_none=True, validate=ID)


class IssuedAskedSchema(PageSchema):
    project = fields.String(load_default=None, validate=ID)
    surveyor = fields.String(load_default=None, validate=ID)
    kind = fields.String(load_default=None, validate=validate.OneOf(TASK_KINDS))
    period = fields.String(load_default=None, validate=PERIOD)
    state = fields.String(load_default=None, validate=validate.OneOf(STATES))


class AssignmentSchema(Reply):
    organisation = fields.Nested(OrganisationRefSchema)
    assignee = fields.Nested(PersonRefSchema, allow_none=True, data_key="surveyor")
    assigned_by = fields.Nested(PersonRefSchema, allow_none=True)
    assigned_at = MomentField()


class CallSchema(Reply):
    step = fields.String(validate=validate.OneOf(STEPS))
    person = fields.Nested(
        PersonRefSchema, allow_none=True, metadata={"description": "null: nobody to call"}
    )
    called_at = MomentField()
    until = MomentField(allow_none=True)


class SaidSchema(Reply):
    person = fields.Nested(PersonRefSchema)
    how = fields.String(validate=validate.OneOf(HOW))
    said_at = MomentField(metadata={"description": "as the phone says, by our clock"})
    received_at = MomentField()
    words = fields.String(allow_none=True)


class AcknowledgementSchema(Reply):
    """收到: who was called, and who said that they go. `late`: of who had the task before, or came after another."""

    state = fields.String(validate=validate.OneOf(("awaited", "acknowledged", "over")))
    until = MomentField(allow_none=True)
    said = fields.Nested(SaidSchema, allow_none=True)
    late = fields.List(fields.Nested(SaidSchema))
    calls = fields.List(fields.Nested(CallSchema))


class IssuedTaskSchema(Reply):
    id = fields.String()
    kind = fields.String()
    scheme = fields.String()
    period = fields.String(allow_none=True)
    state = fields.String(metadata={"enum": list(STATES)})
    project = fields.Nested(ProjectRefSchema)
    organisation = fields.Nested(OrganisationRefSchema)
    surveyor = fields.Nested(PersonRefSchema, allow_none=True)
    about = fields.String(
        allow_none=True, metadata={"description": "of a re-inspection: the hazard's words"}
    )
    issued_at = MomentField()
    issued_by = fields.Nested(
        PersonRefSchema, allow_none=True, metadata={"description": "null: the program"}
    )
    due_at = MomentField()
    note = fields.String(allow_none=True)
    hazard_id = fields.String(allow_none=True)
    case_id = fields.String(allow_none=True)
    questions = fields.List(fields.String(), allow_none=True)
    visit_id = fields.String(allow_none=True)
    closed_at = MomentField(allow_none=True)
    closed_by = fields.Nested(PersonRefSchema, allow_none=True)
    words = fields.String(allow_none=True)
    came_after_all = fields.String(
        allow_none=True,
        metadata={"description": "of a withdrawn task: the visit that came nevertheless"},
    )
    assignments = fields.List(fields.Nested(AssignmentSchema))
    acknowledgement = fields.Nested(AcknowledgementSchema, allow_none=True)
    etag = fields.String()
    may = fields.List(
        fields.String(),
        metadata={
            "description": "resources that the caller may put: surveyor, withdrawal, acknowledgement"
        },
    )


class IssuedPageSchema(Reply):
    counts = fields.Dict(keys=fields.String(), values=fields.Integer())
    items = fields.List(fields.Nested(IssuedTaskSchema))
    next = fields.String(allow_none=True)


class CandidateSchema(PersonRefSchema):
    open_tasks = fields.Integer()


class CandidatesAskedSchema(Schema):
    project = fields.String(load_default=None, validate=ID)
    scheme = fields.String(load_default=Scheme.LIABILITY, validate=validate.OneOf(list(Scheme)))


class PlannableSchema(Reply):
    kind = fields.String()
    schemes = fields.List(fields.String())


class CandidatesSchema(Reply):
    """Whom the caller may give work to: own surveyors, and the agency of the project asked for; and what may be planned there."""

    surveyors = fields.List(fields.Nested(CandidateSchema))
    agency = fields.Nested(OrganisationRefSchema, allow_none=True)
    plannable = fields.List(fields.Nested(PlannableSchema))


class MonthAskedSchema(PageSchema):
    state = fields.String(load_default=None, validate=validate.OneOf(MONTH_STATES))


class MonthVisitSchema(Reply):
    id = fields.String()
    finished_at = MomentField()
    surveyor = fields.Nested(PersonRefSchema)


class MonthItemSchema(Reply):
    project = fields.Nested(ProjectRefSchema)
    state = fields.String(metadata={"enum": list(MONTH_STATES)})
    visit = fields.Nested(MonthVisitSchema, allow_none=True)
    lacking = fields.Integer(
        metadata={
            "description": "questions of the visit on which something is still lacking; 0: whole"
        }
    )
    task = fields.Nested(IssuedTaskSchema, allow_none=True)
    last = fields.Nested(MonthVisitSchema, allow_none=True)
    next_surveyor = fields.Nested(
        PersonRefSchema, allow_none=True, metadata={"description": "who would get it in one act"}
    )
    agency = fields.Nested(OrganisationRefSchema, allow_none=True)


class MonthIssueSchema(Reply):
    period = fields.String()
    at = MomentField()
    by = fields.Nested(
        PersonRefSchema, allow_none=True, metadata={"description": "null: the monthly job"}
    )
    issued = fields.Integer()
    unassigned = fields.Integer()
    already = fields.Integer()


class MonthSchema(Reply):
    period = fields.String()
    counts = fields.Dict(keys=fields.String(), values=fields.Integer())
    whole = fields.Integer(metadata={"description": "how many of the `done` lack nothing"})
    last_issue = fields.Nested(MonthIssueSchema, allow_none=True)
    items = fields.List(fields.Nested(MonthItemSchema))
    next = fields.String(allow_none=True)
