"""Grade-point schemes: each item of each form is graded, its points looked up."""

from collections.abc import Iterable, Mapping
from fractions import Fraction

from fieldapp.scoring.facts import Accident, Form, GradedFacts, Occurrence
from fieldapp.scoring.outcome import FormScore, ItemGrade, Line, Note, Outcome
from fieldapp.scoring.scheme import (
    AccidentLevel,
    AccidentVeto,
    Decision,
    FormKind,
    GradedItem,
    GradedScheme,
    Rate,
)

MEASURES_ZH = {
    "deaths": "死亡人数",
    "serious_injuries": "重伤人数",
    "loss_yuan": "直接经济损失（元）",
}
LEVELS_ZH = {"larger": "较大事故", "major": "重大事故", "especially_major": "特别重大事故"}


def grade(scheme: GradedScheme, facts: GradedFacts) -> Outcome:
    forms = tuple(_form(scheme, form, facts) for form in facts.forms)
    weights = facts.weights or {part.id: part.weight for part in scheme.parts}
    parts = {part.id: _mean(part.id, forms) for part in scheme.parts}
    vetoes = list(_vetoes(scheme, facts.accidents))
    missing = tuple(_missing(scheme, facts, forms, weights))
    total = None if missing else _weighted(parts, weights)
    return Outcome(
        total=total,
        grade=_overall(scheme, total, [veto for veto, _ in vetoes]),
        parts=parts,
        forms=forms,
        vetoes=tuple(note for _, note in vetoes),
        missing=missing,
    )


# -- one form -----------------------------------------------------------------------------------------


def _form(scheme: GradedScheme, form: Form, facts: GradedFacts) -> FormScore:
    kind = scheme.forms[form.form]
    items = tuple(_item(item, form, facts) for item in kind.items)
    valid = kind.min_answered is None or len(_answered(items)) >= max(kind.min_answered, 1)
    return FormScore(
        form=form.form,
        part=form.part,
        assessor=form.assessor,
        valid=valid,
        total=_form_total(scheme, kind, items) if valid else None,
        items=items,
    )


def _answered(items: Iterable[ItemGrade]) -> list[ItemGrade]:
    return [item for item in items if item.score is not None]


def _form_total(
    scheme: GradedScheme, kind: FormKind, items: tuple[ItemGrade, ...]
) -> Fraction | None:
    if any(item.grade is None for item in items):
        return None
    answered = _answered(items)
    got = sum((item.score for item in answered if item.score), Fraction(0))
    if kind.min_answered is None:
        return got
    possible = sum(item.max for item in answered)
    return scheme.head.total * got / possible if possible else None


def _item(item: GradedItem, form: Form, facts: GradedFacts) -> ItemGrade:
    given = form.grades.get(item.id)
    lines = _lines(item, facts.compliance_events)
    verdict, source = given, "assessor"
    if item.veto_grade and any(line.counted for line in lines):
        verdict, source = item.veto_grade, "veto"
    elif item.computed and not _asks_assessor(item.computed, facts.facts):
        verdict, source = _computed(item.computed, facts.facts), "facts"
    return ItemGrade(
        id=item.id,
        max=item.max,
        grade=verdict,
        score=item.points.get(verdict) if verdict else None,
        source=source,
        unused_grade=None if source == "assessor" else given,
        lines=lines,
    )


def _lines(item: GradedItem, events: Iterable[Occurrence]) -> tuple[Line, ...]:
    """Every event at this item, in clause order of the scheme, then by id."""
    return tuple(
        Line(event.id, clause.id, event.counts, event.evidence, _why(clause.zh, event))
        for clause in item.veto_clauses
        for event in sorted(events, key=lambda event: event.id)
        if event.clause == clause.id
    )


def _why(zh: str, event: Occurrence) -> str:
    return zh if event.counts else f"不计：{'；'.join(event.doubts)}。{zh}"


def _asks_assessor(rule: Decision | Rate, facts: Mapping[str, int]) -> bool:
    """A rate over 0 cannot be computed; the scheme says whether the assessor is asked."""
    return isinstance(rule, Rate) and rule.at_zero is None and facts.get(rule.denominator) == 0


def _computed(rule: Decision | Rate, facts: Mapping[str, int]) -> str | None:
    if isinstance(rule, Rate) and facts.get(rule.denominator) == 0:
        return rule.at_zero
    if any(name not in facts for name in rule.inputs):
        return None
    if isinstance(rule, Decision):
        return next((grade for when, grade in rule.rules if when.holds(facts)), None)
    rate = Fraction(facts[rule.numerator], facts[rule.denominator])
    return next((grade for interval, grade in rule.tiers if rate in interval), None)


# -- all forms ----------------------------------------------------------------------------------------


def _mean(part: str, forms: Iterable[FormScore]) -> Fraction | None:
    """Forms count alike. None if there is no valid one, or a valid one is not complete."""
    totals = [form.total for form in forms if form.part == part and form.valid]
    known = [total for total in totals if total is not None]
    return sum(known, Fraction(0)) / len(known) if known and len(known) == len(totals) else None


def _weighted(
    parts: Mapping[str, Fraction | None], weights: Mapping[str, Fraction]
) -> Fraction | None:
    shares = [(parts[part], weight) for part, weight in weights.items()]
    if any(mean is None for mean, _ in shares):
        return None
    return sum((mean * weight for mean, weight in shares if mean is not None), Fraction(0))


