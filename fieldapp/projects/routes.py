from typing import Any

from flask_smorest import Blueprint
from sqlalchemy import or_

from fieldapp.accounts.access import me, needs
from fieldapp.accounts.permissions import Act
from fieldapp.ledger.versions import tagged
from fieldapp.paging import page
from fieldapp.projects.access import project_for, projects_for
from fieldapp.projects.keeping_schemas import ProjectsAskedSchema
from fieldapp.projects.models import Project
from fieldapp.projects.schemas import OneProjectSchema, ProjectPageSchema
from fieldapp.projects.showing import shown

projects = Blueprint("projects", __name__, url_prefix="/api/projects")


@projects.get("")
@projects.arguments(ProjectsAskedSchema, location="query")
@projects.response(200, ProjectPageSchema)
@needs(Act.PROJECT_READ)
def index(asked: dict[str, Any]) -> dict[str, Any]:
    """The projects that the caller has a tie to; `search` finds part of a name or address."""
    rows = projects_for(me())
    if asked["area"]:
        rows = rows.where(Project.area.startswith(asked["area"], autoescape=True))
    if asked["search"]:
        found = (Project.name, Project.address)
        rows = rows.where(or_(*(c.icontains(asked["search"], autoescape=True) for c in found)))
    return page(rows, Project.name, Project.id, asked)


@projects.get("/<project_id>")
@projects.response(200, OneProjectSchema)
@needs(Act.PROJECT_READ)
def one(project_id: str) -> tuple[dict[str, Any], int, dict[str, str]]:
    """One project with its register of units, parties, services and policies."""
    project = project_for(me(), project_id)
    return shown(project, me()), 200, tagged(project)
