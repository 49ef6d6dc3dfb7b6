"""协办合同: entering and correcting service contracts of the injury scheme."""

from typing import Any

from flask_smorest import Blueprint

from fieldapp.accounts.access import needs
from fieldapp.accounts.permissions import Act
from fieldapp.db import db
from fieldapp.errors import NotFound
from fieldapp.ledger.versions import require_match
from fieldapp.paging import PageSchema, page
from fieldapp.projects import contracting
from fieldapp.projects.contract_models import ServiceContract
from fieldapp.projects.contract_schemas import (
    ContractEntrySchema,
    ContractPageSchema,
    ContractSchema,
)

contracts = Blueprint("contracts", __name__, url_prefix="/api/service-contracts")


@contracts.get("")
@contracts.arguments(PageSchema, location="query")
@contracts.response(200, ContractPageSchema)
@needs(Act.PROJECT_MANAGE)
def index(asked: dict[str, Any]) -> dict[str, Any]:
    """What the social insurance agencies agreed with their insurers, the newest first."""
    rows = db.select(ServiceContract)
    return page(rows, ServiceContract.starts_on, ServiceContract.id, asked, newest_first=True)


@contracts.post("")
@contracts.arguments(ContractEntrySchema)
@contracts.response(201, ContractSchema)
@needs(Act.PROJECT_MANAGE)
def enter(given: dict[str, Any]) -> ServiceContract:
    """Enter a contract; two of the same parties do not overlap."""
    return contracting.enter(given)


@contracts.put("/<contract_id>")
@contracts.arguments(ContractEntrySchema)
@contracts.response(200, ContractSchema)
@needs(Act.PROJECT_MANAGE)
def change(given: dict[str, Any], contract_id: str) -> ServiceContract:
    """Correct it; If-Match. Cases reported before keep their times."""
    contract = db.session.get(ServiceContract, contract_id)
    if contract is None:
        raise NotFound
    require_match(contract)
    return contracting.change(contract, given)
