"""Forms: what a filled-in one lacks, held to one table with the phone; what an edition must keep to before it is published."""

import copy

import pytest

from fieldapp.checklists.checking import BadEdition
from fieldapp.checklists.forms import deciding, editions, proving
from fieldapp.checklists.forms.answering import Answers, Filled, Row
from fieldapp.checklists.forms.lacking import gaps
from fieldapp.checklists.forms.template import FORM_KINDS
from fieldapp.clock import parse
from tests.checklists.tables import says, table

TABLE = table("forms")
FORM = editions.read_document(TABLE["form"])
DEAD = (
    "one.nobody: required_if: contradicts the field's own condition:"
    " never true while the field is shown"
)
CIRCLE = (
    "started: hangs on itself by way of started → late_words → in_time → started; break the circle"
)


def filled(case) -> Filled:
    rows = {
        group: [Row(row["id"], row["values"]) for row in given]
        for group, given in case["rows"].items()
    }
    return Filled(case["values"], rows, case["photos"], case["context"])


@pytest.mark.parametrize("case", TABLE["gaps"], ids=says)
def test_a_form_lacks(case):
    assert [[gap.path, gap.code] for gap in gaps(FORM, filled(case))] == case["gaps"]


def test_the_form_of_the_table_is_one_that_could_be_published():
    assert proving.problems_of(FORM) == []


@pytest.mark.parametrize("kind", FORM_KINDS)
def test_every_kind_has_a_form_that_travels_unchanged(kind):
    edition = editions.load(kind, "2026-1")

    assert (edition.id, editions.from_json(editions.as_json(edition))) == (kind, edition)


def test_a_surveyed_person_of_the_injury_scheme_is_compared_with_the_roster():
    edition = editions.load("accident_survey", "2026-1")
    asked = {
        place.field.id
        for scheme in edition.schemes
        for place in Answers(
            edition, Filled({}, {"injured": [Row("r", {})]}, (), {"visit.scheme": scheme})
        ).places()
    }

    assert {"within_contract", "within_three_hours", "id_and_roster"} <= asked


REPORTED = "2026-11-20T01:00:00.000Z"


@pytest.mark.parametrize(
    ("context", "field", "due"),
    [
        ({"visit.scheme": "construction_liability"}, "arrival_due_at", "2026-11-20T04:00:00.000Z"),
        (
            {"visit.scheme": "work_injury_performance", "contract.arrival_time": 5_400_000},
            "contract_arrival_due_at",
            "2026-11-20T02:30:00.000Z",
        ),
        ({"visit.scheme": "work_injury_performance"}, None, None),
    ],
)
def test_a_survey_says_from_the_report_until_when_to_be_there(context, field, due):
    """No hour is invented where the contract gives none."""
    edition = editions.load("accident_survey", "2026-3")
    answers = Answers(edition, Filled({"reported_at": REPORTED}, {}, (), context))

    told = {
        place.field.id: answers.value(place)
        for place in answers.places()
        if place.field.id in ("arrival_due_at", "contract_arrival_due_at")
    }

    assert told == ({field: parse(due)} if field else {})


FIELDS = ("arrived_at", "compared_at", "asked_until")


@pytest.mark.parametrize(
    ("edition", "finished", "broken"),
    [
        ("2026-4", "2026-11-20T06:00:00.000Z", set()),
        ("2026-4", "2026-11-20T01:00:00.000Z", set(FIELDS)),
        ("2026-3", "2026-11-20T01:00:00.000Z", set()),
    ],
)
def test_nobody_arrives_at_an_accident_after_the_survey_was_finished(edition, finished, broken):
    """By the record's own time, so it is the same whenever it is judged; earlier editions stay as they are."""
    said = dict.fromkeys(FIELDS, "2026-11-20T02:00:00.000Z")
    rows = {group: [Row("r", said)] for group in ("injured", "statements")}
    filled = Filled(said, rows, (), {"record.finished_at": finished})
    found = gaps(editions.load("accident_survey", edition), filled)

    assert {gap.path.rpartition("/")[2] for gap in found if gap.code == "broken_rule"} == broken


