"""What the demo's months hold, and the photos made from it."""

from collections import Counter
from io import BytesIO

import pytest
from PIL import ExifTags, Image

from fieldapp.demo.city import city, holds
from fieldapp.demo.history import History
from fieldapp.demo.scenes import SUBJECTS
from fieldapp.demo.shooting import shoot

REASONS = {"reused", "wrong_place", "wrong_time", "unclear", "wrong_object", "incomplete"}
COARSE = (320, 240)


@pytest.fixture(scope="module")
def history():
    return History(city())


def test_each_project_has_one_check_a_month_done_missed_or_due(history):
    assert len({(v.project, v.period) for v in history.visits}) == len(history.visits) == 12 * 3
    states = Counter(v.state for v in history.visits)
    assert states["missed"] == 4
    assert states["due"] == 7
    assert all(v.photos for v in history.visits if v.state == "done")


def test_nothing_happens_after_today(history):
    assert max(p.at for p in history.photos).date() <= city().today


def test_the_same_seed_tells_the_same_story(history):
    assert History(city()).visits == history.visits


def test_about_as_many_photos_as_a_desk_can_show(history):
    assert 200 <= len(history.photos) <= 450


def test_every_photo_can_be_drawn_and_every_reason_occurs(history):
    assert {p.item for p in history.photos} <= set(SUBJECTS)
    assert {p.fault for p in history.photos} == REASONS | {None}


def test_a_rejection_has_its_reason_and_what_follows(history):
    judged = [p for v in history.visits for p in v.photos if p.verdict]

    assert {p.verdict == "rejected" for p in judged if p.fault} == {True}
    assert {p.follow_up for p in judged if p.fault} == {"re_shoot", "explain"}
    assert {p.verdict for p in judged if not p.fault} == {"accepted"}


def test_a_reused_photo_repeats_an_older_one_of_the_same_item(history):
    reused = [p for v in history.visits for p in v.photos if p.fault == "reused"]

    assert reused
    for photo in reused:
        assert photo.copies.item == photo.item
        assert (photo.copies.project, photo.copies.at) != (photo.project, photo.at)


def test_findings_close_in_many_ways_and_one_is_refused(history):
    findings = [f for v in history.visits for f in v.findings]

    assert {"closed", "fixed_on_site", "submitted", "notified", "overdue", "refused"} <= {
        f.closing for f in findings
    }
    assert {f.severity for f in findings if f.closing == "refused"} == {"suspected_major"}


def test_two_photos_of_the_accident_cannot_be_read(history):
    assert Counter(p.fault for p in history.accident_photos)["unclear"] == 2


def test_every_insurer_has_all_forms_of_its_sheet(history):
    for insurer in city().insurers():
        parts = Counter(f.part for f in history.forms if f.insurer == insurer.key)
        assert parts["county_authority"] == 2
        assert parts["city_authority"] == 1
        assert parts["policyholder"] >= 3


def test_a_grade_below_excellent_by_an_authority_rests_on_a_fact(history):
    facts = city().plan["facts"]
    below = [
        (f.insurer, fact)
        for f in history.forms
        if f.form == "authority_opinion"
        for grade, fact in f.grades.values()
        if grade != "excellent"
    ]

    assert len(below) == len(city().plan["authority_opinion"]["below"])
    assert all(facts[fact]["insurer"] == insurer for insurer, fact in below)


def test_satisfaction_adds_up(history):
    for insurer, row in city().plan["satisfaction"].items():
        answers = [a.satisfied for a in history.answers if a.insurer == insurer]
        assert (len(answers), sum(answers)) == (row["valid"], row["satisfied"])


def test_a_photo_is_made_on_its_site_and_the_same_each_time(history):
    photo = next(p for p in history.photos if p.fault is None)
    shot = shoot(photo, COARSE)

    assert shot == shoot(photo, COARSE)
    assert holds(city().project(photo.project).site, shot.lon, shot.lat)


def test_a_photo_from_elsewhere_lies_off_the_site(history):
    photo = next(p for p in history.photos if p.fault == "wrong_place")
    shot = shoot(photo, COARSE)

    assert not holds(city().project(photo.project).site, shot.lon, shot.lat)


def test_a_photo_of_another_time_says_so_in_its_exif(history):
    photo = next(p for p in history.photos if p.fault == "wrong_time")
    exif = Image.open(BytesIO(shoot(photo, COARSE).jpeg)).getexif()

    written = exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal]
    assert written < f"{photo.at:%Y:%m:%d}"
