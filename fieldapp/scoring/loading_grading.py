"""Makes a scheme that grades each item and looks up its points."""

import re

from fieldapp.scoring.conditions import Condition, NotACondition, condition
from fieldapp.scoring.loading_shared import each_once, head, interval
from fieldapp.scoring.reading import Place
from fieldapp.scoring.scheme import (
    AccidentLevel,
    AccidentVeto,
    Decision,
    FormKind,
    GradedItem,
    GradedScheme,
    Part,
    Rate,
    VetoClause,
)

ITEM_KINDS = ("judged", "judged_with_veto", "computed_tier", "computed_binary")
MEANS = ("mean_over_forms", "mean_over_valid_forms")
ACCIDENT_MEASURES = ("deaths", "serious_injuries", "loss_yuan")
ACCIDENT_CONDITION = re.compile(
    r"any accident of an insured project with responsibility = (true|false)"
    r" and level in \[(\w+(?:, ?\w+)*)\]"
)
RATE = re.compile(r"(\w+) / (\w+)")


def grade_points(root: Place, canonical: bytes) -> GradedScheme:
    top = root.members(("weights", "grades", "vetoes", "forms"), ("aggregation",), others=True)
    made = head(root, canonical)
    grades = [band.id for band in made.grades]
    item_vetoes, accident_vetoes = _vetoes(top["vetoes"], grades)
    forms = [_form_kind(place, grades, item_vetoes) for place in top["forms"].entries()]
    each_once([(f.id, p) for f, p in zip(forms, top["forms"].entries(), strict=True)])
    parts = _parts(top["weights"], [form.id for form in forms])
    if "aggregation" in top:
        _check_means(top["aggregation"], [part.id for part in parts])
    return GradedScheme(made, parts, {form.id: form for form in forms}, accident_vetoes)


def _parts(weights: Place, forms: list[str]) -> tuple[Part, ...]:
    parts = []
    for place in weights.entries():
        members = place.members(("id", "zh", "weight", "form"))
        parts.append(
            Part(
                id=members["id"].text(),
                zh=members["zh"].text(),
                weight=members["weight"].amount(),
                form=members["form"].word(forms, "UnknownForm"),
            )
        )
    each_once([(p.id, place) for p, place in zip(parts, weights.entries(), strict=True)])
    if sum(part.weight for part in parts) != 1:
        weights.fault("WeightsNotWhole", "The weights do not add up to 1.")
    return tuple(parts)


def _check_means(aggregation: Place, parts: list[str]) -> None:
    for key, place in aggregation.open_members().items():
        if key == "rounding":
            continue
        if key not in parts:
            place.fault("UnknownPart", f"“{key}” is not a part of this scheme.")
        members = place.members(("method",), ("weight_by",))
        members["method"].word(MEANS, "UnknownMean")
        if "weight_by" in members and members["weight_by"].value is not None:
            members["weight_by"].fault("UnknownMean", "Forms are averaged without weights.")


def _vetoes(vetoes: Place, grades: list[str]) -> tuple[dict[str, str], tuple[AccidentVeto, ...]]:
    """Grades that a veto clause gives its item, by item; vetoes of the overall grade."""
    of_items, of_all = {}, []
    for place in vetoes.entries():
        effect = place.members(("id", "zh", "effect"), others=True)["effect"]
        members = effect.members((), ("overall_grade", "item", "grade"))
        if "overall_grade" in members:
            grade = members["overall_grade"].word(grades, "UnknownGrade")
            of_all.append(_accident_veto(place, grade))
        else:
            members = effect.members(("item", "grade"))
            of_items[members["item"].text()] = members["grade"].word(grades, "UnknownGrade")
    return of_items, tuple(of_all)


