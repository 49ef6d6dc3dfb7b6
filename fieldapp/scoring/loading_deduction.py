"""Makes a scheme that starts at each item's points and deducts."""

from fractions import Fraction

from fieldapp.scoring.loading_shared import each_once, head, interval
from fieldapp.scoring.reading import Place
from fieldapp.scoring.scheme import Clause, DeductionItem, DeductionScheme, ScoreTier

KINDS = ("zero_item", "deduct_per_occurrence", "deduct_per_shortfall", "deduct_once", "tier")


def deduction(root: Place, canonical: bytes) -> DeductionScheme:
    top = root.members(("scheme", "sections"), others=True)
    floor = top["scheme"].members(("floor_per_item",), others=True)["floor_per_item"]
    sections = [p.members(("items",), others=True) for p in top["sections"].entries()]
    places = [item for section in sections for item in section["items"].entries()]
    items = tuple(_deduction_item(place) for place in places)
    each_once([(item.id, place) for item, place in zip(items, places, strict=True)])
    each_once([(c.id, p) for i, p in zip(items, places, strict=True) for c in i.clauses])
    return DeductionScheme(
        head=head(root, canonical),
        floor=None if floor.value is None else floor.amount(),
        items=items,
    )


def _deduction_item(place: Place) -> DeductionItem:
    members = place.members(("id", "points", "clauses"), others=True)
    most = members["points"].amount()
    clauses = tuple(_clause(p, most) for p in members["clauses"].entries())
    return DeductionItem(members["id"].text(), most, clauses)


def _clause(place: Place, most: Fraction) -> Clause:
    members = place.members(("id", "zh", "kind"), others=True)
    id_, zh = members["id"].text(), members["zh"].text()
    kind = members["kind"].word(KINDS, "UnknownClauseKind")
    if kind == "tier":
        return _tier_clause(place, id_, zh, most)
    if kind == "zero_item":
        return Clause(id_, zh, kind)
    points = place.members(("points",), others=True)["points"]
    if points.amount() < 0:
        points.fault("NegativeNumber", "Points to deduct are not below 0.")
    return Clause(id_, zh, kind, points.amount())


def _tier_clause(place: Place, id_: str, zh: str, most: Fraction) -> Clause:
    members = place.members(("min_valid", "compare", "tiers"), others=True)
    members["compare"].word(("exact_fraction",), "UnknownComparison")
    tiers = tuple(_score_tier(tier, most) for tier in members["tiers"].entries())
    return Clause(id_, zh, "tier", tiers=tiers, min_valid=members["min_valid"].natural())


def _score_tier(place: Place, most: Fraction) -> ScoreTier:
    score = place.members(("score",), others=True)["score"]
    if not 0 <= score.amount() <= most:
        score.fault("ScoreOutOfRange", "A tier's score lies between 0 and the item's points.")
    return ScoreTier(interval(place), score.amount())
