from typing import Any

from flask import current_app, request
from flask_login import current_user
from flask_smorest import Blueprint

from fieldapp.accounts.access import me, needs, own_transaction, records_read, signed_in
from fieldapp.accounts.permissions import Act
from fieldapp.errors import Invalid, TooLarge
from fieldapp.paging import PageSchema, page
from fieldapp.sync import answering, quarantine, receipts, showing, showing_forms
from fieldapp.sync.models import Record
from fieldapp.sync.record_fields import is_sent_id
from fieldapp.sync.record_schema import RecordSchema
from fieldapp.sync.schemas import (
    DecisionSchema,
    KeptRecordPageSchema,
    KeptSchema,
    OneKeptRecordSchema,
    OneVisitSchema,
    PersonalAnswersSchema,
    PersonalPurposeSchema,
    ReceiptSchema,
)

sync = Blueprint("sync", __name__, url_prefix="/api")

_SIGNED = [
    {"in": "header", "name": name, "schema": {"type": "string"}, "description": text}
    for name, text in (
        ("Fieldapp-Device", "the enrolled device's id"),
        ("Fieldapp-Signature", "P-256 over the body's bytes, r‖s as base64url"),
    )
]


@sync.put("/visits/<visit_id>")
@sync.doc(
    requestBody={"required": True, "content": {"application/json": {"schema": RecordSchema}}},
    parameters=_SIGNED,
)
@sync.response(200, KeptSchema)
@needs(Act.VISIT_SUBMIT)
@own_transaction
def put(visit_id: str) -> dict[str, Any]:
    """Keep a visit's record exactly as sent and judge it; the same bytes again get the same answer."""
    return answering.receive(
        me(),
        _sent_id(visit_id),
        _body(),
        device_id=request.headers.get("Fieldapp-Device"),
        signature=request.headers.get("Fieldapp-Signature"),
    )


@sync.get("/visits/<visit_id>/receipt")
@sync.response(200, ReceiptSchema)
@signed_in
def receipt(visit_id: str) -> dict[str, Any]:
    """What of this visit is stored for good, signed; partial as long as bytes are missing."""
    return receipts.receipt(me(), current_user.device, visit_id)


@sync.get("/visits/<visit_id>")
@sync.response(200, OneVisitSchema)
@needs(Act.VISIT_READ)
def one(visit_id: str) -> dict[str, Any]:
    """One visit with its answers, findings, evidence, shortfalls and records; by row id or own sent id."""
    return showing.visit(me(), visit_id)


@sync.get("/visits/<visit_id>/personal-answers")
@sync.arguments(PersonalPurposeSchema, location="query")
@sync.response(200, PersonalAnswersSchema)
@needs(Act.VISIT_READ_PERSONAL)
@records_read
def personal_answers(asked: dict[str, Any], visit_id: str) -> dict[str, Any]:
    """The personal answers of a visit's form unmasked, for a named purpose; the read goes on record."""
    return showing_forms.personal_answers(me(), visit_id, asked["purpose"])


@sync.get("/quarantine")
@sync.arguments(PageSchema, location="query")
@sync.response(200, KeptRecordPageSchema)
@needs(Act.QUARANTINE_READ)
def waiting(asked: dict[str, Any]) -> dict[str, Any]:
    """Records that wait for a decision, in the order in which they arrived."""
    return page(quarantine.waiting_for(me()), Record.received_at, Record.id, asked)


@sync.get("/quarantine/<record_id>")
@sync.response(200, OneKeptRecordSchema)
@needs(Act.QUARANTINE_READ)
def waiting_one(record_id: str) -> Record:
    """One kept record: what was sent, and every judgement of it."""
    return quarantine.kept_for(me(), record_id)


@sync.post("/quarantine/<record_id>/decisions")
@sync.arguments(DecisionSchema)
@sync.response(201, OneKeptRecordSchema)
@needs(Act.QUARANTINE_DECIDE)
def decide(given: dict[str, Any], record_id: str) -> Record:
    """Judge a waiting record again, or set it aside; each decision stays."""
    return quarantine.decide(me(), quarantine.kept_for(me(), record_id), **given)


def _sent_id(given: str) -> str:
    if not is_sent_id(given):
        raise Invalid(
            "地址中的记录编号无效。",
            "The id in the address is not a UUID in lower case.",
            where="/id",
        )
    return given


def _body() -> bytes:
    most = current_app.config_object.max_record_bytes  # type: ignore[attr-defined]
    if (request.content_length or 0) > most:
        raise TooLarge(
            "一份记录最大 4 MiB；照片请另行上传。",
            "A record may have at most 4 MiB; photos travel apart.",
        )
    body = request.get_data(cache=False)
    if len(body) > most:
        raise TooLarge
    return body
