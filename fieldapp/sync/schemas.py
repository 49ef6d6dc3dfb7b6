from marshmallow import Schema, fields, validate

from fieldapp.blobs.schemas import TargetSchema
from fieldapp.hazards.schemas import FindingSchema
from fieldapp.shapes import MomentField, Reply, Words
from fieldapp.sync import showing_forms
from fieldapp.visits.schemas import (
    AnswerSchema,
    CategorySchema,
    ShortfallSchema,
    SignatureSchema,
    VisitSchema,
)


class ReasonSchema(Reply):
    code = fields.String()
    where = fields.String()
    detail = fields.String()


class KeptSchema(Reply):
    """The answer to a record."""

    id = fields.String()
    record_sha256 = fields.String()
    state = fields.String(metadata={"enum": ["accepted", "revision", "quarantined"]})
    reasons = fields.List(fields.Nested(ReasonSchema))
    received_at = MomentField()
    uploads = fields.List(fields.Nested(TargetSchema))
    receipt_url = fields.String()


class ReceiptSchema(Reply):
    body = fields.String(metadata={"description": "canonical JSON text, signed as it stands"})
    signature = fields.String()
    key_id = fields.String()
    complete = fields.Boolean()


class RefSchema(Reply):
    id = fields.String()
    name = fields.String()


class JudgementSchema(Reply):
    state = fields.String()
    reasons = fields.List(fields.Nested(ReasonSchema))
    words = fields.String(allow_none=True)
    judged_by = fields.Nested(RefSchema, allow_none=True)
    judged_at = MomentField()


class KeptRecordSchema(Reply):
    id = fields.String()
    sent_id = fields.String()
    sha256 = fields.String()
    size = fields.Function(lambda record: len(record.body), metadata={"type": "integer"})
    organisation = fields.Nested(RefSchema)
    project = fields.Nested(RefSchema, allow_none=True)
    sent_by = fields.Nested(RefSchema)
    received_at = MomentField()
    signature_state = fields.String()
    state = fields.String(attribute="judgement.state")
    reasons = fields.List(fields.Nested(ReasonSchema), attribute="judgement.reasons")


class OneKeptRecordSchema(KeptRecordSchema):
    judgements = fields.List(fields.Nested(JudgementSchema))
    body = fields.Function(
        showing_forms.readable_body,
        metadata={
            "type": "string",
            "description": "what the phone sent, as text; a form without its answers",
        },
    )


class KeptRecordPageSchema(Reply):
    items = fields.List(fields.Nested(KeptRecordSchema))
    next = fields.String(allow_none=True)


class DecisionSchema(Schema):
    decision = fields.String(required=True, validate=validate.OneOf(("judge_again", "set_aside")))
    words = Words(required=True, validate=validate.Length(1, 500))


class EvidenceSummarySchema(Reply):
    """Enough to show the photo beside its answer; `/api/evidence/{id}` tells the rest."""

    id = fields.String()
    sent_id = fields.String()
    question = fields.String(allow_none=True)
    category = fields.String(allow_none=True)
    finding_id = fields.String(allow_none=True, attribute="finding_sent_id")
    shot = fields.String()
    capture = fields.String()
    captured_at = MomentField()
    media_type = fields.String()
    sha256 = fields.String()
    size = fields.Integer()
    seal = fields.String(attribute="seal_state")
    stored_at = MomentField(allow_none=True)
    thumb_url = fields.String()


class VisitRecordSchema(Reply):
    id = fields.String()
    sha256 = fields.String()
    state = fields.String()
    reasons = fields.List(fields.Nested(ReasonSchema), attribute="judgement.reasons")
    sent_by = fields.Nested(RefSchema)
    received_at = MomentField()
    signature_state = fields.String()


class OneVisitSchema(VisitSchema):
    organisation = fields.Nested(RefSchema)
    service_insurer = fields.Nested(RefSchema)
    edition = fields.Dict(metadata={"description": '{"id", "edition"}'})
    arrival = fields.Dict(allow_none=True)
    categories = fields.List(fields.Nested(CategorySchema))
    answers = fields.List(fields.Nested(AnswerSchema))
    findings = fields.List(fields.Nested(FindingSchema))
    evidence = fields.List(fields.Nested(EvidenceSummarySchema))
    shortfalls = fields.List(fields.Nested(ShortfallSchema))
    signature = fields.Nested(SignatureSchema, allow_none=True)
    records = fields.List(fields.Nested(VisitRecordSchema))
    form = fields.Dict(
        allow_none=True,
        metadata={"description": "of a kind that is filled in as a form: its sections, masked"},
    )
    case_id = fields.String(allow_none=True)


PERSONAL_PURPOSES = (
    "identity_check",
    "injury_determination",
    "benefit_review",
    "complaint",
    "appeal",
    "call_back",
)
"""Why somebody may read a form's personal answers: a closed list, kept with the entry."""


class PersonalPurposeSchema(Schema):
    purpose = fields.String(required=True, validate=validate.OneOf(PERSONAL_PURPOSES))


class PersonalAnswersSchema(Reply):
    answers = fields.Dict(metadata={"description": "{path: answer}, unmasked"})
