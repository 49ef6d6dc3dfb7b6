"""Until when, by the service contract: to be on the scene, to hand the file over, to check at the hospital."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from fieldapp import calendar
from fieldapp.cases.models import AccidentCase
from fieldapp.clock import end_of_day, iso, local_date, now
from fieldapp.db import db
from fieldapp.projects.contracting import contract_of
from fieldapp.visits.models import Visit

A_MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True)
class Deadline:
    """`what`: arrival | hand_over | medical_check. A deadline that has gone by is said, and blocks nothing."""

    what: str
    due_at: datetime
    done_at: datetime | None
    late: bool
    provisional: bool


def settle(case: AccidentCase) -> None:
    """What the contract in force on the day of the report sets; a later correction of the contract moves nothing.

    The report starts the clock: minutes from it, working days after its day. Days of a year whose calendar
    is not known yet are provisional, and counted again the next time that somebody is sent.
    """
    if case.contract is not None and not case.deadlines_provisional:
        return
    day = local_date(case.reported_at)
    contract = case.contract or contract_of(case.service_insurer_id, case.project.area, day)
    if contract is None:
        return
    if case.contract is None:
        minutes = contract.arrival_minutes(case.project.area)
        case.contract = contract
        if minutes is not None:
            case.arrival_due_at = case.reported_at + timedelta(minutes=minutes)
    hand_over = _due(day, contract.hand_over_working_days)
    medical_check = _due(day, contract.medical_check_working_days)
    case.hand_over_due_at = end_of_day(hand_over.day) if hand_over else None
    case.medical_check_due_at = end_of_day(medical_check.day) if medical_check else None
    case.deadlines_provisional = any(due and due.provisional for due in (hand_over, medical_check))
    db.session.flush()


def _due(day: date, working_days: int | None) -> calendar.Due | None:
    known = calendar.overrides()
    return None if working_days is None else calendar.due(day, working_days, known)


def context(case: AccidentCase) -> dict[str, Any]:
    """What the contract says to the forms of the case; a length is told in milliseconds."""
    arrival = case.arrival_due_at and (case.arrival_due_at - case.reported_at) // A_MILLISECOND
    return {
        "contract.arrival_time": arrival,
        "contract.hand_over_due_at": iso(case.hand_over_due_at),
        "contract.medical_check_due_at": iso(case.medical_check_due_at),
    }


def of(case: AccidentCase) -> list[Deadline]:
    """Those that the contract sets, each with when it was met."""
    days = case.deadlines_provisional
    handed = case.hand_over.handed_over_at if case.hand_over else None
    named = (
        ("arrival", case.arrival_due_at, case.surveyed_at, False),
        ("hand_over", case.hand_over_due_at, handed, days),
        ("medical_check", case.medical_check_due_at, _checked_at(case), days),
    )
    return [
        Deadline(what, due_at, done_at, (done_at or now()) > due_at, provisional)
        for what, due_at, done_at, provisional in named
        if due_at is not None
    ]


def _checked_at(case: AccidentCase) -> datetime | None:
    """When the first medical check of the case began."""
    checks = db.select(db.func.min(Visit.started_at))
    return db.session.scalar(checks.where(Visit.case_id == case.id, Visit.kind == "medical_check"))
