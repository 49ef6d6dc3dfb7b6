"""What a rounded total cannot tell: how far the next grade is."""

from fractions import Fraction

import pytest

from fieldapp.scoring.explain import grade_bounds
from fieldapp.scoring.sheet import judged
from tests.fixtures.score_facts import INJURY, LIABILITY, injury, liability, loaded


@pytest.mark.parametrize(
    ("total", "shown"),
    [
        ("89.995", {"excellent": "0.01", "good": "-4.99", "qualified": "-9.99"}),
        ("90", {"excellent": "0.00", "good": "-5.00", "qualified": "-10.00"}),
        ("84.5", {"excellent": "5.50", "good": "0.50", "qualified": "-4.50"}),
    ],
)
def test_what_is_wanting_for_each_grade_is_rounded_up(total, shown):
    head = loaded(LIABILITY).head

    assert {b.grade: b.shown(head) for b in grade_bounds(head, Fraction(total))} == shown


def test_a_grade_is_reached_exactly_when_nothing_is_wanting():
    head = loaded(LIABILITY).head
    _, outcome = judged(loaded(LIABILITY), liability())

    reached = [bound.grade for bound in grade_bounds(head, outcome.total) if bound.wanting <= 0]

    assert reached[0] == outcome.grade == "excellent"


def test_a_scheme_without_grades_has_no_bounds():
    _, outcome = judged(loaded(INJURY), injury())

    assert grade_bounds(loaded(INJURY).head, outcome.total) == ()
