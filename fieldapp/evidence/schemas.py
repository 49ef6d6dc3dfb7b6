from marshmallow import Schema, fields, validate

from fieldapp.evidence.models import REASONS
from fieldapp.evidence.redaction_models import REDACTION_REASONS
from fieldapp.shapes import ITEM, NAMED, MomentField, Reply, Words, shape


class EvidenceNameSchema(Reply):
    name = fields.String()


class EvidenceNamedSchema(Reply):
    id = fields.String()
    name = fields.String()


class VerdictPartySchema(EvidenceNamedSchema):
    kind = fields.String()


class VerdictAskedSchema(Schema):
    outcome = fields.String(required=True, validate=validate.OneOf(["accepted", "rejected"]))
    reason = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(REASONS))
    words = Words(load_default=None, allow_none=True, validate=validate.Length(max=500))
    follow_up = fields.String(
        load_default=None, allow_none=True, validate=validate.OneOf(["re_shoot", "explain", "none"])
    )
    seen_ms = fields.Integer(
        load_default=None, allow_none=True, strict=True, validate=validate.Range(0, 86_400_000)
    )


class VerdictSchema(Reply):
    id = fields.String()
    outcome = fields.String()
    reason = fields.String(allow_none=True)
    words = fields.String(allow_none=True)
    follow_up = fields.String(allow_none=True)
    how = fields.String(metadata={"enum": ["single", "sheet"]})
    seen_ms = fields.Integer(allow_none=True)
    blind = fields.Boolean()
    at = MomentField()
    by = fields.Nested(EvidenceNameSchema)
    party = fields.Nested(VerdictPartySchema)


class EvidenceFixSchema(Reply):
    lon = fields.Float()
    lat = fields.Float()
    datum = fields.String()
    accuracy_m = fields.Float(allow_none=True)
    age_s = fields.Float(allow_none=True)
    at = MomentField()


class ExifSchema(Reply):
    captured_at = fields.String(allow_none=True)
    offset = fields.String(allow_none=True)
    lon = fields.Float(allow_none=True)
    lat = fields.Float(allow_none=True)
    datum = fields.String(allow_none=True)
    redacted = fields.Boolean()
    make = fields.String(allow_none=True)
    model = fields.String(allow_none=True)
    software = fields.String(allow_none=True)


class ViewingCopySchema(Reply):
    state = fields.String(metadata={"enum": ["waiting", "making", "ready", "failed"]})
    percent = fields.Integer(allow_none=True)
    reason = fields.String(allow_none=True)
    width = fields.Integer(allow_none=True)
    height = fields.Integer(allow_none=True)
    size = fields.Integer(allow_none=True)


class FileNoteSchema(Reply):
    code = fields.String()
    sentence = fields.String()


class EvidenceBytesSchema(Reply):
    sha256 = fields.String()
    size = fields.Integer()
    media_type = fields.String()
    stored_at = MomentField(allow_none=True)
    width = fields.Integer(allow_none=True)
    height = fields.Integer(allow_none=True)
    duration_ms = fields.Integer(allow_none=True)
    exif = fields.Nested(ExifSchema, allow_none=True)
    notes = fields.List(fields.Nested(FileNoteSchema))
    intake = fields.String()
    reason = fields.String(allow_none=True)
    envelope = fields.String(
        allow_none=True, metadata={"description": "SHA-256 of the envelope that it came in"}
    )
    renditions = fields.List(fields.Integer())
    viewing = fields.Nested(
        ViewingCopySchema, allow_none=True, metadata={"description": "of a video alone"}
    )


class RedactorSchema(Reply):
    name = fields.String()
    organisation = fields.String()


class RedactionSchema(Reply):
    at = MomentField()
    reason = fields.String(metadata={"enum": list(REDACTION_REASONS)})
    words = fields.String()
    by = fields.Nested(
        RedactorSchema, allow_none=True, metadata={"description": "null: the operator"}
    )
    erased_at = MomentField(
        allow_none=True, metadata={"description": "since when no byte of it is in the store"}
    )


class RedactionAskedSchema(Schema):
    reason = fields.String(required=True, validate=validate.OneOf(REDACTION_REASONS))
    words = Words(required=True, validate=validate.Length(1, 500))


class FlagSchema(Reply):
    code = fields.String()
    severity = fields.String()
    clue = fields.Boolean(metadata={"description": "its photo is judged by itself; else a notice"})
    sentence = fields.String()
    numbers = fields.Dict()


class TwinSchema(Reply):
    id = fields.String()
    project = fields.Nested(EvidenceNamedSchema)
    captured_at = MomentField()
    distance = fields.Integer(allow_none=True)
    method = fields.String()


class ExplanationSchema(Reply):
    words = fields.String()
    at = MomentField()
    by = fields.Nested(EvidenceNameSchema)
    kind = fields.String()
    visit_id = fields.String()


class AnnotationSchema(Reply):
    """What the surveyor drew on a copy of the photo."""

    sent_id = fields.String()
    drawn_at = MomentField()
    sha256 = fields.String()
    seal = fields.String(attribute="seal_state")
    renditions = fields.List(fields.Integer())


class EvidenceViewSchema(Reply):
    id = fields.String()
    sent_id = fields.String()
    visit_id = fields.String(allow_none=True)
    case_id = fields.String(allow_none=True)
    project = fields.Nested(EvidenceNamedSchema)
    question = fields.String(allow_none=True)
    item = fields.Dict(allow_none=True, metadata=ITEM)
    unit = fields.Dict(allow_none=True, metadata=NAMED)
    shot = fields.String()
    hint = fields.String(allow_none=True)
    capture = fields.String()
    captured_at = MomentField()
    captured_by = fields.Nested(EvidenceNameSchema)
    filed_at = MomentField()
    fix = fields.Nested(EvidenceFixSchema, allow_none=True)
    distance_m = fields.Integer(allow_none=True)
    site_known = fields.Boolean()
    bytes = fields.Nested(EvidenceBytesSchema)
    redaction = fields.Nested(RedactionSchema, allow_none=True)
    seal = fields.String()
    flags = fields.List(fields.Nested(FlagSchema))
    verdicts = fields.List(fields.Nested(VerdictSchema))
    verdict = fields.Nested(VerdictSchema, allow_none=True)
    finding = fields.Dict(
        allow_none=True,
        metadata=shape(id="string", severity="string", words="string", place="string"),
    )
    answer = fields.Dict(allow_none=True, metadata=shape(value="string", words=["string", "null"]))
    explanations = fields.List(fields.Nested(ExplanationSchema))
    twins = fields.List(fields.Nested(TwinSchema))
    annotation = fields.Nested(AnnotationSchema, allow_none=True)
    burst = fields.List(
        fields.String(),
        metadata={
            "description": "ids in the order of capture, its own among them; empty: no burst"
        },
    )
    original_read = fields.Boolean(
        metadata={"description": "by the caller; without it nobody accepts what is not shown"}
    )


class LedgerActorSchema(Reply):
    kind = fields.String()
    name = fields.String(allow_none=True)
    organisation = fields.String(allow_none=True)


class LedgerEntrySchema(Reply):
    id = fields.String()
    at = MomentField()
    actor = fields.Nested(LedgerActorSchema)
    act = fields.String()
    table = fields.String()
    row_id = fields.String()
    digest = fields.String()
    purpose = fields.String(allow_none=True)


class LedgerEntriesSchema(Reply):
    items = fields.List(fields.Nested(LedgerEntrySchema))


class OneEvidenceSchema(EvidenceViewSchema):
    custody = fields.List(fields.Nested(LedgerEntrySchema))
