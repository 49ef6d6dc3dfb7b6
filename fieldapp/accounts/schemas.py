from marshmallow import Schema, fields, validate

from fieldapp.shapes import OPTIONAL, MomentField, Reply


class DeviceSchema(Schema):
    id = fields.UUID(required=True)
    public_key = fields.String(required=True, validate=validate.Length(max=200))
    name = fields.String(required=True, validate=validate.Length(max=100))


class SignInSchema(Schema):
    sign_in_name = fields.String(required=True, validate=validate.Length(min=1, max=60))
    password = fields.String(required=True, validate=validate.Length(min=1, max=200))
    device = fields.Nested(DeviceSchema, load_default=None, allow_none=True)


class NonceAskedSchema(Schema):
    device_id = fields.UUID(required=True)


class NonceSchema(Reply):
    nonce = fields.String()
    expires_at = MomentField()


class RenewalSchema(Schema):
    device_id = fields.UUID(required=True)
    nonce = fields.String(required=True, validate=validate.Length(max=60))
    signature = fields.String(required=True, validate=validate.Length(max=120))


class RecoveryKeySchema(Reply):
    key = fields.String(metadata={"description": "32 bytes, base64url"})


class OrganisationSchema(Reply):
    id = fields.String()
    name = fields.String()
    short_name = fields.String()
    kind = fields.String()
    level = fields.String(allow_none=True)
    area = fields.String(allow_none=True)


class NamedSchema(Reply):
    """An organisation or project where only its name matters."""

    id = fields.String()
    name = fields.String()


class ByNameSchema(Reply):
    """A person as others see them in a record."""

    name = fields.String()


class PersonSchema(Reply):
    id = fields.String()
    name = fields.String()
    sign_in_name = fields.String()


class ActSchema(Reply):
    act = fields.String()
    scheme = fields.String(allow_none=True)


class SessionSchema(Reply):
    person = fields.Nested(PersonSchema)
    organisation = fields.Nested(OrganisationSchema)
    roles = fields.List(fields.String())
    acts = fields.List(fields.Nested(ActSchema))
    device_id = fields.String(allow_none=True)
    server_time = MomentField()
    password_due_at = MomentField()


class KeySchema(Reply):
    id = fields.String()
    public_key = fields.String()
    use = fields.String()  # receipt | checkpoint | envelope
    previous_id = fields.String(
        allow_none=True, metadata=OPTIONAL
    )  # of a checkpoint key that took over from another
    endorsement = fields.String(allow_none=True, metadata=OPTIONAL)


class KeysSchema(Reply):
    keys = fields.List(fields.Nested(KeySchema))


class PasswordSchema(Schema):
    sign_in_name = fields.String(required=True, validate=validate.Length(min=1, max=60))
    password = fields.String(required=True, validate=validate.Length(min=1, max=200))
    new_password = fields.String(required=True, validate=validate.Length(min=1, max=200))
