"""Readings against limits: exact decimals, never floats; what cannot be read is said, never guessed.

Twin: static/src/shared/checklist/limits.ts. One table of cases: tests/checklists/cases/limits.json.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from fieldapp.checklists.form import Answer, Item, Limit, Op, Reading

# satisfied, violated: the reading decides. person: a person decides. applies, does_not_apply: whether the duty
# exists. unread: nothing typed. unreadable: not a plain number. row_missing: the table's question is not answered.
Judgement = Literal[
    "satisfied",
    "violated",
    "person",
    "applies",
    "does_not_apply",
    "unread",
    "unreadable",
    "row_missing",
]
Verdict = Literal["pass", "fail", "person"]

NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)")
# U+FF01..U+FF5E are the full-width forms of ASCII; a Chinese keyboard also writes 。 for the decimal point.
HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3002: ".", 0x2212: "-"}
SPACES = " \t\r\n\u00a0\u3000"

COMPARE: dict[Op, Callable[[Decimal, Decimal], bool]] = {
    "<": lambda reading, bound: reading < bound,
    "<=": lambda reading, bound: reading <= bound,
    ">": lambda reading, bound: reading > bound,
    ">=": lambda reading, bound: reading >= bound,
}


@dataclass(frozen=True, slots=True)
class Judged:
    """How the limit at `index` of the item came out; `person_says` only where a person decides."""

    index: int
    judgement: Judgement
    person_says: Literal["pass", "fail"] | None = None

    @property
    def keeps(self) -> bool:
        return self.judgement == "satisfied" or self._said("pass")

    @property
    def breaks(self) -> bool:
        return self.judgement == "violated" or self._said("fail")

    def _said(self, word: str) -> bool:
        return self.judgement == "person" and self.person_says == word


@dataclass(frozen=True, slots=True)
class ItemJudgement:
    """`fail` where any limit is violated, `pass` where all that judge are satisfied, else for a person."""

    verdict: Verdict
    limits: tuple[Judged, ...]


@dataclass(frozen=True, slots=True)
class Contradiction:
    """The answer says one thing and a reading another. `limits`: indices into the item's limits."""

    code: Literal["pass_violates_limit"]
    limits: tuple[int, ...]


def judge(limit: Limit, reading: str | None, row: str | None = None) -> Judgement:
    """One reading as typed, with the row picked where the limit has a table. A row the table lacks is for a person."""
    if normalise(reading, limit.u) == "":
        return "unread"
    if limit.table is not None and not row:
        return "row_missing"
    bound = bound_of(limit, row)
    value = decimal_of(reading, limit.u, signed=bound is not None and Decimal(bound) <= 0)
    if value is None:
        return "unreadable"
    if bound is None or limit.judge == "person":
        return "person"
    kept = COMPARE[limit.op](value, Decimal(bound))
    if limit.role == "applies":
        return "applies" if kept else "does_not_apply"
    return "satisfied" if kept else "violated"


def judge_item(item: Item, readings: Sequence[Reading]) -> ItemJudgement:
    """All limits of an item.

    One reading serves every limit on the same `q`, one row every table with the same `by`. A limit
    with `role: applies` never changes the verdict: it may concern a part of the item only. Where a
    person decides, the verdict follows what the person said.
    """
    judged = tuple(_judged(item, index, readings) for index in range(len(item.limits)))
    return ItemJudgement(_verdict([j for j in judged if item.limits[j.index].role is None]), judged)


def contradiction(item: Item, answer: Answer) -> Contradiction | None:
    """合格 said while a reading breaks a limit; None where answer and readings agree."""
    if answer.value != "pass":
        return None
    judged = judge_item(item, answer.readings).limits
    violated = tuple(j.index for j in judged if j.breaks)
    return Contradiction("pass_violates_limit", violated) if violated else None


def bound_of(limit: Limit, row: str | None = None) -> str | None:
    """The bound as a decimal string; None where the table has no such row."""
    if limit.table is None:
        return limit.v
    return next((entry.v for entry in limit.table if entry.row == row), None)


def decimal_of(reading: str | None, u: str = "", *, signed: bool = False) -> Decimal | None:
    """The number a person typed, or None.

    A comma is refused: 12,5 and 1,200 mean different things to different people. A minus sign is refused unless
    `signed`: a length below zero is a slip, and would satisfy every upper bound.
    """
    text = normalise(reading, u)
    if not NUMBER.fullmatch(text) or (text.startswith("-") and not signed):
        return None
    return Decimal(text)


def normalise(reading: str | None, u: str = "") -> str:
    """Half-width, without the spaces around it and without the limit's own unit behind it."""
    text = (reading or "").translate(HALF_WIDTH).strip(SPACES)
    return text.removesuffix(u).rstrip(SPACES) if u else text


def is_blank(text: str | None) -> bool:
    """Nothing but spaces: the same ones on the phone and on the server."""
    return normalise(text) == ""


def _judged(item: Item, index: int, readings: Sequence[Reading]) -> Judged:
    limit = item.limits[index]
    known = [r for r in readings if 0 <= r.limit < len(item.limits)]
    own = [r for r in known if r.limit == index]
    mine = next((r for r in [*own, *known] if item.limits[r.limit].q == limit.q), None)
    same_table = [r for r in [*own, *known] if limit.by and item.limits[r.limit].by == limit.by]
    row = next((r.row for r in same_table if r.row), None)
    judgement = judge(limit, mine.value if mine else None, row)
    says = mine.person_says if mine and judgement == "person" else None
    return Judged(index, judgement, says)


def _verdict(deciding: Sequence[Judged]) -> Verdict:
    if any(j.breaks for j in deciding):
        return "fail"
    return "pass" if deciding and all(j.keeps for j in deciding) else "person"
