"""What a form edition must keep to before it is published. Every problem is "place: property: sentence".

Proven here: each expression parses and fits its names' types, names are unique, nothing hangs on itself, each field can
be reached, and no requirement is dead. What `deciding` leaves open is in `undecided`, said and not hidden.
"""

from collections import Counter
from collections.abc import Iterator, Mapping

from fieldapp.checklists.forms import deciding
from fieldapp.checklists.forms.lacking import CHECKED
from fieldapp.checklists.forms.template import Field, FormEdition, Section
from fieldapp.checklists.language.checking import Type, names_in, problems_in
from fieldapp.checklists.language.syntax import parse
from fieldapp.checklists.language.tokens import BadExpression

VALUES = {
    "text": "text", "number": "number", "date": "date", "time": "time", "choice": "text", "yes_no": "boolean",
    "person_id": "text", "organisation_code": "text", "phone": "text",
}  # fmt: skip
"""What a field of each type gives to expressions; the others give only the parts below."""

SEXES = frozenset({"male", "female"})
PARTS: Mapping[str, Mapping[str, Type]] = {
    "photos": {"count": Type("number")},
    "many": {"count": Type("number")},
    "signature": {"refused": Type("boolean")},
    "person_id": {"birth": Type("date"), "sex": Type("text", SEXES)},
}
CONTEXT = ("text", "number", "date", "time", "duration", "boolean")
CONDITIONS = ("required_if", "applies_if", "rule", "check_if")


def problems_of(edition: FormEdition) -> list[str]:
    """Empty when the edition may be published."""
    problems = [*_names(edition), *_properties(edition)]
    problems += [p for p in _expressions(edition) if p not in problems]
    return problems or [*_circles(edition)] or deciding.problems_of(edition)


def types_of(edition: FormEdition, section: Section | None) -> dict[str, Type]:
    """The names that an expression of this section may use; None: those of the form alone."""
    group = section.group if section else None
    found = {name: Type(kind) for name, kind in edition.context.items()}
    for home, asked in edition.fields():
        if home.group in (None, group):
            found |= _of_field(asked)
        elif asked.type == "number":
            found[f"{home.group}.{asked.id}.sum"] = Type("number")
    for each in edition.groups:
        found[f"{each.id}.count"] = Type("number")
    return found


def _of_field(asked: Field) -> dict[str, Type]:
    found = {f"{asked.id}.{part}": type_ for part, type_ in PARTS.get(asked.type, {}).items()}
    if asked.type in VALUES:
        words = frozenset(choice.id for choice in asked.choices) or None
        found[asked.id] = Type(VALUES[asked.type], words)
    return found


def _names(edition: FormEdition) -> Iterator[str]:
    fields = [asked.id for _, asked in edition.fields()]
    groups = [group.id for group in edition.groups]
    for name, times in Counter([*fields, *groups]).items():
        if times > 1:
            yield f"{name}: id: used {times} times; give each field and group a name of its own"
    for name, times in Counter(section.id for section in edition.sections).items():
        if times > 1:
            yield f"{name}: id: used by {times} sections"
    for name, kind in edition.context.items():
        if kind not in CONTEXT:
            yield f"context: {name}: {kind} is none of {', '.join(CONTEXT)}"
    yield from _groups(edition)


def _groups(edition: FormEdition) -> Iterator[str]:
    groups = {group.id for group in edition.groups}
    for section in edition.sections:
        if section.group is not None and section.group not in groups:
            yield f"{section.id}: group: no group {section.group}; list it under groups"


def _properties(edition: FormEdition) -> Iterator[str]:
    for section, asked in edition.fields():
        for problem in (*_asked(asked), *_computed(asked), *_known(asked, edition)):
            yield f"{section.id}.{asked.id}: {problem}"


def _asked(asked: Field) -> Iterator[str]:
    if (asked.type in ("choice", "many")) != bool(asked.choices):
        yield "choices: needed by choice and many, and by nothing else"
    for name, times in Counter(choice.id for choice in asked.choices).items():
        if times > 1:
            yield f"choices: {name} stands twice"
    if (asked.type == "photos") != (asked.shot is not None):
        yield "shot: needed by photos, and by nothing else"
    if asked.required and asked.required_if is not None:
        yield "required_if: the field is always required; leave one of the two out"
    if asked.check_if is not None and asked.type not in CHECKED:
        yield f"check_if: {asked.type} has no check digit"


def _computed(asked: Field) -> Iterator[str]:
    if asked.computed is None:
        return
    if asked.required or asked.required_if or asked.prefill:
        yield "computed: what is worked out is never asked for"
    if asked.type not in VALUES:
        yield f"computed: {asked.type} cannot be worked out"


def _known(asked: Field, edition: FormEdition) -> Iterator[str]:
    wanted = VALUES.get(asked.type)
    if asked.prefill is not None and edition.context.get(asked.prefill) != wanted:
        yield f"prefill: the context has no {wanted} {asked.prefill}"


def _expressions(edition: FormEdition) -> Iterator[str]:
    form = types_of(edition, None)
    for group in edition.groups:
        yield from _expression(group.least_if, "boolean", form, f"{group.id}: least_if")
    for section in edition.sections:
        # A section's condition opens the page for all rows, so it speaks of the form and not of one row.
        yield from _expression(section.applies_if, "boolean", form, f"{section.id}: applies_if")
        names = types_of(edition, section)
        for asked in section.fields:
            where = f"{section.id}.{asked.id}"
            for name in CONDITIONS:
                yield from _expression(getattr(asked, name), "boolean", names, f"{where}: {name}")
            if asked.computed is not None and asked.type in VALUES:
                wanted = VALUES[asked.type]
                yield from _expression(asked.computed, wanted, names, f"{where}: computed")


def _expression(
    source: str | None, wanted: str, names: Mapping[str, Type], where: str
) -> Iterator[str]:
    if source is None:
        return
    try:
        node = parse(source)
    except BadExpression as error:
        yield f"{where}: {error} in {source!r}"
        return
    for problem in problems_in(node, wanted, names):
        yield f"{where}: {problem} in {source!r}"


def _circles(edition: FormEdition) -> Iterator[str]:
    """A value hangs on what computes it and on what lets it apply."""
    hangs: dict[str, set[str]] = {}
    for section, asked in edition.fields():
        sources = (asked.computed, asked.applies_if, section.applies_if)
        hangs[asked.id] = {
            field_named(name)
            for source in sources
            if source is not None
            for name in names_in(parse(source))
        }
    for name in hangs:
        circle = _circle_from(name, hangs)
        if circle:
            yield f"{name}: hangs on itself by way of {' → '.join(circle)}; break the circle"


def field_named(name: str) -> str:
    """The field that a name speaks of: `id_no` of `id_no.birth`, `amount` of `items.amount.sum`."""
    parts = name.split(".")
    return parts[1] if parts[-1] == "sum" else parts[0]


def _circle_from(name: str, hangs: Mapping[str, set[str]]) -> list[str]:
    waiting, seen = [(name, [name])], set()
    while waiting:
        at, path = waiting.pop()
        for below in sorted(hangs.get(at, ())):
            if below == name:
                return [*path, name]
            if below not in seen:
                seen.add(below)
                waiting.append((below, [*path, below]))
    return []
