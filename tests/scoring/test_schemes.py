"""Scheme files: what is changed in the file changes the score; what is not understood is refused."""

import pytest
import yaml

from fieldapp.scoring.loading import scheme, scheme_in
from fieldapp.scoring.reading import Unacceptable
from tests.fixtures.score_facts import (
    ALL_EXCELLENT,
    FACTS,
    INJURY,
    LIABILITY,
    accident,
    authority,
    document,
    graded,
    injury,
    item_of,
    liability,
    missing,
    occurrence,
    points,
    policyholder,
    sheet_of,
)


def changed(scheme_id, *replacements):
    text = document(scheme_id).decode()
    for old, new in replacements:
        assert old in text
        text = text.replace(old, new)
    return scheme_in(text.encode())


def faults(content):
    with pytest.raises(Unacceptable) as refused:
        scheme_in(content if isinstance(content, bytes) else content.encode())
    return {(fault.where, fault.problem) for fault in refused.value.faults}


def test_a_file_counts_like_the_scheme_it_holds(tmp_path):
    copy = tmp_path / "copy.yaml"
    copy.write_bytes(document(INJURY))

    assert sheet_of(injury(), scheme(str(copy))) == sheet_of(injury(), INJURY)


def test_points_of_a_clause():
    doubled = changed(
        INJURY,
        (
            "kind: deduct_per_occurrence\n            points: 2",
            "kind: deduct_per_occurrence\n            points: 2.5",
        ),
    )

    sheet = sheet_of(injury(occurrence("survey_untrue_complaint", count=3)), doubled)

    assert points(sheet, "accident_scene_survey") == ["-7.5"]
    assert item_of(sheet, "accident_scene_survey")["score"] == "12.5"
    assert sheet["total"] == "92.50"


def test_the_general_reading_of_and_above_can_be_chosen():
    inclusive = changed(
        INJURY,
        ('gt: "0.85", lt: "1.00"', 'ge: "0.85", lt: "1.00"'),
        ('gt: "0.70", le: "0.85"', 'ge: "0.70", lt: "0.85"'),
        ('le: "0.70",             score: 0', 'lt: "0.70",             score: 0'),
    )

    def score(satisfied):
        sheet = sheet_of(injury(satisfaction={"satisfied": satisfied, "valid": 100}), inclusive)
        return item_of(sheet, "service_satisfaction")["score"]

    assert [score(n) for n in (69, 70, 84, 85, 99, 100)] == ["0", "10", "10", "12", "12", "15"]


def test_a_larger_sample_can_be_demanded():
    strict = changed(INJURY, ("min_valid: 1 ", "min_valid: 30 "))

    few = sheet_of(injury(satisfaction={"satisfied": 29, "valid": 29}), strict)
    enough = sheet_of(injury(satisfaction={"satisfied": 30, "valid": 30}), strict)

    assert missing(few) == {("satisfaction", "/satisfaction")}
    assert (few["total"], enough["total"]) == (None, "100.00")


def test_a_rate_between_the_tiers_is_open_not_nought():
    gap = changed(INJURY, ('gt: "0.70", le: "0.85"', 'gt: "0.70", lt: "0.85"'))

    sheet = sheet_of(injury(satisfaction={"satisfied": 17, "valid": 20}), gap)

    assert (sheet["total"], missing(sheet)) == (None, {("satisfaction", "/satisfaction")})


@pytest.mark.parametrize(("floor", "score"), [("2", "2"), ("null", "-8"), ("-5", "-5")])
def test_the_floor(floor, score):
    sheet = sheet_of(
        injury(occurrence("staff_shortfall", count=9)),
        changed(INJURY, ("floor_per_item: 0", f"floor_per_item: {floor}")),
    )

    item = item_of(sheet, "team_building")
    assert item["score"] == score
    assert item.get("raw", str(int(score) - 10)) == "-18"


def test_without_a_floor_a_zero_item_still_is_nought():
    sheet = sheet_of(
        injury(occurrence("survey_fraud"), occurrence("survey_handover_late", "o-2", count=4)),
        changed(INJURY, ("floor_per_item: 0", "floor_per_item: null")),
    )

    assert item_of(sheet, "accident_scene_survey")["score"] == "0"
    assert item_of(sheet, "accident_scene_survey")["raw"] == "-24"