def _accident_veto(place: Place, grade: str) -> AccidentVeto:
    members = place.members(("id", "zh", "condition", "levels"), others=True)
    levels = tuple(
        AccidentLevel(id_, {m: p.natural() for m, p in _measures(level).items()})
        for id_, level in members["levels"].open_members().items()
    )
    stated = ACCIDENT_CONDITION.fullmatch(members["condition"].text())
    vetoing = tuple(re.split(", ?", stated[2])) if stated else ()
    if not stated or not set(vetoing) <= {level.id for level in levels}:
        members["condition"].fault("UnknownCondition", "This veto condition cannot be read.")
    return AccidentVeto(
        id=members["id"].text(),
        zh=members["zh"].text(),
        grade=grade,
        responsibility=bool(stated and stated[1] == "true"),
        vetoing=vetoing,
        levels=levels,
    )


def _measures(level: Place) -> dict[str, Place]:
    members = level.members((), ACCIDENT_MEASURES)
    return {measure: members[measure] for measure in ACCIDENT_MEASURES if measure in members}


def _form_kind(place: Place, grades: list[str], item_vetoes: dict[str, str]) -> FormKind:
    members = place.members(("id", "items"), ("not_applicable",), others=True)
    items = [_graded_item(p, grades, item_vetoes) for p in members["items"].entries()]
    each_once([(i.id, p) for i, p in zip(items, members["items"].entries(), strict=True)])
    least = None
    if "not_applicable" in members:
        rule = members["not_applicable"].members(("allowed", "min_answered"))
        least = rule["min_answered"].natural() if rule["allowed"].flag() else None
    return FormKind(members["id"].text(), tuple(items), least)


def _graded_item(place: Place, grades: list[str], item_vetoes: dict[str, str]) -> GradedItem:
    members = place.members(("id", "points", "rule"), ("veto_clauses",), others=True)
    points = members["points"].members(grades)
    clauses = members["veto_clauses"].entries() if "veto_clauses" in members else []
    named = [clause.members(("id", "zh"), others=True) for clause in clauses]
    return GradedItem(
        id=members["id"].text(),
        points={grade: points[grade].amount() for grade in grades},
        computed=_computed(place, members["rule"], grades),
        veto_clauses=tuple(VetoClause(m["id"].text(), m["zh"].text()) for m in named),
        veto_grade=item_vetoes.get(members["id"].text()),
    )


def _computed(item: Place, rule: Place, grades: list[str]) -> Decision | Rate | None:
    members = rule.members(("kind",), others=True)
    if not members["kind"].word(ITEM_KINDS, "UnknownItemKind").startswith("computed"):
        return None
    return _rate(item, rule, grades) if "metric" in members else _decision(item, rule, grades)


def _rate(item: Place, rule: Place, grades: list[str]) -> Rate:
    metric = rule.members(("metric",), others=True)["metric"]
    members = item.members(("tiers", "zero_denominator"), others=True)
    stated = RATE.fullmatch(metric.text())
    if not stated:
        metric.fault("UnknownMetric", "A metric reads “numerator / denominator”.")
    at_zero = members["zero_denominator"].members(("grade", "action"))
    given = at_zero["grade"].value is not None
    if not given:
        at_zero["action"].word(("ask_assessor",), "UnknownAction")
    return Rate(
        numerator=stated[1] if stated else "",
        denominator=stated[2] if stated else "",
        tiers=tuple((interval(p), _grade(p, grades)) for p in members["tiers"].entries()),
        at_zero=at_zero["grade"].word(grades, "UnknownGrade") if given else None,
    )


def _decision(item: Place, rule: Place, grades: list[str]) -> Decision:
    inputs = rule.members((), ("inputs",), others=True).get("inputs")
    names = [place.text() for place in inputs.entries()] if inputs else []
    rules = []
    for place in item.members(("decision",), others=True)["decision"].entries():
        when = place.members(("when",), others=True)["when"]
        stated = _condition(when)
        if stated:
            rules.append((stated, _grade(place, grades)))
            names.extend(stated.names)
    return Decision(tuple(dict.fromkeys(names)), tuple(rules))


def _condition(when: Place) -> Condition | None:
    try:
        return condition(when.text())
    except NotACondition as error:
        when.fault("UnknownCondition", f"This condition cannot be read: {error}.")
        return None


def _grade(place: Place, grades: list[str]) -> str:
    return place.members(("grade",), others=True)["grade"].word(grades, "UnknownGrade")
