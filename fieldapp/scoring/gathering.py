"""The facts of a sheet, gathered from rows: what counts, what stands, which forms are due."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import func, or_

from fieldapp.accounts.models import Organisation
from fieldapp.accounts.permissions import Kind
from fieldapp.clock import local_date
from fieldapp.db import db
from fieldapp.projects.models import Project, Service
from fieldapp.scoring.facts import CONFIRMED
from fieldapp.scoring.grounds import Ref, year
from fieldapp.scoring.lifecycle import SECRET
from fieldapp.scoring.models import (
    FormGrade,
    Occurrence,
    OpinionForm,
    SatisfactionAnswer,
    YearFigures,
)
from fieldapp.scoring.published import LIABILITY, only_by_decision
from fieldapp.scoring.resolving import Resolved

Json = dict[str, Any]
AUTHORITY_FORM, POLICYHOLDER_FORM = "authority_opinion", "policyholder_satisfaction"


@dataclass(frozen=True)
class Subject:
    """Whose sheet, of which year."""

    scheme: str
    insurer_id: str
    period: str


@dataclass(frozen=True)
class DueForm:
    """A form that the sheet waits for; `row` None: nobody opened it yet."""

    assessor: Organisation
    form: str
    part: str
    row: OpinionForm | None


@dataclass
class Gathered:
    """`facts` as `evaluate` takes them, and the rows they came from."""

    subject: Subject
    facts: Json
    occurrences: list[Occurrence]
    resolved: Resolved
    forms: list[DueForm] = field(default_factory=list)
    not_due: list[OpinionForm] = field(default_factory=list)

    def standing(self, refs: list[Ref], authority_id: str) -> list[str]:
        return [ref[1] for ref in refs if self.resolved.stands(ref, authority_id)]


def gather(subject: Subject, *, final_only: bool = False) -> Gathered:
    """The provisional view, or with `final_only` what final decisions and submitted forms alone say."""
    occurrences = _occurrences(subject)
    due, not_due = _forms(subject) if subject.scheme == LIABILITY else ([], [])
    grades = [g for form in due if form.row for g in latest_grades(form.row).values()]
    resting: list[Occurrence | FormGrade] = [*occurrences, *grades]
    refs = [ref for row in resting for ref in refs_of(row)]
    facts: Json = {"subject": subject.insurer_id, "period": subject.period}
    gathered = Gathered(subject, facts, occurrences, Resolved(refs), due, not_due)
    events = [_occurrence(gathered, row, final_only=final_only) for row in occurrences]
    if subject.scheme == LIABILITY:
        facts["forms"] = [_form(gathered, form, final_only=final_only) for form in due]
        facts |= _figures(subject)
        facts["compliance_events"] = [_without_count(event) for event in events]
    else:
        facts["occurrences"] = events
        sample = satisfaction(subject)
        facts |= {"satisfaction": sample} if sample["valid"] else {}
    return gathered


def refs_of(row: Occurrence | FormGrade) -> list[Ref]:
    return [(ground.kind, ground.ref_id) for ground in row.grounds]


def latest_grades(form: OpinionForm) -> dict[str, FormGrade]:
    """By item; a later grade of an item took the earlier one's place."""
    in_order = sorted(form.grades, key=lambda grade: (grade.graded_at, grade.id))
    return {grade.item: grade for grade in in_order}


def is_reopened(grade: FormGrade, authority_id: str, resolved: Resolved) -> bool:
    """All that the grade rested on fell away: it is to be given anew."""
    refs = refs_of(grade)
    return bool(refs) and not any(resolved.stands(ref, authority_id) for ref in refs)


def figures_of(subject: Subject) -> Json:
    """The latest figures of the year: recorded counts, and `accidents` if any were recorded."""
    row = db.session.scalar(
        db.select(YearFigures)
        .where(YearFigures.insurer_id == subject.insurer_id, YearFigures.period == subject.period)
        .order_by(YearFigures.recorded_at.desc(), YearFigures.id.desc())
        .limit(1)
    )
    return dict(row.figures) if row else {}


