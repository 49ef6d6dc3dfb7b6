from marshmallow import Schema, fields, validate

from fieldapp.accounts.permissions import Scheme
from fieldapp.evidence.schemas import EvidenceNamedSchema, EvidenceViewSchema, VerdictSchema
from fieldapp.paging import PageSchema
from fieldapp.shapes import MomentField, Reply
from fieldapp.visits.schemas import VisitSchema

QUEUES = ("flagged", "suspected_major", "re_shot", "explained", "blind", "plain", "all")
MOST_ON_SHEET = 500
DAY_MS = 86_400_000


class DeskAskedSchema(PageSchema):
    queue = fields.String(load_default="all", validate=validate.OneOf(QUEUES))


class DeskItemSchema(Reply):
    visit_id = fields.String()
    kind = fields.String()
    scheme = fields.String()
    project = fields.Nested(EvidenceNamedSchema)
    surveyor = fields.Nested(EvidenceNamedSchema)
    finished_at = MomentField()
    received_at = MomentField()
    photos = fields.Integer()
    waiting = fields.Integer()
    groups = fields.Integer(
        metadata={"description": "what waits, the shots of one burst counted as one"}
    )
    flags = fields.Integer()
    flag_codes = fields.List(fields.String())


class DeskSchema(Reply):
    counts = fields.Dict(keys=fields.String(), values=fields.Integer())
    judged_today = fields.Integer()
    items = fields.List(fields.Nested(DeskItemSchema))
    next = fields.String(allow_none=True)


class DeskPhotoSchema(EvidenceViewSchema):
    singly = fields.List(
        fields.String(),
        metadata={"description": "why it is judged singly; empty: it may stand on the sheet"},
    )


class DeskVisitSchema(Reply):
    visit = fields.Nested(VisitSchema)
    photos = fields.List(fields.Nested(DeskPhotoSchema))


class SheetPhotoSchema(Reply):
    id = fields.String()
    displayed_ms = fields.Integer(metadata={"description": "0: not yet"})


class SheetOfPhotosSchema(Reply):
    """`photos`: what may stand on it now, in walking order."""

    id = fields.String()
    visit_id = fields.String()
    opened_at = MomentField()
    photos = fields.List(fields.Nested(SheetPhotoSchema))


class PhotoDisplaySchema(Schema):
    evidence_id = fields.String(required=True, validate=validate.Length(max=36))
    dwell_ms = fields.Integer(required=True, strict=True, validate=validate.Range(1, DAY_MS))


class DisplaysToldSchema(Schema):
    photos = fields.List(
        fields.Nested(PhotoDisplaySchema), required=True, validate=validate.Length(1, MOST_ON_SHEET)
    )


class AcceptanceAskedSchema(Schema):
    photos = fields.List(
        fields.String(validate=validate.Length(max=36)),
        required=True,
        validate=validate.Length(1, MOST_ON_SHEET),
    )


class SheetVerdictSchema(VerdictSchema):
    evidence_id = fields.String()


class AcceptanceSchema(Reply):
    verdicts = fields.List(fields.Nested(SheetVerdictSchema))


class AgreementAskedSchema(Schema):
    scheme = fields.String(required=True, validate=validate.OneOf([each.value for each in Scheme]))
    period = fields.String(required=True, validate=validate.Regexp(r"20[0-9]{2}\Z"))


class DisagreementsAskedSchema(AgreementAskedSchema, PageSchema):
    supervisor = fields.String(load_default=None, validate=validate.Length(max=36))


class AgreementOnSheetSchema(Reply):
    judged = fields.Integer()
    agreed = fields.Integer()


class SupervisorAgreementSchema(Reply):
    """`first` is the supervisor, `second` the authority. Shares in percent, with their 95 % interval."""

    supervisor = fields.Nested(EvidenceNamedSchema)
    insurer = fields.Nested(EvidenceNamedSchema)
    judged = fields.Integer()
    agreed = fields.Integer()
    both_accepted = fields.Integer()
    both_rejected = fields.Integer()
    only_first_accepted = fields.Integer()
    only_second_accepted = fields.Integer()
    percent = fields.String()
    percent_from = fields.String()
    percent_to = fields.String()
    kappa = fields.String(
        allow_none=True, metadata={"description": "Cohen's; null where chance explains everything"}
    )
    on_sheet = fields.Nested(AgreementOnSheetSchema)


class AgreementSchema(Reply):
    scheme = fields.String()
    period = fields.String()
    waiting = fields.Integer(metadata={"description": "drawn, and not judged by this authority"})
    items = fields.List(fields.Nested(SupervisorAgreementSchema))


class DisagreementSchema(Reply):
    evidence_id = fields.String()
    visit_id = fields.String()
    project = fields.Nested(EvidenceNamedSchema)
    shot = fields.String()
    captured_at = MomentField()
    supervisor = fields.Nested(VerdictSchema)
    authority = fields.Nested(VerdictSchema)


class DisagreementPageSchema(Reply):
    items = fields.List(fields.Nested(DisagreementSchema))
    next = fields.String(allow_none=True)
