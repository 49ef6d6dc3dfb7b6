from marshmallow import Schema, fields, validate

from fieldapp.clock import iso


class MomentField(fields.AwareDateTime):
    """UTC, ISO 8601 with milliseconds and Z."""

    def _serialize(self, value, attr, obj, **kwargs):
        return iso(value)


class Words(fields.String):
    """What a person wrote, without the blanks around it: blanks alone are no reason for anything."""

    def _deserialize(self, value, attr, data, **kwargs):
        return super()._deserialize(value, attr, data, **kwargs).strip()


class Reply(Schema):
    """What the server answers. Its fields are always there, and described so, but for those marked optional."""

    def on_bind_field(self, field_name, field_obj):
        field_obj.required = not field_obj.metadata.get("optional", False)


OPTIONAL = {"optional": True}
"""For a field that only some replies of one shape have: `metadata=OPTIONAL`."""


def shape(**types: str | list[str]) -> dict[str, object]:
    """For a Dict of known keys, whose values go out as they are: `metadata=shape(id="string")` describes them."""
    return {
        "properties": {name: {"type": type_} for name, type_ in types.items()},
        "required": list(types),
    }


ITEM = shape(id="string", zh="string", en="string")
NAMED = shape(id="string", name="string")


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
