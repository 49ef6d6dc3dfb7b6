"""What an edition must keep to. Every problem is "file: item: field: sentence"."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import get_args

from fieldapp.checklists import form
from fieldapp.checklists.proof import proof_shot

Problems = Iterator[str]

LISTED = ("far", "near", "doc", "meter", "video")
ALLOWED: dict[str, tuple[str, ...]] = {
    "severity": ("general", "major"),
    "proof": get_args(form.Proof),
    "method": get_args(form.Method),
    "cadence": ("each_visit", "on_change", "until_expiry"),
    "persistence": ("standing", "slow", "transient"),
}
PHRASE_LENGTH = 10
FEWEST_PHRASES, MOST_PHRASES = 3, 5


class BadEdition(ValueError):
    """The files of an edition do not hold together. `problems`: one sentence each, naming file, item, field."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def problems_of(edition: form.Edition) -> list[str]:
    """What is wrong with a whole edition, as one line each; empty when it may be published."""
    items = [
        (f"{category.id}.yaml", item) for category in edition.categories for item in category.items
    ]
    return [
        *_edition(edition),
        *(f"{file}: {name}: id: used twice" for file, name in _used_before(items)),
        *(f"{file}: {item.id}: {p}" for file, item in items for p in _item(item, edition)),
    ]


def _used_before(items: list[tuple[str, form.Item]]) -> Iterator[tuple[str, str]]:
    seen: set[str] = set()
    for file, item in items:
        if item.id in seen:
            yield file, item.id
        seen.add(item.id)


def _edition(edition: form.Edition) -> Problems:
    categories = {c.id for c in edition.categories}
    kinds = {k.id for k in edition.unit_kinds}
    for name in (
        "categories",
        "zones",
        "unit_kinds",
        "answers",
        "deadlines",
        "severities",
        "major_standards",
        "shots",
    ):
        yield from _twice(
            [entry.id for entry in getattr(edition, name)],
            f"edition.yaml: edition: {name}: {{}} used twice",
        )
    if {a.id for a in edition.answers} != set(get_args(form.AnswerValue)):
        yield "edition.yaml: edition: answers: must be " + ", ".join(get_args(form.AnswerValue))
    if {s.id for s in edition.shots} != set(get_args(form.Shot)):
        yield "edition.yaml: edition: shots: must be " + ", ".join(get_args(form.Shot))
    for kind in edition.unit_kinds:
        if kind.category not in categories:
            yield f"edition.yaml: {kind.id}: category: no category {kind.category}"
        if kind.general_from is not None and kind.general_from not in kinds:
            yield f"edition.yaml: {kind.id}: general_from: no unit kind {kind.general_from}"
    for name in ("fail_owed", "fail_owed_with_reading"):
        unlisted = [shot for shot in getattr(edition.proof, name) if shot not in LISTED]
        yield from (f"edition.yaml: proof: {name}: no shot {shot}" for shot in unlisted)


def _item(item: form.Item, edition: form.Edition) -> Problems:
    for name, allowed in ALLOWED.items():
        if getattr(item, name) not in allowed:
            yield f"{name}: {getattr(item, name)} is none of {', '.join(allowed)}"
    if item.severity == "major" and not item.major_when:
        yield "major_when: a major item needs the condition to ask"
    if item.zone not in {zone.id for zone in edition.zones}:
        yield f"zone: no zone {item.zone}"
    standards = [standard.id for standard in edition.major_standards]
    yield from (f"mh: no standard {name}" for name in item.mh if name not in standards)
    yield from _unit_and_sub(item, edition)
    yield from _limits(item.limits)
    yield from _photos(item)
    yield from _phrases(item.phrases)


def _unit_and_sub(item: form.Item, edition: form.Edition) -> Problems:
    kinds = {kind.id: kind for kind in edition.unit_kinds}
    if item.unit == "site":
        return
    if item.unit not in kinds:
        yield f"unit: no unit kind {item.unit}"
        return
    shown = {"general", None} | {sub for system in kinds[item.unit].systems for sub in system.shows}
    if item.sub not in shown:
        yield f"sub: no system of {item.unit} shows {item.sub}"


def _limits(limits: Sequence[form.Limit]) -> Problems:
    units: dict[str, str] = {}
    for n, limit in enumerate(limits):
        if limit.op not in get_args(form.Op):
            yield f"limits[{n}].op: {limit.op} is none of {', '.join(get_args(form.Op))}"
        if limit.role not in (None, "applies"):
            yield f"limits[{n}].role: {limit.role} is not applies"
        if limit.judge not in (None, "person"):
            yield f"limits[{n}].judge: {limit.judge} is not person"
        if (limit.alt or limit.tol_from) and limit.judge != "person":
            yield f"limits[{n}].judge: an alternative or a tolerance of the plan needs judge: person"
        if (limit.v is None) == (limit.table is None):
            yield f"limits[{n}].v: needs either a number or a table"
        if units.setdefault(limit.q, limit.u) != limit.u:
            yield f"limits[{n}].u: {limit.q} is read in {units[limit.q]} elsewhere in the item"


def _photos(item: form.Item) -> Problems:
    if not item.photo:
        yield "photo: lists no shot"
    yield from (f"photo: no shot {p.shot}" for p in item.photo if p.shot not in LISTED)
    if item.proof in ("always", "drawn") and proof_shot(item) not in [p.shot for p in item.photo]:
        yield f"photo: proof {item.proof} with method {item.method} finds no shot of its own in the list"


def _phrases(phrases: Sequence[object]) -> Problems:
    if not FEWEST_PHRASES <= len(phrases) <= MOST_PHRASES:
        yield f"phrases: {len(phrases)} given, {FEWEST_PHRASES} to {MOST_PHRASES} wanted"
    yield from (
        f"phrases: {p} is not 1 to {PHRASE_LENGTH} characters" for p in phrases if not _fits(p)
    )
    yield from _twice([str(p) for p in phrases], "phrases: {} stands twice")


def _fits(phrase: object) -> bool:
    return isinstance(phrase, str) and 1 <= len(phrase) <= PHRASE_LENGTH


def _twice(names: list[str], sentence: str) -> Problems:
    return (sentence.format(name) for name, times in Counter(names).items() if times > 1)
