"""What may this person take out of the house, and whose orders do they see? Their own."""

from sqlalchemy import Select

from fieldapp.accounts.models import Organisation, Person
from fieldapp.accounts.permissions import Act, Scheme
from fieldapp.archive.order_models import BundleOrder
from fieldapp.cases.access import case_for
from fieldapp.clock import local_date
from fieldapp.db import db
from fieldapp.errors import NotFound
from fieldapp.evidence.access import evidence_for
from fieldapp.projects.access import project_for
from fieldapp.scoring.access import insurers_for
from fieldapp.visits.access import visit_for


def orders_of(person: Person) -> Select[BundleOrder]:
    return db.select(BundleOrder).where(BundleOrder.person_id == person.id)


def order_for(person: Person, bundle_id: str, *, lock: bool = False) -> BundleOrder:
    """Raises NotFound for everybody but who ordered it. `lock`: nothing else happens to it meanwhile."""
    rows = orders_of(person).where(BundleOrder.bundle_id == bundle_id)
    order = db.session.scalar(rows.with_for_update(of=BundleOrder) if lock else rows)
    if order is None:
        raise NotFound
    return order


def about(person: Person, kind: str, id: str, period: str | None) -> str:
    """What the selection is about, in words. Raises NotFound for what the person may not see."""
    return _TELLERS[kind](person, id, period or "")


def _visit(person: Person, id: str, _: str) -> str:
    visit = visit_for(person, id, Act.BUNDLE_ORDER)
    return f"{visit.project.name} · {local_date(visit.finished_at):%Y-%m-%d}"


def _case(person: Person, id: str, _: str) -> str:
    case = case_for(person, id)
    person.require(Act.BUNDLE_ORDER, Scheme.INJURY)
    return f"{case.project.name} · {case.number}"


def _project(person: Person, id: str, _: str) -> str:
    return project_for(person, id, Act.BUNDLE_ORDER).name


def _evidence(person: Person, id: str, _: str) -> str:
    return evidence_for(person, id, Act.BUNDLE_ORDER).project.name


def _insurer(person: Person, id: str, period: str) -> str:
    for scheme in sorted(person.schemes(Act.SHEET_READ)):
        insurers = insurers_for(person, scheme).where(Organisation.id == id)
        insurer = db.session.scalar(insurers)
        if insurer is not None:
            return f"{insurer.name} {period}".strip()
    raise NotFound


_TELLERS = {
    "visit": _visit,
    "case": _case,
    "project": _project,
    "evidence": _evidence,
    "insurer": _insurer,
}
KINDS = tuple(_TELLERS)
