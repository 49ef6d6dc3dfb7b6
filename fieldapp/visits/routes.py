from typing import Any

from flask_smorest import Blueprint

from fieldapp.accounts.access import me, needs
from fieldapp.accounts.permissions import Act
from fieldapp.paging import page
from fieldapp.projects.access import kept_by
from fieldapp.visits.access import visits_for
from fieldapp.visits.first_fixes import first_fixes
from fieldapp.visits.models import Visit
from fieldapp.visits.schemas import (
    FirstFixesSchema,
    StartableSchema,
    TasksSchema,
    VisitPageSchema,
    VisitsAskedSchema,
)
from fieldapp.visits.showing_tasks import tasks_of
from fieldapp.visits.startable import startable

visits = Blueprint("visits", __name__, url_prefix="/api")


@visits.get("/tasks")
@visits.response(200, TasksSchema)
@needs(Act.TASK_READ)
def tasks() -> dict[str, Any]:
    """The caller's open tasks, with all that is needed to do them offline."""
    return tasks_of(me())


@visits.get("/startable")
@visits.response(200, StartableSchema)
@needs(Act.VISIT_SUBMIT)
def what_may_be_begun() -> dict[str, Any]:
    """The forms that may be begun without a task, and the projects where: kept by the phone, used offline."""
    return startable(me())


@visits.get("/visits")
@visits.arguments(VisitsAskedSchema, location="query")
@visits.response(200, VisitPageSchema)
@needs(Act.VISIT_READ)
def index(asked: dict[str, Any]) -> dict[str, Any]:
    """The visits that the caller may see, in the order in which they arrived, newest first."""
    found = visits_for(me())
    for name, column in (
        ("project", Visit.project_id),
        ("period", Visit.period),
        ("surveyor", Visit.surveyor_id),
    ):
        if asked[name] is not None:
            found = found.where(column == asked[name])
    return page(found, Visit.received_at, Visit.id, asked, newest_first=True)


@visits.get("/projects/<project_id>/first-fixes")
@visits.response(200, FirstFixesSchema)
@needs(Act.SITE_APPROVE)
def fixes(project_id: str) -> dict[str, Any]:
    """Where phones were on arrival, and the middle of it: a site's position is approved from these."""
    return first_fixes(kept_by(me(), project_id, Act.SITE_APPROVE), me())
