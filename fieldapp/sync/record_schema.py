"""The record's shape, field by field."""

from typing import Any, get_args

from marshmallow import (
    RAISE,
    Schema,
    ValidationError,
    fields,
    post_load,
    validate,
    validates_schema,
)

from fieldapp.accounts.permissions import Scheme
from fieldapp.checklists import form, limits
from fieldapp.checklists.forms.template import FORM_KINDS
from fieldapp.sync.record_fields import (
    INT32,
    Day,
    Flag,
    Instant,
    Number,
    Said,
    SentId,
    Text,
    Whole,
    Word,
    sha256_field,
)

SHOTS = (*get_args(form.Shot), "statement")
CHECK_KINDS = ("monthly_check", "follow_up", "re_shoot", "explain", "re_inspection")
MOST_ROWS = 500


def _maybe(field: type[fields.Field[Any]], *args: Any) -> Any:
    return field(*args, load_default=None, allow_none=True)


def _part(schema: type[Schema], *, optional: bool = False) -> fields.Nested:
    return (
        fields.Nested(schema, load_default=None, allow_none=True)
        if optional
        else fields.Nested(schema, required=True)
    )


def _several(schema: type[Schema], most: int) -> Any:
    return fields.List(fields.Nested(schema), required=True, validate=validate.Length(max=most))


class _Strict(Schema):
    class Meta:
        unknown = RAISE


class FixSchema(_Strict):
    lon = Number(-180, 180, required=True)
    lat = Number(-90, 90, required=True)
    datum = Word("WGS-84", required=True)
    accuracy_m = Number(0, 1e7, required=True)
    age_s = Number(-1e7, 1e7, required=True)
    at = Instant(required=True)


class RecordEditionSchema(_Strict):
    id = Text(40, required=True)
    edition = Text(20, required=True)
    digest = Text(64, required=True)


class RecordCategorySchema(_Strict):
    category = Text(30, required=True)
    present = Flag(required=True)
    reason = _maybe(Text, 40)
    words = _maybe(Text, 2000)


class RecordReadingSchema(_Strict):
    limit = Whole(0, 1000, required=True)
    value = Text(40, required=True)
    row = _maybe(Text, 200)
    judged = Word(*get_args(limits.Judgement), load_default=None, allow_none=True)
    person_says = Word("pass", "fail", load_default=None, allow_none=True)


class RecordCarriedSchema(_Strict):
    """The visit that inspected the paper, by its sent id, and when it did."""

    visit_id = SentId(required=True)
    answered_at = Instant(required=True)


class RecordAnswerSchema(_Strict):
    question = Text(120, 1, required=True)
    value = Word(*get_args(form.AnswerValue), required=True)
    answered_at = Instant(required=True)
    by_group = Flag(load_default=False)
    reason = _maybe(Text, 40)
    words = _maybe(Text, 2000)
    readings = fields.List(
        fields.Nested(RecordReadingSchema), load_default=list, validate=validate.Length(max=100)
    )
    finding_id = _maybe(SentId)
    valid_until = _maybe(Day)
    carried_from = _part(RecordCarriedSchema, optional=True)


class RecordDeadlineSchema(_Strict):
    kind = Word("immediately", "same_day", "date", required=True)
    at = _maybe(Instant)


class RecordFindingSchema(_Strict):
    id = SentId(required=True)
    question = Text(120, 1, required=True)
    severity = Word("general", "suspected_major", required=True)
    major_answer = _maybe(Flag)
    words = Text(2000, required=True)
    place = Text(200, required=True)
    deadline = _part(RecordDeadlineSchema, optional=True)
    fixed_on_site = Flag(load_default=False)
    found_at = Instant(required=True)


class RecordPreviewSchema(_Strict):
    sha256 = sha256_field(required=True)
    size = Whole(1, INT32, required=True)
    media_type = Text(100, 1, required=True)


class RecordEnvelopeSchema(_Strict):
    """What a personal capture travels in: docs/envelopes.md. `size` and `sha256` are the envelope's own."""

    sha256 = sha256_field(required=True)
    size = Whole(1, INT32, required=True)
    key_id = Text(16, 16, required=True)


