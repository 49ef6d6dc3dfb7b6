"""Can a condition ever be true? Decided by trying every combination of the answers that can be listed.

Choices, yes/no, whether something was answered or refused are listed. Everything else (a comparison of times, a sum) is
taken as able to go either way: so "can never be true" is always right, while "can be true" may rest on a comparison
that no real day fulfils. Those, and conditions of too many combinations, are `undecided`.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fieldapp.checklists.forms.template import Field, FormEdition, Section
from fieldapp.checklists.language.checking import names_in, parts_of
from fieldapp.checklists.language.evaluating import evaluate
from fieldapp.checklists.language.syntax import (
    All,
    Among,
    Compare,
    Constant,
    IsNull,
    Name,
    Node,
    Not,
    Some,
    parse,
)  # fmt: skip
from fieldapp.checklists.language.values import Value

MOST_COMBINATIONS = 20_000
SOMETHING = "something"
"""Stands for any answer of a field whose answers cannot be listed."""


@dataclass(frozen=True)
class Decision:
    """`possible` None: too many combinations. `leans_on`: comparisons taken as able to go either way."""

    possible: bool | None
    leans_on: tuple[str, ...] = ()


def problems_of(edition: FormEdition) -> list[str]:
    return [problem for problem, _ in _judged(edition) if problem]


def undecided(edition: FormEdition) -> list[str]:
    """Conditions that may be true as far as can be listed, each with why more was not decided."""
    return [note for _, note in _judged(edition) if note]


def _judged(edition: FormEdition) -> Iterator[tuple[str | None, str | None]]:
    world = _World(edition)
    for section in edition.sections:
        if section.applies_if:
            dead = "can never be true; no answer opens the section"
            yield _said(world, [section.applies_if], f"{section.id}: applies_if", dead)
        for asked in section.fields:
            where, shown = f"{section.id}.{asked.id}", world.shown_if(asked.id)
            if asked.applies_if:
                dead = "can never be true here; no answer shows the field"
                yield _said(world, shown, f"{where}: applies_if", dead)
            if asked.required_if:
                dead = "contradicts the field's own condition: never true while the field is shown"
                yield _said(world, [*shown, asked.required_if], f"{where}: required_if", dead)
            if asked.rule:
                dead = "no answer can satisfy it while the field is shown"
                yield _said(world, [*shown, asked.rule], f"{where}: rule", dead)


def _said(
    world: "_World", sources: Sequence[str], where: str, dead: str
) -> tuple[str | None, str | None]:
    decision = world.decide(sources)
    if decision.possible is False:
        return f"{where}: {dead}", None
    if decision.possible is None:
        return None, f"{where}: too many combinations to try"
    if decision.leans_on:
        return None, f"{where}: rests on {'; '.join(decision.leans_on)}"
    return None, None


@dataclass
class _Unknowns:
    """What a try fixes: answers that can be listed by name, and comparisons that cannot, each as a free truth."""

    domains: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    free: dict[Node, str] = field(default_factory=dict)


class _World:
    def __init__(self, edition: FormEdition) -> None:
        self.edition = edition
        self.fields: Mapping[str, tuple[Section, Field]] = {
            asked.id: (section, asked) for section, asked in edition.fields()
        }

    def shown_if(self, name: str) -> list[str]:
        section, asked = self.fields[name]
        return [source for source in (section.applies_if, asked.applies_if) if source]

    def decide(self, sources: Sequence[str]) -> Decision:
        nodes = [parse(source) for source in sources]
        unknowns = _Unknowns()
        for node in nodes:
            self._list(node, unknowns, set())
        sizes = [len(domain) for domain in unknowns.domains.values()] + [3] * len(unknowns.free)
        total = 1
        for size in sizes:
            total *= size
        if total > MOST_COMBINATIONS:
            return Decision(None)
        tries = itertools.product(
            *unknowns.domains.values(), *[(True, False, None)] * len(unknowns.free)
        )
        names, free = list(unknowns.domains), list(unknowns.free)
        possible = any(
            self._true(nodes, dict(zip(names, tried, strict=False)),
                       dict(zip(free, tried[len(names):], strict=True)))
            for tried in tries
        )  # fmt: skip
        return Decision(possible, tuple(unknowns.free.values()) if possible else ())

    def _list(self, node: Node, unknowns: _Unknowns, seen: set[str]) -> None:
        """Collect what the truth of `node` hangs on, the conditions of the fields that it names included."""
        if isinstance(node, Not | All | Some):
            for part in node.parts if not isinstance(node, Not) else (node.part,):
                self._list(part, unknowns, seen)
            return
        if isinstance(node, Constant):
            return
        if not self._can_list(node):
            unknowns.free[node] = _words(node)
            return
        for name in sorted(names_in(node)):
            self._list_name(name, unknowns, seen)

    def _list_name(self, name: str, unknowns: _Unknowns, seen: set[str]) -> None:
        if name in seen:
            return
        seen.add(name)
        if name not in self.fields:
            unknowns.domains[name] = self._domain(name)
            return
        _, asked = self.fields[name]
        if asked.computed is None:
            unknowns.domains[name] = self._domain(name)
        elif asked.type == "yes_no":
            self._list(parse(asked.computed), unknowns, seen)
        for source in self.shown_if(name):
            self._list(parse(source), unknowns, seen)

    def _can_list(self, node: Node) -> bool:
        match node:
            case Name(path):
                return self._domain(path) is not None and self._is_boolean(path)
            case IsNull(Name(path)):
                return self._listed(path) or not self._is_computed(path)
            case Compare("=" | "!=", Name(path), Constant(_)) | Compare(
                "=" | "!=", Constant(_), Name(path)
            ):
                return self._listed(path)
            case Among(Name(path), _):
                return self._listed(path)
        return not any(isinstance(part, Name) for part in parts_of(node))

    def _listed(self, path: str) -> bool:
        if path in self.fields:
            asked = self.fields[path][1]
            return asked.type == "yes_no" or (asked.type == "choice" and asked.computed is None)
        return self._is_boolean(path)

    def _is_computed(self, path: str) -> bool:
        return path in self.fields and self.fields[path][1].computed is not None

    def _is_boolean(self, path: str) -> bool:
        if path in self.fields:
            return self.fields[path][1].type == "yes_no"
        return path.endswith(".refused") or self.edition.context.get(path) == "boolean"

    def _domain(self, path: str) -> tuple[Any, ...]:
        if self._is_boolean(path):
            return (None, True, False)
        if path in self.fields and self.fields[path][1].type == "choice":
            return (None, *(choice.id for choice in self.fields[path][1].choices))
        return (None, SOMETHING)

    def _true(
        self, nodes: Sequence[Node], given: Mapping[str, Value], free: Mapping[Node, bool | None]
    ) -> bool:
        def lookup(name: str) -> Value:
            if name in self.fields:
                asked = self.fields[name][1]
                if not all(said(parse(source)) is True for source in self.shown_if(name)):
                    return None
                if asked.computed is not None and name not in given:
                    return said(parse(asked.computed))
            return given.get(name)

        def said(node: Node) -> Value:
            return evaluate(_with(node, free), lookup)

        return all(said(node) is True for node in nodes)


def _with(node: Node, free: Mapping[Node, bool | None]) -> Node:
    """The node with its free comparisons as decided in this try."""
    if node in free:
        return Constant(free[node])
    match node:
        case Not(part):
            return Not(_with(part, free))
        case All(parts):
            return All(tuple(_with(part, free) for part in parts))
        case Some(parts):
            return Some(tuple(_with(part, free) for part in parts))
    return node


def _words(node: Node) -> str:
    names = sorted(names_in(node))
    match node:
        case Compare(op, _, _):
            return f"a comparison ({op}) of {', '.join(names)}"
    return f"the value of {', '.join(names)}"
