from collections import Counter

import pytest

from fieldapp.checklists.walk import by_zone, on_site, questions
from tests.checklists.tables import EDITION, says, table, units

TABLE = table("walk")


@pytest.mark.parametrize("case", TABLE["on_site"], ids=says)
def test_which_categories_are_there(case):
    assert list(on_site(EDITION, units(case["units"]))) == case["is"]


@pytest.mark.parametrize("case", TABLE["count"], ids=says)
def test_how_many_questions_there_are(case):
    asked = questions(EDITION, units(case["units"]), case.get("absent", []))

    assert Counter(q.category for q in asked) == case["is"]
    assert len({q.key for q in asked}) == len(asked)


@pytest.mark.parametrize("case", TABLE["keys"], ids=says)
def test_the_order_by_category(case):
    asked = questions(EDITION, units(case["units"]))

    assert [q.key for q in asked if q.category == case["category"]] == case["is"]


@pytest.mark.parametrize("case", TABLE["by_zone"], ids=says)
def test_the_order_by_zone(case):
    assert [q.key for q in by_zone(EDITION, questions(EDITION, units(case["units"])))] == case["is"]


@pytest.mark.parametrize("case", TABLE["groups"], ids=says)
def test_how_far_one_tap_may_reach(case):
    asked = {q.key: q for q in questions(EDITION, units(case["units"]))}

    assert asked[case["key"]].group == case["is"]
