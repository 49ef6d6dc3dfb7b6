from fractions import Fraction

import pytest

from fieldapp.scoring.amounts import Rounding, exact, plain


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("20", "20"),
        ("0", "0"),
        ("-2", "-2"),
        ("2.50", "2.5"),
        ("-0.125", "-0.125"),
        ("0.05", "0.05"),
    ],
)
def test_an_amount_is_shown_as_the_plain_decimal(amount, text):
    assert plain(Fraction(amount)) == text


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("93", "93.00"),
        ("89.995", "90.00"),
        ("89.9949999", "89.99"),
        ("275/3", "91.67"),
        ("0.005", "0.01"),
        ("-0.005", "-0.01"),
        ("-0.001", "0.00"),
        ("0", "0.00"),
    ],
)
def test_a_total_is_rounded_half_up_to_two_decimals(amount, text):
    assert Rounding().shown(Fraction(amount)) == text


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        (2, "2"),
        (2.5, "5/2"),
        (0.1, "1/10"),
        ("0.30", "3/10"),
        ("-1", "-1"),
        (True, None),
        (None, None),
        ("1e3", None),
        (" 1", None),
        ("1\n", None),
        ("١", None),
        (float("inf"), None),
        ([1], None),
    ],
)
def test_a_number_counts_exactly_as_written(written, amount):
    assert exact(written) == (None if amount is None else Fraction(amount))
