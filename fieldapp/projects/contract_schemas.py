from marshmallow import Schema, fields, validate

from fieldapp.accounts.schemas import OrganisationSchema
from fieldapp.projects.schemas import EditableSchema
from fieldapp.shapes import Reply, Words


def _term(most: int, says: str) -> fields.Integer:
    return fields.Integer(
        load_default=None, allow_none=True, validate=validate.Range(1, most), metadata={"description": says}
    )  # fmt: skip


class ContractEntrySchema(Schema):
    """A time that the contract does not name is left out, or null: nothing is late by it."""

    authority_id = fields.String(required=True, validate=validate.Length(max=36))
    insurer_id = fields.String(required=True, validate=validate.Length(max=36))
    number = Words(required=True, validate=validate.Length(min=2, max=60))
    clause = Words(required=True, validate=validate.Length(min=2, max=200))
    starts_on = fields.Date(required=True)
    ends_on = fields.Date(load_default=None, allow_none=True)
    arrival_minutes_district = _term(7 * 24 * 60, "from the report, at a site in a district")
    arrival_minutes_county = _term(7 * 24 * 60, "from the report, in a county or its city")
    hand_over_working_days = _term(250, "after the day of the report")
    medical_check_working_days = _term(250, "after the day of the report")


class ContractSchema(EditableSchema):
    authority = fields.Nested(OrganisationSchema)
    insurer = fields.Nested(OrganisationSchema)
    number = fields.String()
    clause = fields.String()
    starts_on = fields.Date()
    ends_on = fields.Date(allow_none=True)
    arrival_minutes_district = fields.Integer(allow_none=True)
    arrival_minutes_county = fields.Integer(allow_none=True)
    hand_over_working_days = fields.Integer(allow_none=True)
    medical_check_working_days = fields.Integer(allow_none=True)


class ContractPageSchema(Reply):
    items = fields.List(fields.Nested(ContractSchema))
    next = fields.String(allow_none=True)
