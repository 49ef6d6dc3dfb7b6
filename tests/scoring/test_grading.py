"""The liability scheme: grades, forms, parts, weights, vetoes."""

from fractions import Fraction

import pytest

from tests.fixtures.score_facts import (
    ALL_EXCELLENT,
    EIGHTY_NINE,
    FACTS,
    LIABILITY,
    NINETY,
    accident,
    authority,
    graded,
    liability,
    loaded,
    missing,
    occurrence,
    policyholder,
    sheet_of,
)


def test_the_worked_example_of_the_contract():
    # County 10+8+30+8+10+15+5+10 = 96, city 10+10+24+8+10+15+4+10 = 91, policyholder
    # (20+15+20+15+10) = 80: 0.5 x 96 + 0.3 x 91 + 0.2 x 80 = 91.3.
    county = ALL_EXCELLENT | {"cooperation": "good", "platform_use": "good"}
    city = ALL_EXCELLENT | {"compliance": "good", "platform_use": "good", "promotion": "good"}
    facts = liability(
        authority("county_authority", "county-1", county),
        authority("city_authority", "city", city),
        policyholder("p-1", "excellent", "good", "excellent", "good", "qualified"),
    )

    sheet = sheet_of(facts, LIABILITY)

    assert sheet["items"] is None
    assert sheet["parts"] == {
        "county_authority": "96.00",
        "city_authority": "91.00",
        "policyholder": "80.00",
    }
    assert (sheet["total"], sheet["grade"]) == ("91.30", "excellent")
    assert (sheet["vetoes"], sheet["missing"]) == ([], [])
    assert [form["total"] for form in sheet["forms"]] == ["96.00", "91.00", "80.00"]
    assert graded(sheet["forms"][0], "cooperation") == {
        "id": "cooperation",
        "max": "10",
        "grade": "good",
        "score": "8",
        "from": "assessor",
        "unused_grade": None,
        "lines": [],
    }
    assert graded(sheet["forms"][0], "fatality")["from"] == "facts"


@pytest.mark.parametrize(
    ("total", "grade"),
    [
        ("100", "excellent"),
        ("90", "excellent"),
        ("89.999999", "good"),
        ("89.995", "good"),
        ("85", "good"),
        ("84.9999", "qualified"),
        ("80", "qualified"),
        ("79.9999", "unqualified"),
        ("0", "unqualified"),
    ],
)
def test_grades_by_the_exact_total(total, grade):
    assert loaded(LIABILITY).head.grade_of(Fraction(total)) == grade


def test_a_total_that_shows_as_ninety_but_is_less_is_good():
    county = [authority("county_authority", f"county-{n}", NINETY) for n in range(99)]
    county.append(authority("county_authority", "county-99", EIGHTY_NINE))
    ninety = ("excellent", "excellent", "excellent", "good", "good")
    facts = liability(
        *county, authority("city_authority", "city", NINETY), policyholder("p-1", *ninety)
    )

    sheet = sheet_of(facts, LIABILITY)

    assert sheet["parts"]["county_authority"] == "89.99"
    assert (sheet["total"], sheet["grade"]) == ("90.00", "good")


def test_forms_of_one_part_are_averaged_without_weights():
    facts = liability(
        authority("county_authority", "county-1"),
        authority("county_authority", "county-2", NINETY),
        authority("county_authority", "county-3", EIGHTY_NINE),
        authority("city_authority", "city"),
        policyholder("p-1"),
        policyholder("p-2", *["qualified"] * 5),
    )

    sheet = sheet_of(facts, LIABILITY)

    assert sheet["parts"] == {
        "county_authority": "93.00",
        "city_authority": "100.00",
        "policyholder": "75.00",
    }
    assert sheet["total"] == "91.50"


