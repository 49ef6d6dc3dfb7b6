"""本组其余合格: one tap for the rest of a group, but only once its proof is in hand.

Twin: static/src/shared/checklist/grouping.ts. One table of cases: tests/checklists/cases/grouping.json.
"""

from dataclasses import dataclass
from typing import Literal

from fieldapp.checklists import proof
from fieldapp.checklists.draw import draw
from fieldapp.checklists.form import Edition, State
from fieldapp.checklists.walk import Question, questions


@dataclass(frozen=True, slots=True)
class RestOfGroup:
    """keys: the questions one tap would pass; empty with a `why_not`. waiting_for: the questions still owing proof."""

    keys: tuple[str, ...]
    why_not: Literal["proof_missing", "nothing_left"] | None
    waiting_for: tuple[str, ...]


def rest_of_group(edition: Edition, state: State, group: str) -> RestOfGroup:
    """What 本组其余合格 would answer in `group` (a Question's own), or why it may not yet."""
    asked = questions(edition, state.units, state.absences.keys())
    drawn = {d.key for d in draw(edition, state.nonce, asked, state.answers)}
    mine = [q for q in asked if q.group == group]
    left = tuple(q.key for q in mine if q.key not in state.answers)
    if not left:
        return RestOfGroup((), "nothing_left", ())
    waiting = tuple(q.key for q in mine if _owes_proof(edition, state, q, drawn=q.key in drawn))
    return RestOfGroup((), "proof_missing", waiting) if waiting else RestOfGroup(left, None, ())


def _owes_proof(edition: Edition, state: State, question: Question, *, drawn: bool) -> bool:
    """Only what is owed whatever the answer: the photos of a failed item are no reason to hold up the others."""
    asked = proof.needs(edition, question.item, state.answers.get(question.key), drawn=drawn)
    owed = [need for need in asked if need.why in {"always", "drawn", "not_applicable"}]
    return bool(
        proof.missing(owed, [photo.shot for photo in state.photos if photo.key == question.key])
    )
