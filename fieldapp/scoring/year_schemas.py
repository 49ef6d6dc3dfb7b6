"""What goes and comes at the addresses of a year's records."""

from marshmallow import Schema, ValidationError, fields, validate

from fieldapp.accounts.schemas import ByNameSchema, NamedSchema
from fieldapp.oversight.schemas import FactTakenBackSchema, ResponseSchema
from fieldapp.scoring.schemas import a_year, scheme_field
from fieldapp.scoring.year_records import DEATHS_FOUND
from fieldapp.shapes import MomentField, Reply, Words

MOST = 1_000_000
MOST_YUAN = 10**12
MOST_ITEMS = 20
COUNTS = (
    "fatal_general_accidents",
    "accidents_caused_by_missed_or_unfollowed_hazard",
    "valid_complaints",
    "lead_projects",
)
RESPONDENTS = ("insured_person", "insured_employer", "related_unit")
CHANNELS = ("questionnaire", "phone", "online", "in_person")


def _count(most: int = MOST, **how: object) -> fields.Integer:
    return fields.Integer(strict=True, validate=validate.Range(0, most), **how)  # type: ignore[arg-type]


class AbsenceSchema(Schema):
    scheme = scheme_field(required=True)
    insurer_id = fields.String(required=True)
    project_id = fields.String(load_default=None, allow_none=True)
    period = fields.String(required=True, validate=a_year)
    words = Words(required=True, validate=validate.Length(1, 500))


class AccidentSchema(Schema):
    """A measure that nobody knows yet is left out or null; it is not 0."""

    deaths = _count(load_default=None, allow_none=True)
    serious_injuries = _count(load_default=None, allow_none=True)
    loss_yuan = _count(MOST_YUAN, load_default=None, allow_none=True)
    responsibility = fields.Boolean(
        load_default=None, allow_none=True, truthy={True}, falsy={False}
    )


class FiguresSchema(Schema):
    """`replaces`: the id of the counts in force that the officer saw; null: there were none."""

    insurer_id = fields.String(required=True)
    period = fields.String(required=True, validate=a_year)
    replaces = fields.String(required=True, allow_none=True)
    deaths_found = fields.Dict(
        keys=fields.String(validate=validate.OneOf(DEATHS_FOUND)),
        values=_count(),
        load_default=dict,
    )
    counts = fields.Dict(
        keys=fields.String(validate=validate.OneOf(COUNTS)), values=_count(), load_default=dict
    )
    accidents = fields.List(
        fields.Nested(AccidentSchema), load_default=list, validate=validate.Length(0, 100)
    )


class AnswerTakenSchema(Schema):
    insurer_id = fields.String(required=True)
    period = fields.String(required=True, validate=a_year)
    voucher = Words(required=True, validate=validate.Length(1, 60))
    respondent_kind = fields.String(required=True, validate=validate.OneOf(RESPONDENTS))
    channel = fields.String(required=True, validate=validate.OneOf(CHANNELS))
    satisfied = fields.Boolean(required=True, truthy={True}, falsy={False})


def _few(grades: dict[str, str]) -> None:
    if len(grades) > MOST_ITEMS:
        raise ValidationError("Too many items.")


class PolicyholderFormSchema(Schema):
    insurer_id = fields.String(required=True)
    period = fields.String(required=True, validate=a_year)
    grades = fields.Dict(
        keys=fields.String(),
        values=fields.String(validate=validate.Length(1, 15)),
        required=True,
        validate=_few,
    )
    words = Words(required=True, validate=validate.Length(1, 1000))


class FactOnRecordSchema(Reply):
    id = fields.String()
    words = fields.String()
    project = fields.Nested(NamedSchema, allow_none=True)
    authority = fields.Nested(NamedSchema)
    recorded_by = fields.Nested(ByNameSchema)
    recorded_at = MomentField()
    answer = fields.Nested(
        ResponseSchema, allow_none=True, metadata={"description": "the insurer's, given once"}
    )
    withdrawal = fields.Nested(
        FactTakenBackSchema,
        allow_none=True,
        metadata={"description": "the authority's own: the fact was wrong and carries nothing"},
    )


class AccidentShownSchema(Reply):
    deaths = fields.Integer(allow_none=True)
    serious_injuries = fields.Integer(allow_none=True)
    loss_yuan = fields.Integer(allow_none=True)
    responsibility = fields.Boolean(allow_none=True)


class FiguresShownSchema(Reply):
    """`figures`: what the sheet reads; a count that nobody recorded is not there."""

    id = fields.String()
    figures = fields.Dict(keys=fields.String(), values=fields.Integer())
    deaths_found = fields.Dict(keys=fields.String(), values=fields.Integer())
    accidents = fields.List(fields.Nested(AccidentShownSchema))
    recorded_by = fields.Nested(ByNameSchema)
    recorded_at = MomentField()


class AnswerWithdrawalSchema(Reply):
    words = fields.String()
    at = MomentField()
    by = fields.Nested(ByNameSchema)


class AnswerShownSchema(Reply):
    id = fields.String()
    voucher = fields.String(allow_none=True)
    respondent_kind = fields.String()
    channel = fields.String()
    satisfied = fields.Boolean()
    answered_at = MomentField()
    recorded_by = fields.Nested(ByNameSchema, allow_none=True)
    withdrawal = fields.Nested(AnswerWithdrawalSchema, allow_none=True)


class SampleSchema(Reply):
    """Valid answers that count; `least`: below it the scheme gives no points."""

    valid = fields.Integer()
    satisfied = fields.Integer()
    least = fields.Integer()


class PolicyholderSchema(NamedSchema):
    form_id = fields.String(allow_none=True)
    answered_at = MomentField(allow_none=True)


class FormItemWordsSchema(Reply):
    id = fields.String()
    zh = fields.String()
    en = fields.String()


class YearRecordsSchema(Reply):
    """What is on record for the year's score, and what the caller may add: absence | withdrawal | figures | form | answer."""

    scheme = fields.String()
    insurer = fields.Nested(NamedSchema)
    period = fields.String()
    may = fields.List(fields.String())
    absences = fields.List(fields.Nested(FactOnRecordSchema))
    figures = fields.List(fields.Nested(FiguresShownSchema))
    led_projects = fields.Integer()
    policyholders = fields.List(fields.Nested(PolicyholderSchema))
    items = fields.List(fields.Nested(FormItemWordsSchema))
    answers = fields.List(fields.Nested(AnswerShownSchema))
    sample = fields.Nested(SampleSchema, allow_none=True)
