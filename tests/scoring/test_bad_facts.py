"""Facts that cannot be scored are refused, each fault with its place."""

import json

import pytest

from fieldapp.scoring.reading import LARGEST, Unacceptable, parse_json
from tests.fixtures.score_facts import (
    ALL_EXCELLENT,
    FACTS,
    INJURY,
    LIABILITY,
    accident,
    authority,
    injury,
    liability,
    occurrence,
    policyholder,
    sheet_of,
)


def faults_of(facts, scheme):
    with pytest.raises(Unacceptable) as refused:
        sheet_of(facts, scheme)
    return [(fault.where, fault.problem) for fault in refused.value.faults]


def without(mapping, key):
    return {k: v for k, v in mapping.items() if k != key}


GOOD = occurrence("survey_handover_late", "o-0")


@pytest.mark.parametrize(
    ("facts", "where", "problem"),
    [
        (injury(GOOD, occurrence("no_such_clause")), "/occurrences/1/clause", "UnknownClause"),
        (injury(occurrence("service_fabrication")), "/occurrences/0/clause", "UnknownClause"),
        (injury(occurrence("satisfaction_rate")), "/occurrences/0/clause", "TierClause"),
        (injury(occurrence("survey_fraud", state="sure")), "/occurrences/0/state", "UnknownState"),
        (injury(occurrence("survey_fraud", state=True)), "/occurrences/0/state", "NotAText"),
        (injury(occurrence("survey_fraud", count=-1)), "/occurrences/0/count", "NegativeNumber"),
        (injury(occurrence("survey_fraud", count=1.0)), "/occurrences/0/count", "NotAnInteger"),
        (injury(occurrence("survey_fraud", count=True)), "/occurrences/0/count", "NotAnInteger"),
        (injury(occurrence("survey_fraud", count="1")), "/occurrences/0/count", "NotAnInteger"),
        (injury(occurrence("survey_fraud", count=None)), "/occurrences/0/count", "NotAnInteger"),
        (
            injury(occurrence("survey_fraud", count=LARGEST + 1)),
            "/occurrences/0/count",
            "NumberTooLarge",
        ),
        (injury(occurrence("survey_fraud", evidence="e")), "/occurrences/0/evidence", "NotAList"),
        (injury(occurrence("survey_fraud", evidence=[1])), "/occurrences/0/evidence/0", "NotAText"),
        (
            injury(occurrence("survey_fraud", evidence=[""])),
            "/occurrences/0/evidence/0",
            "EmptyText",
        ),
        (injury(occurrence("survey_fraud", points=9)), "/occurrences/0/points", "UnknownKey"),
        (injury(occurrence("survey_fraud", id="")), "/occurrences/0/id", "EmptyText"),
        (injury(occurrence("survey_fraud", id="\ud800")), "/occurrences/0/id", "BrokenText"),
        (injury(GOOD, GOOD), "/occurrences/1/id", "DuplicateId"),
        (injury(without(GOOD, "id")), "/occurrences/0/id", "MissingKey"),
        (injury(without(GOOD, "clause")), "/occurrences/0/clause", "MissingKey"),
        (injury(without(GOOD, "state")), "/occurrences/0/state", "MissingKey"),
        (injury("o-1"), "/occurrences/0", "NotAnObject"),
        (injury(occurrences={}), "/occurrences", "NotAList"),
        (
            injury(satisfaction={"satisfied": 21, "valid": 20}),
            "/satisfaction/satisfied",
            "MoreSatisfiedThanValid",
        ),
        (
            injury(satisfaction={"satisfied": -1, "valid": 20}),
            "/satisfaction/satisfied",
            "NegativeNumber",
        ),
        (
            injury(satisfaction={"satisfied": 1, "valid": 2.0}),
            "/satisfaction/valid",
            "NotAnInteger",
        ),
        (
            injury(satisfaction={"satisfied": 1, "valid": True}),
            "/satisfaction/valid",
            "NotAnInteger",
        ),
        (injury(satisfaction={"satisfied": 1, "asked": 2}), "/satisfaction/asked", "UnknownKey"),
        (injury(satisfaction=[17, 20]), "/satisfaction", "NotAnObject"),
        (injury(forms=[]), "/forms", "UnknownKey"),
        (without(injury(), "subject"), "/subject", "MissingKey"),
        (without(injury(), "period"), "/period", "MissingKey"),
        (injury(period=2026), "/period", "NotAText"),
        ([], "", "NotAnObject"),
        (None, "", "NotAnObject"),
    ],
)
def test_bad_injury_facts(facts, where, problem):
    assert faults_of(facts, INJURY) == [(where, problem)]


COUNTY = authority("county_authority", "county-1")
NOT_APPLICABLE = authority("city_authority", "c", ALL_EXCELLENT | {"promotion": "not_applicable"})
HALVES = {"county_authority": "0.5", "city_authority": "0.5"}


def reweighted(weights, evidence=("d-1",)):
    return liability(reweighting={"weights": weights, "evidence": list(evidence)})


