"""The life of an occurrence as a table, and the wording that goes with it."""

import pytest

from fieldapp.scoring.lifecycle import NEXT, Stand
from fieldapp.scoring.published import SCHEMES, only_by_decision, titles


@pytest.mark.parametrize(
    ("state", "outcome", "steps"),
    [
        ("proposed", None, ("verified", "dropped")),
        ("verified", None, ("notified", "dropped")),
        ("notified", None, ("appealed", "final", "dropped")),
        ("appealed", None, ("decided",)),
        ("decided", "upheld", ("dropped",)),
        ("decided", "dismissed", ("final", "dropped")),
        ("final", None, ()),
        ("dropped", None, ()),
    ],
)
def test_what_may_come_next(state, outcome, steps):
    assert Stand(state, outcome).next == steps


@pytest.mark.parametrize(
    ("state", "outcome", "provisionally"),
    [
        ("proposed", None, False),
        ("verified", None, True),
        ("notified", None, True),
        ("appealed", None, False),
        ("decided", "upheld", False),
        ("decided", "dismissed", True),
        ("final", None, True),
        ("dropped", None, False),
    ],
)
def test_when_it_counts(state, outcome, provisionally):
    stand = Stand(state, outcome)

    assert stand.counts(only_by_decision=False, final_only=False) is provisionally
    assert stand.counts(only_by_decision=True, final_only=False) is (state == "final")
    assert stand.counts(only_by_decision=False, final_only=True) is (state == "final")


def test_every_state_leads_out_or_is_the_end():
    assert {state for state, steps in NEXT.items() if not steps} == {"final", "dropped"}


@pytest.mark.parametrize(
    ("scheme", "clause", "by_decision"),
    [
        ("work_injury_performance", "survey_fraud", True),
        ("work_injury_performance", "survey_record_nonconforming", False),
        ("construction_liability", "service_fabrication", True),
    ],
)
def test_zero_items_and_vetoes_arise_only_by_decision(scheme, clause, by_decision):
    assert only_by_decision(scheme, clause) is by_decision


@pytest.mark.parametrize("scheme", SCHEMES)
def test_everything_on_a_sheet_has_both_names(scheme):
    named = titles(scheme)

    for kind in ("items", "clauses", "parts"):
        assert all(both["zh"] and both["en"] for both in named[kind].values())