class RecordEvidenceSchema(_Strict):
    id = SentId(required=True)
    question = _maybe(Text, 120)
    category = _maybe(Text, 30)
    shot = Word(*SHOTS, required=True)
    finding_id = _maybe(SentId)
    capture = Word("live", "imported", required=True)
    media_type = Text(100, 1, required=True)
    size = Whole(1, INT32, required=True)
    sha256 = sha256_field(required=True)
    captured_at = Instant(required=True)
    fix = _part(FixSchema, optional=True)
    seal = _maybe(Text, 8000)
    seal_signature = _maybe(Text, 120)
    preview = _part(RecordPreviewSchema, optional=True)
    envelope = _part(RecordEnvelopeSchema, optional=True)
    annotates = _maybe(SentId)
    """Of what was drawn on a copy of a photo: that photo. It is loaded apart, as the record's `annotations`."""


class RecordSignatureSchema(_Strict):
    outcome = Word("signed", "refused", "absent", required=True)
    name = _maybe(Text, 50)
    role = _maybe(Text, 50)
    evidence_id = _maybe(SentId)
    reason = _maybe(Text, 1000)
    signed_at = Instant(required=True)


class AnswersReShootSchema(_Strict):
    visit_id = SentId(required=True)
    evidence_id = SentId(required=True)


class RecordLinkSchema(_Strict):
    """A link of the phone's chain that is no photo's seal: seals/reading.py says what it holds."""

    seal = Text(8000, 1, required=True)
    signature = Text(120, 1, required=True)


class RecordReInspectionSchema(_Strict):
    """What was seen of a hazard on going back; names its finding as the task does."""

    visit_id = SentId(required=True)
    finding_id = SentId(required=True)
    outcome = Word("rectified", "not_rectified", required=True)
    refused = Flag(load_default=False)
    words = _maybe(Text, 2000)
    deadline = _part(RecordDeadlineSchema, optional=True)


class RecordRowSchema(_Strict):
    id = SentId(required=True)
    values = Said(required=True)


class RecordFormSchema(_Strict):
    values = Said(required=True)
    rows = fields.Dict(
        keys=Text(60, 1),
        values=fields.List(fields.Nested(RecordRowSchema), validate=validate.Length(max=MOST_ROWS)),
        required=True,
        validate=validate.Length(max=50),
    )


class RecordSchema(_Strict):
    """Formats 1 and 2. The bytes sent are kept and signed as they are; this only reads them.

    Format 2 adds the phone's `chain`, the kinds that are filled in as a form, and visits that nobody had ordered.
    """

    format = Whole(1, 2, required=True)
    app = Text(60, required=True)
    id = SentId(required=True)
    kind = Word(*CHECK_KINDS, *FORM_KINDS, required=True)
    task_id = SentId(required=True, allow_none=True)
    project_id = SentId(required=True)
    scheme = Word(*Scheme, required=True)
    edition = _part(RecordEditionSchema)
    nonce = Text(64, required=True, allow_none=True)
    started_at = Instant(required=True)
    finished_at = Instant(required=True)
    clock_offset_ms = Whole(-(2**52), 2**52, load_default=None, allow_none=True)
    arrival = _part(FixSchema, optional=True)
    categories = _several(RecordCategorySchema, 50)
    answers = _several(RecordAnswerSchema, 20_000)
    findings = _several(RecordFindingSchema, 2000)
    evidence = _several(RecordEvidenceSchema, 2000)
    signature = _part(RecordSignatureSchema, optional=True)
    answers_re_shoot = _part(AnswersReShootSchema, optional=True)
    words = _maybe(Text, 2000)
    re_inspection = _part(RecordReInspectionSchema, optional=True)
    form = _part(RecordFormSchema, optional=True)
    chain = fields.List(
        fields.Nested(RecordLinkSchema), load_default=list, validate=validate.Length(max=4000)
    )

    @post_load
    def set_apart(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """What was drawn on a copy is no evidence: nothing that asks for photos may meet it."""
        everything = data["evidence"]
        data["evidence"] = [one for one in everything if one["annotates"] is None]
        data["annotations"] = [one for one in everything if one["annotates"] is not None]
        return data

    @validates_schema
    def require_to_fit_its_kind(self, data: dict[str, Any], **_: Any) -> None:
        is_form = data["kind"] in FORM_KINDS
        if is_form and (data["format"] == 1 or data["form"] is None):
            raise ValidationError("this kind is a form, of format 2", "form")
        if not is_form and data["form"] is not None:
            raise ValidationError("this kind has no form", "form")
        for name in ("task_id", "nonce"):
            if data[name] is None and not is_form:
                raise ValidationError("a check has its task", name)
