"""An opinion form as data: items with criteria, points, grade, reason and grounds; computed ones locked."""

from typing import Any

from fieldapp.clock import iso
from fieldapp.scoring import sheets
from fieldapp.scoring.appraising import judged_items, subject_of
from fieldapp.scoring.gathering import (
    AUTHORITY_FORM,
    Gathered,
    figures_of,
    is_reopened,
    latest_grades,
    refs_of,
)
from fieldapp.scoring.models import FormGrade, OpinionForm
from fieldapp.scoring.published import form_title, graded, item_words, titles
from fieldapp.scoring.resolving import Resolved
from fieldapp.scoring.scheme import GradedItem
from fieldapp.scoring.showing_occurrences import named

Json = dict[str, Any]


def summary(form: OpinionForm) -> Json:
    submission = form.submission
    return {
        "id": form.id,
        "form": form.form,
        "title": form_title(form.form),
        "part": form.part,
        "insurer": named(form.insurer),
        "assessor": named(form.assessor) | {"level": form.assessor.level},
        "period": form.period,
        "version": form.version,
        "etag": etag(form),
        "submitted_at": iso(submission.submitted_at) if submission else None,
        "graded": len(latest_grades(form)),
    }


def etag(form: OpinionForm) -> str:
    return f'"{form.version}"'


def shown(form: OpinionForm, viewer_organisation_id: str) -> Json:
    gathered, sheet = sheets.current(subject_of(form))
    scored = _scored(form, sheet)
    given = latest_grades(form)
    resolved = Resolved(ref for row in given.values() for ref in refs_of(row))
    judged = judged_items(form)
    own = form.form == AUTHORITY_FORM and form.assessor_id == viewer_organisation_id
    items = [
        _item(item, given.get(item.id), form, resolved)
        | _score(item, scored)
        | _computing(item, form)
        | {"locked": not own or item.id not in judged}
        for item in graded().forms[form.form].items
    ]
    submitted = form.submission is not None
    for item in items:
        item["locked"] = item["locked"] or (submitted and not item["reopened"])
    return summary(form) | {
        "due": scored is not None,
        "total": scored["total"] if scored else None,
        "items": items,
        "grades": titles(form.scheme)["grades"],
        "events": _events(gathered),
    }


def _scored(form: OpinionForm, sheet: Json) -> Json | None:
    key = (form.part, form.assessor_id)
    forms = sheet["forms"]
    return next((f for f in forms if (f["part"], f["assessor"]) == key), None)


def _score(item: GradedItem, scored: Json | None) -> Json:
    found = next((i for i in scored["items"] if i["id"] == item.id), None) if scored else None
    if found is None:
        return {"score": None, "from": None, "lines": []}
    return {key: found[key] for key in ("grade", "score", "from", "unused_grade", "lines")}


def _item(item: GradedItem, given: FormGrade | None, form: OpinionForm, resolved: Resolved) -> Json:
    words = item_words(form.form)[item.id]
    grounds = [resolved.shown(ref, form.assessor_id) for ref in refs_of(given)] if given else []
    return {
        "id": item.id,
        "number": words["number"],
        **titles(form.scheme)["items"][item.id],
        "criteria_zh": words.get("criteria_zh"),
        "grade_zh": words.get("grade_zh", {}),
        "source": words["source"],
        "points": {grade: str(points) for grade, points in item.points.items()},
        "unreachable": words.get("unreachable", []),
        "grade": given.grade if given else None,
        "given_grade": given.grade if given else None,
        "words": given.words if given else None,
        "graded_at": iso(given.graded_at) if given else None,
        "graded_by": {"name": given.graded_by.name} if given and given.graded_by else None,
        "grounds": grounds,
        "reopened": given is not None and is_reopened(given, form.assessor_id, resolved),
    }


def _computing(item: GradedItem, form: OpinionForm) -> Json:
    """`computed` and the figures that the rule reads; a missing one is null."""
    rule = item.computed
    if rule is None:
        return {"computed": False, "figures": None, "allowed": list(item.points)}
    figures = figures_of(subject_of(form))
    judged = item.id in judged_items(form)
    return {
        "computed": not judged,
        "figures": {name: figures.get(name) for name in rule.inputs},
        "allowed": list(item.points) if judged else [],
    }


def _events(gathered: Gathered) -> list[Json]:
    """What was taken up against the insurer under 第十九条, counted or not."""
    return [
        {"id": row.id, "clause": row.clause, "state": row.state} for row in gathered.occurrences
    ]
