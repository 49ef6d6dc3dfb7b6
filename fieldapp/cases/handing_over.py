"""移交: the survey's file goes to the authority that decides on it, once."""

from sqlalchemy import Select

from fieldapp.accounts.models import Organisation, Person
from fieldapp.accounts.permissions import Act, Kind, Scheme
from fieldapp.cases.models import AccidentCase, HandOver
from fieldapp.db import db
from fieldapp.errors import Conflict, Invalid, NotAllowed
from fieldapp.projects.access import CITY_CODE_DIGITS

RECEIVERS = (Kind.INJURY_DETERMINATION_AUTHORITY, Kind.SOCIAL_INSURANCE_AGENCY)


class NotSurveyed(Conflict):
    zh = "还没有到场勘查的记录，不能移交。勘查记录传到后再移交。"
    en = "No survey of this case has arrived; there is nothing to hand over yet."


class HandedOverAlready(Conflict):
    zh = "案件已移交。"
    en = "The case has been handed over."


class NotAReceiver(Invalid):
    zh = "请选本地区的工伤认定部门或社保经办机构。"
    en = "Choose the injury determination authority or the social insurance agency of the area."


def hand_over(case: AccidentCase, by: Person, receiver_id: str) -> AccidentCase:
    """From here on the authorities see the file, and what is wrong in it may be held against the insurer.

    The caller holds the case locked. Raises NotAllowed, HandedOverAlready, NotSurveyed, NotAReceiver.
    """
    by.require(Act.CASE_HAND_OVER, Scheme.INJURY)
    if by.organisation_id != case.service_insurer_id:
        raise NotAllowed
    if case.hand_over is not None:
        raise HandedOverAlready
    if case.surveyed_at is None:
        raise NotSurveyed
    receiver = db.session.scalar(receivers(case).where(Organisation.id == receiver_id))
    if receiver is None:
        raise NotAReceiver(where="/receiver_id")
    case.hand_over = HandOver(handed_over_by=by, received_by=receiver)
    db.session.flush()
    return case


def receivers(case: AccidentCase) -> Select[Organisation]:
    """Who may receive the file of a site there: the county's own, and the city's."""
    area = case.project.area
    of_city = (Organisation.level == "city") & Organisation.area.startswith(area[:CITY_CODE_DIGITS])
    return (
        db.select(Organisation)
        .where(Organisation.kind.in_(RECEIVERS), of_city | (Organisation.area == area))
        .order_by(Organisation.kind, Organisation.name)
    )
