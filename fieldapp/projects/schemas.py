from marshmallow import Schema, fields

from fieldapp.accounts.schemas import ByNameSchema, MomentField, OrganisationSchema
from fieldapp.ledger.versions import etag_of


class SiteSchema(Schema):
    lon = fields.Float()
    lat = fields.Float()
    datum = fields.String()
    polygon = fields.Function(lambda site: [[float(lon), float(lat)] for lon, lat in site.polygon])


class UnitSchema(Schema):
    id = fields.String()
    kind = fields.String()
    sub = fields.String(allow_none=True)
    name = fields.String()
    details = fields.Dict()


class ContactSchema(Schema):
    party = fields.String()
    organisation = fields.Pluck(OrganisationSchema, "name")


class EditableSchema(Schema):
    """Something of a project that is changed by itself: `etag` is what If-Match wants back."""

    id = fields.String()
    etag = fields.Function(etag_of)


class ServiceSchema(EditableSchema):
    scheme = fields.String()
    originating_insurer = fields.Nested(OrganisationSchema)
    service_insurer = fields.Nested(OrganisationSchema)
    agency = fields.Nested(OrganisationSchema, allow_none=True)
    starts_on = fields.Date()
    ends_on = fields.Date(allow_none=True)


class PolicySchema(EditableSchema):
    scheme = fields.String()
    number = fields.String()
    insurer_id = fields.String()
    insurer = fields.Nested(OrganisationSchema)
    pool_id = fields.String(allow_none=True)
    insured_amount = fields.Decimal(as_string=True, allow_none=True)
    starts_on = fields.Date()
    ends_on = fields.Date()


class UnitChangeSchema(Schema):
    at = MomentField()
    by = fields.Nested(ByNameSchema, allow_none=True)
    what = fields.String(metadata={"description": "added | changed | removed | put_back"})
    name = fields.String()
    sub = fields.String(allow_none=True)
    details = fields.Dict()


class RegisteredUnitSchema(UnitSchema):
    etag = fields.Function(etag_of)
    registered_at = MomentField()
    removed_at = MomentField(allow_none=True)
    changes = fields.List(fields.Nested(UnitChangeSchema))


class ProjectPartySchema(Schema):
    id = fields.String()
    party = fields.String()
    organisation = fields.Nested(OrganisationSchema)


class ApprovedSiteSchema(SiteSchema):
    etag = fields.Function(etag_of)
    approved_by = fields.Nested(ByNameSchema, allow_none=True)
    approved_at = MomentField()


class ProjectSchema(Schema):
    id = fields.String()
    name = fields.String()
    address = fields.String()
    area = fields.String()
    stage = fields.String()
    site = fields.Nested(SiteSchema, allow_none=True)


class MaySchema(Schema):
    """What the viewer may do to this project."""

    manage = fields.Boolean()
    register = fields.Boolean()
    site = fields.Boolean()


class OneProjectSchema(ProjectSchema):
    site = fields.Nested(ApprovedSiteSchema, allow_none=True)
    units = fields.List(fields.Nested(RegisteredUnitSchema))
    former_units = fields.List(fields.Nested(RegisteredUnitSchema))
    contacts = fields.List(fields.Nested(ContactSchema))
    parties = fields.List(fields.Nested(ProjectPartySchema))
    services = fields.List(fields.Nested(ServiceSchema))
    policies = fields.List(fields.Nested(PolicySchema))
    may = fields.Nested(MaySchema)


class ProjectPageSchema(Schema):
    items = fields.List(fields.Nested(ProjectSchema))
    next = fields.String(allow_none=True)
