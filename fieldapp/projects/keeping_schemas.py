"""What is sent to enter and change projects, and what those who keep them see besides."""

from marshmallow import Schema, fields, validate

from fieldapp.accounts.admin_schemas import AREA, SearchSchema
from fieldapp.accounts.permissions import Kind, Scheme
from fieldapp.accounts.schemas import OrganisationSchema
from fieldapp.projects.kinds import SYSTEMS
from fieldapp.shapes import Reply, Words

WEST, EAST, SOUTH, NORTH = 73, 136, 3, 54


def _id(**given):
    return fields.String(validate=validate.Length(max=36), **given)


def _scheme() -> fields.String:
    return fields.String(required=True, validate=validate.OneOf([s.value for s in Scheme]))


class ProjectsAskedSchema(SearchSchema):
    area = Words(load_default="", validate=validate.Length(max=12))


class ProjectEntrySchema(Schema):
    name = Words(required=True, validate=validate.Length(min=2, max=100))
    address = Words(required=True, validate=validate.Length(min=2, max=200))
    area = Words(required=True, validate=AREA)
    stage = Words(required=True, validate=validate.Length(min=1, max=50))
    is_another = fields.Boolean(
        load_default=False,
        metadata={"description": "looked at the project of the same address: it is another one"},
    )


class SiteEntrySchema(Schema):
    lon = fields.Float(
        required=True,
        validate=validate.Range(WEST, EAST, error="经度须在 73 到 136 之间；是否与纬度填反？"),
    )
    lat = fields.Float(
        required=True,
        validate=validate.Range(SOUTH, NORTH, error="纬度须在 3 到 54 之间；是否与经度填反？"),
    )
    datum = fields.String(load_default="WGS-84", validate=validate.OneOf(["WGS-84", "GCJ-02"]))
    radius_m = fields.Integer(load_default=100, validate=validate.Range(20, 5000))
    polygon = fields.List(
        fields.Tuple((fields.Float(), fields.Float())),
        load_default=None,
        allow_none=True,
        validate=validate.Length(max=200),
        metadata={"description": "[[lon, lat], …] of the same datum; left out: a ring of radius_m"},
    )


class PartyEntrySchema(Schema):
    party = fields.String(
        required=True,
        validate=validate.OneOf([Kind.CONTRACTOR, Kind.PROJECT_OWNER, Kind.SUPERVISION_FIRM]),
    )
    organisation_id = _id(required=True)


class DetailsSchema(Schema):
    """What kinds.DETAILS lists."""

    model = Words(validate=validate.Length(max=100))
    scale = Words(validate=validate.Length(max=100))
    plate = Words(validate=validate.Length(max=60))
    maker = Words(validate=validate.Length(max=100))
    installed_on = fields.Date()
    calibrated_until = fields.Date()


class UnitChangeEntrySchema(Schema):
    sub = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=30))
    name = Words(required=True, validate=validate.Length(min=1, max=50))
    details = fields.Nested(DetailsSchema, load_default=dict)


class UnitEntrySchema(UnitChangeEntrySchema):
    kind = fields.String(required=True, validate=validate.OneOf(list(SYSTEMS)))


class PolicyEntrySchema(Schema):
    scheme = _scheme()
    number = Words(required=True, validate=validate.Length(min=2, max=60))
    insurer_id = _id(required=True)
    pool_id = _id(load_default=None, allow_none=True)
    insured_amount = fields.Decimal(
        load_default=None,
        allow_none=True,
        places=2,
        validate=validate.Range(0, 10**13, error="金额须在 0 到 10 万亿元之间。"),
    )
    starts_on = fields.Date(required=True)
    ends_on = fields.Date(required=True)


class ServiceEndSchema(Schema):
    ends_on = fields.Date(required=True, allow_none=True)


class ServiceEntrySchema(Schema):
    scheme = _scheme()
    originating_insurer_id = _id(required=True)
    service_insurer_id = _id(required=True)
    agency_id = _id(load_default=None, allow_none=True)
    starts_on = fields.Date(required=True)
    ends_on = fields.Date(load_default=None, allow_none=True)


class PoolEntrySchema(Schema):
    name = Words(required=True, validate=validate.Length(min=2, max=100))
    lead_insurer_id = _id(required=True)
    starts_on = fields.Date(required=True)


class MemberEntrySchema(Schema):
    insurer_id = _id(required=True)
    starts_on = fields.Date(required=True)


class MemberEndSchema(Schema):
    ends_on = fields.Date(required=True)


class PoolMemberSchema(Reply):
    id = fields.String()
    insurer = fields.Nested(OrganisationSchema)
    starts_on = fields.Date()
    ends_on = fields.Date(allow_none=True)


class PoolSchema(Reply):
    id = fields.String()
    name = fields.String()
    lead_insurer = fields.Nested(OrganisationSchema)
    members = fields.List(fields.Nested(PoolMemberSchema))


class PoolPageSchema(Reply):
    items = fields.List(fields.Nested(PoolSchema))
    next = fields.String(allow_none=True)
