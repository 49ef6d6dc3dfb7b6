"""Whether an expression makes sense for a form: every name known, every sign between things that it can join."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from fieldapp.checklists.language.syntax import (
    All,
    Among,
    Compare,
    Constant,
    IsNull,
    Name,
    Node,
    Not,
    Product,
    Some,
    Sum,
)
from fieldapp.checklists.language.values import Value, kind_of


@dataclass(frozen=True)
class Type:
    """`words`: of a choice, all that it can be; None for free text and everything else."""

    kind: str
    words: frozenset[str] | None = None


ADDED = {
    ("number", "number"): "number",
    ("duration", "duration"): "duration",
    ("time", "duration"): "time",
    ("duration", "time"): "time",
    ("date", "duration"): "date",
    ("duration", "date"): "date",
}
TAKEN_AWAY = {
    ("number", "number"): "number",
    ("duration", "duration"): "duration",
    ("time", "duration"): "time",
    ("date", "duration"): "date",
    ("time", "time"): "duration",
    ("date", "date"): "duration",
}
ORDERED = ("number", "date", "time", "duration")


def problems_in(node: Node, wanted: str, names: Mapping[str, Type]) -> list[str]:
    """One sentence each; empty when the expression gives `wanted` for any answers."""
    checker = _Checker(names)
    found = checker.type_of(node)
    if found is not None and found.kind != wanted:
        checker.problems.append(f"gives {found.kind}, {wanted} is wanted")
    return checker.problems


def names_in(node: Node) -> frozenset[str]:
    return frozenset(part.path for part in parts_of(node) if isinstance(part, Name))


def parts_of(node: Node) -> Iterator[Node]:
    """The node and everything below it."""
    yield node
    for below in _below(node):
        yield from parts_of(below)


def _below(node: Node) -> tuple[Node, ...]:
    match node:
        case All(parts) | Some(parts) | Product(parts) | Sum(parts, _):
            return parts
        case Not(part) | IsNull(part) | Among(part, _):
            return (part,)
        case Compare(_, left, right):
            return (left, right)
    return ()


class _Checker:
    def __init__(self, names: Mapping[str, Type]) -> None:
        self.names = names
        self.problems: list[str] = []

    def type_of(self, node: Node) -> Type | None:
        """None after a problem was told: one mistake is one sentence."""
        match node:
            case Constant(value):
                return _of(value)
            case Name(path):
                return self._named(path)
            case Sum():
                return self._summed(node)
            case Product(parts):
                return self._all_of(parts, "number")
            case Not() | All() | Some():
                return self._all_of(_below(node), "boolean")
        return self._compared(node)

    def _all_of(self, parts: tuple[Node, ...], kind: str) -> Type:
        for part in parts:
            self._want(part, kind)
        return Type(kind)

    def _named(self, path: str) -> Type | None:
        found = self.names.get(path)
        if found is None:
            self.problems.append(f"no field is called {path} here")
        return found

    def _want(self, node: Node, kind: str) -> None:
        found = self.type_of(node)
        if found is not None and found.kind != kind:
            self.problems.append(f"{kind} is wanted where {found.kind} stands")

    def _compared(self, node: Node) -> Type:
        match node:
            case Compare(op, left, right):
                self._joined(op, self.type_of(left), self.type_of(right))
            case Among(part, values):
                found = self.type_of(part)
                for value in values:
                    self._joined("=", found, _of(value))
            case IsNull(part):
                self.type_of(part)
        return Type("boolean")

    def _joined(self, op: str, left: Type | None, right: Type | None) -> None:
        if left is None or right is None:
            return
        if left.kind != right.kind:
            self.problems.append(f"{left.kind} {op} {right.kind} cannot be compared")
        elif op not in ("=", "!=") and left.kind not in ORDERED:
            self.problems.append(f"{left.kind} has no order, use = or !=")
        elif left.words is not None and right.words is not None and not left.words & right.words:
            strange = min(left.words, right.words, key=len)
            self.problems.append(f"{', '.join(sorted(strange))} is none of the field's choices")

    def _summed(self, node: Sum) -> Type | None:
        found = self.type_of(node.parts[0])
        if node.minus[0] and found is not None and found.kind not in ("number", "duration"):
            self.problems.append(f"{found.kind} has no negative")
        for part, taken_away in zip(node.parts[1:], node.minus[1:], strict=True):
            added = self.type_of(part)
            if found is None or added is None:
                return None
            table, sign = (TAKEN_AWAY, "-") if taken_away else (ADDED, "+")
            kind = table.get((found.kind, added.kind))
            if kind is None:
                self.problems.append(f"{found.kind} {sign} {added.kind} gives nothing")
                return None
            found = Type(kind)
        return found and Type(found.kind)


def _of(value: Value) -> Type:
    kind = kind_of(value) or "text"
    return Type(kind, frozenset({value}) if isinstance(value, str) else None)
