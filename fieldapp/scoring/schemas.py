import re

from marshmallow import Schema, ValidationError, fields, validate

from fieldapp.paging import PageSchema
from fieldapp.scoring.published import SCHEMES
from fieldapp.shapes import Words

YEAR = re.compile(r"20[0-9]{2}")


def is_period(text: str) -> bool:
    return YEAR.fullmatch(text) is not None


def a_year(text: str) -> None:
    if not is_period(text):
        raise ValidationError("A year, such as 2026.")


def scheme_field(**how: object) -> fields.String:
    return fields.String(validate=validate.OneOf(SCHEMES), **how)  # type: ignore[arg-type]


class GroundSchema(Schema):
    kind = fields.String(required=True, validate=validate.OneOf(("evidence", "verdict", "fact")))
    id = fields.String(required=True, validate=validate.Length(1, 36))


class GroundsAskedSchema(PageSchema):
    limit = fields.Integer(load_default=200, validate=validate.Range(1, 200))
    scheme = scheme_field(required=True)
    insurer_id = fields.String(required=True)
    period = fields.String(required=True, validate=a_year)
    case_id = fields.String(load_default=None)


class OccurrencesAskedSchema(PageSchema):
    scheme = scheme_field(load_default=None)
    insurer_id = fields.String(load_default=None)
    period = fields.String(load_default=None, validate=a_year)


class ProposalSchema(Schema):
    scheme = scheme_field(required=True)
    insurer_id = fields.String(required=True)
    period = fields.String(required=True, validate=a_year)
    clause = fields.String(required=True, validate=validate.Length(1, 60))
    count = fields.Integer(load_default=1, strict=True, validate=validate.Range(1, 10_000))
    case_id = fields.String(load_default=None, allow_none=True)
    words = Words(required=True, validate=validate.Length(1, 1000))
    grounds = fields.List(
        fields.Nested(GroundSchema), load_default=list, validate=validate.Length(0, 100)
    )


class StepSchema(Schema):
    words = Words(required=True, validate=validate.Length(1, 1000))


class AppealDecisionSchema(StepSchema):
    outcome = fields.String(required=True, validate=validate.OneOf(("upheld", "dismissed")))


class FormsAskedSchema(PageSchema):
    insurer_id = fields.String(load_default=None)
    period = fields.String(load_default=None, validate=a_year)


class FormOpenedSchema(Schema):
    insurer_id = fields.String(required=True)
    period = fields.String(required=True, validate=a_year)


class GradeSchema(Schema):
    grade = fields.String(required=True, validate=validate.Length(1, 15))
    words = Words(load_default=None, allow_none=True, validate=validate.Length(0, 1000))
    grounds = fields.List(
        fields.Nested(GroundSchema), load_default=list, validate=validate.Length(0, 100)
    )


class SheetsAskedSchema(Schema):
    scheme = scheme_field(required=True)
    period = fields.String(required=True, validate=a_year)


class ViewAskedSchema(Schema):
    view = fields.String(
        load_default="provisional", validate=validate.OneOf(("provisional", "final"))
    )
