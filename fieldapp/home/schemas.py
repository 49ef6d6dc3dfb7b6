from marshmallow import fields

from fieldapp.home.counting import MATTERS
from fieldapp.shapes import Reply


class MatterSchema(Reply):
    what = fields.String(metadata={"enum": [matter.what for matter in MATTERS]})
    count = fields.Integer()


class HomeSchema(Reply):
    """What waits for the caller, the most pressing first; a matter that is not theirs to deal with is left out."""

    waiting = fields.List(fields.Nested(MatterSchema))
