"""The injury scheme: each item starts at its points and loses them clause by clause."""

import pytest

from tests.fixtures.score_facts import (
    INJURY,
    injury,
    item_of,
    missing,
    occurrence,
    points,
    sheet_of,
)


def test_the_worked_example_of_the_contract():
    # 20 - 2 for the untrue survey; 17 of 20 is 85 %, which still is the 10-point tier: 100 - 2 - 5.
    facts = injury(
        occurrence("survey_untrue_complaint", count=1), satisfaction={"satisfied": 17, "valid": 20}
    )

    sheet = sheet_of(facts, INJURY)

    survey = item_of(sheet, "accident_scene_survey")
    line = survey["lines"][0]
    assert (survey["max"], survey["score"], "raw" in survey) == ("20", "18", False)
    assert line == {
        "source": "o-1",
        "clause": "survey_untrue_complaint",
        "count": 1,
        "points": "-2",
        "counted": True,
        "evidence": ["ev-1"],
        "why": line["why"],
    }
    assert "现场勘查不实" in line["why"]
    assert sheet["total"] == "93.00"
    assert (sheet["grade"], sheet["parts"], sheet["vetoes"], sheet["missing"]) == (
        None,
        None,
        [],
        [],
    )


def test_nothing_against_the_insurer_is_a_hundred():
    facts = injury()
    del facts["occurrences"]

    assert sheet_of(facts, INJURY)["total"] == "100.00"


@pytest.mark.parametrize(
    ("satisfied", "valid", "score"),
    [
        (20, 20, "15"),
        (999, 1000, "12"),
        (99999, 100000, "12"),
        (86, 100, "12"),
        (8501, 10000, "12"),
        (85, 100, "10"),
        (17, 20, "10"),
        (8499, 10000, "10"),
        (71, 100, "10"),
        (7001, 10000, "10"),
        (70, 100, "0"),
        (7, 10, "0"),
        (6999, 10000, "0"),
        (0, 1, "0"),
        (1, 1, "15"),
        (6, 7, "12"),
    ],
)
def test_satisfaction_is_compared_exactly(satisfied, valid, score):
    sheet = sheet_of(injury(satisfaction={"satisfied": satisfied, "valid": valid}), INJURY)

    item = item_of(sheet, "service_satisfaction")
    assert item["score"] == score
    assert [(line["source"], line["clause"], line["counted"]) for line in item["lines"]] == [
        ("satisfaction", "satisfaction_rate", True)
    ]
    assert int(item["lines"][0]["points"]) == int(score) - 15


@pytest.mark.parametrize(
    ("satisfaction", "where"),
    [
        (None, "/satisfaction"),
        ({"satisfied": 0, "valid": 0}, "/satisfaction"),
        ({"valid": 20}, "/satisfaction/satisfied"),
        ({"satisfied": 20}, "/satisfaction/valid"),
    ],
)
def test_without_a_sample_the_total_is_open_and_the_rest_still_stands(satisfaction, where):
    facts = injury(occurrence("survey_handover_late"), satisfaction=satisfaction)
    if satisfaction is None:
        del facts["satisfaction"]

    sheet = sheet_of(facts, INJURY)

    assert (sheet["total"], sheet["grade"]) == (None, None)
    assert missing(sheet) == {("satisfaction", where)}
    assert item_of(sheet, "service_satisfaction")["score"] is None
    assert item_of(sheet, "accident_scene_survey")["score"] == "19"


@pytest.mark.parametrize(
    ("clause", "count", "item", "score"),
    [
        ("no_department_or_leader", 1, "team_building", "0"),
        ("staff_shortfall", 3, "team_building", "4"),
        ("unapproved_staff_change", 2, "team_building", "8"),
        ("ab_post_vacancy", 1, "team_building", "9"),
        ("no_work_vehicle", 1, "team_building", "8"),
        ("no_work_vehicle", 4, "team_building", "8"),
        ("no_management_system", 1, "internal_management", "0"),
        ("internal_training_shortfall", 4, "internal_management", "6"),
        ("valid_service_complaint", 2, "internal_management", "6"),
        ("confidentiality_breach", 1, "internal_management", "8"),
        ("survey_not_dispatched", 1, "accident_scene_survey", "0"),
        ("survey_fraud", 1, "accident_scene_survey", "0"),
        ("survey_lost_litigation", 1, "accident_scene_survey", "0"),
        ("survey_untrue_complaint", 2, "accident_scene_survey", "16"),
        ("survey_record_nonconforming", 1, "accident_scene_survey", "19"),
        ("survey_handover_late", 1, "accident_scene_survey", "19"),
        ("medical_check_not_dispatched", 1, "medical_check", "0"),
        ("medical_check_fraud", 1, "medical_check", "0"),
        ("medical_check_negligent_loss", 1, "medical_check", "0"),
        ("medical_check_late_complaint", 1, "medical_check", "18"),
        ("medical_check_handover_late", 1, "medical_check", "19"),
        ("vehicle_not_provided", 1, "labor_capacity_service", "0"),
        ("vehicle_late_complaint", 1, "labor_capacity_service", "4"),
        ("publicity_not_done", 1, "prevention_training", "19"),
        ("central_training_not_organized", 1, "prevention_training", "18"),
        ("training_fabricated", 1, "prevention_training", "0"),
        ("no_consultation_or_hotline", 1, "prevention_training", "0"),
        ("roster_guidance_missing", 1, "prevention_training", "19"),
        ("survey_untrue_complaint", 0, "accident_scene_survey", "20"),
        ("survey_fraud", 0, "accident_scene_survey", "20"),
        ("no_work_vehicle", 0, "team_building", "10"),
    ],
)
def test_what_each_clause_takes(clause, count, item, score):
    sheet = sheet_of(injury(occurrence(clause, count=count)), INJURY)

    assert item_of(sheet, item)["score"] == score


