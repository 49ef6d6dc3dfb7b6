"""What the social insurance agency and the service insurer agreed: until when to be there, and to hand in."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, or_

from fieldapp.accounts.models import Organisation
from fieldapp.accounts.permissions import Kind
from fieldapp.db import db
from fieldapp.errors import Conflict, Fault, Invalid
from fieldapp.projects.access import CITY_CODE_DIGITS
from fieldapp.projects.contract_models import ServiceContract
from fieldapp.projects.entering import organisation_of


class ContractOverlaps(Conflict):
    zh = "双方在这段时间已有协办合同。请先核对起止日期。"
    en = "The two have a service contract for that time already. Look at the dates first."


def enter(given: dict[str, Any]) -> ServiceContract:
    """Raises ContractOverlaps, or Invalid for parties or dates that do not go together."""
    _require_sound(given, None)
    contract = ServiceContract(**given)
    db.session.add(contract)
    db.session.flush()
    return contract


def change(contract: ServiceContract, given: dict[str, Any]) -> ServiceContract:
    """Correct it. Cases that were reported under it keep the times that it set for them."""
    _require_sound(given, contract)
    for name, value in given.items():
        setattr(contract, name, value)
    db.session.flush()
    db.session.refresh(contract)
    return contract


def contract_of(insurer_id: str, area: str, on: date) -> ServiceContract | None:
    """The insurer's contract for sites of this area on that day: the county's own before the city's."""
    city = (Organisation.level == "city") & Organisation.area.startswith(area[:CITY_CODE_DIGITS])
    own = Organisation.area == area
    found: ServiceContract | None = db.session.scalar(
        db.select(ServiceContract)
        .join(Organisation, Organisation.id == ServiceContract.authority_id)
        .where(ServiceContract.insurer_id == insurer_id, city | own, _runs(on, on))
        .order_by(own.desc(), ServiceContract.starts_on.desc())
        .limit(1)
    )
    return found


def _require_sound(given: dict[str, Any], own: ServiceContract | None) -> None:
    organisation_of(given["authority_id"], Kind.SOCIAL_INSURANCE_AGENCY, "/authority_id")
    organisation_of(given["insurer_id"], Kind.INSURER, "/insurer_id")
    if given["ends_on"] is not None and given["ends_on"] < given["starts_on"]:
        said = "止日早于起日。"
        raise Invalid(
            said, "The last day lies before the first.", faults=[Fault("/ends_on", "order", said)]
        )
    others = db.select(ServiceContract.id).where(
        ServiceContract.authority_id == given["authority_id"],
        ServiceContract.insurer_id == given["insurer_id"],
        _runs(given["starts_on"], given["ends_on"]),
    )
    if own is not None:
        others = others.where(ServiceContract.id != own.id)
    if db.session.scalar(others.limit(1)):
        raise ContractOverlaps(faults=[Fault("/starts_on", "overlaps", ContractOverlaps.zh)])


def _runs(first: date, last: date | None) -> ColumnElement[bool]:
    not_over = or_(ServiceContract.ends_on.is_(None), ServiceContract.ends_on >= first)
    return not_over if last is None else not_over & (ServiceContract.starts_on <= last)
