"""Entering and changing projects, their registers, positions, policies, services and pools."""

from typing import Any

from flask_smorest import Blueprint

from fieldapp.accounts.access import me, needs
from fieldapp.accounts.permissions import Act
from fieldapp.db import db
from fieldapp.errors import NotFound
from fieldapp.ledger.versions import require_match, tagged
from fieldapp.paging import PageSchema, page
from fieldapp.projects import entering, insuring, registering, siting
from fieldapp.projects.access import kept_by, project_for, unit_for
from fieldapp.projects.keeping_schemas import (
    MemberEndSchema,
    MemberEntrySchema,
    PartyEntrySchema,
    PolicyEntrySchema,
    PoolEntrySchema,
    PoolPageSchema,
    PoolSchema,
    ProjectEntrySchema,
    ServiceEndSchema,
    ServiceEntrySchema,
    SiteEntrySchema,
    UnitChangeEntrySchema,
    UnitEntrySchema,
)
from fieldapp.projects.models import Policy, Pool, PoolMember, Project, ProjectParty, Service
from fieldapp.projects.schemas import OneProjectSchema
from fieldapp.projects.showing import shown

Json = dict[str, Any]
Tagged = tuple[Json, int, dict[str, str]]

keeping = Blueprint("keeping", __name__, url_prefix="/api")


# -- the project itself ---------------------------------------------------------------------------


@keeping.post("/projects")
@keeping.arguments(ProjectEntrySchema)
@keeping.response(201, OneProjectSchema)
@needs(Act.PROJECT_MANAGE)
def enter(given: Json) -> Tagged:
    """Enter a project; one that is there already is named, not made twice."""
    is_another = given.pop("is_another")
    return _shown(entering.enter(given, is_another=is_another), 201)


@keeping.put("/projects/<project_id>")
@keeping.arguments(ProjectEntrySchema)
@keeping.response(200, OneProjectSchema)
@needs(Act.PROJECT_MANAGE)
def change(given: Json, project_id: str) -> Tagged:
    """Change name, address, area or stage; If-Match."""
    project = project_for(me(), project_id, Act.PROJECT_MANAGE)
    require_match(project)
    is_another = given.pop("is_another")
    return _shown(entering.change(project, given, is_another=is_another))


@keeping.put("/projects/<project_id>/site")
@keeping.arguments(SiteEntrySchema)
@keeping.response(200, OneProjectSchema)
@needs(Act.SITE_APPROVE)
def approve_site(given: Json, project_id: str) -> Tagged:
    """Approve where the site is; If-Match once a position is there."""
    project = kept_by(me(), project_id, Act.SITE_APPROVE)
    if project.site is not None:
        require_match(project.site)
    siting.approve(project, me(), **given)
    return _shown(project)


@keeping.post("/projects/<project_id>/parties")
@keeping.arguments(PartyEntrySchema)
@keeping.response(201, OneProjectSchema)
@needs(Act.PROJECT_MANAGE)
def add_party(given: Json, project_id: str) -> Tagged:
    """Say which organisation is the policyholder, the owner or the supervision firm."""
    project = project_for(me(), project_id, Act.PROJECT_MANAGE)
    entering.add_party(project, **given)
    return _shown(project, 201)


@keeping.delete("/parties/<party_id>")
@keeping.response(200, OneProjectSchema)
@needs(Act.PROJECT_MANAGE)
def remove_party(party_id: str) -> Tagged:
    """Take a party off the project."""
    party = _managed(ProjectParty, party_id)
    project = party.project
    db.session.delete(party)
    db.session.flush()
    return _shown(project)


# -- the register ---------------------------------------------------------------------------------


@keeping.post("/projects/<project_id>/units")
@keeping.arguments(UnitEntrySchema)
@keeping.response(201, OneProjectSchema)
@needs(Act.REGISTER_KEEP)
def add_unit(given: Json, project_id: str) -> Tagged:
    """Add a machine or a dangerous work to the register."""
    project = kept_by(me(), project_id, Act.REGISTER_KEEP)
    registering.add(project, me(), given)
    return _shown(project, 201)


@keeping.put("/units/<unit_id>")
@keeping.arguments(UnitChangeEntrySchema)
@keeping.response(200, OneProjectSchema)
@needs(Act.REGISTER_KEEP)
def change_unit(given: Json, unit_id: str) -> Tagged:
    """Change its name, system or details; If-Match. What it was stays in its changes."""
    unit = unit_for(me(), unit_id, Act.REGISTER_KEEP)
    require_match(unit)
    return _shown(registering.change(unit, me(), given).project)


