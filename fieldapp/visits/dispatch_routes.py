"""派工: tasks as those see them who give them out."""

from typing import Any

from flask import request
from flask_smorest import Blueprint

from fieldapp.accounts.access import me, needs
from fieldapp.accounts.permissions import Act
from fieldapp.db import db
from fieldapp.errors import PreconditionRequired, Stale
from fieldapp.visits import dispatching, months, showing_issued
from fieldapp.visits.access import task_for
from fieldapp.visits.dispatch_schemas import (
    CandidatesAskedSchema,
    CandidatesSchema,
    IssuedAskedSchema,
    IssuedPageSchema,
    IssuedTaskSchema,
    MonthAskedSchema,
    MonthIssueSchema,
    MonthSchema,
    OrderSchema,
    TakerSchema,
    WithdrawalSchema,
)
from fieldapp.visits.models import MonthIssue, Task
from fieldapp.visits.monthly import month_named

dispatch = Blueprint("dispatch", __name__, url_prefix="/api")

Tagged = tuple[dict[str, Any], int, dict[str, str]]


@dispatch.get("/tasks/issued")
@dispatch.arguments(IssuedAskedSchema, location="query")
@dispatch.response(200, IssuedPageSchema)
@needs(Act.TASK_DISPATCH)
def issued(asked: dict[str, Any]) -> dict[str, Any]:
    """Tasks of the caller's organisation and, for an insurer, of the projects that it serves."""
    return showing_issued.issued(me(), asked)


@dispatch.get("/tasks/candidates")
@dispatch.arguments(CandidatesAskedSchema, location="query")
@dispatch.response(200, CandidatesSchema)
@needs(Act.TASK_DISPATCH)
def candidates(asked: dict[str, Any]) -> dict[str, Any]:
    """Whom the caller may give work to."""
    return showing_issued.candidates(me(), asked["project"], asked["scheme"])


@dispatch.post("/tasks")
@dispatch.arguments(OrderSchema)
@dispatch.response(201, IssuedTaskSchema)
@needs(Act.TASK_DISPATCH)
def order(wanted: dict[str, Any]) -> Tagged:
    """Give a surveyor a check, a re-inspection, an accident's survey or medical check, a training or drill; or hand it to the agency."""
    return _shown(dispatching.order(me(), dispatching.Order(**wanted)), 201)


@dispatch.get("/tasks/<task_id>")
@dispatch.response(200, IssuedTaskSchema)
@needs(Act.TASK_DISPATCH)
def one(task_id: str) -> Tagged:
    """One task with everybody who had it."""
    return _shown(task_for(me(), task_id))


@dispatch.put("/tasks/<task_id>/withdrawal")
@dispatch.arguments(WithdrawalSchema)
@dispatch.response(200, IssuedTaskSchema)
@needs(Act.TASK_DISPATCH)
def withdraw(given: dict[str, Any], task_id: str) -> Tagged:
    """Take a task back, with words; a record that comes nevertheless is kept."""
    person = me()
    return _shown(dispatching.withdraw(task_for(person, task_id), person, given["words"]))


@dispatch.put("/tasks/<task_id>/surveyor")
@dispatch.arguments(TakerSchema)
@dispatch.response(200, IssuedTaskSchema)
@needs(Act.TASK_DISPATCH)
def reassign(given: dict[str, Any], task_id: str) -> Tagged:
    """Give a task to somebody else; wants If-Match."""
    return _shown(dispatching.reassign(_seen(task_id), me(), **given))


@dispatch.put("/tasks/<task_id>/acknowledgement")
@dispatch.arguments(WithdrawalSchema)
@dispatch.response(200, IssuedTaskSchema)
@needs(Act.TASK_DISPATCH)
def acknowledge(given: dict[str, Any], task_id: str) -> Tagged:
    """Write down that who has the task said 收到 by voice, with words."""
    return _shown(dispatching.acknowledge(task_for(me(), task_id), me(), given["words"]))


@dispatch.get("/monthly-checks/<month>")
@dispatch.arguments(MonthAskedSchema, location="query")
@dispatch.response(200, MonthSchema)
@needs(Act.TASK_DISPATCH)
def month_of_checks(asked: dict[str, Any], month: str) -> dict[str, Any]:
    """Which of the projects served are covered in the month, and by whom."""
    person = me()
    found = months.overview(person, month_named(month), asked)
    tasks = [item["task"] for item in found["items"] if item["task"] is not None]
    shown = {task["id"]: task for task in showing_issued.shown(tasks, person)}
    return {
        **found,
        "items": [
            {**item, "task": item["task"] and shown[item["task"].id]} for item in found["items"]
        ],
    }


@dispatch.post("/monthly-checks/<month>/issues")
@dispatch.response(201, MonthIssueSchema)
@needs(Act.TASK_DISPATCH)
def issue_month(month: str) -> MonthIssue:
    """A task for every project served that has neither task nor visit in the month; nobody twice."""
    person = me()
    return months.issue_month(person.organisation, month_named(month), person)


def _shown(task: Task, status: int = 200) -> Tagged:
    return showing_issued.shown([task], me())[0], status, {"ETag": showing_issued.etag(task)}


def _seen(task_id: str) -> Task:
    """The task, locked, if it still is what the caller saw. Raises PreconditionRequired, Stale."""
    task = task_for(me(), task_id)
    db.session.refresh(task, with_for_update={"of": Task})
    db.session.expire(task, ["assignments", "closure"])
    if not request.headers.get("If-Match"):
        raise PreconditionRequired
    tag = showing_issued.etag(task)
    if not request.if_match.contains(tag.strip('"')):
        raise Stale(headers={"ETag": tag})
    return task
