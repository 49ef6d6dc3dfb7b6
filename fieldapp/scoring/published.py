"""The schemes this program scores by, and the words of their files. Read once; a file never changes while we run."""

import json
from functools import cache
from typing import Any

import yaml

from fieldapp.scoring import loading
from fieldapp.scoring.scheme import DeductionScheme, GradedItem, GradedScheme, Rate, Scheme

LIABILITY = "construction_liability"
INJURY = "work_injury_performance"
SCHEMES = (LIABILITY, INJURY)
AT_MOST_ONCE_A_CASE = "survey_record_nonconforming"
BEST = "excellent"

Json = dict[str, Any]


@cache
def scheme(scheme_id: str) -> Scheme:
    return loading.scheme(scheme_id)


def graded() -> GradedScheme:
    found = scheme(LIABILITY)
    assert isinstance(found, GradedScheme)
    return found


def clauses(scheme_id: str) -> dict[str, str]:
    """Clauses that an occurrence may name, with their words. Satisfaction is scored from answers alone."""
    found = scheme(scheme_id)
    if isinstance(found, DeductionScheme):
        return {c.id: c.zh for c in found.clauses.values() if c.kind != "tier"}
    return {c.id: c.zh for c in found.veto_clauses.values()}


def least_answers() -> int:
    """Below so many valid answers the injury scheme's satisfaction has no score."""
    found = scheme(INJURY)
    assert isinstance(found, DeductionScheme)
    return max(1, *(c.min_valid for c in found.clauses.values() if c.kind == "tier"))


def only_by_decision(scheme_id: str, clause: str) -> bool:
    """Zero-item, fraud and veto clauses: they count by an authority's final written decision alone."""
    found = scheme(scheme_id)
    if isinstance(found, DeductionScheme):
        return found.clauses[clause].kind == "zero_item"
    return True


def is_judged(item: GradedItem, figures: Json) -> bool:
    """Whether an assessor grades it: no rule computes it, or the rule cannot (a rate over 0)."""
    rule = item.computed
    if rule is None:
        return True
    return isinstance(rule, Rate) and rule.at_zero is None and figures.get(rule.denominator) == 0


@cache
def document(scheme_id: str) -> Json:
    """The scheme's file as JSON."""
    return json.loads(scheme(scheme_id).head.canonical)


@cache
def item_words(form: str) -> dict[str, Json]:
    """The items of a form as the scheme's file words them, by id."""
    forms = document(LIABILITY)["forms"]
    return {item["id"]: item for f in forms if f["id"] == form for item in f["items"]}


@cache
def form_title(form: str) -> str:
    return next(f["zh"] for f in document(LIABILITY)["forms"] if f["id"] == form)


@cache
def titles(scheme_id: str) -> Json:
    """{"items" | "clauses" | "parts" | "grades": {id: {"zh", "en"}}}, `scheme`, `weights`, where each grade begins, the form's layout."""
    whole = document(scheme_id)
    head = whole["scheme"]
    if scheme_id == LIABILITY:
        listed = [item for form in whole["forms"] for item in form["items"]]
        parts, of_items = whole["weights"], "veto_clauses"
    else:
        listed = [item for section in whole["sections"] for item in section["items"]]
        parts, of_items = whole["sections"], "clauses"
    named = [clause for item in listed for clause in item.get(of_items, [])]
    return {
        "scheme": {"zh": head["title_zh"], "en": head["title_en"]},
        "items": _both(listed),
        "clauses": _both(named),
        "parts": _both(parts),
        "grades": _both(whole.get("grades", [])),
        "weights": {part["id"]: part["weight"] for part in parts if "weight" in part},
        "grade_from": {g["id"]: str(g["ge"]) for g in whole.get("grades", []) if "ge" in g},
        "sections": [_section(section) for section in whole.get("sections", [])],
    }


def _section(section: Json) -> Json:
    return {
        "id": section["id"],
        "items": [
            {
                "id": item["id"],
                "content_zh": item["content_zh"],
                "method_zh": item["method_zh"],
                "by_case": any(clause.get("unit") == "case" for clause in item["clauses"]),
                "clauses": [clause["id"] for clause in item["clauses"]],
            }
            for item in section["items"]
        ],
    }


def _both(listed: list[Json]) -> Json:
    return {one["id"]: {"zh": one["zh"], "en": english(one["id"])} for one in listed}


def english(id_: str) -> str:
    return _english()[id_]


@cache
def _english() -> dict[str, str]:
    content = (loading.PUBLISHED.parent / "titles.yaml").read_bytes()
    return yaml.safe_load(content)
