from typing import Any

from flask_smorest import Blueprint

from fieldapp.accounts.access import me, needs
from fieldapp.accounts.permissions import Act
from fieldapp.paging import PageSchema
from fieldapp.seals import keeping, showing
from fieldapp.seals.schemas import (
    PhonePageSchema,
    PhoneSchema,
    SealsKeptSchema,
    SealsSentSchema,
    VisitSealsSchema,
)

seals = Blueprint("seals", __name__, url_prefix="/api")


@seals.post("/seals")
@seals.arguments(SealsSentSchema)
@seals.response(200, SealsKeptSchema)
@needs(Act.VISIT_SUBMIT)
def send(given: dict[str, Any]) -> dict[str, int]:
    """Keep links of phones' chains at a contact, ahead of their visits; again is harmless."""
    sent = [keeping.Sealed(one["seal"], one["signature"]) for one in given["seals"]]
    return {"kept": keeping.keep(me(), sent)}


@seals.get("/visits/<visit_id>/seals")
@seals.response(200, VisitSealsSchema)
@needs(Act.VISIT_READ)
def of_visit(visit_id: str) -> dict[str, Any]:
    """What was taken back during a visit, and where the chain of its phone does not hold together."""
    return showing.of_visit(me(), visit_id)


@seals.get("/phones")
@seals.arguments(PageSchema, location="query")
@seals.response(200, PhonePageSchema)
@needs(Act.QUARANTINE_READ)
def phones(asked: dict[str, Any]) -> dict[str, Any]:
    """The phones of the caller's organisation with what their chains tell in short."""
    return showing.phones_of(me(), asked)


@seals.get("/phones/<phone_id>")
@seals.response(200, PhoneSchema)
@needs(Act.QUARANTINE_READ)
def phone(phone_id: str) -> dict[str, Any]:
    """One phone with everything that its chain tells."""
    return showing.phone_of(me(), phone_id)