@pytest.mark.parametrize(
    ("deaths", "accidents", "grade"),
    [
        (0, 0, "excellent"),
        (1, 1, "qualified"),
        (2, 1, "qualified"),
        (2, 2, "unqualified"),
        (1, 2, "unqualified"),
        (3, 1, "unqualified"),
        (3, 0, "unqualified"),
    ],
)
def test_fatality(deaths, accidents, grade):
    facts = FACTS | {"deaths": deaths, "fatal_general_accidents": accidents}

    sheet = sheet_of(liability(facts=facts), LIABILITY)

    for form in sheet["forms"][:2]:
        item = graded(form, "fatality")
        assert (item["grade"], item["from"]) == (grade, "facts")


@pytest.mark.parametrize(
    ("complaints", "projects", "grade", "score"),
    [
        (0, 100, "excellent", "10"),
        (4999, 100000, "excellent", "10"),
        (5, 100, "good", "8"),
        (1, 20, "good", "8"),
        (9999, 100000, "good", "8"),
        (10, 100, "qualified", "6"),
        (14999, 100000, "qualified", "6"),
        (15, 100, "unqualified", "0"),
        (3, 20, "unqualified", "0"),
        (7, 3, "unqualified", "0"),
    ],
)
def test_complaint_rate(complaints, projects, grade, score):
    facts = FACTS | {"valid_complaints": complaints, "lead_projects": projects}

    sheet = sheet_of(liability(facts=facts), LIABILITY)

    item = graded(sheet["forms"][0], "complaint_rate")
    assert (item["grade"], item["score"], item["from"]) == (grade, score, "facts")


def test_without_lead_projects_the_assessors_grade_is_used():
    grades = ALL_EXCELLENT | {"complaint_rate": "qualified"}
    facts = liability(
        authority("county_authority", "county-1", grades),
        authority("city_authority", "city"),
        policyholder("p-1"),
        facts=FACTS | {"lead_projects": 0},
    )

    sheet = sheet_of(facts, LIABILITY)

    item = graded(sheet["forms"][0], "complaint_rate")
    assert (item["grade"], item["score"], item["from"]) == ("qualified", "6", "assessor")
    assert item["unused_grade"] is None
    assert missing(sheet) == {("complaint_rate", "/forms/1/grades/complaint_rate")}
    assert (sheet["total"], sheet["grade"]) == (None, None)


@pytest.mark.parametrize(
    ("caused", "grade"), [(0, "excellent"), (1, "unqualified"), (5, "unqualified")]
)
def test_accident_due_to_service(caused, grade):
    facts = FACTS | {"accidents_caused_by_missed_or_unfollowed_hazard": caused}

    sheet = sheet_of(liability(facts=facts), LIABILITY)

    assert graded(sheet["forms"][1], "accident_due_to_service")["grade"] == grade


def test_a_grade_given_for_a_computed_item_is_listed_as_not_used():
    grades = ALL_EXCELLENT | {"fatality": "unqualified"}
    facts = liability(
        authority("county_authority", "county-1", grades),
        authority("city_authority", "city"),
        policyholder("p-1"),
    )

    item = graded(sheet_of(facts, LIABILITY)["forms"][0], "fatality")

    assert (item["grade"], item["score"]) == ("excellent", "10")
    assert (item["from"], item["unused_grade"]) == ("facts", "unqualified")


@pytest.mark.parametrize("name", sorted(FACTS))
def test_an_absent_fact_is_missing_and_not_nought(name):
    facts = liability(facts={key: value for key, value in FACTS.items() if key != name})

    sheet = sheet_of(facts, LIABILITY)

    assert missing(sheet) == {(name, f"/facts/{name}")}
    assert (sheet["total"], sheet["grade"]) == (None, None)
    assert sheet["parts"] == {
        "county_authority": None,
        "city_authority": None,
        "policyholder": "100.00",
    }


def test_nothing_recorded_names_everything_that_is_due():
    sheet = sheet_of({"subject": "insurer-a", "period": "2026"}, LIABILITY)

    parts = {(part, "/forms") for part in ("county_authority", "city_authority", "policyholder")}
    assert missing(sheet) == parts | {(name, f"/facts/{name}") for name in FACTS}
    assert (sheet["total"], sheet["grade"], sheet["forms"]) == (None, None, [])


