"""The table of docs/decisions/0004: what an authority's finding is worth beside the insurer's answer."""

from datetime import UTC, datetime, timedelta

import pytest

from fieldapp.oversight.comparing import Answered, Seen, compare

THEN = datetime(2026, 11, 1, 2, tzinfo=UTC)


def days(n: float) -> timedelta:
    return timedelta(days=n)


@pytest.mark.parametrize(
    ("value", "later", "persistence", "result"),
    [
        ("pass", 0, "standing", "missed"),
        ("pass", 30, "standing", "missed"),
        ("pass", 30.01, "standing", "found_later"),
        ("pass", 7, "slow", "missed"),
        ("pass", 7.01, "slow", "found_later"),
        ("pass", 0.01, "transient", "not_comparable"),
        ("pass", 0, "transient", "missed"),
        ("pass", -1, "standing", "not_comparable"),
        ("fail", 0, "standing", "agreed"),
        ("fail", 300, "transient", "agreed"),
        ("fail", -1, "standing", "found_later"),
        ("not_inspected", 1, "standing", "not_comparable"),
        ("not_applicable", 1, "standing", "not_comparable"),
    ],
)
def test_an_answer_beside_a_finding(value, later, persistence, result):
    assert compare(Answered(value, THEN), Seen(THEN + days(later)), persistence) == result


@pytest.mark.parametrize(
    ("own", "theirs", "later", "persistence", "result"),
    [
        ("general", "general", 1, "standing", "agreed"),
        ("general", "suspected_major", 1, "standing", "understated"),
        ("suspected_major", "suspected_major", 1, "standing", "agreed"),
        ("major", "suspected_major", 1, "standing", "agreed"),
        ("suspected_major", "general", 1, "standing", "agreed"),
        ("general", "suspected_major", 31, "standing", "found_later"),
        ("general", "suspected_major", 1, "transient", "not_comparable"),
    ],
)
def test_a_hazard_both_found_is_understated_only_where_less_serious(
    own, theirs, later, persistence, result
):
    seen = Seen(THEN + days(later), theirs)

    assert compare(Answered("fail", THEN, own), seen, persistence) == result


@pytest.mark.parametrize(
    ("value", "closed", "seen", "persistence", "result"),
    [
        ("fail", 3, 5, "standing", "falsely_closed"),
        ("pass", 0, 5, "standing", "falsely_closed"),
        ("fail", 3, 33, "standing", "falsely_closed"),
        ("fail", 3, 34, "standing", "found_later"),
        ("fail", 3, 5, "transient", "not_comparable"),
        ("fail", 5, 3, "standing", "agreed"),
        ("pass", 5, 3, "standing", "missed"),
    ],
)
def test_what_was_called_put_right(value, closed, seen, persistence, result):
    answered = Answered(value, THEN, "general", THEN + days(closed))

    assert compare(answered, Seen(THEN + days(seen)), persistence) == result
