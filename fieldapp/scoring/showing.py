"""A sheet as people see it: every figure opens down to the photo, every change names its cause."""

from typing import Any

from fieldapp.accounts.models import Organisation
from fieldapp.clock import iso, now, year_of
from fieldapp.scoring import sheets
from fieldapp.scoring.explain import grade_bounds
from fieldapp.scoring.gathering import Gathered, Subject, latest_grades, refs_of
from fieldapp.scoring.models import Occurrence, SheetVersion
from fieldapp.scoring.published import LIABILITY, scheme, titles
from fieldapp.scoring.sheet import judged
from fieldapp.scoring.showing_occurrences import named

Json = dict[str, Any]
NO_PROJECT = {
    "zh": "承保机构本年度在该县无项目，不需评定。",
    "en": "The insurer has no project there this year.",
}


def row(insurer: Organisation, subject: Subject) -> Json:
    """One line of the list: {insurer, total, grade, complete, provisional, changed_at}."""
    gathered, sheet = sheets.current(subject)
    last = sheets.latest(subject)
    return {
        "insurer": named(insurer),
        "total": sheet["total"],
        "grade": sheet["grade"],
        "complete": not sheet["missing"],
        "provisional": bool(_provisional_because(gathered, sheet)),
        "changed_at": iso(last.made_at) if last else None,
    }


def shown(insurer: Organisation, subject: Subject, *, final_only: bool) -> Json:
    gathered, sheet = sheets.current(subject, final_only=final_only)
    because = _provisional_because(gathered, sheet)
    return {
        "scheme": subject.scheme,
        "period": subject.period,
        "insurer": named(insurer),
        "view": "final" if final_only else "provisional",
        "provisional": bool(because),
        "provisional_because": because,
        "sheet": sheet,
        "facts": gathered.facts,
        "bounds": _bounds(gathered),
        "titles": titles(subject.scheme) | {"assessors": _assessors(gathered)},
        "forms": [_form(form) for form in gathered.forms],
        "not_due": [
            {"form_id": form.id, "assessor": named(form.assessor), "why": NO_PROJECT}
            for form in gathered.not_due
        ],
        "occurrences": [_occurrence(one) for one in gathered.occurrences],
        "grounds": _grounds(gathered),
        "changes": _changes(sheets.versions(subject)),
    }


def _provisional_because(gathered: Gathered, sheet: Json) -> list[str]:
    """incomplete | form_open | occurrence_open | year_open (some clauses are decided at its end)."""
    forms_open = any(f.row is None or f.row.submission is None for f in gathered.forms)
    open_ones = any(one.state not in ("final", "dropped") for one in gathered.occurrences)
    reasons = {
        "incomplete": bool(sheet["missing"]),
        "form_open": forms_open,
        "occurrence_open": open_ones,
        "year_open": year_of(now()) <= gathered.subject.period,
    }
    return [reason for reason, holds in reasons.items() if holds]


def _bounds(gathered: Gathered) -> list[Json]:
    """How far the exact total is from each grade's lower bound; nothing without a total."""
    by = scheme(gathered.subject.scheme)
    _, outcome = judged(by, gathered.facts)
    if outcome.total is None:
        return []
    bounds = grade_bounds(by.head, outcome.total)
    return [{"grade": b.grade, "at": str(b.at), "wanting": b.shown(by.head)} for b in bounds]


def _assessors(gathered: Gathered) -> Json:
    return {form.assessor.id: named(form.assessor) for form in gathered.forms}


def _form(form: Any) -> Json:
    submission = form.row.submission if form.row else None
    return {
        "form_id": form.row.id if form.row else None,
        "form": form.form,
        "part": form.part,
        "assessor": named(form.assessor),
        "submitted_at": iso(submission.submitted_at) if submission else None,
    }


def _occurrence(one: Occurrence) -> Json:
    last = one.steps[-1]
    return {
        "id": one.id,
        "clause": one.clause,
        "state": one.state,
        "authority": named(one.authority),
        "case_id": one.case_id,
        "at": iso(last.at),
    }


def _grounds(gathered: Gathered) -> dict[str, list[Json]]:
    """By occurrence id, and by "<form id>/<item>" for grades."""
    shown = gathered.resolved.shown
    found = {
        one.id: [shown(ref, one.authority_id) for ref in refs_of(one)]
        for one in gathered.occurrences
    }
    if gathered.subject.scheme != LIABILITY:
        return found
    for form in gathered.forms:
        for item, grade in latest_grades(form.row).items() if form.row else ():
            refs = refs_of(grade)
            if refs and form.row:
                found[f"{form.row.id}/{item}"] = [shown(ref, form.assessor.id) for ref in refs]
    return found


def _changes(versions: list[SheetVersion]) -> list[Json]:
    before: str | None = None
    changes = []
    for version in versions:
        changes.append(
            {
                "at": iso(version.made_at),
                "from": before,
                "to": version.sheet["total"],
                "cause": version.cause,
                "cause_kind": version.cause_kind,
                "cause_id": version.cause_id,
                "digest": version.digest,
            }
        )
        before = version.sheet["total"]
    return changes
