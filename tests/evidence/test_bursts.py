"""Shots of one burst: no question of reuse, one group to look at, a verdict for each."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from PIL import ImageEnhance

from fieldapp.clock import now
from fieldapp.evidence.bursts import Shot, groups, is_one
from tests.evidence.photos import jpeg, scene

NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)
ONE = Shot("1", ("visit", "v", "zhou", "phone"), "live", NOON, look=0)


def later(**span) -> datetime:
    return NOON + timedelta(**span)


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        ({"captured_at": later(seconds=120)}, True),
        ({"captured_at": later(seconds=121)}, False),
        ({"scene": ("visit", "v", "wang", "phone")}, False),
        ({"scene": ("visit", "w", "zhou", "phone")}, False),
        ({"scene": ("visit", "v", "zhou", "another phone")}, False),
        ({"capture": "imported"}, False),
    ],
)
def test_live_shots_of_one_phone_seconds_apart_are_one_burst(other, expected):
    assert is_one(ONE, replace(ONE, **other)) is expected
    assert is_one(replace(ONE, **other), ONE) is expected


def test_a_burst_holds_what_looks_alike_in_the_order_of_capture():
    def shot(id: str, at: int, look: int | None) -> Shot:
        return replace(ONE, id=id, captured_at=later(seconds=at), look=look)

    shots = [
        shot("third", 8, 0b111),
        shot("first", 0, 0),
        shot("another scene", 4, (1 << 200) - 1),
        shot("second", 4, 0b1),
        shot("of nothing", 5, None),
        shot("of nothing either", 6, None),
    ]

    assert groups(shots) == [["first", "second", "third"]]


@pytest.fixture
def burst(file_photo, make_visit):
    """(visit id, three photos of a burst in the order of capture); another scene was taken between them."""
    visit_id, begun = make_visit("zhou"), now() - timedelta(minutes=5)

    def take(n: int, data: bytes, **changes) -> str:
        at = begun + timedelta(seconds=2 * n)
        return file_photo(visit_id, data=data, captured_at=at, position=n, **changes)

    shots = [take(0, lit(1.0))]
    take(1, jpeg(scene(seed=2)), question="fire.fire_lane@site")
    return visit_id, [*shots, take(2, lit(1.05)), take(3, lit(0.95))]


def lit(light: float) -> bytes:
    return jpeg(ImageEnhance.Brightness(scene(seed=1)).enhance(light))


def test_a_burst_is_no_question_of_reuse_and_lies_side_by_side(sign_in, burst):
    visit_id, shots = burst
    sun = sign_in("sun")

    seen = sun.get(f"/api/desk/visits/{visit_id}").json["photos"]

    assert [photo["id"] for photo in seen][:3] == shots
    assert [photo["burst"] for photo in seen] == [shots, shots, shots, []]
    assert sun.get(f"/api/evidence/{shots[1]}").json["burst"] == shots
    assert not {f["code"] for p in seen for f in p["flags"] if f["code"].startswith("reused")}
    assert sun.get("/api/resemblances?state=all").json["items"] == []


def test_each_shot_of_a_burst_has_its_own_verdict(sign_in, burst):
    visit_id, shots = burst
    sun = sign_in("sun")

    sun.post(f"/api/evidence/{shots[1]}/verdicts", json={"outcome": "accepted"})

    given = {p["id"]: p["verdict"] for p in sun.get(f"/api/desk/visits/{visit_id}").json["photos"]}
    assert [bool(given[one]) for one in shots] == [False, True, False]


def test_the_queue_counts_a_burst_as_one_thing_to_look_at(sign_in, burst):
    _, shots = burst
    sun = sign_in("sun")

    def waits() -> tuple[int, int]:
        [item] = sun.get("/api/desk").json["items"]
        return item["waiting"], item["groups"]

    assert waits() == (4, 2)
    sun.post(f"/api/evidence/{shots[0]}/verdicts", json={"outcome": "accepted"})
    assert waits() == (3, 2)


def test_a_copy_that_was_imported_seconds_later_is_no_shot_of_the_burst(sign_in, burst, file_photo):
    visit_id, shots = burst
    sun = sign_in("sun")

    copy = file_photo(visit_id, data=lit(1.1), capture="imported")

    view = sun.get(f"/api/evidence/{copy}").json
    assert view["burst"] == []
    assert "reused_near" in {flag["code"] for flag in view["flags"]}
    assert sun.get(f"/api/evidence/{shots[0]}").json["burst"] == shots
