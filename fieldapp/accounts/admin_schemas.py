"""What administrators send and see."""

from marshmallow import Schema, fields, validate

from fieldapp.accounts.permissions import Kind, Role
from fieldapp.accounts.schemas import ByNameSchema, OrganisationSchema
from fieldapp.paging import PageSchema
from fieldapp.shapes import MomentField, Reply, Words

AREA = validate.Regexp(r"\d{6}(\d{6})?\Z", error="须为 6 位行政区划代码。")
SIGN_IN_NAME = validate.Regexp(
    r"[A-Za-z0-9][A-Za-z0-9._-]{2,59}\Z", error="账号为 3 到 60 位字母、数字、点、横线。"
)
PHONE = validate.Regexp(r"\+?[0-9][0-9 -]{6,19}\Z", error="电话号码格式不正确。")


def _role() -> validate.OneOf:
    return validate.OneOf([role.value for role in Role])


class SearchSchema(PageSchema):
    search = Words(load_default="", validate=validate.Length(max=60))


class OrganisationsAskedSchema(SearchSchema):
    kind = fields.String(load_default=None, validate=validate.OneOf([kind.value for kind in Kind]))


class OrganisationChangeSchema(Schema):
    name = Words(required=True, validate=validate.Length(min=2, max=100))
    short_name = Words(required=True, validate=validate.Length(min=1, max=30))
    level = fields.String(
        load_default=None, allow_none=True, validate=validate.OneOf(["city", "county"])
    )
    area = Words(load_default=None, allow_none=True, validate=AREA)


class OrganisationEntrySchema(OrganisationChangeSchema):
    kind = fields.String(required=True, validate=validate.OneOf([kind.value for kind in Kind]))


class OneOrganisationSchema(OrganisationSchema):
    administrators = fields.List(fields.Nested(ByNameSchema))


class OrganisationPageSchema(Reply):
    items = fields.List(fields.Nested(OrganisationSchema))
    next = fields.String(allow_none=True)


class PeopleAskedSchema(SearchSchema):
    organisation = fields.String(load_default=None, validate=validate.Length(max=36))
    state = fields.String(
        load_default=None, validate=validate.OneOf(["active", "invited", "ended"])
    )


class InvitationSchema(Schema):
    organisation_id = fields.String(
        load_default=None, allow_none=True, metadata={"description": "the caller's own by default"}
    )
    sign_in_name = Words(required=True, validate=SIGN_IN_NAME)
    name = Words(required=True, validate=validate.Length(min=1, max=50))
    phone = Words(load_default=None, allow_none=True, validate=PHONE)
    roles = fields.List(
        fields.String(validate=_role()),
        required=True,
        validate=validate.Length(min=1, error="请至少选一个岗位。"),
    )


class PersonChangeSchema(Schema):
    name = Words(required=True, validate=validate.Length(min=1, max=50))
    phone = Words(
        allow_none=True,
        validate=PHONE,
        metadata={"description": "left out: as it was; null: removed"},
    )


class EndReasonSchema(Schema):
    reason = Words(required=True, validate=validate.Length(min=1, max=200))


class AppointmentSchema(Reply):
    role = fields.String()
    starts_at = MomentField()
    ends_at = MomentField(allow_none=True)
    given_by = fields.Nested(ByNameSchema, allow_none=True)
    ended_by = fields.Nested(ByNameSchema, allow_none=True)


class RevocationSchema(Reply):
    revoked_at = MomentField()
    reason = fields.String()


class EnrolledDeviceSchema(Reply):
    id = fields.String()
    name = fields.String()
    enrolled_at = MomentField()
    revocation = fields.Nested(RevocationSchema, allow_none=True)


class EndingSchema(Reply):
    ended_at = MomentField()
    ended_by = fields.Nested(ByNameSchema, allow_none=True)
    reason = fields.String()


class OneTimeSchema(Reply):
    made_at = MomentField()
    ends_at = MomentField()


class ListedPersonSchema(Reply):
    id = fields.String()
    name = fields.String()
    sign_in_name = fields.String()
    phone = fields.String(allow_none=True, metadata={"description": "masked"})
    organisation = fields.Nested(OrganisationSchema)
    roles = fields.List(fields.String())
    state = fields.String(validate=validate.OneOf(("active", "invited", "ended")))
    last_seen_at = MomentField(allow_none=True)


class PartnerSchema(Reply):
    id = fields.String()
    name = fields.String()


class PartnerChangeSchema(Schema):
    partner_id = fields.String(
        required=True,
        allow_none=True,
        validate=validate.Length(max=36),
        metadata={"description": "null: nobody"},
    )


class AdministeredPersonSchema(ListedPersonSchema):
    appointments = fields.List(fields.Nested(AppointmentSchema))
    devices = fields.List(fields.Nested(EnrolledDeviceSchema))
    ending = fields.Nested(EndingSchema, allow_none=True)
    one_time_password = fields.Nested(OneTimeSchema, allow_none=True)
    partner = fields.Nested(
        PartnerSchema, allow_none=True, metadata={"description": "AB岗: who stands in"}
    )
    partners = fields.List(
        fields.Nested(PartnerSchema), metadata={"description": "who could; empty for no surveyor"}
    )
    givable = fields.List(fields.String(), metadata={"description": "roles of its kind"})


class PeoplePageSchema(Reply):
    items = fields.List(fields.Nested(ListedPersonSchema))
    next = fields.String(allow_none=True)


class ToldOnceSchema(Reply):
    person = fields.Nested(AdministeredPersonSchema)
    password = fields.String(metadata={"description": "shown this once, kept nowhere"})
    ends_at = MomentField()


class PhoneNumberSchema(Reply):
    phone = fields.String(allow_none=True)
