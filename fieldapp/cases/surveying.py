"""The survey of an accident: ordered when it is reported, done by the visit that surveyed it."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from fieldapp.accounts.models import Organisation, Person
from fieldapp.accounts.permissions import Scheme
from fieldapp.cases import deadlines
from fieldapp.cases.access import case_for
from fieldapp.cases.handing_over import HandedOverAlready
from fieldapp.cases.models import AccidentCase
from fieldapp.checklists.models import PublishedEdition
from fieldapp.checklists.publishing import newest
from fieldapp.clock import iso, local_date, now
from fieldapp.db import db
from fieldapp.projects.models import Policy
from fieldapp.visits import tasking
from fieldapp.visits.about import Matter
from fieldapp.visits.models import Task, Visit

KIND = "accident_survey"
ARRIVAL = timedelta(hours=3)
"""From the report to the arrival on the scene, where no contract says otherwise."""


def order_survey(
    case: AccidentCase, taker: Person | Organisation, edition: PublishedEdition
) -> Task:
    """A task that knows the case, so that nobody types its number and times again."""
    deadlines.settle(case)
    task = tasking.issue(
        kind=KIND,
        scheme=Scheme.INJURY,
        project=case.project,
        assignee=taker if isinstance(taker, Person) else None,
        organisation=taker if isinstance(taker, Organisation) else None,
        edition=edition,
        due_at=_to_be_there(case),
    )
    task.case_id = case.id
    tasking.tell(task, context_of_case(case))
    return task


def context_of_case(case: AccidentCase) -> dict[str, Any]:
    """What the survey's form starts from."""
    return {
        "case.number": case.number,
        "case.accident_at": iso(case.occurred_at),
        "case.reported_at": iso(case.reported_at),
        "employer.name": _only(
            party.organisation.name for party in case.project.parties if party.party == "contractor"
        ),
        "employer.policy_number": _only(
            policy.number for policy in case.project.policies if _covers(policy, case)
        ),
        **deadlines.context(case),
    }


def _to_be_there(case: AccidentCase) -> datetime:
    return case.arrival_due_at or case.reported_at + ARRIVAL


def _covers(policy: Policy, case: AccidentCase) -> bool:
    on = local_date(case.occurred_at)
    return policy.scheme == Scheme.INJURY and policy.starts_on <= on <= policy.ends_on


def _only(found: Iterable[str]) -> str | None:
    """Where the register names several, the surveyor says which."""
    names = list(found)
    return names[0] if len(names) == 1 else None


def matter(person: Person, case_id: str) -> Matter:
    """The case as the matter of a task, for a survey that was taken back. Raises NotFound for outsiders, HandedOverAlready.

    The hour of arrival stays the report's; where that has gone by, whoever is sent now gets three hours of their own.
    """
    case = case_for(person, case_id)
    if case.hand_over is not None:
        raise HandedOverAlready
    deadlines.settle(case)
    due_at = _to_be_there(case)
    if due_at <= now():
        due_at = now() + ARRIVAL
    return _matter(case, KIND, due_at)


def medical_matter(person: Person, case_id: str) -> Matter:
    """The case as the matter of a medical check; no deadline is invented where the contract names none. Raises NotFound for outsiders."""
    case = case_for(person, case_id)
    deadlines.settle(case)
    due_at = case.medical_check_due_at
    return _matter(case, "medical_check", due_at if due_at and due_at > now() else None)


def _matter(case: AccidentCase, form: str, due_at: datetime | None) -> Matter:
    return Matter(case.id, case.project, Scheme.INJURY, newest(form), due_at, context_of_case(case))


def open_survey(case: AccidentCase) -> Task | None:
    """The survey that somebody is to make, or to name somebody for."""
    task: Task | None = db.session.scalar(
        db.select(Task).where(Task.case_id == case.id, Task.kind == KIND, ~Task.closure.has())
    )
    return task


def surveyed(visit: Visit) -> None:
    """The case was surveyed by this visit; of several the first on the scene sets the hour, however late its record came."""
    if visit.kind != KIND:
        return
    # Locked: of two records that come at once the second sees what the first said.
    held: dict[str, Any] = {"with_for_update": {"of": AccidentCase}, "populate_existing": True}
    case = db.session.get_one(AccidentCase, visit.case_id, **held)
    if case.surveyed_at is None or visit.started_at < case.surveyed_at:
        case.surveyed_at, case.surveyor = visit.started_at, visit.surveyor
