"""When two photos that look alike become a question, and how pressing it is."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from fieldapp.reuse.rules import Filed, is_across, severity

NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)
ONE = Filed("antai", "binjiang", "zhou", NOON)


def later(**span) -> datetime:
    return NOON + timedelta(**span)


@pytest.mark.parametrize(
    ("other", "how", "expected"),
    [
        ({"captured_at": later(days=30)}, {}, "high"),
        ({"project": "yunqi"}, {}, "high"),
        ({"person": "wang"}, {}, "high"),
        ({"captured_at": later(minutes=30)}, {}, "medium"),
        ({"captured_at": later(days=30)}, {"similar_only": True}, "medium"),
        ({"captured_at": later(minutes=5)}, {"is_part": True}, "low"),
        ({"captured_at": later(days=5)}, {"is_part": True}, "high"),
    ],
)
def test_another_place_person_or_day_presses_most(other, how, expected):
    given = {"similar_only": False, "is_part": False} | how

    assert severity(ONE, replace(ONE, **other), **given) == expected


def test_two_insurers_make_it_the_authoritys():
    assert is_across(ONE, replace(ONE, insurer="hengxin"))
    assert not is_across(ONE, replace(ONE, project="yunqi"))