def test_weights():
    even = changed(
        LIABILITY, ('weight: "0.50"', 'weight: "0.40"'), ('weight: "0.30"', 'weight: "0.40"')
    )
    facts = liability(
        authority("county_authority", "county-1", dict.fromkeys(ALL_EXCELLENT, "unqualified")),
        authority("city_authority", "city"),
        policyholder("p-1"),
    )

    assert sheet_of(facts, LIABILITY)["total"] == "67.50"
    assert sheet_of(facts, even)["total"] == "74.00"


def test_grade_bounds_decisions_tiers_and_item_points():
    other = changed(
        LIABILITY,
        ("ge: 90}", "ge: 95.5}"),
        ("ge: 85, lt: 90", "ge: 85, lt: 95.5"),
        ('when: "deaths == 0"', 'when: "not (deaths >= 1 or fatal_general_accidents > 0)"'),
        ('{lt: "0.05", grade: excellent}', '{lt: "0.03", grade: excellent}'),
        ('{ge: "0.05", lt: "0.10"', '{ge: "0.03", lt: "0.10"'),
        ("{excellent: 5, good: 4,", "{excellent: 4.25, good: 4,"),
    )

    sheet = sheet_of(liability(facts=FACTS | {"fatal_general_accidents": 1}), other)

    form = sheet["forms"][0]
    assert graded(form, "fatality")["grade"] == "qualified"
    assert graded(form, "complaint_rate")["grade"] == "good"
    assert graded(form, "promotion")["score"] == "4.25"
    assert form["total"] == "93.25"
    assert (sheet["total"], sheet["grade"]) == ("94.60", "good")


def test_accident_thresholds_and_the_levels_that_veto():
    other = changed(
        LIABILITY,
        ("larger: {deaths: 3,", "larger: {deaths: 2,"),
        ("in [larger, major, especially_major]", "in [larger]"),
    )

    def grade(deaths):
        return sheet_of(liability(accidents=[accident(deaths=deaths)]), other)["grade"]

    assert [grade(n) for n in (1, 2, 9, 10)] == [
        "excellent",
        "unqualified",
        "unqualified",
        "excellent",
    ]


def test_of_several_vetoes_the_lowest_grade_holds():
    text = document(LIABILITY).decode()
    veto = text[text.index("  - id: larger_accident") : text.index("  - id: compliance_any")]
    milder = veto.replace("id: larger_accident", "id: any_accident").replace(
        "overall_grade: unqualified", "overall_grade: good"
    )
    both = scheme_in(text.replace(veto, milder + veto).encode())

    sheet = sheet_of(liability(accidents=[accident(deaths=3)]), both)

    assert [note["id"] for note in sheet["vetoes"]] == [
        "any_accident_in_insured_project",
        "larger_accident_in_insured_project",
    ]
    assert sheet["grade"] == "unqualified"


def test_over_no_projects_the_scheme_may_name_a_grade():
    kind = changed(LIABILITY, ("zero_denominator: {grade: null", "zero_denominator: {grade: good"))

    sheet = sheet_of(liability(facts=FACTS | {"lead_projects": 0}), kind)

    item = graded(sheet["forms"][0], "complaint_rate")
    assert (item["grade"], item["from"]) == ("good", "facts")


def test_not_applicable_can_be_forbidden_or_allowed_more_widely():
    forms = (authority("county_authority", "c"), authority("city_authority", "c"))
    two = policyholder("p-1", "excellent", "good", *["not_applicable"] * 3)
    rule = "{allowed: true, min_answered: 3}"

    wider = changed(LIABILITY, (rule, "{allowed: true, min_answered: 2}"))
    none = changed(LIABILITY, (rule, "{allowed: false, min_answered: 3}"))

    assert sheet_of(liability(*forms, two), wider)["parts"]["policyholder"] == "87.50"
    with pytest.raises(Unacceptable):
        sheet_of(liability(*forms, two), none)