def _overall(
    scheme: GradedScheme, total: Fraction | None, vetoes: list[AccidentVeto]
) -> str | None:
    """A veto sets the grade even without a total; of several, the lowest."""
    order = [band.id for band in scheme.head.grades]
    if vetoes:
        return max((veto.grade for veto in vetoes), key=order.index)
    return None if total is None else scheme.head.grade_of(total)


# -- accidents ----------------------------------------------------------------------------------------


def _vetoes(
    scheme: GradedScheme, accidents: tuple[Accident, ...]
) -> Iterable[tuple[AccidentVeto, Note]]:
    for veto in scheme.vetoes:
        for index, accident in enumerate(accidents):
            level = _level(veto, accident)
            if level and _is_vetoing(veto, accident, level):
                reached = "、".join(_reached(level, accident))
                name = LEVELS_ZH.get(level.id, level.id)
                why = f"{veto.zh}事故 {accident.id} 为{name}：{reached}"
                yield veto, Note(veto.id, f"/accidents/{index}", why)


def _level(veto: AccidentVeto, accident: Accident) -> AccidentLevel | None:
    """The highest level that any recorded measure reaches."""
    reached = [level for level in veto.levels if _reached(level, accident)]
    return reached[-1] if reached else None


def _reached(level: AccidentLevel, accident: Accident) -> list[str]:
    return [
        f"{MEASURES_ZH[measure]} {accident.measures[measure]} ≥ {threshold}"
        for measure, threshold in level.thresholds.items()
        if accident.measures.get(measure, -1) >= threshold
    ]


def _is_vetoing(veto: AccidentVeto, accident: Accident, level: AccidentLevel) -> bool:
    return accident.responsibility is veto.responsibility and level.id in veto.vetoing


# -- what is missing ----------------------------------------------------------------------------------


def _missing(
    scheme: GradedScheme,
    facts: GradedFacts,
    forms: tuple[FormScore, ...],
    due: Mapping[str, Fraction],
) -> Iterable[Note]:
    yield from _missing_parts(scheme, forms, due)
    yield from _missing_facts(scheme, facts, due)
    yield from _missing_grades(scheme, facts, forms, due)
    for index, accident in enumerate(facts.accidents):
        yield from _missing_of_accident(scheme, accident, f"/accidents/{index}")


def _missing_parts(
    scheme: GradedScheme, forms: tuple[FormScore, ...], due: Mapping[str, Fraction]
) -> Iterable[Note]:
    for part in scheme.parts:
        own = [form for form in forms if form.part == part.id]
        if part.id in due and not any(form.valid for form in own):
            why = "只有无效的表" if own else "没有表"
            yield Note(part.id, "/forms", f"{part.zh}：{why}")


def _missing_facts(
    scheme: GradedScheme, facts: GradedFacts, due: Mapping[str, Fraction]
) -> Iterable[Note]:
    kinds = dict.fromkeys(part.form for part in scheme.parts if part.id in due)
    rules = [item.computed for kind in kinds for item in scheme.forms[kind].items]
    asked = [rule for rule in rules if rule and not _over_zero(rule, facts.facts)]
    for name in dict.fromkeys(name for rule in asked for name in rule.inputs):
        if name not in facts.facts:
            yield Note(name, f"/facts/{name}", "没有记录；没有记录不等于 0")


def _over_zero(rule: Decision | Rate, facts: Mapping[str, int]) -> bool:
    return isinstance(rule, Rate) and facts.get(rule.denominator) == 0


def _missing_grades(
    scheme: GradedScheme,
    facts: GradedFacts,
    forms: tuple[FormScore, ...],
    due: Mapping[str, Fraction],
) -> Iterable[Note]:
    for index, form in enumerate(forms):
        blank = [item for item in form.items if item.grade is None and form.part in due]
        rules = {item.id: item.computed for item in scheme.forms[form.form].items}
        for item in blank:
            rule = rules[item.id]
            if item.source == "assessor":
                yield Note(item.id, f"/forms/{index}/grades/{item.id}", "未评等级")
            elif rule and all(name in facts.facts for name in rule.inputs):
                yield Note(item.id, "/facts", "评分办法没有与所记录事实对应的等级")


def _missing_of_accident(scheme: GradedScheme, accident: Accident, where: str) -> Iterable[Note]:
    """What could still turn this accident into a veto, for as long as none is certain."""
    for veto in scheme.vetoes:
        if accident.responsibility is (not veto.responsibility):
            continue
        level = _level(veto, accident)
        vetoing = level is not None and level.id in veto.vetoing
        used = {measure for level in veto.levels for measure in level.thresholds}
        absent = [] if vetoing else [m for m in MEASURES_ZH if m in used - accident.measures.keys()]
        for measure in absent:
            why = f"事故 {accident.id} 没有记录{MEASURES_ZH[measure]}；没有记录不等于 0"
            yield Note(measure, f"{where}/{measure}", why)
        if accident.responsibility is None and (vetoing or absent):
            why = f"事故 {accident.id} 没有记录是否责任事故"
            yield Note("responsibility", f"{where}/responsibility", why)
