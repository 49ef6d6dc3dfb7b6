"""What the order of a chain's times tells of a phone's clock."""

from datetime import timedelta

from fieldapp.clock import now
from fieldapp.seals.chaining import Link, notices

BEGAN = now()


def link(position, minutes, **changes):
    before = str(position - 1) if position > 1 else None
    at = BEGAN + timedelta(minutes=minutes)
    return Link(position, str(position), before, "capture", at, **changes)


def codes(*links):
    return [notice.code for notice in notices(links)]


def test_a_clock_that_went_back_between_two_links_is_told():
    assert codes(link(1, 0), link(2, 30), link(3, 10)) == ["clock_back"]


def test_a_recording_is_sealed_at_its_end_and_is_of_its_beginning():
    assert codes(link(1, 0), link(2, 30), link(3, 5, lasting=True), link(4, 40)) == []


def test_a_clock_that_went_back_around_a_recording_is_told():
    assert codes(link(1, 30), link(2, 5, lasting=True), link(3, 10)) == ["clock_back"]


def test_a_wrong_clock_that_was_put_right_is_none_that_went_back():
    fast, right = timedelta(minutes=-60), timedelta()
    assert codes(link(1, 60, offset=fast), link(2, 5, offset=right)) == []


def test_a_phone_that_forgot_its_offset_is_compared_by_its_own_clock():
    fast = timedelta(minutes=-60)
    assert codes(link(1, 60), link(2, 65, offset=fast)) == []