def test_an_ungraded_item_is_named_and_the_rest_is_computed():
    blank = {item: grade for item, grade in ALL_EXCELLENT.items() if item != "promotion"}
    facts = liability(
        authority("county_authority", "county-1"),
        authority("county_authority", "county-2", blank),
        authority("city_authority", "city"),
        policyholder("p-1"),
    )

    sheet = sheet_of(facts, LIABILITY)

    assert missing(sheet) == {("promotion", "/forms/1/grades/promotion")}
    assert [form["total"] for form in sheet["forms"]] == ["100.00", None, "100.00", "100.00"]
    assert sheet["parts"]["county_authority"] is None
    assert sheet["parts"]["city_authority"] == "100.00"
    assert sheet["total"] is None


def test_a_policyholder_is_scored_over_what_it_answered():
    # 20 + 15 + 20 of 60.
    grades = ("excellent", "not_applicable", "good", "excellent", "not_applicable")
    facts = liability(
        authority("county_authority", "county-1"),
        authority("city_authority", "city"),
        policyholder("p-1", *grades),
    )

    sheet = sheet_of(facts, LIABILITY)

    form = sheet["forms"][2]
    assert (form["valid"], form["total"]) == (True, "91.67")
    assert graded(form, "claims_service")["grade"] == "not_applicable"
    assert graded(form, "claims_service")["score"] is None
    assert sheet["total"] == "98.33"


def test_fewer_than_three_answers_are_no_form():
    unmet = ["not_applicable"] * 3
    facts = liability(
        authority("county_authority", "county-1"),
        authority("city_authority", "city"),
        policyholder("p-1", "unqualified", "unqualified", *unmet),
        policyholder("p-2", *["good"] * 5),
    )

    sheet = sheet_of(facts, LIABILITY)

    assert [form["valid"] for form in sheet["forms"]] == [True, True, False, True]
    assert sheet["forms"][2]["total"] is None
    assert sheet["parts"]["policyholder"] == "75.00"
    assert sheet["missing"] == []


def test_a_part_with_invalid_forms_alone_is_missing():
    unmet = ["not_applicable"] * 3
    facts = liability(
        authority("county_authority", "county-1"),
        authority("city_authority", "city"),
        policyholder("p-1", "excellent", "excellent", *unmet),
    )

    sheet = sheet_of(facts, LIABILITY)

    assert missing(sheet) == {("policyholder", "/forms")}
    assert (sheet["total"], sheet["parts"]["policyholder"]) == (None, None)


def test_a_compliance_event_makes_every_authority_form_unqualified_there():
    event = occurrence("premium_rebate", "c-1", evidence=["ev-9"])
    pending = occurrence("service_fabrication", "c-2", state="notified")

    sheet = sheet_of(liability(compliance_events=[event, pending]), LIABILITY)

    for form in sheet["forms"][:2]:
        item = graded(form, "compliance")
        assert (item["grade"], item["score"], item["from"]) == ("unqualified", "0", "veto")
        assert item["unused_grade"] == "excellent"
        assert [(line["source"], line["counted"]) for line in item["lines"]] == [
            ("c-2", False),
            ("c-1", True),
        ]
        assert item["lines"][1] == {
            "source": "c-1",
            "clause": "premium_rebate",
            "counted": True,
            "evidence": ["ev-9"],
            "why": "向生产企业返还或承诺返还费用",
        }
    assert sheet["parts"]["county_authority"] == "70.00"
    assert sheet["vetoes"] == []


@pytest.mark.parametrize("changes", [{"state": "final"}, {"evidence": []}])
def test_a_compliance_event_that_does_not_count_is_listed_only(changes):
    event = occurrence("service_fabrication", "c-1", **changes)

    sheet = sheet_of(liability(compliance_events=[event]), LIABILITY)

    item = graded(sheet["forms"][0], "compliance")
    assert (item["grade"], item["from"]) == ("excellent", "assessor")
    assert item["lines"][0]["why"].startswith("不计")


