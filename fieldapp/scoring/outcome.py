"""What the rules find: exact amounts, every line with its reason. `sheet` shows it."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Line:
    """One occurrence or event at one clause. `count` and `points` None: it takes no points."""

    source: str
    clause: str
    counted: bool
    evidence: tuple[str, ...]
    why: str
    count: int | None = None
    points: Fraction | None = None


@dataclass(frozen=True)
class Note:
    """A veto, or something missing: its id, a JSON pointer into the facts, a sentence."""

    id: str
    where: str
    why: str


@dataclass(frozen=True)
class DeductedItem:
    """`raw`: what the clauses would take without a floor, if that differs from what was taken."""

    id: str
    max: Fraction
    score: Fraction | None
    lines: tuple[Line, ...]
    raw: Fraction | None


@dataclass(frozen=True)
class ItemGrade:
    """`source` is assessor, facts or veto. `unused_grade`: the assessor's, where not used."""

    id: str
    max: Fraction
    grade: str | None
    score: Fraction | None
    source: str
    unused_grade: str | None
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class FormScore:
    form: str
    part: str
    assessor: str
    valid: bool
    total: Fraction | None
    items: tuple[ItemGrade, ...]


@dataclass(frozen=True)
class Outcome:
    """`items` for a deduction scheme; `parts` and `forms` for grade points."""

    total: Fraction | None
    grade: str | None
    items: tuple[DeductedItem, ...] | None = None
    parts: Mapping[str, Fraction | None] | None = None
    forms: tuple[FormScore, ...] | None = None
    vetoes: tuple[Note, ...] = ()
    missing: tuple[Note, ...] = ()
