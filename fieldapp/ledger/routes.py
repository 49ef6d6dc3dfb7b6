from typing import Any

from flask_smorest import Blueprint

from fieldapp.errors import Invalid
from fieldapp.ledger import proving, restorations
from fieldapp.ledger.schemas import (
    CheckpointSchema,
    ConsistencyAskedSchema,
    ConsistencySchema,
    InclusionAskedSchema,
    InclusionSchema,
    RestorationsSchema,
)
from fieldapp.routing import public

ledger = Blueprint("ledger", __name__, url_prefix="/api")


@ledger.get("/checkpoints/latest")
@ledger.response(200, CheckpointSchema)
@public
def latest() -> dict[str, Any]:
    """The newest signed checkpoint of the log. Public, like all proofs: whoever wants to may keep watch."""
    return proving.latest()


@ledger.get("/checkpoints/<int:size>")
@ledger.response(200, CheckpointSchema)
@public
def checkpoint(size: int) -> dict[str, Any]:
    """The checkpoint of one size."""
    return proving.of_size(size)


@ledger.get("/restorations")
@ledger.response(200, RestorationsSchema)
@public
def restored() -> dict[str, Any]:
    """Declared breaks of the log: an older database was put back. Phones offer again what it lacks."""
    return {"items": [restorations.as_json(row) for row in restorations.all_declared()]}


@ledger.get("/proofs/consistency")
@ledger.arguments(ConsistencyAskedSchema, location="query")
@ledger.response(200, ConsistencySchema)
@public
def consistency(asked: dict[str, Any]) -> dict[str, Any]:
    """That the log of one checkpoint begins with that of an earlier one."""
    return proving.consistency(asked["first"], asked["second"])


@ledger.get("/proofs/inclusion")
@ledger.arguments(InclusionAskedSchema, location="query")
@ledger.response(200, InclusionSchema)
@public
def inclusion(asked: dict[str, Any]) -> dict[str, Any]:
    """That one leaf, or the leaf of one entry, is in the log."""
    if (asked["leaf"] is None) == (asked["entry"] is None):
        raise Invalid(where="/leaf")
    if asked["entry"] is not None:
        return proving.inclusion_of_entry(asked["entry"], asked["size"])
    return proving.inclusion(asked["leaf"], asked["size"])
