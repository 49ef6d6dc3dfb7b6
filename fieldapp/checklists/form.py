"""What a published edition says, and what a visit says about it. Frozen values only.

Field names are the JSON names: `editions.as_json` writes them out and `static/src/shared/checklist/types.ts` names
the same ones. Decimal numbers are strings everywhere ("1.2"), so no reading ever passes through a float.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

AnswerValue = Literal["pass", "fail", "not_applicable", "not_inspected"]
Proof = Literal["always", "drawn", "on_fail"]
Method = Literal["look", "measure", "paper", "operator_test"]
Op = Literal["<", "<=", ">", ">="]
# far, near, doc, meter, video are listed by items; the others are asked for by the rules and the visit.
Shot = Literal[
    "far", "near", "doc", "meter", "video", "why", "before", "after", "absence", "refusal"
]


# ---- the edition ----


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a limit's table: its words and its bound."""

    row: str
    v: str


@dataclass(frozen=True, slots=True)
class Limit:
    """One bound on one reading `q` in the unit `u`: the reading `op` the bound `v`.

    Exactly one of `v` and `table` (`by` names the question for the row) is set. `role` "applies" tells when the duty
    exists and judges nothing; `judge` "person" leaves the judging to a person, who is shown `alt` (another way to
    comply) or `tol_from` (where the tolerance stands).
    """

    q: str
    op: Op
    u: str
    v: str | None = None
    by: str | None = None
    table: tuple[Row, ...] | None = None
    role: Literal["applies"] | None = None
    judge: Literal["person"] | None = None
    alt: str | None = None
    tol_from: str | None = None


@dataclass(frozen=True, slots=True)
class ListedShot:
    """A shot that an item lists, with what it should show. `personal`: of a person's certificate or face."""

    shot: Shot
    hint: str
    personal: bool


@dataclass(frozen=True, slots=True)
class Guarantee:
    """Where the item stands in JGJ 59: table, item, 保证 or 一般, points."""

    t: str
    item: str
    kind: str
    pts: int


@dataclass(frozen=True, slots=True)
class Basis:
    """A standard `s` and its clause `c`; `cv` = the clause number was seen in a source."""

    s: str
    c: str | None
    cv: bool


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to check. See the checklist file format for the meaning of each word."""

    id: str
    sub: str | None
    zh: str
    en: str
    check: str
    fix: str
    severity: Literal["general", "major"]
    major_when: str | None
    major_when_draft: bool
    mh: Mapping[str, str | None]
    mh_verified: tuple[str, ...]
    jgj59: Guarantee | None
    basis: tuple[Basis, ...]
    verified: bool
    note: str | None
    mandatory: bool
    mandatory_part: str | None
    limits: tuple[Limit, ...]
    photo: tuple[ListedShot, ...]
    phrases: tuple[str, ...]
    proof: Proof
    cadence: Literal["each_visit", "on_change", "until_expiry"]
    method: Method
    persistence: Literal["standing", "slow", "transient"]
    zone: str
    unit: str


@dataclass(frozen=True, slots=True)
class DangerScale:
    """When the work is 危大 or 超危大 (附件一, 附件二)."""

    dangerous: tuple[str, ...]
    super_dangerous: tuple[str, ...]
    verified: bool
    note: str | None


@dataclass(frozen=True, slots=True)
class Category:
    """One of the classes of a check; `drawn` questions of it are drawn for proof."""

    id: str
    zh: str
    en: str
    title_zh: str
    title_en: str
    mandatory: bool
    may_be_absent: bool
    drawn: int
    danger_scale: DangerScale | None
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Word:
    """An id with what the screen says."""

    id: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class System:
    """What a unit may be; it unfolds the items whose `sub` is in `shows`, besides the general ones."""

    id: str
    zh: str
    en: str
    shows: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UnitKind:
    """A kind in the register. `general_from` also asks the general items of that other kind."""

    id: str
    category: str
    zh: str
    en: str
    general_from: str | None
    systems: tuple[System, ...]


@dataclass(frozen=True, slots=True)
class Deadline:
    id: str
    zh: str
    en: str
    needs_moment: bool


@dataclass(frozen=True, slots=True)
class Reason:
    id: str
    zh: str
    en: str
    needs_note: bool


@dataclass(frozen=True, slots=True)
class Reasons:
    """Why a question could not be inspected; why a category is not on site."""

    not_inspected: tuple[Reason, ...]
    absent: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class ShotKind:
    id: Shot
    zh: str
    en: str
    hint_zh: str
    hint_en: str


@dataclass(frozen=True, slots=True)
class ProofRule:
    """Which of the shots an item lists are owed when it fails; the rest are offered."""

    fail_owed: tuple[Shot, ...]
    fail_owed_with_reading: tuple[Shot, ...]


@dataclass(frozen=True, slots=True)
class Edition:
    """One published edition of a checklist, whole."""

    id: str
    edition: str
    zh: str
    en: str
    categories: tuple[Category, ...]
    zones: tuple[Word, ...]
    unit_kinds: tuple[UnitKind, ...]
    answers: tuple[Word, ...]
    deadlines: tuple[Deadline, ...]
    severities: tuple[Word, ...]
    major_standards: tuple[Word, ...]
    reasons: Reasons
    shots: tuple[ShotKind, ...]
    proof: ProofRule


# ---- the visit ----


@dataclass(frozen=True, slots=True)
class Unit:
    """A row of the project's register that is on site. `sub` = its system, None while nobody has said."""

    id: str
    kind: str
    name: str
    sub: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """A reading as typed for the limit at index `limit` of the item.

    row: the row picked where the limit has a table. person_says: what the person decided where the
    limit leaves it to one.
    """

    limit: int
    value: str
    row: str | None = None
    person_says: Literal["pass", "fail"] | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """A deadline as set: `kind` is a deadline's id of the edition, `at` an ISO time where it needs one."""

    kind: str
    at: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What the surveyor says to one question, with what its finding says where it fails.

    words: what is wrong, or the reason in words. major_answer: the yes or no to `major_when`.
    """

    value: AnswerValue
    reason: str | None = None
    words: str | None = None
    readings: tuple[Reading, ...] = ()
    major_answer: bool | None = None
    fixed_on_site: bool = False
    deadline: Due | None = None


@dataclass(frozen=True, slots=True)
class Absence:
    """A category declared not on site."""

    reason: str | None
    words: str | None = None


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo or film taken: for a question key, or for `walk.absence_key(category)`."""

    key: str
    shot: Shot


@dataclass(frozen=True, slots=True)
class State:
    """A visit as it stands. answers: by question key; absences: by category; photos: all that were kept."""

    units: Sequence[Unit]
    nonce: str
    answers: Mapping[str, Answer]
    absences: Mapping[str, Absence]
    photos: Sequence[Photo]