@pytest.mark.parametrize(
    ("facts", "where", "problem"),
    [
        (liability(COUNTY, COUNTY | {"form": "diary"}), "/forms/1/form", "UnknownForm"),
        (liability(COUNTY | {"part": "village"}), "/forms/0/part", "UnknownPart"),
        (liability(COUNTY | {"part": "policyholder"}), "/forms/0/form", "FormOfAnotherPart"),
        (liability(COUNTY, COUNTY), "/forms/1/assessor", "DuplicateForm"),
        (liability(without(COUNTY, "assessor")), "/forms/0/assessor", "MissingKey"),
        (liability(COUNTY | {"total": "93"}), "/forms/0/total", "UnknownKey"),
        (liability(COUNTY | {"grades": {"charm": "good"}}), "/forms/0/grades/charm", "UnknownItem"),
        (
            liability(COUNTY | {"grades": {"claims_service": "good"}}),
            "/forms/0/grades/claims_service",
            "UnknownItem",
        ),
        (
            liability(COUNTY | {"grades": {"promotion": "superb"}}),
            "/forms/0/grades/promotion",
            "UnknownGrade",
        ),
        (liability(COUNTY | {"grades": {"promotion": 5}}), "/forms/0/grades/promotion", "NotAText"),
        (liability(COUNTY | {"grades": {"a/~": "good"}}), "/forms/0/grades/a~1~0", "UnknownItem"),
        (liability(NOT_APPLICABLE), "/forms/0/grades/promotion", "UnknownGrade"),
        (
            liability(policyholder("p", *["good"] * 4, "fine")),
            "/forms/0/grades/personalized_demand",
            "UnknownGrade",
        ),
        (liability(facts=FACTS | {"deaths": -1}), "/facts/deaths", "NegativeNumber"),
        (liability(facts=FACTS | {"deaths": 0.0}), "/facts/deaths", "NotAnInteger"),
        (liability(facts=FACTS | {"deaths": False}), "/facts/deaths", "NotAnInteger"),
        (liability(facts=FACTS | {"births": 1}), "/facts/births", "UnknownKey"),
        (
            liability(compliance_events=[occurrence("survey_fraud")]),
            "/compliance_events/0/clause",
            "UnknownClause",
        ),
        (
            liability(compliance_events=[occurrence("premium_rebate", count=1)]),
            "/compliance_events/0/count",
            "UnknownKey",
        ),
        (
            liability(compliance_events=[occurrence("premium_rebate")] * 2),
            "/compliance_events/1/id",
            "DuplicateId",
        ),
        (liability(accidents=[accident(), accident()]), "/accidents/1/id", "DuplicateId"),
        (liability(accidents=[accident(deaths=-3)]), "/accidents/0/deaths", "NegativeNumber"),
        (liability(accidents=[accident(loss_yuan=1.5)]), "/accidents/0/loss_yuan", "NotAnInteger"),
        (
            liability(accidents=[accident(responsibility=1)]),
            "/accidents/0/responsibility",
            "NotABoolean",
        ),
        (liability(accidents=[accident(level="larger")]), "/accidents/0/level", "UnknownKey"),
        (liability(occurrences=[]), "/occurrences", "UnknownKey"),
        (reweighted(HALVES, evidence=()), "/reweighting/evidence", "NoEvidence"),
        (reweighted(HALVES | {"city_authority": "0.4"}), "/reweighting/weights", "WeightsNotWhole"),
        (reweighted({}), "/reweighting/weights", "WeightsNotWhole"),
        (reweighted({"village": "1"}), "/reweighting/weights/village", "UnknownPart"),
        (
            reweighted({"county_authority": "1e0"}),
            "/reweighting/weights/county_authority",
            "NotADecimal",
        ),
        (
            reweighted({"county_authority": 1}),
            "/reweighting/weights/county_authority",
            "NotADecimal",
        ),
        (
            reweighted({"county_authority": "1", "policyholder": "0"}),
            "/reweighting/weights/policyholder",
            "WeightNotAboveZero",
        ),
        (liability(reweighting={"weights": HALVES}), "/reweighting/evidence", "MissingKey"),
    ],
)
def test_bad_liability_facts(facts, where, problem):
    assert (where, problem) in faults_of(facts, LIABILITY)


def test_all_faults_are_told_at_once_and_each_once():
    facts = injury(
        occurrence("nothing", count=-1), occurrence("survey_fraud", state="?"), satisfaction=None
    )

    assert faults_of(facts, INJURY) == [
        ("/occurrences/0/clause", "UnknownClause"),
        ("/occurrences/0/count", "NegativeNumber"),
        ("/occurrences/1/state", "UnknownState"),
        ("/satisfaction", "NotAnObject"),
        ("/occurrences/1/id", "DuplicateId"),
    ]


@pytest.mark.parametrize(
    ("text", "where", "problem"),
    [
        ('{"a": 1, "a": 2}', "/a", "DoubledKey"),
        ('{"o": [{"a/b": 1, "a/b": 1}]}', "/o/0/a~1b", "DoubledKey"),
        ('{"a": NaN}', "", "InvalidJson"),
        ('{"a": -Infinity}', "", "InvalidJson"),
        ('{"a": 1', "", "InvalidJson"),
        ("", "", "InvalidJson"),
        ("1" * 5000, "", "InvalidJson"),
        ("[" * 100_000, "", "InvalidJson"),
    ],
)
def test_json_that_two_readers_could_read_differently_is_refused(text, where, problem):
    with pytest.raises(Unacceptable) as refused:
        parse_json(text.encode())

    assert [(fault.where, fault.problem) for fault in refused.value.faults] == [(where, problem)]


def test_json_must_be_utf_8():
    with pytest.raises(Unacceptable):
        parse_json(json.dumps({"a": "é"}, ensure_ascii=False).encode("latin-1"))

    assert parse_json(b"\xef\xbb\xbf{}") == {}
