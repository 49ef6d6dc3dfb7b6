"""What a dispatcher plans at a project with no hazard and no case behind it: a training, a drill, the quarter's risk assessment."""

from typing import Any

from sqlalchemy import Select

from fieldapp.accounts.models import Organisation, Person
from fieldapp.accounts.permissions import Act
from fieldapp.checklists import publishing
from fieldapp.checklists.models import PublishedEdition
from fieldapp.db import db
from fieldapp.errors import Invalid
from fieldapp.projects.access import project_for, serves
from fieldapp.visits.about import Matter
from fieldapp.visits.models import Task

KINDS = ("training", "publicity", "drill", "risk_assessment", "spot_inspection")


class SchemeNeeded(Invalid):
    zh = "本单位在该项目上同时服务两个险种，请选择这项任务记在哪一个。"
    en = "Your organisation serves this project under two schemes; choose which one this task is for."


class OtherScheme(Invalid):
    zh = "本单位在该项目上没有可以派这类任务的险种。"
    en = "Your organisation serves this project under no scheme that has this kind of task."


def matter(by: Person, kind: str, project_id: str, scheme: str | None) -> Matter:
    """The project, in the scheme named or the only one possible. Raises NotFound, SchemeNeeded, OtherScheme."""
    project = project_for(by, project_id, Act.TASK_DISPATCH)
    edition = publishing.newest(kind)
    ours = [each for each in _schemes(by, project.id, edition) if scheme in (None, each)]
    if not ours:
        raise OtherScheme(where="/scheme" if scheme else "/project_id")
    if len(ours) > 1:
        raise SchemeNeeded(where="/scheme")
    return Matter("", project, ours[0], edition)


def plannable(by: Person, project_id: str) -> list[dict[str, Any]]:
    """[{"kind", "schemes"}] of what the person may plan at the project today."""
    kinds = [
        {"kind": kind, "schemes": _schemes(by, project_id, edition)}
        for kind, edition in publishing.newest_of(KINDS).items()
    ]
    return [each for each in kinds if each["schemes"]]


def same(kind: str, matter: Matter, taker: Person | Organisation) -> Select[Task]:
    """The open task that an order sent twice would double; a second training at the project may be somebody else's."""
    theirs = (
        Task.assignee_id == taker.id
        if isinstance(taker, Person)
        else Task.assignee_id.is_(None) & (Task.organisation_id == taker.id)
    )
    return db.select(Task).where(
        Task.kind == kind,
        Task.project_id == matter.project.id,
        Task.scheme == matter.scheme,
        Task.case_id == (matter.id or None),
        theirs,
        ~Task.closure.has(),
    )


def _schemes(by: Person, project_id: str, edition: PublishedEdition) -> list[str]:
    return [
        scheme
        for scheme in publishing.read_form(edition).schemes
        if by.may(Act.TASK_DISPATCH, scheme) and serves(by, project_id, scheme)
    ]
