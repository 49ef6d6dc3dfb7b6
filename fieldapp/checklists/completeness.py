"""What a visit still lacks before it can be handed in: the same list on the phone's last page and on the server.

Twin: static/src/shared/checklist/completeness.ts. One table of cases: tests/checklists/cases/completeness.json.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from fieldapp.checklists import draw as drawing
from fieldapp.checklists import limits, proof, walk
from fieldapp.checklists.form import Answer, Category, Deadline, Edition, Reason, Shot, State
from fieldapp.checklists.sentences import SENTENCES
from fieldapp.checklists.walk import Question


@dataclass(frozen=True, slots=True)
class Shortfall:
    """One thing to put right. `key`: a question key or `walk.absence_key`; `code`: a key of `sentences.SENTENCES`."""

    key: str
    category: str
    code: str
    shot: Shot | None
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Completeness:
    """missing: nothing may be left of it. remarks: worth a look, in nobody's way."""

    missing: tuple[Shortfall, ...]
    remarks: tuple[Shortfall, ...]


def completeness(edition: Edition, state: State) -> Completeness:
    """Shortfalls by category, then in the order of `walk.questions`, those of one question in the order of its card."""
    there = walk.on_site(edition, state.units)
    asked = walk.questions(edition, state.units, state.absences.keys())
    drawn = {d.key for d in drawing.draw(edition, state.nonce, asked, state.answers)}
    missing: list[Shortfall] = []
    remarks: list[Shortfall] = []
    for category in edition.categories:
        missing += _of_category(edition, state, category, there)
        mine = [q for q in asked if q.category == category.id]
        missing += [s for q in mine for s in _of_question(edition, state, q, drawn=q.key in drawn)]
        if category.id in there and category.may_be_absent and category.id in state.absences:
            remarks.append(_of_absence(category, "absent_while_registered"))
    return Completeness(tuple(missing), tuple(remarks))


def _of_category(
    edition: Edition, state: State, category: Category, there: Sequence[str]
) -> Iterator[Shortfall]:
    absence = state.absences.get(category.id)
    if absence is None:
        if category.id not in there:
            yield _of_absence(category, "category_undeclared")
        return
    if not category.may_be_absent:
        yield _of_absence(category, "never_absent")
        return
    for code in _reason_codes(
        edition.reasons.absent, absence.reason, absence.words, "absence_reason_missing"
    ):
        yield _of_absence(category, code)
    taken = _taken(state, walk.absence_key(category.id))
    if proof.missing(proof.absence_needs(edition), taken):
        yield _of_absence(category, "absence_photo_missing", shot="absence")


def _of_question(
    edition: Edition, state: State, question: Question, *, drawn: bool
) -> Iterator[Shortfall]:
    answer = state.answers.get(question.key)
    if answer is None:
        # Said once: which photos it owes depends on the answer.
        yield _of(question, "unanswered")
        return
    yield from (_of(question, code, q=q) for code, q in _of_readings(question, answer))
    yield from (_of(question, code) for code in _of_answer(edition, question, answer))
    asked = proof.needs(edition, question.item, answer, drawn=drawn)
    for need in proof.missing(asked, _taken(state, question.key)):
        kind = next(k for k in edition.shots if k.id == need.shot)
        yield _of(question, "photo_missing", shot=need.shot, shot_zh=kind.zh, shot_en=kind.en)


def _of_answer(edition: Edition, question: Question, answer: Answer) -> Iterator[str]:
    if answer.value == "not_inspected":
        yield from _reason_codes(
            edition.reasons.not_inspected, answer.reason, answer.words, "reason_missing"
        )
    if answer.value != "fail":
        return
    if question.item.major_when is not None and answer.major_answer is None:
        yield "major_unanswered"
    if limits.is_blank(answer.words):
        yield "words_missing"
    if not answer.fixed_on_site:
        yield from _deadline_codes(edition.deadlines, answer)


def _of_readings(question: Question, answer: Answer) -> Iterator[tuple[str, str]]:
    """Of one reading or row only once, although two limits may share it."""
    said: set[tuple[str, str]] = set()
    for judged in limits.judge_item(question.item, answer.readings).limits:
        limit = question.item.limits[judged.index]
        found = {
            "unreadable": ("reading_unreadable", limit.q),
            "row_missing": ("row_missing", limit.by or ""),
        }.get(judged.judgement)
        if judged.breaks and answer.value == "pass":
            found = ("pass_violates_limit", limit.q)
        if found and found not in said:
            said.add(found)
            yield found


def _reason_codes(
    reasons: Sequence[Reason], given: str | None, words: str | None, missing: str
) -> Iterator[str]:
    reason = next((r for r in reasons if r.id == given), None)
    if reason is None:
        yield missing
    elif reason.needs_note and limits.is_blank(words):
        yield "reason_words_missing"


def _deadline_codes(deadlines: Sequence[Deadline], answer: Answer) -> Iterator[str]:
    due = answer.deadline
    kind = next((d for d in deadlines if due and d.id == due.kind), None)
    if due is None or kind is None or (kind.needs_moment and not due.at):
        yield "deadline_missing"


def _taken(state: State, key: str) -> list[Shot]:
    return [photo.shot for photo in state.photos if photo.key == key]


def _of(question: Question, code: str, *, shot: Shot | None = None, **words: str) -> Shortfall:
    unit = f"{question.unit.name} · " if question.unit else ""
    zh, en = SENTENCES[code]
    return Shortfall(
        key=question.key,
        category=question.category,
        code=code,
        shot=shot,
        zh=zh.format(where=unit + question.item.zh, **words),
        en=en.format(where=unit + question.item.en, **words),
    )


def _of_absence(category: Category, code: str, *, shot: Shot | None = None) -> Shortfall:
    zh, en = SENTENCES[code]
    key = walk.absence_key(category.id)
    return Shortfall(
        key, category.id, code, shot, zh.format(where=category.zh), en.format(where=category.en)
    )
