"""Which questions a visit has: the items of the edition, once for each unit of the register.

Twin: static/src/shared/checklist/walk.ts. One table of cases: tests/checklists/cases/walk.json.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from fieldapp.checklists.form import Category, Edition, Item, Unit, UnitKind

SITE = "site"


@dataclass(frozen=True, slots=True)
class Question:
    """One item asked of one unit (None: of the site). `group`: where "the rest passes" may reach, and no further."""

    key: str
    category: str
    group: str
    item: Item
    unit: Unit | None


def question_key(item_id: str, unit_id: str | None = None) -> str:
    """`crane.tower.foundation@<unit id>`, or `fire.fire_lane@site`."""
    return f"{item_id}@{unit_id or SITE}"


def absence_key(category: str) -> str:
    """What the photo of an absent category is filed under. No question has it: item ids hold a dot."""
    return f"absent@{category}"


def on_site(edition: Edition, units: Sequence[Unit]) -> tuple[str, ...]:
    """The categories that are there: those with a unit in the register, and those that are never absent."""
    kinds = {unit.kind for unit in units}
    there = {kind.category for kind in edition.unit_kinds if kind.id in kinds}
    return tuple(c.id for c in edition.categories if c.id in there or not c.may_be_absent)


def questions(
    edition: Edition, units: Sequence[Unit], absent: Collection[str] = ()
) -> tuple[Question, ...]:
    """Every question, by category, then unit (by kind, then as registered; the site last), then item.

    absent: the categories declared not on site; they have no questions, unless they are never absent. A unit of a
    kind that the edition does not know has none either.
    """
    there = on_site(edition, units)
    open_ = [
        c for c in edition.categories if c.id in there and not (c.may_be_absent and c.id in absent)
    ]
    return tuple(q for category in open_ for q in _of_category(edition, category, units))


def by_zone(edition: Edition, asked: Sequence[Question]) -> tuple[Question, ...]:
    """The same questions in walking order; within a zone the order stays."""
    place = {zone.id: n for n, zone in enumerate(edition.zones)}
    return tuple(sorted(asked, key=lambda q: place[q.item.zone]))


def _of_category(edition: Edition, category: Category, units: Sequence[Unit]) -> list[Question]:
    of_unit = [
        _question(category, item, unit)
        for kind in edition.unit_kinds
        for unit in units
        if unit.kind == kind.id and kind.category == category.id
        for item in category.items
        if _asked_of(item, unit, kind)
    ]
    return of_unit + [
        _question(category, item, None) for item in category.items if item.unit == SITE
    ]


def _asked_of(item: Item, unit: Unit, kind: UnitKind) -> bool:
    if item.unit == kind.general_from:
        return item.sub == "general"
    return item.unit == kind.id and _shows(kind, unit, item.sub)


def _shows(kind: UnitKind, unit: Unit, sub: str | None) -> bool:
    """A system hides the items of the others. Where it is not known, nothing is hidden: a person says 不适用."""
    if sub in (None, "general"):
        return True
    systems = (
        kind.systems if len(kind.systems) == 1 else [s for s in kind.systems if s.id == unit.sub]
    )
    return not systems or any(sub in system.shows for system in systems)


def _question(category: Category, item: Item, unit: Unit | None) -> Question:
    unit_id = unit.id if unit else None
    # Items without a sub-type are grouped by where one stands, so one tap never passes what was not walked past.
    return Question(
        key=question_key(item.id, unit_id),
        category=category.id,
        group=f"{item.sub or item.zone}@{unit_id or SITE}",
        item=item,
        unit=unit,
    )
