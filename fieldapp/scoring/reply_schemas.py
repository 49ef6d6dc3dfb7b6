"""What scoring answers, as the API's description tells it. Amounts are decimal strings, moments ISO 8601 in UTC."""

from typing import Any

from marshmallow import Schema, fields, validate

from fieldapp.accounts.schemas import ByNameSchema, NamedSchema
from fieldapp.shapes import OPTIONAL, Reply


def nullable(schema: type[Schema], *, optional: bool = False) -> fields.Nested:
    return fields.Nested(schema, allow_none=True, metadata=OPTIONAL if optional else {})


def some(schema: type[Schema]) -> fields.List[Any]:
    return fields.List(fields.Nested(schema))


def by_name(schema: type[Schema]) -> fields.Dict:
    return fields.Dict(keys=fields.String(), values=fields.Nested(schema))


class PairSchema(Reply):
    """A word in both languages."""

    zh = fields.String()
    en = fields.String()


class InsurerSchema(NamedSchema):
    short_name = fields.String()


class AssessorSchema(InsurerSchema):
    level = fields.String(allow_none=True)


class CaseNumberSchema(Reply):
    id = fields.String()
    number = fields.String()


class PartySchema(NamedSchema):
    kind = fields.String()


class GroundVerdictSchema(Reply):
    id = fields.String()
    outcome = fields.String()
    reason = fields.String(allow_none=True)
    words = fields.String(allow_none=True)
    follow_up = fields.String(allow_none=True)
    at = fields.String()
    by = fields.Nested(ByNameSchema)
    party = fields.Nested(PartySchema)


class FactResponseSchema(Reply):
    stance = fields.String()
    words = fields.String(allow_none=True)
    at = fields.String()


class FactPhotoSchema(Reply):
    id = fields.String()
    shot = fields.String()
    thumb_url = fields.String()
    captured_at = fields.String()


class FactAnswerSchema(Reply):
    visit_id = fields.String()
    value = fields.String()
    answered_at = fields.String()
    surveyor = fields.Nested(ByNameSchema)
    photos = some(FactPhotoSchema)


class FactFindingSchema(Reply):
    id = fields.String()
    words = fields.String()
    place = fields.String()
    found_at = fields.String()
    question = fields.String()
    item = nullable(PairSchema)
    project = fields.Nested(NamedSchema)
    comparison = fields.String()
    photos = some(FactPhotoSchema)
    response = nullable(FactResponseSchema)
    insurer_answer = fields.Nested(FactAnswerSchema)


class FactWithdrawalSchema(Reply):
    words = fields.String()
    by = fields.Nested(ByNameSchema)
    at = fields.String()


class GroundShownSchema(Reply):
    """Evidence judged admissible, a verdict or a recorded fact; which fields it has goes by its kind."""

    kind = fields.String(validate=validate.OneOf(("evidence", "verdict", "fact")))
    id = fields.String()
    label = fields.String()
    at = fields.String()
    stands = fields.Boolean()
    evidence_id = fields.String(metadata=OPTIONAL)
    thumb_url = fields.String(metadata=OPTIONAL)
    project = fields.Nested(NamedSchema, metadata=OPTIONAL)
    question = fields.String(allow_none=True, metadata=OPTIONAL)
    item = nullable(PairSchema, optional=True)
    shot = fields.String(metadata=OPTIONAL)
    captured_at = fields.String(metadata=OPTIONAL)
    sha256 = fields.String(metadata=OPTIONAL)
    visit_id = fields.String(allow_none=True, metadata=OPTIONAL)
    case = nullable(CaseNumberSchema, optional=True)
    verdict = nullable(GroundVerdictSchema, optional=True)
    words = fields.String(metadata=OPTIONAL)
    fact_kind = fields.String(metadata=OPTIONAL)
    authority = fields.Nested(NamedSchema, metadata=OPTIONAL)
    recorded_by = fields.Nested(ByNameSchema, metadata=OPTIONAL)
    finding = nullable(FactFindingSchema, optional=True)
    answer = nullable(FactResponseSchema, optional=True)
    withdrawal = nullable(FactWithdrawalSchema, optional=True)


class GroundPageSchema(Reply):
    items = some(GroundShownSchema)
    next = fields.String(allow_none=True)


class StepTakenSchema(Reply):
    step = fields.String()
    outcome = fields.String(allow_none=True)
    words = fields.String(allow_none=True)
    at = fields.String()
    by = fields.Nested(ByNameSchema)


class OccurrenceSchema(Reply):
    id = fields.String()
    scheme = fields.String()
    insurer = fields.Nested(InsurerSchema)
    authority = fields.Nested(InsurerSchema)
    period = fields.String()
    clause = fields.String()
    clause_title = fields.Nested(PairSchema)
    count = fields.Integer()
    case_id = fields.String(allow_none=True)
    state = fields.String()
    only_by_decision = fields.Boolean()
    counts = fields.Boolean()
    grounds = some(GroundShownSchema)
    steps = some(StepTakenSchema)
    appeal_due_at = fields.String(allow_none=True)
    next = fields.List(fields.String())


class OccurrencePageSchema(Reply):
    items = some(OccurrenceSchema)
    next = fields.String(allow_none=True)


class LineSchema(Reply):
    """One thing that a figure rests on; `points` only where it cost some."""

    source = fields.String()
    clause = fields.String(allow_none=True)
    count = fields.Integer(metadata=OPTIONAL)
    points = fields.String(metadata=OPTIONAL)
    counted = fields.Boolean()
    evidence = fields.List(fields.String())
    why = fields.String(allow_none=True)


class FormItemSchema(PairSchema):
    id = fields.String()
    number = fields.Integer()
    criteria_zh = fields.String(allow_none=True)
    grade_zh = fields.Dict(keys=fields.String(), values=fields.String())
    source = (
        fields.Raw()
    )  # an attachment, item and article, or a note where the document is cut off
    points = fields.Dict(keys=fields.String(), values=fields.String())
    unreachable = fields.List(fields.String())
    allowed = fields.List(fields.String())
    computed = fields.Boolean()
    figures = fields.Dict(
        keys=fields.String(),
        values=fields.Raw(metadata={"type": ["number", "null"]}),
        allow_none=True,
    )
    grade = fields.String(allow_none=True, metadata=OPTIONAL)
    given_grade = fields.String(allow_none=True)
    unused_grade = fields.String(allow_none=True, metadata=OPTIONAL)
    score = fields.String(allow_none=True)
    from_ = fields.String(allow_none=True, data_key="from", attribute="from")
    lines = some(LineSchema)
    words = fields.String(allow_none=True)
    graded_at = fields.String(allow_none=True)
    graded_by = nullable(ByNameSchema)
    grounds = some(GroundShownSchema)
    reopened = fields.Boolean()
    locked = fields.Boolean()


class FormSummarySchema(Reply):
    id = fields.String()
    form = fields.String()
    title = fields.String()
    part = fields.String()
    insurer = fields.Nested(InsurerSchema)
    assessor = fields.Nested(AssessorSchema)
    period = fields.String()
    version = fields.Integer()
    etag = fields.String()
    submitted_at = fields.String(allow_none=True)
    graded = fields.Integer()


class FormEventSchema(Reply):
    id = fields.String()
    clause = fields.String()
    state = fields.String()


class OpinionFormSchema(FormSummarySchema):
    due = fields.Boolean()
    total = fields.String(allow_none=True)
    items = some(FormItemSchema)
    grades = by_name(PairSchema)
    events = some(FormEventSchema)


class FormPageSchema(Reply):
    items = some(FormSummarySchema)
    next = fields.String(allow_none=True)