@keeping.put("/units/<unit_id>/removal")
@keeping.response(200, OneProjectSchema)
@needs(Act.REGISTER_KEEP)
def remove_unit(unit_id: str) -> Tagged:
    """Off site: no later check asks about it; earlier ones keep naming it."""
    unit = unit_for(me(), unit_id, Act.REGISTER_KEEP)
    return _shown(registering.remove(unit, me()).project)


@keeping.delete("/units/<unit_id>/removal")
@keeping.response(200, OneProjectSchema)
@needs(Act.REGISTER_KEEP)
def put_unit_back(unit_id: str) -> Tagged:
    """Put it back on the register."""
    unit = unit_for(me(), unit_id, Act.REGISTER_KEEP)
    return _shown(registering.put_back(unit, me()).project)


# -- policies and services ------------------------------------------------------------------------


@keeping.post("/projects/<project_id>/policies")
@keeping.arguments(PolicyEntrySchema)
@keeping.response(201, OneProjectSchema)
@needs(Act.PROJECT_MANAGE)
def add_policy(given: Json, project_id: str) -> Tagged:
    """Enter a policy; numbers are unique."""
    project = project_for(me(), project_id, Act.PROJECT_MANAGE)
    insuring.add_policy(project, given)
    return _shown(project, 201)


@keeping.put("/policies/<policy_id>")
@keeping.arguments(PolicyEntrySchema)
@keeping.response(200, OneProjectSchema)
@needs(Act.PROJECT_MANAGE)
def change_policy(given: Json, policy_id: str) -> Tagged:
    """Correct a policy; If-Match."""
    policy = _managed(Policy, policy_id)
    require_match(policy)
    return _shown(insuring.change_policy(policy, given).project)


@keeping.post("/projects/<project_id>/services")
@keeping.arguments(ServiceEntrySchema)
@keeping.response(201, OneProjectSchema)
@needs(Act.PROJECT_MANAGE)
def begin_service(given: Json, project_id: str) -> Tagged:
    """Say who serves the project from a day on; the open service before it ends the day before."""
    project = project_for(me(), project_id, Act.PROJECT_MANAGE)
    insuring.begin_service(project, given)
    return _shown(project, 201)


@keeping.put("/services/<service_id>")
@keeping.arguments(ServiceEndSchema)
@keeping.response(200, OneProjectSchema)
@needs(Act.PROJECT_MANAGE)
def end_service(given: Json, service_id: str) -> Tagged:
    """Set a service's last day, or null to leave it open; If-Match."""
    service = _managed(Service, service_id)
    require_match(service)
    return _shown(insuring.end_service(service, **given).project)


# -- pools ----------------------------------------------------------------------------------------


@keeping.get("/pools")
@keeping.arguments(PageSchema, location="query")
@keeping.response(200, PoolPageSchema)
@needs(Act.PROJECT_MANAGE)
def pools(asked: Json) -> Json:
    """The co-insurance pools and their members."""
    return page(db.select(Pool), Pool.name, Pool.id, asked)


@keeping.post("/pools")
@keeping.arguments(PoolEntrySchema)
@keeping.response(201, PoolSchema)
@needs(Act.PROJECT_MANAGE)
def found_pool(given: Json) -> Pool:
    """Found a pool behind its lead insurer."""
    return insuring.found_pool(**given)


@keeping.post("/pools/<pool_id>/members")
@keeping.arguments(MemberEntrySchema)
@keeping.response(201, PoolSchema)
@needs(Act.PROJECT_MANAGE)
def join_pool(given: Json, pool_id: str) -> Pool:
    """An insurer joins from a day on."""
    pool = _there(Pool, pool_id)
    insuring.join_pool(pool, **given)
    return pool


@keeping.put("/pool-members/<member_id>")
@keeping.arguments(MemberEndSchema)
@keeping.response(200, PoolSchema)
@needs(Act.PROJECT_MANAGE)
def leave_pool(given: Json, member_id: str) -> Pool:
    """Its last day in the pool."""
    return insuring.leave_pool(_there(PoolMember, member_id), **given).pool


def _shown(project: Project, status: int = 200) -> Tagged:
    return shown(project, me()), status, tagged(project)


def _managed(kind: type[Any], row_id: str) -> Any:
    """A row of a project that the caller manages. Raises NotFound."""
    row = _there(kind, row_id)
    project_for(me(), row.project_id, Act.PROJECT_MANAGE)
    return row


def _there(kind: type[Any], row_id: str) -> Any:
    row = db.session.get(kind, row_id)
    if row is None:
        raise NotFound
    return row
