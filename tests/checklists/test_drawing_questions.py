import pytest

from fieldapp.checklists.draw import candidates, draw
from fieldapp.checklists.form import Answer
from fieldapp.checklists.walk import questions
from tests.checklists.tables import EDITION, says, table, units

TABLE = table("draw")


@pytest.mark.parametrize("case", TABLE["candidates"], ids=says)
def test_the_order_of_the_draw(case):
    asked = questions(EDITION, units(case["units"]))

    assert [q.key for q in candidates(case["nonce"], case["category"], asked)] == case["is"]


@pytest.mark.parametrize("case", TABLE["draw"], ids=says)
def test_which_questions_are_drawn(case):
    asked = questions(EDITION, units(case["units"]))
    answers = {key: Answer(value) for key, value in case["answers"].items()}

    drawn = draw(EDITION, case["nonce"], asked, answers)

    assert [[d.key, d.passed_on] for d in drawn] == case["is"]
