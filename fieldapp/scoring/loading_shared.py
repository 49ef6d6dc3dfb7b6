"""What scheme files of both kinds have: head, grade bands, intervals."""

from fieldapp.scoring.amounts import ROUNDING_MODES, Rounding
from fieldapp.scoring.reading import Place
from fieldapp.scoring.scheme import GradeBand, Head, Interval

ROUNDED = "only_to_the_displayed_total_not_before_grading"


def head(root: Place, canonical: bytes) -> Head:
    top = root.members(("scheme",), ("grades", "aggregation"), others=True)
    own = top["scheme"].members(("id", "edition", "total"), others=True)
    return Head(
        id=own["id"].text(),
        edition=own["edition"].text(),
        total=own["total"].amount(),
        rounding=_rounding(top["aggregation"]) if "aggregation" in top else Rounding(),
        grades=tuple(_band(p) for p in top["grades"].entries()) if "grades" in top else (),
        canonical=canonical,
    )


def _rounding(aggregation: Place) -> Rounding:
    rule = aggregation.members((), ("rounding",), others=True).get("rounding")
    if rule is None:
        return Rounding()
    members = rule.members(("decimals", "mode", "apply"))
    members["apply"].word((ROUNDED,), "UnknownRounding")
    mode = members["mode"].word(ROUNDING_MODES, "UnknownRounding")
    return Rounding(min(members["decimals"].natural(), 10), mode)


def _band(place: Place) -> GradeBand:
    members = place.members(("id", "zh"), others=True)
    return GradeBand(members["id"].text(), members["zh"].text(), interval(place))


def interval(place: Place) -> Interval:
    members = place.members((), others=True)
    return Interval(**{b: members[b].amount() for b in ("ge", "gt", "le", "lt") if b in members})


def each_once(ids: list[tuple[str, Place]]) -> None:
    seen = set[str]()
    for id_, place in ids:
        if id_ in seen:
            place.fault("DuplicateId", f"“{id_}” stands twice.")
        seen.add(id_)
