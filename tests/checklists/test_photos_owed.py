import pytest

from fieldapp.checklists.draw import draw
from fieldapp.checklists.form import Unit
from fieldapp.checklists.proof import missing, needs, proof_shot
from fieldapp.checklists.walk import questions
from tests.checklists.tables import EDITION, ITEMS, answer, says, table

TABLE = table("proof")


@pytest.mark.parametrize("case", TABLE["proof_shot"], ids=says)
def test_the_one_shot_of_an_item(case):
    assert proof_shot(ITEMS[case["item"]]) == case["is"]


@pytest.mark.parametrize("case", TABLE["needs"], ids=says)
def test_what_a_question_asks_for(case):
    asked = needs(
        EDITION, ITEMS[case["item"]], answer(case["answer"]), drawn=case.get("drawn", False)
    )

    assert [[n.shot, n.required, n.why] for n in asked] == case["is"]


@pytest.mark.parametrize("case", TABLE["hints"], ids=says)
def test_the_words_that_frame_a_shot(case):
    assert [n.hint for n in needs(EDITION, ITEMS[case["item"]], answer(case["answer"]))] == case[
        "is"
    ]


@pytest.mark.parametrize("case", TABLE["personal"], ids=says)
def test_which_photos_are_personal_data(case):
    asked = needs(
        EDITION, ITEMS[case["item"]], answer(case["answer"]), drawn=case.get("drawn", False)
    )

    assert [n.shot for n in asked if n.personal] == case["is"]


@pytest.mark.parametrize("case", TABLE["missing"], ids=says)
def test_what_is_still_to_take(case):
    asked = needs(EDITION, ITEMS[case["item"]], answer(case["answer"]))

    assert [n.shot for n in missing(asked, case["taken"])] == case["is"]


@pytest.mark.parametrize("system", ["coupler", "disklock", "cantilever"])
def test_a_site_with_one_of_everything_owes_24_photos(system):
    subs = {"scaffold": system, "formwork_area": "coupler"}
    units = [Unit(kind.id, kind.id, kind.zh, subs.get(kind.id)) for kind in EDITION.unit_kinds]
    asked = questions(EDITION, units)
    drawn = {d.key for d in draw(EDITION, "any nonce", asked, {})}

    owed = [n for q in asked for n in needs(EDITION, q.item, None, drawn=q.key in drawn)]

    assert sum(n.why == "always" for n in owed) == 14
    assert sum(n.why == "drawn" for n in owed) == 10
    assert all(n.required for n in owed)
