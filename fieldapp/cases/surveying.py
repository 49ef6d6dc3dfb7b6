"""The survey of an accident: ordered when it is reported, done by the visit that surveyed it."""

from datetime import timedelta

from fieldapp.accounts.models import Organisation, Person
from fieldapp.accounts.permissions import Scheme
from fieldapp.cases.models import AccidentCase
from fieldapp.checklists.models import PublishedEdition
from fieldapp.clock import iso
from fieldapp.db import db
from fieldapp.visits import tasking
from fieldapp.visits.models import Task, Visit

ARRIVAL = timedelta(hours=3)
"""From the report to the arrival on the scene."""


def order_survey(
    case: AccidentCase, taker: Person | Organisation, edition: PublishedEdition
) -> Task:
    """A task that knows the case, so that nobody types its number and times again."""
    task = tasking.issue(
        kind="accident_survey",
        scheme=Scheme.INJURY,
        project=case.project,
        assignee=taker if isinstance(taker, Person) else None,
        organisation=taker if isinstance(taker, Organisation) else None,
        edition=edition,
        due_at=case.reported_at + ARRIVAL,
    )
    task.case_id = case.id
    task.context = context_of_case(case)
    return task


def context_of_case(case: AccidentCase) -> dict[str, str | None]:
    """What the survey's form starts from."""
    return {
        "case.number": case.number,
        "case.accident_at": iso(case.occurred_at),
        "case.reported_at": iso(case.reported_at),
    }


def surveyed(visit: Visit) -> None:
    """The case was surveyed by this visit; a later survey adds to the file and does not move the hour."""
    case = db.session.get_one(AccidentCase, visit.case_id)
    if case.surveyed_at is None:
        case.surveyed_at, case.surveyor = visit.started_at, visit.surveyor
