"""What the server knows that a record is judged by."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Row, Select, bindparam, literal
from sqlalchemy.orm import joinedload, lazyload

from fieldapp.accounts.models import Device
from fieldapp.accounts.permissions import Act
from fieldapp.cases.models import HandOver
from fieldapp.checklists import form, publishing
from fieldapp.checklists.models import PublishedEdition
from fieldapp.clock import local_date, now
from fieldapp.db import db, own_id
from fieldapp.evidence.annotation_models import Annotation
from fieldapp.evidence.models import Evidence
from fieldapp.hazards.models import Finding, Hazard, ReInspection
from fieldapp.projects.access import is_served_by, service_in_force, service_of
from fieldapp.projects.models import Service, Unit
from fieldapp.sync.comparing import Standing, StandingFinding
from fieldapp.sync.facts import Facts, TaskFacts
from fieldapp.sync.lost_tasks import Lost, lost
from fieldapp.sync.models import Record
from fieldapp.sync.sealers import sealers_of
from fieldapp.visits.carrying import rested_on
from fieldapp.visits.forming import said_by_path
from fieldapp.visits.models import Task, Visit


@dataclass(frozen=True)
class Gathered:
    """The facts to judge by, and the rows that an accepted record will hang on. `sealers`: phones by sent id.

    `visit`: the same visit as an earlier record told it. `lost`: the task that has to be made anew first.
    """

    facts: Facts
    visit: Visit | None
    task: Task | None
    lost: Lost | None
    service: Service | None
    units: tuple[form.Unit, ...]
    sealers: dict[str, Device]

    @property
    def context(self) -> dict[str, Any]:
        """What the task's form starts from."""
        if self.lost is not None:
            return self.lost.context
        return self.task.context if self.task else {}


def gather(
    kept: Record,
    said: dict[str, Any],
    *,
    waived: frozenset[str] = frozenset(),
    looked_at: bool = False,
    is_first: bool = False,
) -> Gathered:
    """`looked_at`: a person asks, so access on the day of the visit is enough. `is_first`: no record told of the visit before."""
    task, edition, present = _named(kept, said)
    gone = None if task else lost(kept, said)
    visit = None if is_first else _standing_visit(kept)
    filed, elsewhere = _filed(kept, said, visit)
    units = _register(task.project_id if task else said["project_id"] if gone else None)
    sealers = sealers_of(kept, said)
    serving = _serving(said, present)
    is_form = edition is not None and publishing.is_form(edition)
    facts = Facts(
        sent_id=kept.sent_id,
        sender_id=kept.sent_by_id,
        received_at=kept.received_at,
        signature_state=kept.signature_state,
        edition=publishing.read(edition) if edition and not is_form else None,
        form=publishing.read_form(edition) if edition and is_form else None,
        digest=edition.digest if edition else None,
        task=_task_facts(task) if task else None,
        lost=gone.facts if gone else None,
        units={unit.id: unit.kind for unit in units},
        has_access=_has_access(kept, said, serving, looked_at=looked_at),
        standing=_standing(visit) if visit else None,
        filed=filed,
        annotated=_annotated(kept, said),
        elsewhere=elsewhere,
        waived=waived,
        # At its first judgement a record is the newest that anybody knows; two that arrive at once stand in the order judged.
        superseded=looked_at and visit is not None and _is_superseded(kept, visit),
        carried=rested_on(kept.organisation_id, said) if edition and not is_form else {},
        revoked=frozenset(d.name for d in sealers.values() if d.revocation is not None),
    )
    found = _found_on_site(units, said)
    return Gathered(facts, visit, task, gone, serving.then or serving.now, found, sealers)


def _named(
    kept: Record, said: dict[str, Any]
) -> tuple[Task | None, PublishedEdition | None, Service | None]:
    """The task and the edition that the record names, and who serves its project today."""
    asked = {
        "task": said["task_id"],
        "checklist": said["edition"]["id"],
        "edition": said["edition"]["edition"],
        "project": said["project_id"],
        "scheme": said["scheme"],
        "day": local_date(now()),
    }
    task, edition, present = db.session.execute(_all_named(), asked).one()
    return task if task and _had_it(kept, task) else None, edition, present


def _had_it(kept: Record, task: Task) -> bool:
    return task.organisation_id == kept.organisation_id or kept.organisation_id in {
        each.organisation_id for each in task.assignments
    }


@cache
def _all_named() -> Select[Any]:
    """One row, whatever of it there is."""
    one = db.select(literal(1)).subquery()
    return (
        db.select(Task, PublishedEdition, Service)
        .select_from(one)
        .outerjoin(Task, Task.id == bindparam("task"))
        .outerjoin(PublishedEdition, publishing.named())
        .outerjoin(Service, Service.id == service_in_force().scalar_subquery())
        # Whom the task was given to and where is known by id; whether it is done is asked of every record.
        .options(lazyload("*"), joinedload(Task.closure).lazyload("*"))
    )


def _task_facts(task: Task) -> TaskFacts:
    return TaskFacts(
        re_shoot=_re_shoot(task),
        re_shoot_question=task.evidence.question if task.evidence else None,
        re_inspection=_re_inspection(task),
        questions=None if task.questions is None else tuple(task.questions),
        **{name: getattr(task, name) for name in _PLAIN},
    )


_PLAIN = ("id", "kind", "scheme", "project_id", "assignee_id", "checklist", "edition", "nonce")


def _re_shoot(task: Task) -> tuple[str, str] | None:
    if task.evidence is None:
        return None
    visit = db.session.get_one(Visit, task.evidence.subject_id)
    return visit.sent_id, task.evidence.sent_id


