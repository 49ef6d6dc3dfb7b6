"""Deduction schemes: an item starts at its points and loses them clause by clause."""

from dataclasses import dataclass, replace
from fractions import Fraction

from fieldapp.scoring.amounts import plain
from fieldapp.scoring.facts import DeductionFacts, Occurrence, Satisfaction
from fieldapp.scoring.outcome import DeductedItem, Line, Note, Outcome
from fieldapp.scoring.scheme import Clause, DeductionItem, DeductionScheme


def deduct(scheme: DeductionScheme, facts: DeductionFacts) -> Outcome:
    items = tuple(_item(item, scheme.floor, facts) for item in scheme.items)
    scores = [item.score for item in items if item.score is not None]
    total = sum(scores, Fraction(0)) if len(scores) == len(items) else None
    return Outcome(
        total=total,
        grade=None if total is None else scheme.head.grade_of(total),
        items=items,
        missing=_missing(scheme, facts.satisfaction),
    )


@dataclass(frozen=True)
class _Claim:
    """What one line would take if nothing stood before it."""

    clause: Clause
    line: Line
    points: Fraction


def _item(item: DeductionItem, floor: Fraction | None, facts: DeductionFacts) -> DeductedItem:
    claims = _claims(item, facts)
    zeroed = any(claim.clause.kind == "zero_item" and claim.points for claim in claims)
    lines = _taken(claims, item.max, Fraction(0) if zeroed else floor)
    taken = sum((line.points for line in lines if line.points), Fraction(0))
    raw = -sum((claim.points for claim in claims), Fraction(0))
    sampled = all(c.kind != "tier" or _tier_score(c, facts) is not None for c in item.clauses)
    return DeductedItem(
        id=item.id,
        max=item.max,
        score=item.max + taken if sampled else None,
        lines=lines,
        raw=raw if sampled and raw != taken else None,
    )


def _claims(item: DeductionItem, facts: DeductionFacts) -> list[_Claim]:
    """In clause order of the scheme, then by id."""
    claims: list[_Claim] = []
    spent = set[str]()
    for clause in item.clauses:
        if clause.kind == "tier":
            claims.extend(_tier_claims(clause, item.max, facts))
            continue
        own = [occurrence for occurrence in facts.occurrences if occurrence.clause == clause.id]
        own.sort(key=lambda occurrence: occurrence.id)
        claims.extend(_claim(clause, item.max, occurrence, spent) for occurrence in own)
    return claims


def _claim(clause: Clause, most: Fraction, occurrence: Occurrence, spent: set[str]) -> _Claim:
    """`spent` holds what counts once: a clause deducted once, the whole item zeroed once."""
    happened = occurrence.counts and occurrence.count > 0
    once = {"zero_item": "zero_item", "deduct_once": clause.id}.get(clause.kind)
    repeated = once in spent
    if once and happened:
        spent.add(once)
    if not happened or repeated:
        points = Fraction(0)
    elif once:
        points = most if clause.kind == "zero_item" else clause.points
    else:
        points = clause.points * occurrence.count
    line = Line(
        source=occurrence.id,
        clause=clause.id,
        counted=occurrence.counts,
        evidence=occurrence.evidence,
        why=_why(clause, occurrence, repeated=repeated),
        count=occurrence.count,
    )
    return _Claim(clause, line, points)


def _why(clause: Clause, occurrence: Occurrence, *, repeated: bool) -> str:
    if not occurrence.counts:
        return f"不计：{'；'.join(occurrence.doubts)}。{clause.zh}"
    return f"{clause.zh}（已计一次，不重复扣分）" if repeated else clause.zh


def _tier_claims(clause: Clause, most: Fraction, facts: DeductionFacts) -> list[_Claim]:
    score = _tier_score(clause, facts)
    sample = facts.satisfaction
    if score is None or sample is None:
        return []
    why = f"{clause.zh}（满意{sample.satisfied}份，有效{sample.valid}份，得{plain(score)}分）"
    line = Line("satisfaction", clause.id, counted=True, evidence=(), why=why, count=1)
    return [_Claim(clause, line, most - score)]


def _tier_score(clause: Clause, facts: DeductionFacts) -> Fraction | None:
    sample = facts.satisfaction
    if sample is None or not sample.valid or sample.satisfied is None:
        return None
    if sample.valid < clause.min_valid:
        return None
    rate = Fraction(sample.satisfied, sample.valid)
    return next((tier.score for tier in clause.tiers if rate in tier.interval), None)


def _taken(claims: list[_Claim], most: Fraction, floor: Fraction | None) -> tuple[Line, ...]:
    """Each line takes its points or what is left, in the order they stand."""
    left = None if floor is None else most - floor
    lines = []
    for claim in claims:
        points = claim.points if left is None else min(claim.points, left)
        left = None if left is None else left - points
        why = claim.line.why
        if points < claim.points:
            why += f"（应扣{plain(claim.points)}分，本项目只余{plain(points)}分可扣）"
        lines.append(replace(claim.line, points=-points, why=why))
    return tuple(lines)


def _missing(scheme: DeductionScheme, sample: Satisfaction | None) -> tuple[Note, ...]:
    tiers = [clause for clause in scheme.clauses.values() if clause.kind == "tier"]
    lacking = (_lack(clause, sample) for clause in tiers)
    return tuple(dict.fromkeys(note for note in lacking if note))


def _lack(clause: Clause, sample: Satisfaction | None) -> Note | None:
    if sample is None:
        return Note("satisfaction", "/satisfaction", "没有满意度调查样本")
    if sample.satisfied is None:
        return Note("satisfaction", "/satisfaction/satisfied", "没有记录反馈“满意”的份数")
    if sample.valid is None:
        return Note("satisfaction", "/satisfaction/valid", "没有记录有效反馈的份数")
    least = max(clause.min_valid, 1)
    if sample.valid < least:
        why = f"有效反馈{sample.valid}份，少于要求的{least}份"
        return Note("satisfaction", "/satisfaction", why)
    rate = Fraction(sample.satisfied, sample.valid)
    if not any(rate in tier.interval for tier in clause.tiers):
        return Note("satisfaction", "/satisfaction", "评分办法没有与该满意率对应的档次")
    return None