@pytest.mark.parametrize(
    ("measures", "level"),
    [
        ({"deaths": 2, "serious_injuries": 9, "loss_yuan": 9_999_999}, None),
        ({"deaths": 3}, "较大事故"),
        ({"serious_injuries": 10}, "较大事故"),
        ({"loss_yuan": 10_000_000}, "较大事故"),
        ({"deaths": 9, "serious_injuries": 49, "loss_yuan": 49_999_999}, "较大事故"),
        ({"deaths": 10}, "重大事故"),
        ({"serious_injuries": 50}, "重大事故"),
        ({"loss_yuan": 50_000_000}, "重大事故"),
        ({"deaths": 29, "serious_injuries": 99, "loss_yuan": 99_999_999}, "重大事故"),
        ({"deaths": 30}, "特别重大事故"),
        ({"serious_injuries": 100}, "特别重大事故"),
        ({"loss_yuan": 100_000_000}, "特别重大事故"),
        ({"deaths": 3, "serious_injuries": 100}, "特别重大事故"),
    ],
)
def test_accident_levels(measures, level):
    sheet = sheet_of(liability(accidents=[accident(**measures)]), LIABILITY)

    assert sheet["total"] == "100.00"
    if level is None:
        assert (sheet["vetoes"], sheet["grade"]) == ([], "excellent")
        return
    assert [(veto["id"], veto["where"]) for veto in sheet["vetoes"]] == [
        ("larger_accident_in_insured_project", "/accidents/0")
    ]
    assert f"为{level}：" in sheet["vetoes"][0]["why"]
    assert sheet["grade"] == "unqualified"


def test_an_accident_without_responsibility_is_no_veto():
    sheet = sheet_of(liability(accidents=[accident(deaths=30, responsibility=False)]), LIABILITY)

    assert (sheet["vetoes"], sheet["grade"]) == ([], "excellent")


def test_a_veto_sets_the_grade_even_without_a_total():
    facts = {
        "subject": "a",
        "period": "2026",
        "accidents": [accident(), accident(id="a-2", deaths=3)],
    }

    sheet = sheet_of(facts, LIABILITY)

    assert (sheet["total"], sheet["grade"]) == (None, "unqualified")
    assert [veto["where"] for veto in sheet["vetoes"]] == ["/accidents/1"]


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"deaths": None}, {"deaths"}),
        ({"deaths": None, "responsibility": None}, {"deaths", "responsibility"}),
        ({"deaths": 3, "responsibility": None}, {"responsibility"}),
        ({"deaths": 3, "loss_yuan": None}, set()),
        ({"deaths": None, "responsibility": False}, set()),
        ({"responsibility": None}, set()),
    ],
)
def test_what_could_still_be_a_veto_is_missing(changes, named):
    known = {key: value for key, value in accident(**changes).items() if value is not None}

    sheet = sheet_of(liability(accidents=[known]), LIABILITY)

    assert missing(sheet) == {(name, f"/accidents/0/{name}") for name in named}
    assert (sheet["total"] is None) == bool(named)


def test_reweighting_replaces_the_weights_and_frees_the_parts_it_leaves_out():
    weights = {"county_authority": "0.625", "city_authority": "0.375"}
    facts = liability(
        authority("county_authority", "county-1", NINETY),
        authority("city_authority", "city"),
        reweighting={"weights": weights, "evidence": ["d-1"]},
    )

    sheet = sheet_of(facts, LIABILITY)

    assert (sheet["total"], sheet["missing"]) == ("93.75", [])
    assert sheet["parts"]["policyholder"] is None


def test_forms_of_a_part_that_is_not_due_are_shown_and_ask_for_nothing():
    weights = {"county_authority": "0.625", "city_authority": "0.375"}
    half_done = policyholder("p-1")
    del half_done["grades"]["claims_service"]
    facts = liability(
        authority("county_authority", "county-1"),
        authority("city_authority", "city"),
        half_done,
        reweighting={"weights": weights, "evidence": ["d-1"]},
    )

    sheet = sheet_of(facts, LIABILITY)

    assert (sheet["total"], sheet["missing"], len(sheet["forms"])) == ("100.00", [], 3)
