"""How far a total is from each grade: what a rounded total cannot tell.

A total of 89.995 shows as 90.00 and is 良好; the screen must be able to say what is wanting.
"""

from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from fieldapp.scoring.scheme import Head


@dataclass(frozen=True)
class GradeBound:
    """`wanting` is above 0 where the grade is not reached, 0 on its bound, else the margin."""

    grade: str
    at: Fraction
    wanting: Fraction

    def shown(self, head: Head) -> str:
        """The points wanting, rounded up, so that what is wanting never shows as nothing."""
        scale = 10**head.rounding.decimals
        return head.rounding.shown(Fraction(ceil(self.wanting * scale), scale))


def grade_bounds(head: Head, total: Fraction) -> tuple[GradeBound, ...]:
    """The lower bound of each grade that has one, in the scheme's order."""
    bands = ((band.id, band.interval.ge) for band in head.grades)
    return tuple(GradeBound(id_, at, at - total) for id_, at in bands if at is not None)
