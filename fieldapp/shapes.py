"""What replies and requests are made of in every room."""

from marshmallow import Schema, fields

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
