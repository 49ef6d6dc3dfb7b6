"""Points and shares are exact fractions; they become decimal strings only to be shown."""

import re
from dataclasses import dataclass
from fractions import Fraction

DECIMAL = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,30})?")
ROUNDING_MODES = ("half_up", "half_even")


def exact(value: object) -> Fraction | None:
    """The number a person wrote (int, float or decimal string), or None if it is not one.

    A float stands for its shortest decimal text: 2.5 is 5/2 and 0.1 is 1/10.
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return Fraction(value)
    text = repr(value) if isinstance(value, float) else value
    if isinstance(text, str) and DECIMAL.fullmatch(text):
        return Fraction(text)
    return None


def plain(amount: Fraction) -> str:
    """A terminating fraction as a plain decimal: "18", "-2.5"."""
    decimals = 0
    while (amount * 10**decimals).denominator != 1:
        decimals += 1
    return _digits(int(amount * 10**decimals), decimals)


@dataclass(frozen=True)
class Rounding:
    """How an amount is cut for show. It never takes part in grading."""

    decimals: int = 2
    mode: str = "half_up"

    def shown(self, amount: Fraction) -> str:
        scaled = abs(amount) * 10**self.decimals
        # round() on a Fraction is half-even; half-up (away from zero) adds a half and cuts.
        whole = int(scaled + Fraction(1, 2)) if self.mode == "half_up" else round(scaled)
        return _digits(-whole if amount < 0 else whole, self.decimals)


def _digits(whole: int, decimals: int) -> str:
    sign = "-" if whole < 0 else ""
    text = str(abs(whole)).rjust(decimals + 1, "0")
    if not decimals:
        return sign + text
    return f"{sign}{text[:-decimals]}.{text[-decimals:]}"
