"""Which photos a question owes, and which of them are not there yet.

Twin: static/src/shared/checklist/proof.ts. One table of cases: tests/checklists/cases/proof.json.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from fieldapp.checklists.form import Answer, Edition, Item, Shot
from fieldapp.checklists.limits import is_blank

# always, drawn: owed even when it passes. finding: shows what fails. before, after: put right on
# the spot. not_applicable: why a shot that was owed cannot be had. absence: the category is not on site.
Why = Literal["always", "drawn", "finding", "before", "after", "not_applicable", "absence"]


@dataclass(frozen=True, slots=True)
class ShotNeed:
    """One shot asked for, with the words to frame it (Chinese). `required` False: offered, may be left out.

    `personal`: what comes of it is personal data.
    """

    shot: Shot
    hint: str
    required: bool
    why: Why
    personal: bool = False


def needs(
    edition: Edition, item: Item, answer: Answer | None, *, drawn: bool = False
) -> tuple[ShotNeed, ...]:
    """What the question asks for, each shot once. answer None: what it will owe if it passes."""
    owed: Why | None = "always" if item.proof == "always" else "drawn" if drawn else None
    value = answer.value if answer else "pass"
    if value == "not_inspected":
        return ()
    if value == "not_applicable":
        # A false 不适用 must not be a way around the photo.
        return (_kind_need(edition, "why", "not_applicable"),) if owed else ()
    shots = [_listed_need(item, proof_shot(item), owed)] if owed else []
    return _once(
        [*shots, *_of_failure(edition, item, answer)] if answer and value == "fail" else shots
    )


def absence_needs(edition: Edition) -> tuple[ShotNeed, ...]:
    """What a category declared not on site asks for."""
    return (_kind_need(edition, "absence", "absence"),)


def missing(asked: Sequence[ShotNeed], taken: Iterable[Shot]) -> tuple[ShotNeed, ...]:
    """The required shots that nobody took. One photo of a shot is enough, a second one never replaces another."""
    there = set(taken)
    return tuple(need for need in asked if need.required and need.shot not in there)


def proof_shot(item: Item) -> Shot:
    """The one shot of an `always` or drawn item. In a checked edition it is always in its list."""
    listed = [photo.shot for photo in item.photo]
    if item.proof == "always":
        return "near" if item.method == "paper" or "far" not in listed else "far"
    if item.method == "paper":
        return "near"
    if item.method == "operator_test":
        return "video" if "video" in listed else "meter"
    if item.method == "measure" and "meter" in listed:
        return "meter"
    return next((shot for shot in listed if shot != "doc"), "near")


def _of_failure(edition: Edition, item: Item, answer: Answer) -> list[ShotNeed]:
    if answer.fixed_on_site:
        pair = [_kind_need(edition, "before", "before"), _kind_need(edition, "after", "after")]
        return pair + _findings(item, set())
    owed = set(edition.proof.fail_owed)
    if any(not is_blank(reading.value) for reading in answer.readings):
        owed |= set(edition.proof.fail_owed_with_reading)
    return _findings(item, owed & {p.shot for p in item.photo} or {item.photo[0].shot})


def _findings(item: Item, owed: set[Shot]) -> list[ShotNeed]:
    return [ShotNeed(p.shot, p.hint, p.shot in owed, "finding", p.personal) for p in item.photo]


def _listed_need(item: Item, shot: Shot, why: Why) -> ShotNeed:
    photo = next(photo for photo in item.photo if photo.shot == shot)
    return ShotNeed(shot, photo.hint, required=True, why=why, personal=photo.personal)


def _kind_need(edition: Edition, shot: Shot, why: Why) -> ShotNeed:
    hint = next(kind.hint_zh for kind in edition.shots if kind.id == shot)
    return ShotNeed(shot, hint, required=True, why=why)


def _once(asked: Sequence[ShotNeed]) -> tuple[ShotNeed, ...]:
    merged: dict[Shot, ShotNeed] = {}
    for need in asked:
        first = merged.setdefault(need.shot, need)
        merged[need.shot] = replace(first, required=first.required or need.required)
    return tuple(merged.values())
