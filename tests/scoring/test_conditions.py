import pytest

from fieldapp.scoring.conditions import NotACondition, condition

FACTS = {"deaths": 2, "accidents": 0}


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("deaths == 2", True),
        ("deaths != 2", False),
        ("deaths < 2.5", True),
        ("deaths <= 2", True),
        ("deaths > 2", False),
        ("2 >= deaths", True),
        ("deaths>accidents", True),
        ("not deaths == 2", False),
        ("not not deaths == 2", True),
        ("deaths == 2 and accidents == 1", False),
        ("deaths == 2 or accidents == 1 and accidents == 2", True),
        ("(deaths == 2 or accidents == 1) and accidents == 2", False),
        ("not (deaths == 3 or accidents == 1)", True),
        ("1 == 1", True),
    ],
)
def test_a_condition_on_facts(text, holds):
    assert condition(text).holds(FACTS) is holds


@pytest.mark.parametrize(
    "text",
    [
        "",
        "deaths",
        "deaths ==",
        "== 2",
        "deaths = 2",
        "deaths == 2 accidents == 0",
        "deaths == 2 and",
        "(deaths == 2",
        "deaths == 2)",
        "deaths.real == 2",
        "f(deaths) == 2",
        "deaths == 'two'",
        "deaths == -1",
        "not == 2",
        "and == 2",
        "deaths + 1 == 2",
        "deaths < 2 < 3",
        "(" * 99 + "deaths == 2" + ")" * 99,
    ],
)
def test_anything_else_is_no_condition(text):
    with pytest.raises(NotACondition):
        condition(text)


def test_a_condition_names_the_facts_it_needs_once():
    needs = condition("deaths == 0 or accidents > 1 and deaths < 2").names

    assert needs == ("deaths", "accidents")
