from marshmallow import Schema, fields

from fieldapp.accounts.schemas import OrganisationSchema


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


class ServiceSchema(Schema):
    scheme = fields.String()
    originating_insurer = fields.Nested(OrganisationSchema)
    service_insurer = fields.Nested(OrganisationSchema)
    agency = fields.Nested(OrganisationSchema, allow_none=True)
    starts_on = fields.Date()
    ends_on = fields.Date(allow_none=True)


class PolicySchema(Schema):
    scheme = fields.String()
    number = fields.String()
    insurer_id = fields.String()
    insured_amount = fields.Decimal(as_string=True, allow_none=True)
    starts_on = fields.Date()
    ends_on = fields.Date()


class ProjectSchema(Schema):
    id = fields.String()
    name = fields.String()
    address = fields.String()
    area = fields.String()
    stage = fields.String()
    site = fields.Nested(SiteSchema, allow_none=True)


class OneProjectSchema(ProjectSchema):
    units = fields.List(fields.Nested(UnitSchema))
    contacts = fields.List(fields.Nested(ContactSchema), attribute="parties")
    services = fields.List(fields.Nested(ServiceSchema))
    policies = fields.List(fields.Nested(PolicySchema))


class ProjectPageSchema(Schema):
    items = fields.List(fields.Nested(ProjectSchema))
    next = fields.String(allow_none=True)