def _occurrences(subject: Subject) -> list[Occurrence]:
    rows = db.session.scalars(
        db.select(Occurrence)
        .where(
            Occurrence.scheme == subject.scheme,
            Occurrence.insurer_id == subject.insurer_id,
            Occurrence.period == subject.period,
        )
        .order_by(Occurrence.id)
    )
    return [row for row in rows.unique() if row.state not in SECRET]


def _occurrence(gathered: Gathered, row: Occurrence, *, final_only: bool) -> Json:
    decision = only_by_decision(row.scheme, row.clause)
    counts = row.stand.counts(only_by_decision=decision, final_only=final_only)
    return {
        "id": row.id,
        "clause": row.clause,
        "count": row.count,
        "state": CONFIRMED if counts else row.state,
        "evidence": gathered.standing(refs_of(row), row.authority_id),
    }


def _without_count(event: Json) -> Json:
    return {key: value for key, value in event.items() if key != "count"}


def _form(gathered: Gathered, form: DueForm, *, final_only: bool) -> Json:
    row = form.row
    hidden = row is None or (final_only and row.submission is None)
    grades = {} if row is None or hidden else latest_grades(row)
    return {
        "form": form.form,
        "part": form.part,
        "assessor": form.assessor.id,
        "grades": {
            item: grade.grade
            for item, grade in sorted(grades.items())
            if not is_reopened(grade, form.assessor.id, gathered.resolved)
        },
    }


def _figures(subject: Subject) -> Json:
    figures = figures_of(subject)
    accidents = figures.pop("accidents", [])
    figures.pop("deaths_found", None)  # who counted how many; `deaths` is what counts
    return {"facts": figures} | ({"accidents": accidents} if accidents else {})


def satisfaction(subject: Subject) -> dict[str, int]:
    """Valid answers that count, and how many of them are satisfied."""
    own = db.select(func.count()).where(
        SatisfactionAnswer.insurer_id == subject.insurer_id,
        SatisfactionAnswer.period == subject.period,
        ~SatisfactionAnswer.withdrawal.has(),
    )
    valid = db.session.scalar(own) or 0
    satisfied = db.session.scalar(own.where(SatisfactionAnswer.satisfied.is_(True))) or 0
    return {"satisfied": satisfied, "valid": valid}


def _forms(subject: Subject) -> tuple[list[DueForm], list[OpinionForm]]:
    """Counties where the insurer has a project, opened or not; the city; policyholders who answered (CL-A22)."""
    rows = db.session.scalars(
        db.select(OpinionForm).where(
            OpinionForm.insurer_id == subject.insurer_id, OpinionForm.period == subject.period
        )
    )
    opened = {(form.part, form.assessor_id): form for form in rows.unique()}
    due = [
        DueForm(county, AUTHORITY_FORM, "county_authority", None)
        for county in _counties(subject)
        if ("county_authority", county.id) not in opened
    ]
    counties = {county.id for county in _counties(subject)}
    not_due = []
    for form in opened.values():
        if form.part == "county_authority" and form.assessor_id not in counties:
            not_due.append(form)
        elif form.form != POLICYHOLDER_FORM or form.grades:
            due.append(DueForm(form.assessor, form.form, form.part, form))
    order = ("county_authority", "city_authority", "policyholder")
    due.sort(key=lambda f: (order.index(f.part), f.assessor.area or "", f.assessor.id))
    return due, not_due


def _counties(subject: Subject) -> list[Organisation]:
    """County authorities of the sites that the insurer served or brought in during the year."""
    start, end = year(subject.period)
    first, last = local_date(start), local_date(end) - timedelta(days=1)
    areas = (
        db.select(Project.area)
        .join(Service, Service.project_id == Project.id)
        .where(
            Service.scheme == LIABILITY,
            or_(
                Service.service_insurer_id == subject.insurer_id,
                Service.originating_insurer_id == subject.insurer_id,
            ),
            Service.starts_on <= last,
            or_(Service.ends_on.is_(None), Service.ends_on >= first),
        )
    )
    found = db.session.scalars(
        db.select(Organisation)
        .where(
            Organisation.kind == Kind.CONSTRUCTION_AUTHORITY,
            Organisation.level == "county",
            Organisation.area.in_(areas),
        )
        .order_by(Organisation.area)
    )
    return list(found)