def _re_inspection(task: Task) -> tuple[str, str] | None:
    if task.hazard_id is None:
        return None
    finding = db.session.get_one(Hazard, task.hazard_id).finding
    return db.session.get_one(Visit, finding.visit_id).sent_id, finding.sent_id


@dataclass(frozen=True)
class _Serving:
    """Who serves the project today, and did on the day of the visit. Duties bind the latter."""

    now: Service | None
    then: Service | None


def _serving(said: dict[str, Any], present: Service | None) -> _Serving:
    day, today = local_date(said["started_at"]), local_date(now())
    then = present if day == today else service_of(said["project_id"], said["scheme"], day)
    return _Serving(present, then)


def _has_access(kept: Record, said: dict[str, Any], serving: _Serving, *, looked_at: bool) -> bool:
    person, scheme = kept.sent_by, said["scheme"]
    # Where somebody looks at it, the role on the day is enough: the surveyor may have left since.
    day = said["started_at"] if looked_at else None
    if not any(person.may(Act.VISIT_SUBMIT, scheme, at=at) for at in (None, day)):
        return False
    return is_served_by(person, serving.now) or (looked_at and is_served_by(person, serving.then))


def _register(project_id: str | None) -> Sequence[Row[Any]]:
    """Bare rows: a register may be long, and nothing of it changes here."""
    if project_id is None:
        return []
    return db.session.execute(_units(), {"project": project_id}).all()


@cache
def _units() -> Select[Any]:
    columns = (Unit.id, Unit.kind, Unit.name, Unit.sub, Unit.registered_at, Unit.removed_at)
    units = db.select(*columns).where(Unit.project_id == bindparam("project"))
    return units.order_by(Unit.position, Unit.id)


def _found_on_site(units: Sequence[Row[Any]], said: dict[str, Any]) -> tuple[form.Unit, ...]:
    """The register on the day, and whatever the surveyor did answer for: the phone's copy may be days old."""
    answered = {answer["question"].rpartition("@")[2] for answer in said["answers"]}
    at = said["started_at"]
    return tuple(
        form.Unit(id=unit.id, kind=unit.kind, name=unit.name, sub=unit.sub)
        for unit in units
        if unit.id in answered
        or (unit.registered_at <= at and (unit.removed_at is None or unit.removed_at > at))
    )


def _standing_visit(kept: Record) -> Visit | None:
    visit_id = own_id(kept.organisation_id, kept.sent_id)
    # Locked: of two revisions at once the second must see what the first one left.
    if db.session.scalar(_locked_visit(), {"visit": visit_id}) is None:
        return None
    return db.session.get_one(Visit, visit_id, populate_existing=True)


@cache
def _locked_visit() -> Select[str]:
    return db.select(Visit.id).where(Visit.id == bindparam("visit")).with_for_update()


def _standing(visit: Visit) -> Standing:
    findings = db.session.scalars(db.select(Finding).where(Finding.visit_id == visit.id))
    seen = db.session.get(ReInspection, visit.id)
    return Standing(
        outcome=seen.outcome if seen else None,
        form=said_by_path(visit.form) if visit.form else {},
        handed_over=_is_handed_over(visit),
        task_id=visit.task_id,
        surveyor_id=visit.surveyor_id,
        answers={answer.question: answer.value for answer in visit.answers},
        findings={
            f.sent_id: StandingFinding(f.question, f.severity, f.words, f.place, f.fixed_on_site)
            for f in findings
        },
    )


def _is_handed_over(visit: Visit) -> bool:
    return visit.case_id is not None and db.session.get(HandOver, visit.case_id) is not None


def _filed(
    kept: Record, said: dict[str, Any], visit: Visit | None
) -> tuple[dict[str, str], frozenset[str]]:
    """Of what the organisation has filed under the ids that the record uses: hashes of evidence, and what belongs to other visits."""
    own = visit and visit.id
    evidence = _rows(kept, said["evidence"], Evidence, "sent_id", "subject_id", "sha256")
    findings = _rows(kept, said["findings"], Finding, "sent_id", "visit_id")
    elsewhere = {row.sent_id for row in evidence if row.subject_id != own}
    elsewhere |= {row.sent_id for row in findings if row.visit_id != own}
    return {row.sent_id: row.sha256 for row in evidence}, frozenset(elsewhere)


def _annotated(kept: Record, said: dict[str, Any]) -> dict[str, str]:
    rows = _rows(kept, said["annotations"], Annotation, "sent_id", "sha256")
    return {row.sent_id: row.sha256 for row in rows}


def _rows(kept: Record, parts: list[dict[str, Any]], kind: Any, *columns: str) -> Any:
    """These columns of what was filed under the ids of a record's parts; nothing is asked for none."""
    if not parts:
        return ()
    named = [own_id(kept.organisation_id, part["id"]) for part in parts]
    return db.session.execute(_by_id(kind, columns), {"ids": named}).all()


@cache
def _by_id(kind: Any, columns: tuple[str, ...]) -> Select[Any]:
    wanted = (getattr(kind, name) for name in columns)
    return db.select(*wanted).where(kind.id.in_(bindparam("ids", expanding=True)))


def _is_superseded(kept: Record, visit: Visit) -> bool:
    standing = db.session.scalar(
        db.select(Record.received_at).where(
            Record.organisation_id == kept.organisation_id,
            Record.sent_id == kept.sent_id,
            Record.sha256 == visit.record_sha256,
        )
    )
    return standing is not None and standing > kept.received_at
