"""The words of an expression. Anything that is none is refused with its place."""

import re
from dataclasses import dataclass
from typing import Literal

LONGEST = 1000
"""Characters of one expression: nobody reads more, and nothing that is read grows with a form's size."""

KEYWORDS = frozenset({"and", "or", "not", "in", "is", "null", "true", "false"})

Kind = Literal["number", "duration", "text", "name", "word", "sign", "end"]

# Longest first: `3h` is a duration and not the number 3, `<=` not `<`.
_TOKEN = re.compile(
    r"(?P<space>[ \t\n]+)"
    r"|(?P<duration>[0-9]{1,9}[mhd](?![a-z0-9_.]))"
    r"|(?P<number>[0-9]{1,18}(?:\.[0-9]{1,6})?(?![a-z0-9_.]))"
    r"|(?P<text>'[^'\n]*')"
    r"|(?P<name>[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)*)"
    r"|(?P<sign><=|>=|!=|[=<>+\-*()\[\],])"
)


class BadExpression(ValueError):
    """What stands at `at` (a position in the expression, from 0) is not what the language allows there."""

    def __init__(self, at: int, what: str) -> None:
        super().__init__(f"position {at}: {what}")
        self.at = at
        self.what = what


@dataclass(frozen=True)
class Token:
    kind: Kind
    text: str
    at: int


def tokens(source: str) -> list[Token]:
    """Raises BadExpression. The last one is always `end`."""
    if len(source) > LONGEST:
        raise BadExpression(LONGEST, f"an expression has at most {LONGEST} characters")
    found: list[Token] = []
    at = 0
    while at < len(source):
        match = _TOKEN.match(source, at)
        if match is None:
            raise BadExpression(at, "no number, name, quoted text or sign begins here")
        kind = str(match.lastgroup)
        if kind != "space":
            found.append(_token(kind, match[0], at))
        at = match.end()
    return [*found, Token("end", "", len(source))]


def _token(kind: str, text: str, at: int) -> Token:
    if kind == "name":
        return Token("word" if text in KEYWORDS else "name", text, at)
    return Token(kind, text, at)  # type: ignore[arg-type]
