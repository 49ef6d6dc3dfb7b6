"""The conditions a scheme file may state, such as "deaths == 0 or not late > 2".

Only names, decimal numbers, comparisons, and/or/not and brackets; nothing is ever executed.
"""

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

TOKEN = re.compile(r"\s*(?:([A-Za-z_]\w*|[0-9]+(?:\.[0-9]+)?|[=!<>]=|[<>()])|(\S))")
COMPARISONS: Mapping[str, Callable[[Fraction, Fraction], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
DEEPEST = 50


class NotACondition(Exception):
    """The text is no condition; the message says where reading stopped."""


@dataclass(frozen=True)
class Comparison:
    left: Fraction | str
    sign: str
    right: Fraction | str

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(side for side in (self.left, self.right) if isinstance(side, str))

    def holds(self, facts: Mapping[str, int]) -> bool:
        left, right = (
            Fraction(facts[side]) if isinstance(side, str) else side
            for side in (self.left, self.right)
        )
        return COMPARISONS[self.sign](left, right)


@dataclass(frozen=True)
class Combination:
    """and, or (any number of parts), not (one part)."""

    word: str
    parts: tuple["Condition", ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name for part in self.parts for name in part.names))

    def holds(self, facts: Mapping[str, int]) -> bool:
        if self.word == "not":
            return not self.parts[0].holds(facts)
        return (all if self.word == "and" else any)(part.holds(facts) for part in self.parts)


Condition = Comparison | Combination


def condition(text: str) -> Condition:
    """The condition stated by `text`. Raises NotACondition."""
    reader = _Reader(_tokens(text))
    stated = reader.either(0)
    if reader.next:
        raise NotACondition(f"“{reader.next}” was not expected")
    return stated


def _tokens(text: str) -> list[str]:
    tokens = []
    for token, stranger in TOKEN.findall(text):
        if stranger:
            raise NotACondition(f"“{stranger}” is not part of a condition")
        tokens.append(token)
    return tokens


class _Reader:
    def __init__(self, tokens: list[str]) -> None:
        self.tokens = tokens[::-1]

    @property
    def next(self) -> str:
        return self.tokens[-1] if self.tokens else ""

    def take(self) -> str:
        if not self.tokens:
            raise NotACondition("it ends too early")
        return self.tokens.pop()

    def either(self, depth: int) -> Condition:
        return self.joined("or", lambda: self.joined("and", lambda: self.single(depth)))

    def joined(self, word: str, part: Callable[[], Condition]) -> Condition:
        parts = [part()]
        while self.next == word:
            self.take()
            parts.append(part())
        return parts[0] if len(parts) == 1 else Combination(word, tuple(parts))

    def single(self, depth: int) -> Condition:
        if depth > DEEPEST:
            raise NotACondition("it is nested too deep")
        if self.next == "not":
            self.take()
            return Combination("not", (self.single(depth + 1),))
        if self.next == "(":
            self.take()
            inner = self.either(depth + 1)
            if self.take() != ")":
                raise NotACondition("a bracket is not closed")
            return inner
        return self.comparison()

    def comparison(self) -> Comparison:
        left, sign = self.operand(), self.take()
        if sign not in COMPARISONS:
            raise NotACondition(f"“{sign}” does not compare")
        return Comparison(left, sign, self.operand())

    def operand(self) -> Fraction | str:
        token = self.take()
        if token[0].isdigit():
            return Fraction(token)
        if token.isidentifier() and token not in ("and", "or", "not"):
            return token
        raise NotACondition(f"“{token}” is neither a name nor a number")
