"""The sheet as a document: its shape, and the digest that pins it."""

import hashlib
import json

import pytest
import rfc8785
import yaml

from tests.fixtures.score_facts import (
    INJURY,
    LIABILITY,
    accident,
    document,
    injury,
    liability,
    occurrence,
    sheet_of,
)

CASES = [
    (
        INJURY,
        injury(occurrence("survey_fraud", state="proposed"), occurrence("staff_shortfall", "o-2")),
    ),
    (LIABILITY, liability(accidents=[accident(deaths=3)])),
    (LIABILITY, {"subject": "保险公司甲", "period": "2026"}),
]


@pytest.mark.parametrize(("scheme", "facts"), CASES)
def test_the_digest_is_of_facts_scheme_and_sheet(scheme, facts):
    sheet = sheet_of(facts, scheme)
    digest = sheet.pop("digest")

    whole = {"facts": facts, "scheme": yaml.safe_load(document(scheme)), "sheet": sheet}
    assert digest == hashlib.sha256(rfc8785.dumps(whole)).hexdigest()


@pytest.mark.parametrize(("scheme", "facts"), CASES)
def test_the_same_facts_give_the_same_bytes(scheme, facts):
    again = json.loads(json.dumps(facts))

    assert json.dumps(sheet_of(facts, scheme)) == json.dumps(sheet_of(again, scheme))


def test_evidence_changes_the_digest_even_where_no_score_changes():
    one = sheet_of(injury(occurrence("survey_handover_late", evidence=["ev-1"])), INJURY)
    other = sheet_of(injury(occurrence("survey_handover_late", evidence=["ev-2"])), INJURY)

    assert one["total"] == other["total"]
    assert one["digest"] != other["digest"]


def test_the_keys_of_a_deduction_sheet():
    sheet = sheet_of(injury(occurrence("survey_fraud")), INJURY)

    assert list(sheet) == [
        "scheme",
        "scheme_version",
        "subject",
        "period",
        "items",
        "parts",
        "total",
        "grade",
        "vetoes",
        "missing",
        "digest",
    ]
    assert (sheet["scheme"], sheet["scheme_version"]) == (INJURY, "2026-1")
    assert (sheet["subject"], sheet["period"]) == ("insurer-a", "2026")
    assert [item["max"] for item in sheet["items"]] == ["10", "10", "20", "20", "5", "20", "15"]


def test_forms_stand_in_the_order_of_the_facts():
    facts = liability()
    facts["forms"].reverse()

    sheet = sheet_of(facts, LIABILITY)

    assert [form["assessor"] for form in sheet["forms"]] == ["p-1", "city", "county-1"]
    assert list(sheet["parts"]) == ["county_authority", "city_authority", "policyholder"]
