"""What scoring answers of its sheets: `reply_schemas.py`, continued."""

from marshmallow import fields

from fieldapp.scoring.reply_schemas import (
    GroundShownSchema,
    InsurerSchema,
    LineSchema,
    PairSchema,
    by_name,
    some,
)
from fieldapp.shapes import OPTIONAL, Reply


class SheetRowSchema(Reply):
    insurer = fields.Nested(InsurerSchema)
    total = fields.String(allow_none=True)
    grade = fields.String(allow_none=True)
    complete = fields.Boolean()
    provisional = fields.Boolean()
    changed_at = fields.String(allow_none=True)


class SheetPageSchema(Reply):
    items = some(SheetRowSchema)
    next = fields.String(allow_none=True)


class NoteSchema(Reply):
    id = fields.String()
    where = fields.String()
    why = fields.String()


class ItemScoreSchema(Reply):
    id = fields.String()
    max = fields.String()
    score = fields.String(allow_none=True)
    raw = fields.String(metadata=OPTIONAL)
    grade = fields.String(allow_none=True, metadata=OPTIONAL)
    from_ = fields.String(allow_none=True, data_key="from", attribute="from", metadata=OPTIONAL)
    unused_grade = fields.String(allow_none=True, metadata=OPTIONAL)
    lines = some(LineSchema)


class FormScoreSchema(Reply):
    form = fields.String()
    part = fields.String()
    assessor = fields.String()
    valid = fields.Boolean()
    total = fields.String(allow_none=True)
    items = some(ItemScoreSchema)


class ScoredSchema(Reply):
    """The sheet itself: what `fieldapp score evaluate` prints for these facts."""

    scheme = fields.String()
    scheme_version = fields.String()
    subject = fields.Raw()
    period = fields.String()
    items = fields.List(fields.Nested(ItemScoreSchema), allow_none=True)
    parts = fields.Dict(
        keys=fields.String(), values=fields.String(allow_none=True), allow_none=True
    )
    forms = fields.List(fields.Nested(FormScoreSchema), metadata=OPTIONAL)
    total = fields.String(allow_none=True)
    grade = fields.String(allow_none=True)
    vetoes = some(NoteSchema)
    missing = some(NoteSchema)
    digest = fields.String()


class BoundSchema(Reply):
    grade = fields.String()
    at = fields.String()
    wanting = fields.String()


class SectionItemSchema(Reply):
    id = fields.String()
    content_zh = fields.String()
    method_zh = fields.String()
    by_case = fields.Boolean(metadata={"description": "some of its clauses count injury cases"})
    clauses = fields.List(fields.String())


class SectionSchema(Reply):
    id = fields.String()
    items = some(SectionItemSchema)


class TitlesSchema(Reply):
    scheme = fields.Nested(PairSchema)
    items = by_name(PairSchema)
    clauses = by_name(PairSchema)
    parts = by_name(PairSchema)
    grades = by_name(PairSchema)
    weights = fields.Dict(keys=fields.String(), values=fields.String())
    grade_from = fields.Dict(keys=fields.String(), values=fields.String())
    sections = some(SectionSchema)
    assessors = by_name(InsurerSchema)


class SheetFormSchema(Reply):
    form_id = fields.String(allow_none=True)
    form = fields.String()
    part = fields.String()
    assessor = fields.Nested(InsurerSchema)
    submitted_at = fields.String(allow_none=True)


class NotDueSchema(Reply):
    form_id = fields.String(allow_none=True)
    assessor = fields.Nested(InsurerSchema)
    why = fields.Nested(PairSchema)


class SheetOccurrenceSchema(Reply):
    id = fields.String()
    clause = fields.String()
    state = fields.String()
    authority = fields.Nested(InsurerSchema)
    case_id = fields.String(allow_none=True)
    at = fields.String()


class ChangeSchema(Reply):
    at = fields.String()
    from_ = fields.String(allow_none=True, data_key="from", attribute="from")
    to = fields.String(allow_none=True)
    cause = fields.String()
    cause_kind = fields.String()
    cause_id = fields.String(allow_none=True)
    digest = fields.String()


class SheetSchema(Reply):
    scheme = fields.String()
    period = fields.String()
    insurer = fields.Nested(InsurerSchema)
    view = fields.String()
    provisional = fields.Boolean()
    provisional_because = fields.List(fields.String())
    sheet = fields.Nested(ScoredSchema)
    facts = fields.Raw()
    bounds = some(BoundSchema)
    titles = fields.Nested(TitlesSchema)
    forms = some(SheetFormSchema)
    not_due = some(NotDueSchema)
    occurrences = some(SheetOccurrenceSchema)
    grounds = fields.Dict(
        keys=fields.String(), values=fields.List(fields.Nested(GroundShownSchema))
    )
    changes = some(ChangeSchema)
