"""What a surveyor may begin without a task: a training held at short notice, a gate that stays shut."""

from collections import defaultdict
from typing import Any

from sqlalchemy import or_
from sqlalchemy.orm import selectinload

from fieldapp.accounts.models import Person
from fieldapp.accounts.permissions import Act
from fieldapp.checklists import publishing
from fieldapp.checklists.forms.template import FORM_KINDS, FormEdition
from fieldapp.checklists.models import PublishedEdition
from fieldapp.clock import local_date, now
from fieldapp.db import db
from fieldapp.projects.models import Project, Service


def startable(person: Person) -> dict[str, Any]:
    """{"forms": the latest edition of each kind, "projects": those that the person's organisation serves today}."""
    return {"forms": _forms(), "projects": _projects(person)}


def _forms() -> list[dict[str, Any]]:
    return [
        _form(row, edition)
        for row in publishing.newest_of(FORM_KINDS).values()
        if (edition := publishing.read_form(row)).unplanned
    ]


def _form(row: PublishedEdition, edition: FormEdition) -> dict[str, Any]:
    return {
        "id": row.checklist,
        "edition": row.edition,
        "digest": row.digest,
        "zh": edition.zh,
        "en": edition.en,
        "schemes": list(edition.schemes),
    }


def _projects(person: Person) -> list[dict[str, Any]]:
    today, own = local_date(now()), person.organisation_id
    served: dict[str, list[str]] = defaultdict(list)
    for project_id, scheme in db.session.execute(
        db.select(Service.project_id, Service.scheme)
        .where(
            or_(Service.service_insurer_id == own, Service.agency_id == own),
            Service.scheme.in_(person.schemes(Act.VISIT_SUBMIT)),
            Service.starts_on <= today,
            or_(Service.ends_on.is_(None), Service.ends_on >= today),
        )
        .distinct()
        .order_by(Service.scheme)
    ):
        served[project_id].append(scheme)
    projects = db.session.scalars(
        db.select(Project)
        .where(Project.id.in_(served))
        .options(selectinload(Project.units), selectinload(Project.parties))
        .order_by(Project.name, Project.id)
    ).unique()
    return [{"schemes": served[project.id], "project": project} for project in projects]
