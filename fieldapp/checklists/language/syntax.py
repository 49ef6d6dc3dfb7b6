"""From text to a tree, by the grammar in docs/form-language.md. Depth and length are bounded, so nothing here runs away."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import lru_cache

from fieldapp.checklists.language.tokens import BadExpression, Token, tokens
from fieldapp.checklists.language.values import LONGEST_DURATION, Value

DEEPEST = 16
"""Brackets, `not` and minus signs inside each other."""

UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")


@dataclass(frozen=True)
class Constant:
    value: Value


@dataclass(frozen=True)
class Name:
    path: str


@dataclass(frozen=True)
class Not:
    part: "Node"


@dataclass(frozen=True)
class All:
    parts: "tuple[Node, ...]"


@dataclass(frozen=True)
class Some:
    parts: "tuple[Node, ...]"


@dataclass(frozen=True)
class Compare:
    op: str
    left: "Node"
    right: "Node"


@dataclass(frozen=True)
class Among:
    part: "Node"
    values: tuple[Value, ...]


@dataclass(frozen=True)
class IsNull:
    part: "Node"


@dataclass(frozen=True)
class Sum:
    """`minus` says of each part whether it is taken away."""

    parts: "tuple[Node, ...]"
    minus: tuple[bool, ...]


@dataclass(frozen=True)
class Product:
    parts: "tuple[Node, ...]"


Node = Constant | Name | Not | All | Some | Compare | Among | IsNull | Sum | Product


@lru_cache(maxsize=4096)
def parse(source: str) -> Node:
    """Raises BadExpression with the position."""
    return _Parser(tokens(source)).whole()


class _Parser:
    def __init__(self, given: list[Token]) -> None:
        self.given = given
        self.at = 0
        self.depth = 0

    def whole(self) -> Node:
        found = self.some()
        if self.next.kind != "end":
            self.refuse("an operator or the end is expected here")
        return found

    def some(self) -> Node:
        parts = [self.all()]
        while self.take("word", "or"):
            parts.append(self.all())
        return parts[0] if len(parts) == 1 else Some(tuple(parts))

    def all(self) -> Node:
        parts = [self.negated()]
        while self.take("word", "and"):
            parts.append(self.negated())
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def negated(self) -> Node:
        if not self.take("word", "not"):
            return self.comparison()
        self.deeper()
        found = Not(self.negated())
        self.depth -= 1
        return found

    def comparison(self) -> Node:
        left = self.sum()
        if self.take("word", "in"):
            return Among(left, self.listed())
        if self.take("word", "is"):
            denied = self.take("word", "not")
            if not self.take("word", "null"):
                self.refuse("null is expected here")
            return Not(IsNull(left)) if denied else IsNull(left)
        for op in COMPARISONS:
            if self.take("sign", op):
                return Compare(op, left, self.sum())
        return left

    def sum(self) -> Node:
        parts, minus = [self.product()], [False]
        while self.next.kind == "sign" and self.next.text in "+-":
            minus.append(self.next.text == "-")
            self.at += 1
            parts.append(self.product())
        return parts[0] if len(parts) == 1 else Sum(tuple(parts), tuple(minus))

    def product(self) -> Node:
        parts = [self.signed()]
        while self.take("sign", "*"):
            parts.append(self.signed())
        return parts[0] if len(parts) == 1 else Product(tuple(parts))

    def signed(self) -> Node:
        if not self.take("sign", "-"):
            return self.term()
        self.deeper()
        found = Sum((self.signed(),), (True,))
        self.depth -= 1
        return found

    def term(self) -> Node:
        if self.take("sign", "("):
            self.deeper()
            found = self.some()
            self.depth -= 1
            if not self.take("sign", ")"):
                self.refuse("a closing bracket is expected here")
            return found
        token = self.next
        if token.kind == "name":
            self.at += 1
            return Name(token.text)
        return Constant(self.constant())

    def listed(self) -> tuple[Value, ...]:
        if not self.take("sign", "["):
            self.refuse("a list in square brackets is expected here")
        values = [self.constant()]
        while self.take("sign", ","):
            values.append(self.constant())
        if not self.take("sign", "]"):
            self.refuse("a comma or a closing square bracket is expected here")
        return tuple(values)

    def constant(self) -> Value:
        token = self.next
        value = _constant(token)
        if value is None:
            self.refuse("a value is expected here")
        self.at += 1
        return value

    @property
    def next(self) -> Token:
        return self.given[self.at]

    def take(self, kind: str, text: str) -> bool:
        taken = (self.next.kind, self.next.text) == (kind, text)
        self.at += taken
        return taken

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise BadExpression(self.given[self.at - 1].at, f"nested deeper than {DEEPEST}")

    def refuse(self, what: str) -> None:
        raise BadExpression(self.next.at, what)


def _constant(token: Token) -> Value:
    match token.kind:
        case "number":
            return Decimal(token.text)
        case "duration":
            return _duration(token)
        case "text":
            return token.text[1:-1]
        case "word" if token.text in ("true", "false"):
            return token.text == "true"
    return None


def _duration(token: Token) -> timedelta:
    try:
        length = int(token.text[:-1]) * UNITS[token.text[-1]]
    except OverflowError:
        length = LONGEST_DURATION + UNITS["d"]
    if length > LONGEST_DURATION:
        raise BadExpression(token.at, "a duration is at most 36525 days")
    return length
