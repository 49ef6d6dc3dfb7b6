"""What scoring answers, as the API's description tells it. Amounts are decimal strings, moments ISO 8601 in UTC."""

from typing import Any

from marshmallow import Schema, fields, validate

from fieldapp.accounts.schemas import ByNameSchema, NamedSchema
from fieldapp.shapes import OPTIONAL, Reply


def _nullable(schema: type[Schema], *, optional: bool = False) -> fields.Nested:
    return fields.Nested(schema, allow_none=True, metadata=OPTIONAL if optional else {})


def _some(schema: type[Schema]) -> fields.List[Any]:
    return fields.List(fields.Nested(schema))


def _by_name(schema: type[Schema]) -> fields.Dict:
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
    photos = _some(FactPhotoSchema)


class FactFindingSchema(Reply):
    id = fields.String()
    words = fields.String()
    place = fields.String()
    found_at = fields.String()
    question = fields.String()
    item = _nullable(PairSchema)
    project = fields.Nested(NamedSchema)
    comparison = fields.String()
    response = _nullable(FactResponseSchema)
    insurer_answer = fields.Nested(FactAnswerSchema)


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
    item = _nullable(PairSchema, optional=True)
    shot = fields.String(metadata=OPTIONAL)
    captured_at = fields.String(metadata=OPTIONAL)
    sha256 = fields.String(metadata=OPTIONAL)
    visit_id = fields.String(allow_none=True, metadata=OPTIONAL)
    case = _nullable(CaseNumberSchema, optional=True)
    verdict = _nullable(GroundVerdictSchema, optional=True)
    words = fields.String(metadata=OPTIONAL)
    fact_kind = fields.String(metadata=OPTIONAL)
    authority = fields.Nested(NamedSchema, metadata=OPTIONAL)
    recorded_by = fields.Nested(ByNameSchema, metadata=OPTIONAL)
    finding = _nullable(FactFindingSchema, optional=True)
    answer = _nullable(FactResponseSchema, optional=True)


class GroundPageSchema(Reply):
    items = _some(GroundShownSchema)
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
    grounds = _some(GroundShownSchema)
    steps = _some(StepTakenSchema)
    appeal_due_at = fields.String(allow_none=True)
    next = fields.List(fields.String())


class OccurrencePageSchema(Reply):
    items = _some(OccurrenceSchema)
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
    lines = _some(LineSchema)
    words = fields.String(allow_none=True)
    graded_at = fields.String(allow_none=True)
    graded_by = _nullable(ByNameSchema)
    grounds = _some(GroundShownSchema)
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
    items = _some(FormItemSchema)
    grades = _by_name(PairSchema)
    events = _some(FormEventSchema)


class FormPageSchema(Reply):
    items = _some(FormSummarySchema)
    next = fields.String(allow_none=True)


class SheetRowSchema(Reply):
    insurer = fields.Nested(InsurerSchema)
    total = fields.String(allow_none=True)
    grade = fields.String(allow_none=True)
    complete = fields.Boolean()
    provisional = fields.Boolean()
    changed_at = fields.String(allow_none=True)


class SheetPageSchema(Reply):
    items = _some(SheetRowSchema)
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
    lines = _some(LineSchema)


class FormScoreSchema(Reply):
    form = fields.String()
    part = fields.String()
    assessor = fields.String()
    valid = fields.Boolean()
    total = fields.String(allow_none=True)
    items = _some(ItemScoreSchema)


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
    vetoes = _some(NoteSchema)
    missing = _some(NoteSchema)
    digest = fields.String()


class BoundSchema(Reply):
    grade = fields.String()
    at = fields.String()
    wanting = fields.String()


class SectionItemSchema(Reply):
    id = fields.String()
    content_zh = fields.String()
    method_zh = fields.String()
    clauses = fields.List(fields.String())


class SectionSchema(Reply):
    id = fields.String()
    items = _some(SectionItemSchema)


class TitlesSchema(Reply):
    scheme = fields.Nested(PairSchema)
    items = _by_name(PairSchema)
    clauses = _by_name(PairSchema)
    parts = _by_name(PairSchema)
    grades = _by_name(PairSchema)
    weights = fields.Dict(keys=fields.String(), values=fields.String())
    grade_from = fields.Dict(keys=fields.String(), values=fields.String())
    sections = _some(SectionSchema)
    assessors = _by_name(InsurerSchema)


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
    bounds = _some(BoundSchema)
    titles = fields.Nested(TitlesSchema)
    forms = _some(SheetFormSchema)
    not_due = _some(NotDueSchema)
    occurrences = _some(SheetOccurrenceSchema)
    grounds = fields.Dict(
        keys=fields.String(), values=fields.List(fields.Nested(GroundShownSchema))
    )
    changes = _some(ChangeSchema)
