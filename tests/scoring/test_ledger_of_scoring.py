"""The last link of a figure's chain: what the ledger says of an occurrence and of a recorded fact."""

from tests.fixtures.town import INJURY
from tests.scoring.conftest import YEAR

CLAUSE = "survey_record_nonconforming"


def test_an_occurrence_tells_its_entries_to_its_authority_alone_until_the_insurer_is_told(
    sign_in, propose, put, rejected_photo
):
    case_id, _, verdict = rejected_photo
    one = propose("she", CLAUSE, [("verdict", verdict)], case_id=case_id).json
    url = f"/api/ledger/occurrence/{one['id']}"

    told = sign_in("she").get(url).json["items"]
    assert told[0]["act"] == "insert"
    assert {entry["actor"]["name"] for entry in told} == {"she某"}
    assert sign_in("sun").get(url).status_code == 404

    put("bao", one, "verification")
    put("bao", one, "notice")
    assert sign_in("sun").get(url).status_code == 200
    assert sign_in("hu").get(url).status_code == 404


def test_the_list_says_that_a_year_under_way_is_provisional(sign_in, satisfied):
    rows = sign_in("she").get(f"/api/sheets?scheme={INJURY}&period={YEAR}").json["items"]
    assert [row["provisional"] for row in rows] == [True]


def test_the_sheet_brings_the_forms_layout_and_where_each_grade_begins(sheet_of_antai):
    injury = sheet_of_antai("she", INJURY)["titles"]
    assert [section["id"] for section in injury["sections"]] == [
        "organization",
        "business",
        "satisfaction",
    ]
    by_case = [item["id"] for s in injury["sections"] for item in s["items"] if item["by_case"]]
    assert by_case == ["accident_scene_survey", "medical_check", "labor_capacity_service"]
    liability = sheet_of_antai("liu", "construction_liability")["titles"]
    assert liability["grade_from"] == {"excellent": "90", "good": "85", "qualified": "80"}