def test_count_is_one_unless_said():
    sheet = sheet_of(injury(occurrence("survey_untrue_complaint")), INJURY)

    assert item_of(sheet, "accident_scene_survey")["lines"][0]["count"] == 1
    assert points(sheet, "accident_scene_survey") == ["-2"]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"state": "proposed"}, "proposed"),
        ({"state": "verified"}, "verified"),
        ({"state": "notified"}, "notified"),
        ({"state": "appealed"}, "appealed"),
        ({"state": "decided"}, "decided"),
        ({"state": "final"}, "final"),
        ({"evidence": []}, "没有证据"),
    ],
)
def test_what_does_not_count_is_listed_with_its_reason(changes, reason):
    sheet = sheet_of(injury(occurrence("survey_fraud", **changes)), INJURY)

    item = item_of(sheet, "accident_scene_survey")
    assert item["score"] == "20"
    assert (item["lines"][0]["counted"], item["lines"][0]["points"]) == (False, "0")
    assert reason in item["lines"][0]["why"]


def test_evidence_that_nobody_named_is_no_evidence():
    bare = occurrence("survey_fraud")
    del bare["evidence"]

    item = item_of(sheet_of(injury(bare), INJURY), "accident_scene_survey")

    assert (item["score"], item["lines"][0]["counted"], item["lines"][0]["evidence"]) == (
        "20",
        False,
        [],
    )


def test_lines_stand_by_clause_order_then_by_id():
    sheet = sheet_of(
        injury(
            occurrence("no_work_vehicle", "a"),
            occurrence("staff_shortfall", "o-2"),
            occurrence("staff_shortfall", "o-10"),
            occurrence("no_department_or_leader", "z", state="proposed"),
        ),
        INJURY,
    )

    lines = item_of(sheet, "team_building")["lines"]
    assert [line["source"] for line in lines] == ["z", "o-10", "o-2", "a"]


def test_the_floor_swallows_what_is_left_over_and_keeps_the_raw_sum():
    sheet = sheet_of(
        injury(
            occurrence("internal_training_shortfall", "o-1", count=3),
            occurrence("valid_service_complaint", "o-2", count=4),
            occurrence("confidentiality_breach", "o-3"),
        ),
        INJURY,
    )

    item = item_of(sheet, "internal_management")
    assert points(sheet, "internal_management") == ["-3", "-7", "0"]
    assert [line["counted"] for line in item["lines"]] == [True, True, True]
    assert (item["score"], item["raw"]) == ("0", "-13")


def test_a_zero_item_takes_what_is_left_and_counts_once_in_the_raw_sum():
    sheet = sheet_of(
        injury(
            occurrence("publicity_not_done", "o-1", count=4),
            occurrence("training_fabricated", "o-2"),
            occurrence("training_fabricated", "o-3"),
            occurrence("no_consultation_or_hotline", "o-4"),
            occurrence("roster_guidance_missing", "o-5"),
        ),
        INJURY,
    )

    item = item_of(sheet, "prevention_training")
    assert points(sheet, "prevention_training") == ["-4", "-16", "0", "0", "0"]
    assert all(line["counted"] for line in item["lines"])
    assert (item["score"], item["raw"]) == ("0", "-25")


def test_raw_is_left_out_where_nothing_was_swallowed():
    sheet = sheet_of(
        injury(occurrence("survey_fraud", "o-1"), occurrence("survey_fraud", "o-2")), INJURY
    )

    assert "raw" not in item_of(sheet, "accident_scene_survey")


def test_deduct_once_counts_once_however_often_listed():
    sheet = sheet_of(
        injury(
            occurrence("no_work_vehicle", "o-1", state="proposed"),
            occurrence("no_work_vehicle", "o-2", count=3),
            occurrence("no_work_vehicle", "o-3"),
        ),
        INJURY,
    )

    lines = item_of(sheet, "team_building")["lines"]
    assert [(line["points"], line["counted"]) for line in lines] == [
        ("0", False),
        ("-2", True),
        ("0", True),
    ]
    assert "raw" not in item_of(sheet, "team_building")
