import pytest

from fieldapp.checklists.completeness import completeness
from fieldapp.checklists.draw import draw
from fieldapp.checklists.form import Absence, Answer, Photo, State
from fieldapp.checklists.grouping import rest_of_group
from fieldapp.checklists.proof import needs
from fieldapp.checklists.walk import absence_key, on_site, questions
from tests.checklists.tables import EDITION, answers, says, table, units

TABLE = table("completeness")
GROUPS = table("grouping")
NONCE = "9f2c"


def visit(case):
    """The complete visit of the case, less what the case takes away."""
    there, without = units(case["units"]), case.get("without", {})
    absences = {
        c.id: Absence("not_started")
        for c in EDITION.categories
        if c.id not in on_site(EDITION, there)
    }
    absences |= {category: Absence(**given) for category, given in case.get("absences", {}).items()}
    asked = questions(EDITION, there, absences)
    said = {q.key: Answer("pass") for q in asked} | answers(case.get("answers", {}))
    drawn = {d.key for d in draw(EDITION, NONCE, asked, said)}
    photos = [
        Photo(q.key, need.shot)
        for q in asked
        for need in needs(EDITION, q.item, said[q.key], drawn=q.key in drawn)
        if need.required
    ] + [Photo(absence_key(category), "absence") for category in absences]
    return State(
        units=there,
        nonce=NONCE,
        answers={key: a for key, a in said.items() if key not in without.get("answers", [])},
        absences={c: a for c, a in absences.items() if c not in without.get("absences", [])},
        photos=[p for p in photos if [p.key, p.shot] not in without.get("photos", [])],
    )


@pytest.mark.parametrize("case", TABLE["cases"], ids=says)
def test_what_a_visit_still_lacks(case):
    found = completeness(EDITION, visit(case))

    assert [[s.key, s.code, s.shot] for s in found.missing] == case["missing"]
    assert [[s.key, s.code, s.shot] for s in found.remarks] == case["remarks"]


@pytest.mark.parametrize("case", TABLE["sentences"], ids=says)
def test_it_is_said_in_both_languages(case):
    found = completeness(EDITION, visit(case)).missing

    assert [s.zh for s in found] == case["zh"]
    assert [s.en for s in found] == case["en"]


@pytest.mark.parametrize("case", GROUPS["cases"], ids=says)
def test_the_rest_of_a_group_passes_at_one_tap(case):
    photos = [Photo(*taken) for taken in case["photos"]]
    state = State(units(GROUPS["units"]), GROUPS["nonce"], answers(case["answers"]), {}, photos)

    rest = rest_of_group(EDITION, state, case["group"])

    assert {
        "keys": list(rest.keys),
        "why_not": rest.why_not,
        "waiting_for": list(rest.waiting_for),
    } == case["is"]
