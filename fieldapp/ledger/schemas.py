from marshmallow import Schema, fields
from marshmallow.validate import Range

from fieldapp.shapes import Reply

BIGGEST = 2**53


class StampSchema(Reply):
    at = fields.String(required=True)
    token = fields.String(required=True)


class CheckpointSchema(Reply):
    size = fields.Integer(required=True)
    body = fields.String(required=True)
    signature = fields.String(required=True)
    key_id = fields.String(required=True)
    stamps = fields.List(fields.Nested(StampSchema), required=True)


class ConsistencyAskedSchema(Schema):
    first = fields.Integer(required=True, data_key="from", validate=Range(1, BIGGEST))
    second = fields.Integer(required=True, data_key="to", validate=Range(1, BIGGEST))


class ConsistencySchema(Reply):
    first = fields.Integer(required=True, data_key="from", attribute="from")
    second = fields.Integer(required=True, data_key="to", attribute="to")
    proof = fields.List(fields.String(), required=True)


class InclusionAskedSchema(Schema):
    leaf = fields.Integer(load_default=None, validate=Range(0, BIGGEST))
    entry = fields.String(load_default=None)
    size = fields.Integer(load_default=None, validate=Range(1, BIGGEST))


class InclusionSchema(Reply):
    entry = fields.String()
    leaf = fields.Integer(required=True)
    hash = fields.String(required=True)
    proof = fields.List(fields.String(), required=True)
    checkpoint = fields.Nested(CheckpointSchema, required=True)


class RestorationSchema(Reply):
    body = fields.String(metadata={"description": "canonical JSON, exactly as signed"})
    signature = fields.String()
    key_id = fields.String()


class RestorationsSchema(Reply):
    items = fields.List(fields.Nested(RestorationSchema))
