"""What holds for any facts at all."""

import random
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from tests.fixtures.score_facts import (
    FACTS,
    INJURY,
    LIABILITY,
    POLICYHOLDER,
    accident,
    authority,
    injury,
    liability,
    loaded,
    occurrence,
    policyholder,
    sheet_of,
)

CLAUSES = [clause.id for clause in loaded(INJURY).clauses.values() if clause.kind != "tier"]
VETO_CLAUSES = sorted(loaded(LIABILITY).veto_clauses)
GRADES = ("excellent", "good", "qualified", "unqualified")
JUDGED = ("cooperation", "compliance", "platform_use", "technical_service", "promotion")

some_occurrence = st.builds(
    occurrence,
    st.sampled_from(CLAUSES),
    count=st.integers(0, 12),
    state=st.sampled_from(["confirmed", "confirmed", "proposed", "final"]),
    evidence=st.lists(st.sampled_from(["ev-1", "ev-2"]), max_size=2),
)
some_sample = st.integers(1, 200).flatmap(
    lambda valid: st.fixed_dictionaries(
        {"valid": st.just(valid), "satisfied": st.integers(0, valid)}
    )
)


@st.composite
def injuries(draw):
    occurrences = [
        {**made, "id": f"o-{number}"}
        for number, made in enumerate(draw(st.lists(some_occurrence, max_size=12)))
    ]
    return injury(*occurrences, satisfaction=draw(some_sample))


@st.composite
def liabilities(draw):
    def judged():
        return {item: draw(st.sampled_from(GRADES)) for item in JUDGED}

    counties = range(draw(st.integers(1, 3)))
    answers = st.tuples(*[st.sampled_from((*GRADES, "not_applicable"))] * len(POLICYHOLDER))
    forms = [
        *(authority("county_authority", f"county-{n}", judged()) for n in counties),
        authority("city_authority", "city", judged()),
        *(policyholder(f"p-{n}", *draw(answers)) for n in range(draw(st.integers(1, 4)))),
    ]
    recorded = {name: draw(st.integers(0, 4)) for name in FACTS} | {"lead_projects": 20}
    return liability(*forms, facts=recorded)


def total_of(facts):
    return Decimal(sheet_of(facts, INJURY)["total"])


@given(injuries())
def test_the_total_is_the_sum_of_the_items_and_each_item_of_its_lines(facts):
    sheet = sheet_of(facts, INJURY)

    assert Decimal(sheet["total"]) == sum(Decimal(item["score"]) for item in sheet["items"])
    for item in sheet["items"]:
        taken = sum(Decimal(line["points"]) for line in item["lines"])
        assert Decimal(item["score"]) == Decimal(item["max"]) + taken
        assert 0 <= Decimal(item["score"]) <= Decimal(item["max"])


@given(injuries())
def test_raw_is_there_exactly_when_the_floor_cut_and_is_never_less(facts):
    for item in sheet_of(facts, INJURY)["items"]:
        lost = Decimal(item["score"]) - Decimal(item["max"])
        if "raw" in item:
            assert Decimal(item["raw"]) < lost
            assert Decimal(item["score"]) == 0


@given(injuries(), some_occurrence)
def test_one_more_occurrence_never_raises_the_total(facts, more):
    with_more = injury(*facts["occurrences"], {**more, "id": "more"})
    with_more["satisfaction"] = facts["satisfaction"]

    assert total_of(with_more) <= total_of(facts)


@given(injuries())
def test_what_does_not_count_changes_no_score(facts):
    counting = [o for o in facts["occurrences"] if o["state"] == "confirmed" and o["evidence"]]

    assert total_of(facts) == total_of(facts | {"occurrences": counting})


@given(injuries())
def test_every_occurrence_has_exactly_one_line(facts):
    items = sheet_of(facts, INJURY)["items"]

    listed = [line["source"] for item in items for line in item["lines"]]
    assert sorted(listed) == sorted([o["id"] for o in facts["occurrences"]] + ["satisfaction"])


@given(injuries(), st.randoms())
def test_the_order_of_occurrences_changes_nothing_but_the_digest(facts, chance: random.Random):
    shuffled = list(facts["occurrences"])
    chance.shuffle(shuffled)

    one, other = (
        sheet_of(facts | {"occurrences": o}, INJURY) for o in (facts["occurrences"], shuffled)
    )

    assert one | {"digest": ""} == other | {"digest": ""}


@given(some_sample, some_sample)
def test_more_satisfaction_never_costs_points(one, other):
    if one["satisfied"] * other["valid"] > other["satisfied"] * one["valid"]:
        one, other = other, one

    assert total_of(injury(satisfaction=one)) <= total_of(injury(satisfaction=other))


@given(liabilities(), st.randoms())
def test_the_order_of_forms_changes_neither_total_nor_grade(facts, chance: random.Random):
    shuffled = list(facts["forms"])
    chance.shuffle(shuffled)

    one, other = (sheet_of(facts | {"forms": f}, LIABILITY) for f in (facts["forms"], shuffled))

    for key in ("total", "grade", "parts"):
        assert one[key] == other[key]


@given(liabilities())
def test_a_total_stands_exactly_when_nothing_is_missing(facts):
    sheet = sheet_of(facts, LIABILITY)

    assert (sheet["total"] is None) == bool(sheet["missing"])
    assert (sheet["grade"] is None) == bool(sheet["missing"])
    if sheet["total"] is not None:
        assert 0 <= Decimal(sheet["total"]) <= 100


@given(liabilities(), st.sampled_from(VETO_CLAUSES))
def test_a_compliance_event_never_raises_the_total(facts, clause):
    before = sheet_of(facts, LIABILITY)
    after = sheet_of(facts | {"compliance_events": [occurrence(clause)]}, LIABILITY)

    if before["total"] is not None:
        assert Decimal(after["total"]) <= Decimal(before["total"])


@given(liabilities(), st.integers(3, 40))
def test_a_larger_accident_always_is_unqualified_and_keeps_the_total(facts, deaths):
    vetoed = sheet_of(facts | {"accidents": [accident(deaths=deaths)]}, LIABILITY)

    assert vetoed["grade"] == "unqualified"
    assert vetoed["total"] == sheet_of(facts, LIABILITY)["total"]
