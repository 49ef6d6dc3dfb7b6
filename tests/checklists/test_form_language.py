"""The form language, held to one table by this program and by the phone."""

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldapp.checklists.forms import identity
from fieldapp.checklists.language.checking import Type, problems_in
from fieldapp.checklists.language.evaluating import evaluate
from fieldapp.checklists.language.syntax import parse
from fieldapp.checklists.language.tokens import BadExpression
from tests.checklists.expressions import POOL, RECORDED, expression, given_by, record, written
from tests.checklists.tables import says, table

TABLE = table("form_language")
TYPES = {
    "when": Type("time"),
    "day": Type("date"),
    "n": Type("number"),
    "kind": Type("text", frozenset({"fall", "fire"})),
    "words": Type("text"),
    "yes": Type("boolean"),
}


@pytest.mark.parametrize("case", TABLE["gives"], ids=says)
def test_an_expression_gives(case):
    assert written(evaluate(parse(case["source"]), given_by(case["names"]))) == case["is"]


@pytest.mark.parametrize("case", TABLE["refused"], ids=says)
def test_what_is_no_expression_is_refused_at_its_place(case):
    with pytest.raises(BadExpression) as refused:
        parse(case["source"])

    assert refused.value.at == case["at"]


@pytest.mark.parametrize("case", TABLE["numbers"], ids=says)
def test_numbers_that_check_themselves(case):
    assert getattr(identity, case["kind"])(case["typed"]) == case["is"]


def test_the_recorded_random_cases_are_what_this_program_gives():
    recorded = json.loads(RECORDED.read_text("utf-8"))["random"]

    assert recorded == record(len(recorded), 2026)


@given(st.text(max_size=60))
def test_any_text_is_an_expression_or_is_refused(text):
    with contextlib.suppress(BadExpression):
        parse(text)


@given(st.randoms(use_true_random=False), st.lists(st.sampled_from(POOL), min_size=4, max_size=4))
def test_evaluating_never_fails_whatever_the_answers_are(draw, values):
    names = dict(zip(("a", "b", "c.d", "photos.count"), values, strict=True))

    evaluate(parse(expression(draw)), given_by(names))


def test_a_thousand_characters_of_minus_signs_end_in_a_refusal():
    with pytest.raises(BadExpression):
        parse("-" * 999 + "1")


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("when - when <= 3h", None),
        ("kind = 'fall' and n > 3", None),
        ("day + 1d >= day", None),
        ("nothing = 1", "no field is called nothing here"),
        ("kind = 'flood'", "flood is none of the field's choices"),
        ("kind in ['fall', 'flood']", "flood is none of the field's choices"),
        ("n = 'fall'", "number = text cannot be compared"),
        ("words < 'b'", "text has no order, use = or !="),
        ("when + when = when", "time + time gives nothing"),
        ("yes and n", "boolean is wanted where number stands"),
        ("n + 1", "gives number, boolean is wanted"),
        ("-when = when", "time has no negative"),
    ],
)
def test_what_makes_no_sense_is_told_before_publishing(source, problem):
    assert problems_in(parse(source), "boolean", TYPES) == ([problem] if problem else [])
