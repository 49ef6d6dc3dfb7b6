"""One project as the viewer may know it: nobody reads another scheme's relations, or another insurer's policy."""

from typing import Any

from fieldapp.accounts.models import Person
from fieldapp.accounts.permissions import Act, Kind
from fieldapp.db import db
from fieldapp.projects.access import may_keep
from fieldapp.projects.models import Policy, Pool, Project, Service

_PLAIN = ("id", "name", "address", "area", "stage", "site", "parties")


def shown(project: Project, viewer: Person) -> dict[str, Any]:
    schemes = viewer.schemes(Act.PROJECT_READ)
    services = [service for service in project.services if service.scheme in schemes]
    insured = [policy for policy in project.policies if policy.scheme in schemes]
    return {
        **{name: getattr(project, name) for name in _PLAIN},
        "contacts": project.parties,
        "units": project.standing_units,
        "former_units": [unit for unit in project.units if unit.removed_at is not None],
        "services": sorted(services, key=lambda s: (s.scheme, s.starts_on), reverse=True),
        "policies": _known_to(viewer, insured, services),
        "may": {
            "manage": viewer.may(Act.PROJECT_MANAGE),
            "register": may_keep(viewer, project.id, Act.REGISTER_KEEP),
            "site": may_keep(viewer, project.id, Act.SITE_APPROVE),
        },
    }


def _known_to(viewer: Person, policies: list[Policy], services: list[Service]) -> list[Policy]:
    """An insurer knows its own and those of pools that it leads, an agency those of whom it works for."""
    own = viewer.organisation_id
    if viewer.kind is Kind.SERVICE_AGENCY:
        served = {service.service_insurer_id for service in services if service.agency_id == own}
        return [policy for policy in policies if policy.insurer_id in served]
    if viewer.kind is not Kind.INSURER:
        return policies
    led = set(db.session.scalars(db.select(Pool.id).where(Pool.lead_insurer_id == own)))
    return [policy for policy in policies if policy.insurer_id == own or policy.pool_id in led]
