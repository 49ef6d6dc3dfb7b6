from marshmallow import Schema, fields, validate

from fieldapp.archive.access import KINDS
from fieldapp.archive.models import PURPOSES
from fieldapp.archive.order_models import REASONS
from fieldapp.shapes import MomentField, Reply

STATES = ("waiting", "making", "ready", "failed", "cancelled", "removed")


class BundleAskedSchema(Schema):
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    id = fields.String(required=True, validate=validate.Length(1, 36))
    period = fields.String(
        load_default=None, allow_none=True, validate=validate.Regexp(r"\A[0-9]{4}\Z")
    )
    redacted = fields.Boolean(load_default=True)
    purpose = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(PURPOSES))
    passphrase = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.Length(max=500),
        metadata={"description": "of a full bundle; never kept"},
    )


class BundleLinkSchema(Reply):
    made_at = MomentField()
    expires_at = MomentField()
    begun_at = MomentField(allow_none=True)


class BundleOrderSchema(Reply):
    id = fields.String()
    about = fields.String()
    kind = fields.String(metadata={"enum": list(KINDS)})
    redacted = fields.Boolean()
    purpose = fields.String(allow_none=True, metadata={"enum": [*PURPOSES, None]})
    photos = fields.Integer()
    ordered_at = MomentField()
    state = fields.String(metadata={"enum": list(STATES)})
    percent = fields.Integer(allow_none=True)
    reason = fields.String(allow_none=True, metadata={"enum": [*REASONS, None]})
    settled_at = MomentField(allow_none=True)
    sha256 = fields.String(allow_none=True)
    size = fields.Integer(allow_none=True)
    expires_at = MomentField(allow_none=True)
    links = fields.List(fields.Nested(BundleLinkSchema))


class BundleOrdersSchema(Reply):
    items = fields.List(fields.Nested(BundleOrderSchema))
    next = fields.String(allow_none=True)
    fingerprint = fields.String(
        allow_none=True,
        metadata={"description": "of the log's first key, to compare with what somebody else says"},
    )


class BundleDownloadSchema(Reply):
    url = fields.String()
    expires_at = MomentField()


class BundleTokenSchema(Schema):
    link = fields.String(load_default="", validate=validate.Length(max=100))