def test_half_even_can_be_chosen_for_show():
    even = changed(LIABILITY, ("decimals: 2, mode: half_up", "decimals: 0, mode: half_even"))
    grades = ALL_EXCELLENT | {"promotion": "qualified"}
    facts = liability(
        authority("county_authority", "c", grades | {"cooperation": "good"}),
        authority("county_authority", "d", ALL_EXCELLENT | {"promotion": "good"}),
        authority("city_authority", "c"),
        policyholder("p-1"),
    )

    assert sheet_of(facts, LIABILITY)["parts"]["county_authority"] == "97.50"
    assert sheet_of(facts, even)["parts"]["county_authority"] == "98"


@pytest.mark.parametrize(
    ("scheme_id", "old", "new", "where", "problem"),
    [
        (INJURY, "scoring: deduction", "scoring: magic", "/scheme/scoring", "UnknownScoring"),
        (INJURY, "kind: deduct_once", "kind: deduct_twice", "/sections/0/items/0/clauses/4/kind", "UnknownClauseKind"),
        (INJURY, "compare: exact_fraction", "compare: rounded", "/sections/2/items/0/clauses/0/compare", "UnknownComparison"),
        (INJURY, "score: 12}", "score: 16}", "/sections/2/items/0/clauses/0/tiers/1/score", "ScoreOutOfRange"),
        (INJURY, "id: ab_post_vacancy", "id: staff_shortfall", "/sections/0/items/0", "DuplicateId"),
        (INJURY, 'edition: "2026-1"', "edition: 2026", "/scheme/edition", "NotAText"),
        (INJURY, "  floor_per_item: 0 ", "  floor: 0 ", "/scheme/floor_per_item", "MissingKey"),
        (INJURY, "points: 20\n    items", "points: 2026-01-01\n    items", "", "SchemeNotJson"),
        (INJURY, "points: 20\n    items", "points: .nan\n    items", "", "SchemeNotJson"),
        (INJURY, "  total: 100\n", "  total: 100\n  total: 100\n", "", "InvalidYaml"),
        (LIABILITY, 'weight: "0.50"', 'weight: "0.55"', "/weights", "WeightsNotWhole"),
        (LIABILITY, "weight_by: null", "weight_by: projects", "/aggregation/county_authority/weight_by", "UnknownMean"),
        (LIABILITY, "mode: half_up", "mode: up", "/aggregation/rounding/mode", "UnknownRounding"),
        (LIABILITY, "only_to_the_displayed_total_not_before_grading", "before_grading", "/aggregation/rounding/apply", "UnknownRounding"),
        (LIABILITY, '"deaths > 2"', '"__import__(1)"', "/forms/0/items/0/decision/1/when", "UnknownCondition"),
        (LIABILITY, "responsibility = true and", "blame = true and", "/vetoes/0/condition", "UnknownCondition"),
        (LIABILITY, "action: ask_assessor", "action: guess", "/forms/0/items/7/zero_denominator/action", "UnknownAction"),
        (LIABILITY, "kind: judged_with_veto", "kind: drawn_by_lot", "/forms/0/items/2/rule/kind", "UnknownItemKind"),
        (LIABILITY, "metric: valid_complaints / lead_projects", "metric: 1 in 3 / many", "/forms/0/items/7/rule/metric", "UnknownMetric"),
        (LIABILITY, "{excellent: 5, good: 4,", "{excellent: 5,", "/forms/0/items/6/points/good", "MissingKey"),
    ],
)  # fmt: skip
def test_what_a_scheme_file_may_not_say(scheme_id, old, new, where, problem):
    text = document(scheme_id).decode()
    assert old in text

    assert (where, problem) in faults(text.replace(old, new))


@pytest.mark.parametrize(
    "content", ["", "- 1", "{", "1: 2", "a: &a [*a]", "scheme: 1", b"\xff\xfe\x00"]
)
def test_what_is_no_scheme_at_all(content):
    assert faults(content)


def test_the_digest_covers_the_file_as_any_yaml_reader_parses_it():
    for scheme_id in (INJURY, LIABILITY):
        assert (
            scheme_in(document(scheme_id)).head.canonical
            == scheme_in(
                yaml.safe_dump(yaml.safe_load(document(scheme_id)), allow_unicode=True).encode()
            ).head.canonical
        )