@pytest.mark.parametrize(
    ("kind", "said", "late"),
    [
        (
            "vehicle_dispatch",
            {"required_at": REPORTED, "arrived_at": "2026-11-20T01:05:00.000Z"},
            "late_reason",
        ),
        (
            "return_visit",
            {
                "demand": "退费",
                "response_due": REPORTED,
                "responded_at": "2026-11-21T01:00:00.000Z",
            },
            "response",
        ),
        ("consultation_call", {"answered": False}, "reply_due"),
    ],
)
def test_what_was_promised_and_not_kept_is_asked_about(kind, said, late):
    edition = editions.load(kind, "2026-1")

    lacking = {gap.path for gap in gaps(edition, Filled(said, {}, (), {}))}

    assert late in lacking


def test_what_is_said_on_the_phone_can_be_recorded():
    for kind in ("return_visit", "consultation_call"):
        asked = [f for _, f in editions.load(kind, "2026-1").fields() if f.shot == "statement"]
        assert [(one.required, one.personal) for one in asked] == [(False, "personal")]


def broken(change) -> list[str]:
    document = copy.deepcopy(TABLE["form"])
    fields = {f["id"]: f for section in document["sections"] for f in section["fields"]}
    change(document, fields)
    return proving.problems_of(editions.read_document(document))


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (
            lambda _, f: f["ended"].update(rule="ended >"),
            "one.ended: rule: position 7: a value is expected here in 'ended >'",
        ),
        (
            lambda _, f: f["ended"].update(rule="ended > kind"),
            "one.ended: rule: time > text cannot be compared in 'ended > kind'",
        ),
        (
            lambda _, f: f["height"].update(applies_if="kind = 'flood'"),
            "one.height: applies_if: flood is none of the field's choices in \"kind = 'flood'\"",
        ),
        (
            lambda _, f: f["nobody"].update(applies_if="seen is null"),
            "one.nobody: applies_if: no field is called seen here in 'seen is null'",
        ),
        (
            lambda _, f: f["nobody"].update(id="kind"),
            "kind: id: used 2 times; give each field and group a name of its own",
        ),
        (
            lambda _, f: f["height"].update(applies_if="kind = 'fall' and kind = 'fire'"),
            "one.height: applies_if: can never be true here; no answer shows the field",
        ),
        (
            lambda _, f: f["nobody"].update(
                applies_if="kind = 'fall'", required_if="kind = 'fire'"
            ),
            DEAD,
        ),
        (
            lambda _, f: f["nobody"].update(
                applies_if="height is not null", required_if="kind = 'fire'"
            ),
            DEAD,
        ),
        (
            lambda _, f: f["confirmed"].update(rule="confirmed = true and confirmed = false"),
            "one.confirmed: rule: no answer can satisfy it while the field is shown",
        ),
        (
            lambda _, f: f["started"].update(applies_if="late_words is null"),
            CIRCLE,
        ),
        (
            lambda d, _: d["sections"][1].update(group="nobody_there"),
            "two: group: no group nobody_there; list it under groups",
        ),
        (
            lambda _, f: f["in_time"].update(required=True),
            "one.in_time: computed: what is worked out is never asked for",
        ),
        (
            lambda _, f: f["wide"].pop("shot"),
            "one.wide: shot: needed by photos, and by nothing else",
        ),
    ],
)
def test_an_edition_that_does_not_hold_together_is_not_published(change, problem):
    assert problem in broken(change)


def test_the_problem_of_a_file_names_file_and_property(tmp_path):
    folder = tmp_path / "training" / "2026-1"
    folder.mkdir(parents=True)
    (folder / "form.yaml").write_text("id: training\nsectoins: []\n", "utf-8")

    with pytest.raises(BadEdition) as bad:
        editions.load("training", "2026-1", tmp_path)

    assert "form.yaml: edition: sectoins: no such property" in bad.value.problems
    assert "form.yaml: edition: sections: is needed" in bad.value.problems


def test_what_rests_on_a_comparison_is_said_to_be_undecided():
    notes = deciding.undecided(editions.load("risk_assessment", "2026-1"))

    assert "risk.measure: applies_if: rests on a comparison (>=) of risk_score" in notes
