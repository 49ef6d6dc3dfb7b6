from typing import Any

from flask import request
from marshmallow import EXCLUDE, Schema, fields, post_load, validate

from fieldapp.blobs.adopting import Outcome
from fieldapp.blobs.uploads import Wanted
from fieldapp.shapes import MomentField, Reply

MOST_ITEMS = 200

SENTENCES = {
    "stored": ("已存储。", "Stored."),
    "checking": ("已收齐，正在核对。", "All here; being checked."),
    "missing_parts": (
        "还缺第 {missing} 段，请补传后再完成。",
        "Parts {missing} are missing. Send them, then complete again.",
    ),
    "wrong_hash": (
        "收到的内容与登记的哈希不符，已清空。请重新申请上传。",
        "What came has another hash than was promised, and was dropped. Ask for a new upload.",
    ),
    "wrong_size": (
        "收到的内容与登记的大小不符，已清空。请重新申请上传。",
        "What came has another size than was promised, and was dropped. Ask for a new upload.",
    ),
    "abandoned": ("这次上传已过期，请重新申请上传。", "This upload is over. Ask for a new one."),
}


def _sentence(outcome: Outcome) -> str:
    in_english = request.accept_languages.best_match(["zh", "en"], default="zh") == "en"
    text = SENTENCES[outcome.state][1 if in_english else 0]
    return text.format(missing=", ".join(map(str, outcome.missing)))


class WantedSchema(Schema):
    sha256 = fields.String(required=True, validate=validate.Regexp(r"[0-9a-f]{64}\Z"))
    size = fields.Integer(required=True, strict=True, metadata={"description": "bytes"})
    media_type = fields.String(
        required=True,
        validate=[validate.Length(max=100), validate.Regexp(r"[a-z]+/[a-z0-9][a-z0-9.+-]*\Z")],
    )
    purpose = fields.String(required=True, validate=validate.OneOf(["preview", "original"]))

    @post_load
    def _make(self, given: dict[str, Any], **_: Any) -> Wanted:
        return Wanted(**given)


class AskedSchema(Schema):
    class Meta:
        unknown = EXCLUDE  # `visit_id` may come along

    items = fields.List(
        fields.Nested(WantedSchema), required=True, validate=validate.Length(min=1, max=MOST_ITEMS)
    )


class PartTargetSchema(Reply):
    number = fields.Integer()
    size = fields.Integer()
    url = fields.String()
    etag = fields.String(
        allow_none=True, metadata={"description": "set when this part has arrived already"}
    )
    received = fields.Integer(
        allow_none=True,
        metadata={
            "description": "bytes of this part held after a cut: PATCH the rest from there; null: only whole parts"
        },
    )


class TargetSchema(Reply):
    """The contract's Upload."""

    id = fields.String()
    sha256 = fields.String()
    size = fields.Integer()
    purpose = fields.String()
    evidence_ids = fields.List(fields.String())
    parts = fields.List(fields.Nested(PartTargetSchema))
    expires_at = MomentField()


class TargetsSchema(Reply):
    uploads = fields.List(fields.Nested(TargetSchema))
    stored = fields.List(fields.String())
    checking = fields.List(fields.String())


class ReportedPartSchema(Schema):
    number = fields.Integer(required=True, strict=True, validate=validate.Range(min=1))
    etag = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=200))


class ReportSchema(Schema):
    id = fields.UUID(required=True)
    parts = fields.List(
        fields.Nested(ReportedPartSchema), load_default=list, validate=validate.Length(max=10_000)
    )

    @post_load
    def _make(self, given: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {**given, "id": str(given["id"])}


class ReportsSchema(Schema):
    uploads = fields.List(
        fields.Nested(ReportSchema), required=True, validate=validate.Length(min=1, max=MOST_ITEMS)
    )


class OutcomeSchema(Reply):
    id = fields.String()
    sha256 = fields.String()
    state = fields.String(metadata={"enum": list(SENTENCES)})
    detail = fields.Function(_sentence, metadata={"type": "string"})


class OutcomesSchema(Reply):
    uploads = fields.List(fields.Nested(OutcomeSchema))
