"""What an expression gives for a set of answers. Total: it never raises, whatever the answers are.

Three-valued: what is not answered is not known, and so is what hangs on it. `or` is true when one side is, `and`
false when one side is, whatever the other may turn out to be.
"""

from collections.abc import Callable

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
from fieldapp.checklists.language.values import Value, compare, minus, negative, plus, times

Lookup = Callable[[str], Value]
"""The value of a name, None while it is not known."""


def evaluate(node: Node, lookup: Lookup) -> Value:
    match node:
        case Constant(value):
            return value
        case Name(path):
            return lookup(path)
        case Sum() | Product():
            return _arithmetic(node, lookup)
        case Compare() | Among() | IsNull():
            return _comparison(node, lookup)
    return _logic(node, lookup)


def _comparison(node: Compare | Among | IsNull, lookup: Lookup) -> bool | None:
    match node:
        case Compare(op, left, right):
            return compare(op, evaluate(left, lookup), evaluate(right, lookup))
        case Among(part, values):
            return _among(evaluate(part, lookup), values)
    return evaluate(node.part, lookup) is None


def _logic(node: Node, lookup: Lookup) -> bool | None:
    match node:
        case Not(part):
            said = _truth(evaluate(part, lookup))
            return None if said is None else not said
        case All(parts):
            return _settled([_truth(evaluate(part, lookup)) for part in parts], by=False)
        case Some(parts):
            return _settled([_truth(evaluate(part, lookup)) for part in parts], by=True)
    return None


def _settled(said: list[bool | None], *, by: bool) -> bool | None:
    """`by` in one place settles it; else what is not known stays so."""
    if by in said:
        return by
    return None if None in said else not by


def _truth(value: Value) -> bool | None:
    return value if isinstance(value, bool) else None


def _among(value: Value, values: tuple[Value, ...]) -> bool | None:
    return _settled([compare("=", value, each) for each in values], by=True)


def _arithmetic(node: Sum | Product, lookup: Lookup) -> Value:
    values = [evaluate(part, lookup) for part in node.parts]
    if isinstance(node, Product):
        found = values[0]
        for value in values[1:]:
            found = times(found, value)
        return found
    found = negative(values[0]) if node.minus[0] else values[0]
    for value, taken_away in zip(values[1:], node.minus[1:], strict=True):
        found = minus(found, value) if taken_away else plus(found, value)
    return found
