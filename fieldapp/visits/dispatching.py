"""派工 by a person: work given out, given to somebody else, taken back."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, or_

from fieldapp.accounts.models import Appointment, Organisation, Person, with_roles
from fieldapp.accounts.permissions import Act, Kind, Role
from fieldapp.checklists.publishing import newest
from fieldapp.clock import end_of_month, month_of, now
from fieldapp.db import db
from fieldapp.errors import Conflict, Invalid, NotAllowed
from fieldapp.events import announce
from fieldapp.projects.access import project_for, service_of
from fieldapp.projects.models import Service
from fieldapp.visits import calling, planned
from fieldapp.visits.about import Matter, matter_of
from fieldapp.visits.announcements import TaskGiven
from fieldapp.visits.models import Task, TaskClosure
from fieldapp.visits.monthly import MONTHLY, SCHEME, month_tasks, take_back_orphans
from fieldapp.visits.tasking import give, issue, next_evening, tell

LONGEST = timedelta(days=366)


class NotServing(NotAllowed):
    zh = "本单位目前不服务该项目，不能派工。"
    en = "Your organisation does not serve this project now, so it gives out no work there."


class NoTaker(Invalid):
    zh = "请选一名本单位的勘查员；保险公司也可以交给服务该项目的第三方机构。"
    en = "Name a surveyor of your own organisation, or, as the insurer, the agency that serves the project."


class DueOutOfReach(Invalid):
    zh = "期限须晚于现在，且在一年之内。"
    en = "The task must be due later than now and within a year."


class NoHazard(Invalid):
    zh = "复查须指明是哪一条隐患。"
    en = "A re-inspection names the hazard that it is about."


class NoCase(Invalid):
    zh = "勘查须指明是哪一起事故。"
    en = "A survey names the case that it is about."


class AlreadyIssued(Conflict):
    zh = "已经派过，且尚未撤回。"
    en = "This was given out already and not taken back."


class TaskOver(Conflict):
    zh = "任务已完成或已撤回，不能再改。"
    en = "This task is over: done, or taken back."


class OthersToWithdraw(NotAllowed):
    zh = "这项任务不是本单位派的，请由派出单位或服务该项目的保险公司撤回。"
    en = "Who issued this task, or the service insurer, takes it back."


class OwnWords(Conflict):
    zh = "说明须由拍摄人自己作出，不能改派。"
    en = "Only who took the photo can explain it; this task stays theirs."


ABOUT: dict[str, tuple[str, type[Invalid]]] = {
    "re_inspection": ("hazard_id", NoHazard),
    "accident_survey": ("case_id", NoCase),
    "medical_check": ("case_id", NoCase),
}
"""By kind: the name of what a task is about, and what is said to an order that leaves it out."""

TWICE = (*planned.KINDS, "medical_check")
"""Two people may be sent for the same: to the employer and to the hospital, to trainings of two crews."""

ORDERED = (MONTHLY, *ABOUT, *planned.KINDS)
"""What a person may give out; the rest follows from verdicts and records."""


@dataclass(frozen=True)
class Order:
    """What is to be done, by whom, until when.

    `period`: of a monthly check; `hazard_id`: of a re-inspection; `case_id`: of an accident's survey or a medical check;
    `scheme`: of what is planned, where the project is served under two.
    """

    kind: str
    project_id: str
    surveyor_id: str | None = None
    organisation_id: str | None = None
    due_at: datetime | None = None
    note: str | None = None
    period: str | None = None
    hazard_id: str | None = None
    case_id: str | None = None
    scheme: str | None = None


def order(by: Person, wanted: Order) -> Task:
    """A task for a surveyor, or for the agency to name one.

    Raises NotFound, NotServing, NoTaker, DueOutOfReach, NoHazard, NoCase, SchemeNeeded, OtherScheme, AlreadyIssued.
    """
    matter = _matter(by, wanted)
    service = serving(by, matter.project.id, matter.scheme, lock=True)
    taker = _taker(by, service, wanted.surveyor_id, wanted.organisation_id)
    period = None
    if wanted.kind == MONTHLY:
        period = wanted.period or month_of(now())
        _require_unissued(month_tasks(matter.project.id, period))
        take_back_orphans(matter.project.id, period, by)
    elif wanted.kind in TWICE:
        _require_unissued(planned.same(wanted.kind, matter, taker))
    else:
        _require_unissued(_open_task_of(wanted.kind, matter))
    task = issue(
        kind=wanted.kind,
        scheme=matter.scheme,
        project=matter.project,
        assignee=taker if isinstance(taker, Person) else None,
        organisation=taker if isinstance(taker, Organisation) else None,
        edition=matter.edition,
        due_at=_due(wanted.due_at or matter.due_at or _usually_due(period)),
        by=by,
        period=period,
        note=wanted.note or None,
    )
    tell(task, matter.context)
    if wanted.kind in ABOUT:
        setattr(task, ABOUT[wanted.kind][0], matter.id)
    db.session.flush()
    return task


def withdraw(task: Task, by: Person, words: str) -> Task:
    """Take the task back. A record that comes nevertheless is kept and judged as if it had not been.

    Raises OthersToWithdraw, TaskOver.
    """
    db.session.refresh(task, with_for_update={"of": Task})
    issued_by_us = task.issued_by is not None and (
        task.issued_by.organisation_id == by.organisation_id
    )
    if not issued_by_us and not _is_service_insurer(by, task):
        raise OthersToWithdraw
    if task.closure is not None:
        if task.closure.visit_id is None and task.closure.reason == words:
            return task
        raise TaskOver
    task.closure = TaskClosure(closed_by=by, reason=words)
    db.session.flush()
    return task


def reassign(task: Task, by: Person, surveyor_id: str | None, organisation_id: str | None) -> Task:
    """Give the task to somebody else. The caller holds it locked. Raises TaskOver, NotServing, NoTaker, OwnWords."""
    if task.closure is not None:
        raise TaskOver
    if task.kind == "explain":
        raise OwnWords
    if task.organisation_id != by.organisation_id and not _is_service_insurer(by, task):
        raise NotAllowed
    service = serving(by, task.project_id, task.scheme)
    taker = _taker(by, service, surveyor_id, organisation_id)
    if taker not in (task.assignee, task.organisation if task.assignee is None else None):
        give(task, taker, by)
        db.session.flush()
        announce(TaskGiven(task))
    return task


def acknowledge(task: Task, by: Person, words: str) -> Task:
    """Who has the task said 收到 by voice. Raises NotAllowed, NothingToAcknowledge."""
    db.session.refresh(task, with_for_update={"of": Task})
    if task.organisation_id != by.organisation_id and not _is_service_insurer(by, task):
        raise NotAllowed
    calling.acknowledge_at_desk(task, by, words)
    return task


def serving(by: Person, project_id: str, scheme: str, *, lock: bool = False) -> Service:
    """The service that lets the person give out work at the project. Raises NotServing.

    Locked, so that of two who issue the same at once the second sees what the first did.
    """
    by.require(Act.TASK_DISPATCH, scheme)
    service = service_of(project_id, scheme)
    if service is None or by.organisation_id not in (service.service_insurer_id, service.agency_id):
        raise NotServing
    if lock:
        db.session.refresh(service, with_for_update={"of": Service})
    return service


def surveyors(organisation_ids: list[str]) -> Select[Person]:
    """Who goes to sites for them, by name."""
    at = now()
    field = db.select(Appointment.person_id).where(
        Appointment.role == Role.SURVEYOR,
        Appointment.starts_at <= at,
        or_(Appointment.ends_at.is_(None), Appointment.ends_at > at),
    )
    return (
        db.select(Person)
        .where(Person.organisation_id.in_(organisation_ids), Person.id.in_(field))
        .options(*with_roles())
        .order_by(Person.name, Person.id)
    )


def who_goes_again(service: Service, surveyor_id: str) -> Person | None:
    """The surveyor who was there before, where they still work for the insurer or the agency that serves."""
    serve = [each for each in (service.service_insurer_id, service.agency_id) if each]
    known = surveyors(serve).where(Person.id == surveyor_id)
    person: Person | None = db.session.scalar(known)
    return person


def _matter(by: Person, wanted: Order) -> Matter:
    if wanted.kind == MONTHLY:
        project = project_for(by, wanted.project_id, Act.TASK_DISPATCH)
        return Matter("", project, SCHEME, newest(MONTHLY))
    if wanted.kind in planned.KINDS:
        return planned.matter(by, wanted.kind, wanted.project_id, wanted.scheme)
    name, missing = ABOUT[wanted.kind]
    matter_id = getattr(wanted, name)
    if matter_id is None:
        raise missing(where=f"/{name}")
    matter = matter_of(wanted.kind, by, matter_id)
    if matter.project.id != wanted.project_id:
        raise missing(where="/project_id")
    return matter


def _open_task_of(kind: str, matter: Matter) -> Select[Task]:
    about = getattr(Task, ABOUT[kind][0])
    return db.select(Task).where(Task.kind == kind, about == matter.id, ~Task.closure.has())


def _taker(
    by: Person, service: Service, surveyor_id: str | None, organisation_id: str | None
) -> Person | Organisation:
    if (surveyor_id is None) == (organisation_id is None):
        raise NoTaker(where="/surveyor_id")
    if surveyor_id is not None:
        own = surveyors([by.organisation_id]).where(Person.id == surveyor_id)
        person: Person | None = db.session.scalar(own)
        if person is None or not person.may(Act.VISIT_SUBMIT, service.scheme):
            raise NoTaker(where="/surveyor_id")
        return person
    agency = service.agency
    if by.kind is not Kind.INSURER or agency is None or agency.id != organisation_id:
        raise NoTaker(where="/organisation_id")
    return agency


def _require_unissued(issued: Select[Task]) -> None:
    known = db.session.scalar(issued.limit(1))
    if known is not None:
        raise AlreadyIssued(task_id=known.id)


def _due(at: datetime) -> datetime:
    if not now() < at < now() + LONGEST:
        raise DueOutOfReach(where="/due_at")
    return at


def _usually_due(period: str | None) -> datetime:
    return end_of_month(period) if period else next_evening()


def _is_service_insurer(by: Person, task: Task) -> bool:
    if by.kind is not Kind.INSURER:
        return False
    service = service_of(task.project_id, task.scheme)
    return service is not None and service.service_insurer_id == by.organisation_id
