import pytest

from fieldapp.checklists.limits import Contradiction, contradiction, judge, judge_item
from tests.checklists.tables import ITEMS, answer, limit, readings, says, table

TABLE = table("limits")


@pytest.mark.parametrize("case", TABLE["judge"], ids=says)
def test_one_reading_against_one_limit(case):
    assert judge(limit(case["limit"]), case["reading"], case.get("row")) == case["is"]


@pytest.mark.parametrize("case", TABLE["item"], ids=says)
def test_all_readings_of_an_item(case):
    judged = judge_item(ITEMS[case["item"]], readings(case["readings"]))

    assert judged.verdict == case["verdict"]
    assert [j.judgement for j in judged.limits] == case["limits"]


@pytest.mark.parametrize("case", TABLE["contradiction"], ids=says)
def test_an_answer_against_its_readings(case):
    expected = case["is"] and Contradiction(case["is"]["code"], tuple(case["is"]["limits"]))

    assert contradiction(ITEMS[case["item"]], answer(case["answer"])) == expected
