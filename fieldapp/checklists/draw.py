"""抽拍: which questions owe a photo although they pass, drawn from the server's nonce.

Nobody chooses and anybody can repeat it: the questions with `proof: drawn` stand in the order of
SHA-256(nonce|category|question key), the first of them are drawn.

Twin: static/src/shared/checklist/draw.ts. One table of cases: tests/checklists/cases/draw.json.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fieldapp.checklists.form import Answer, Category, Edition
from fieldapp.checklists.walk import Question


@dataclass(frozen=True, slots=True)
class Drawn:
    """A drawn question. `passed_on`: answered 不适用, so the next candidate is drawn too and a photo says why."""

    key: str
    category: str
    passed_on: bool


def candidates(nonce: str, category: str, asked: Sequence[Question]) -> tuple[Question, ...]:
    """The questions of the category that may be drawn, in the order of the draw."""
    mine = [q for q in asked if q.category == category and q.item.proof == "drawn"]
    return tuple(sorted(mine, key=lambda q: _rank(nonce, category, q.key)))


def draw(
    edition: Edition, nonce: str, asked: Sequence[Question], answers: Mapping[str, Answer]
) -> tuple[Drawn, ...]:
    """The drawn questions of every category, in drawing order. asked: `walk.questions`; answers: by question key.

    A category with too few candidates has fewer. Units added later join the order by their own hash.
    """
    return tuple(
        d for category in edition.categories for d in _of_category(category, nonce, asked, answers)
    )


def _of_category(
    category: Category, nonce: str, asked: Sequence[Question], answers: Mapping[str, Answer]
) -> list[Drawn]:
    drawn: list[Drawn] = []
    left = category.drawn
    for question in candidates(nonce, category.id, asked):
        if left == 0:
            break
        answer = answers.get(question.key)
        passed_on = answer is not None and answer.value == "not_applicable"
        drawn.append(Drawn(question.key, category.id, passed_on))
        left -= 0 if passed_on else 1
    return drawn


def _rank(nonce: str, category: str, key: str) -> str:
    return hashlib.sha256(f"{nonce}|{category}|{key}".encode()).hexdigest()
