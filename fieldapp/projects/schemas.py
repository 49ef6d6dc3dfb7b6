from marshmallow import fields

from fieldapp.accounts.schemas import ByNameSchema, OrganisationSchema
from fieldapp.ledger.versions import etag_of
from fieldapp.shapes import MomentField, Reply


class SiteSchema(Reply):
    lon = fields.Float()
    lat = fields.Float()
    datum = fields.String()
    polygon = fields.Function(
        lambda site: [[float(lon), float(lat)] for lon, lat in site.polygon],
        metadata={
            "type": "array",
            "items": {"type": "array", "prefixItems": [{"type": "number"}, {"type": "number"}]},
        },
    )


class UnitSchema(Reply):
    id = fields.String()
    kind = fields.String()
    sub = fields.String(allow_none=True)
    name = fields.String()
    details = fields.Dict(keys=fields.String(), values=fields.Raw(metadata={"type": "string"}))


class ContactSchema(Reply):
    party = fields.String()
    organisation = fields.Pluck(OrganisationSchema, "name")


class EditableSchema(Reply):
    """Something of a project that is changed by itself: `etag` is what If-Match wants back."""

    id = fields.String()
    etag = fields.Function(etag_of, metadata={"type": "string"})


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
    insured_amount = fields.Decimal(
        as_string=True, allow_none=True, metadata={"type": ["string", "null"]}
    )
    starts_on = fields.Date()
    ends_on = fields.Date()


class UnitChangeSchema(Reply):
    at = MomentField()
    by = fields.Nested(ByNameSchema, allow_none=True)
    what = fields.String(metadata={"description": "added | changed | removed | put_back"})
    name = fields.String()
    sub = fields.String(allow_none=True)
    details = fields.Dict(keys=fields.String(), values=fields.Raw(metadata={"type": "string"}))


class RegisteredUnitSchema(UnitSchema):
    etag = fields.Function(etag_of, metadata={"type": "string"})
    registered_at = MomentField()
    removed_at = MomentField(allow_none=True)
    changes = fields.List(fields.Nested(UnitChangeSchema))


class ProjectPartySchema(Reply):
    id = fields.String()
    party = fields.String()
    organisation = fields.Nested(OrganisationSchema)


class ApprovedSiteSchema(SiteSchema):
    etag = fields.Function(etag_of, metadata={"type": "string"})
    approved_by = fields.Nested(ByNameSchema, allow_none=True)
    approved_at = MomentField()


class ProjectSchema(Reply):
    id = fields.String()
    name = fields.String()
    address = fields.String()
    area = fields.String()
    stage = fields.String()
    site = fields.Nested(SiteSchema, allow_none=True)


class MaySchema(Reply):
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


class ProjectPageSchema(Reply):
    items = fields.List(fields.Nested(ProjectSchema))
    next = fields.String(allow_none=True)
