"""Which photos are judged singly, and how agreement is counted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldapp.desk.rules import Agreement, Photo, singly

KEY = b"k" * 32


def photo(id_: str = "a", **changes) -> Photo:
    return Photo(
        **{
            "id": id_,
            "visit_kind": "monthly_check",
            "shot": "far",
            "media_type": "image/jpeg",
            "personal": False,
            "is_visible": True,
            "has_finding": False,
            "answer": "pass",
            "drawn": False,
            "explained": False,
            "flags": frozenset(),
        }
        | changes
    )


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"has_finding": True}, "finding"),
        ({"answer": "fail"}, "finding"),
        ({"shot": "after"}, "finding"),
        ({"visit_kind": "re_inspection"}, "re_inspection"),
        ({"visit_kind": "re_shoot"}, "re_shot"),
        ({"visit_kind": "explain"}, "re_shot"),
        ({"explained": True}, "re_shot"),
        ({"personal": True}, "identity"),
        ({"visit_kind": "accident_survey"}, "identity"),
        ({"shot": "absence"}, "absence"),
        ({"shot": "refusal"}, "absence"),
        ({"visit_kind": "blocked_access"}, "absence"),
        ({"drawn": True}, "drawn"),
        ({"flags": frozenset({"far_from_site"})}, "flagged"),
        ({"flags": frozenset({"blurred"})}, "flagged"),
        ({"media_type": "video/mp4"}, "video"),
        ({"is_visible": False}, "no_copy"),
    ],
)
def test_what_says_something_is_judged_by_itself(changes, why):
    assert singly([photo(**changes)], KEY)["a"] == (why,)


def test_a_notice_about_the_place_leaves_the_photo_unremarkable():
    many = [photo(f"{n}", flags=frozenset({"site_position_unset"})) for n in range(20)]

    assert set(singly(many, KEY).values()) == {(), ("sampled",)}


@pytest.mark.parametrize(("rest", "sampled"), [(1, 1), (9, 1), (10, 1), (11, 2), (30, 3)])
def test_one_in_ten_of_the_rest_is_judged_by_itself_as_well(rest, sampled):
    found = singly([photo(f"{n}") for n in range(rest)], KEY)

    assert list(found.values()).count(("sampled",)) == sampled


@given(st.permutations([f"{n}" for n in range(12)]))
def test_the_sample_is_the_same_in_any_order_and_another_for_another_key(ids):
    mine = {one for one, why in singly([photo(i) for i in ids], KEY).items() if why}
    again = {one for one, why in singly([photo(f"{n}") for n in range(12)], KEY).items() if why}
    keys = [bytes([n]) * 32 for n in range(20)]
    drawn = {
        frozenset(one for one, why in singly([photo(i) for i in ids], key).items() if why)
        for key in keys
    }

    assert mine == again
    assert len(drawn) > 1


@pytest.mark.parametrize(
    ("tally", "agreed", "kappa"),
    [
        # Cohen 1960 in miniature: 20 of 50 by chance, 35 agreed.
        (Agreement(20, 15, 5, 10), 35, 0.40),
        (Agreement(40, 10, 0, 0), 50, 1.0),
        (Agreement(0, 0, 5, 5), 0, -1.0),
        (Agreement(25, 25, 25, 25), 50, 0.0),
    ],
)
def test_agreement_is_more_than_chance_by_kappa(tally, agreed, kappa):
    assert tally.agreed == agreed
    assert tally.kappa == pytest.approx(kappa)


def test_where_chance_explains_everything_there_is_no_kappa():
    assert Agreement(both_accepted=30).kappa is None
    assert Agreement().kappa is None


def test_few_photos_say_little():
    few, many = Agreement(both_accepted=9, only_first_accepted=1), Agreement(900, 0, 100)

    assert few.interval == pytest.approx((0.596, 0.982), abs=0.001)
    assert many.interval == pytest.approx((0.880, 0.917), abs=0.001)
    assert Agreement().interval is None
