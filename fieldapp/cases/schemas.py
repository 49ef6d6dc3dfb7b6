from marshmallow import Schema, fields, validate

from fieldapp.accounts.schemas import ByNameSchema, NamedSchema
from fieldapp.evidence.schemas import VerdictSchema
from fieldapp.shapes import ITEM, MomentField, Reply, Words

PURPOSES = ("identity_check", "injury_determination", "benefit_review", "complaint", "appeal")
"""Why somebody may look at an injured person's full data: a closed list, kept with the entry."""


class PurposeSchema(Schema):
    purpose = fields.String(required=True, validate=validate.OneOf(PURPOSES))


class AccidentReportSchema(Schema):
    number = Words(required=True, validate=validate.Length(1, 40))
    project_id = fields.String(required=True)
    accident_kind = Words(required=True, validate=validate.Length(1, 40))
    place = Words(required=True, validate=validate.Length(1, 200))
    occurred_at = fields.AwareDateTime(required=True)
    reported_at = fields.AwareDateTime(required=True)
    injured_name = Words(required=True, validate=validate.Length(1, 50))
    injured_id_number = Words(load_default="", validate=validate.Length(0, 30))
    injury = Words(required=True, validate=validate.Length(1, 200))


class HandOverAskedSchema(Schema):
    receiver_id = fields.String(required=True)


class InjuredPersonSchema(Reply):
    name = fields.String()
    id_number = fields.String()


class UnmaskedPersonSchema(InjuredPersonSchema):
    injury = fields.String()


class HandOverSchema(Reply):
    handed_over_at = MomentField()
    handed_over_by = fields.Nested(ByNameSchema)
    received_by = fields.Nested(NamedSchema)


class CaseSchema(Reply):
    id = fields.String()
    number = fields.String()
    project = fields.Nested(NamedSchema)
    insurer = fields.Nested(NamedSchema, attribute="service_insurer")
    accident_kind = fields.String()
    place = fields.String()
    occurred_at = MomentField()
    reported_at = MomentField()
    surveyed_at = MomentField(allow_none=True)
    surveyor = fields.Nested(ByNameSchema, allow_none=True)
    injured_person = fields.Nested(InjuredPersonSchema, attribute="masked_person")
    hand_over = fields.Nested(HandOverSchema, allow_none=True)


class CaseMediumSchema(Reply):
    """One medium of a case, with the viewer's own party's verdict."""

    id = fields.String()
    shot = fields.String()
    question = fields.String(allow_none=True)
    item = fields.Dict(allow_none=True, metadata=ITEM)
    media_type = fields.String()
    personal = fields.Boolean()
    captured_at = fields.String()
    captured_by = fields.Nested(ByNameSchema)
    thumb_url = fields.String()
    verdict = fields.Nested(VerdictSchema, allow_none=True)


class SurveyTaskSchema(Reply):
    id = fields.String()
    due_at = MomentField()
    organisation = fields.Nested(NamedSchema)
    assignee = fields.Nested(ByNameSchema, allow_none=True, data_key="surveyor")


class DeadlineSchema(Reply):
    """By the service contract. `provisional`: the calendar of those days is not known yet."""

    what = fields.String(validate=validate.OneOf(["arrival", "hand_over", "medical_check"]))
    due_at = MomentField()
    done_at = MomentField(allow_none=True)
    late = fields.Boolean()
    provisional = fields.Boolean()


class CaseContractSchema(Reply):
    number = fields.String()
    clause = fields.String()


class OneCaseSchema(CaseSchema):
    """`receivers`: to whom the caller may hand the file over now; empty for everybody else, and before the survey.

    `survey_task`: to whoever gives out the survey, the one that somebody is to make; null: nobody is.
    """

    receivers = fields.List(fields.Nested(NamedSchema))
    survey_task = fields.Nested(SurveyTaskSchema, allow_none=True)
    contract = fields.Nested(CaseContractSchema, allow_none=True)
    deadlines = fields.List(fields.Nested(DeadlineSchema))
    evidence = fields.List(fields.Nested(CaseMediumSchema))


class CasePageSchema(Reply):
    items = fields.List(fields.Nested(CaseSchema))
    next = fields.String(allow_none=True)
