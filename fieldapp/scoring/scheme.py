"""An assessment scheme as the rules need it. `loading` makes one from a scheme file."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from fieldapp.scoring.amounts import Rounding
from fieldapp.scoring.conditions import Condition

NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True)
class Interval:
    """Numbers between bounds; a bound that is None is open."""

    ge: Fraction | None = None
    gt: Fraction | None = None
    le: Fraction | None = None
    lt: Fraction | None = None

    def __contains__(self, number: Fraction) -> bool:
        return (
            (self.ge is None or number >= self.ge)
            and (self.gt is None or number > self.gt)
            and (self.le is None or number <= self.le)
            and (self.lt is None or number < self.lt)
        )


@dataclass(frozen=True)
class GradeBand:
    id: str
    zh: str
    interval: Interval


@dataclass(frozen=True)
class Head:
    """What every scheme has. `canonical` is the RFC 8785 JSON of the parsed file."""

    id: str
    edition: str
    total: Fraction
    rounding: Rounding
    grades: tuple[GradeBand, ...]
    canonical: bytes

    def grade_of(self, total: Fraction) -> str | None:
        return next((band.id for band in self.grades if total in band.interval), None)


# -- deduction: start at an item's points, deduct ------------------------------------------------


@dataclass(frozen=True)
class ScoreTier:
    interval: Interval
    score: Fraction


@dataclass(frozen=True)
class Clause:
    """`points` is 0 for zero_item and tier; `tiers` and `min_valid` are for tier alone."""

    id: str
    zh: str
    kind: str
    points: Fraction = Fraction(0)
    tiers: tuple[ScoreTier, ...] = ()
    min_valid: int = 0


@dataclass(frozen=True)
class DeductionItem:
    id: str
    max: Fraction
    clauses: tuple[Clause, ...]


@dataclass(frozen=True)
class DeductionScheme:
    """`floor` is the lowest score an item can be deducted to; None: there is no floor."""

    head: Head
    floor: Fraction | None
    items: tuple[DeductionItem, ...]

    @property
    def clauses(self) -> dict[str, Clause]:
        return {clause.id: clause for item in self.items for clause in item.clauses}


# -- grade points: grade each item, look up its points --------------------------------------------


@dataclass(frozen=True)
class Decision:
    """Grades by conditions on recorded facts; the first that holds decides."""

    inputs: tuple[str, ...]
    rules: tuple[tuple[Condition, str], ...]


@dataclass(frozen=True)
class Rate:
    """Grades by numerator / denominator. `at_zero` None: over 0 the assessor grades."""

    numerator: str
    denominator: str
    tiers: tuple[tuple[Interval, str], ...]
    at_zero: str | None

    @property
    def inputs(self) -> tuple[str, ...]:
        return (self.numerator, self.denominator)


@dataclass(frozen=True)
class VetoClause:
    id: str
    zh: str


@dataclass(frozen=True)
class GradedItem:
    """`computed` None: an assessor grades. `veto_grade` is given once a veto clause counts."""

    id: str
    points: Mapping[str, Fraction]
    computed: Decision | Rate | None
    veto_clauses: tuple[VetoClause, ...]
    veto_grade: str | None

    @property
    def max(self) -> Fraction:
        return max(self.points.values())


@dataclass(frozen=True)
class FormKind:
    """`min_answered` None: `not_applicable` is no answer on this form."""

    id: str
    items: tuple[GradedItem, ...]
    min_answered: int | None


@dataclass(frozen=True)
class Part:
    id: str
    zh: str
    weight: Fraction
    form: str


@dataclass(frozen=True)
class AccidentLevel:
    id: str
    thresholds: Mapping[str, int]


@dataclass(frozen=True)
class AccidentVeto:
    """`levels` from the lowest to the highest; those of `vetoing` give `grade` overall."""

    id: str
    zh: str
    grade: str
    responsibility: bool
    vetoing: tuple[str, ...]
    levels: tuple[AccidentLevel, ...]


@dataclass(frozen=True)
class GradedScheme:
    head: Head
    parts: tuple[Part, ...]
    forms: Mapping[str, FormKind]
    vetoes: tuple[AccidentVeto, ...]

    @property
    def facts(self) -> tuple[str, ...]:
        """The recorded facts that computed items use, in the scheme's order."""
        computed = (item.computed for form in self.forms.values() for item in form.items)
        return tuple(dict.fromkeys(name for rule in computed if rule for name in rule.inputs))

    @property
    def veto_clauses(self) -> dict[str, VetoClause]:
        items = (item for form in self.forms.values() for item in form.items)
        return {clause.id: clause for item in items for clause in item.veto_clauses}


Scheme = DeductionScheme | GradedScheme
