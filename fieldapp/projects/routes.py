from typing import Any

from flask_smorest import Blueprint

from fieldapp.accounts.access import me, needs
from fieldapp.accounts.permissions import Act
from fieldapp.paging import PageSchema, page
from fieldapp.projects.access import project_for, projects_for
from fieldapp.projects.models import Project
from fieldapp.projects.schemas import OneProjectSchema, ProjectPageSchema
from fieldapp.projects.showing import shown

projects = Blueprint("projects", __name__, url_prefix="/api/projects")


@projects.get("")
@projects.arguments(PageSchema, location="query")
@projects.response(200, ProjectPageSchema)
@needs(Act.PROJECT_READ)
def index(asked: dict[str, Any]) -> dict[str, Any]:
    """The projects that the caller has a tie to."""
    return page(projects_for(me()), Project.name, Project.id, asked)


@projects.get("/<project_id>")
@projects.response(200, OneProjectSchema)
@needs(Act.PROJECT_READ)
def one(project_id: str) -> dict[str, Any]:
    """One project with its register of units, parties, services and policies."""
    return shown(project_for(me(), project_id), me())
