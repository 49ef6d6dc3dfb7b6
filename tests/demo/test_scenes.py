"""The demo's drawn photographs."""

import hashlib
from datetime import UTC, datetime
from io import BytesIO

import numpy as np
import pytest
from PIL import ExifTags, Image

from fieldapp.demo import scenes
from fieldapp.demo.scenes import lettering
from fieldapp.demo.scenes.catalogue import SHOTS

SMALL = (640, 480)
EVERY_SHOT = [(subject, shot) for subject, shots in SHOTS.items() for shot in shots]


@pytest.mark.parametrize(("subject", "shot"), EVERY_SHOT)
def test_every_shot_is_a_picture_with_something_on_it(subject, shot):
    safe = luminance(scenes.draw(subject, 5, (320, 240), shot=shot))

    assert safe.std() > 12, "nearly one tone"


def test_a_seed_always_draws_the_same_photo():
    assert digest(scenes.draw("pit.support", 3, SMALL)) == digest(
        scenes.draw("pit.support", 3, SMALL)
    )


def test_drawing_another_photo_between_changes_nothing():
    first = digest(scenes.draw("scaffold.wall_ties", 3, SMALL))
    scenes.draw("fire.extinguishers", 8, (320, 240))

    assert digest(scenes.draw("scaffold.wall_ties", 3, SMALL)) == first


@pytest.mark.parametrize(
    "subject", ["crane.tower.registration", "pit.support", "fire.extinguishers", "formwork.bracing"]
)
def test_two_seeds_differ_to_the_eye_not_only_in_their_noise(subject):
    one, other = (shape(scenes.draw(subject, seed, SMALL, light="noon")) for seed in (1, 2))

    assert (one != other).mean() > 0.12


@pytest.mark.parametrize(
    ("subject", "shot"),
    [
        ("crane.tower.load_limiters", "near"),
        ("crane.tower.registration", "near"),
        ("scaffold.wall_ties", "near"),
        ("fire.fire_lane", "far"),
        ("pit.support", "far"),
    ],
)
def test_a_defect_shows(subject, shot):
    assert digest(scenes.draw(subject, 1, SMALL, shot=shot, unsafe=True)) != digest(
        scenes.draw(subject, 1, SMALL, shot=shot)
    )


def test_portrait_turns_the_picture():
    assert scenes.draw("gate", 1, SMALL, portrait=True).size == (480, 640)


def test_a_new_item_of_a_known_group_is_shown_by_its_group():
    assert scenes.draw("scaffold.coupler.new_item", 1, SMALL).size == SMALL


def test_a_subject_that_nobody_knows_is_refused():
    with pytest.raises(ValueError, match="No scene shows 'weather'"):
        scenes.draw("weather", 1)


def test_words_without_a_chinese_font_are_bars_not_boxes(monkeypatch):
    monkeypatch.setattr(lettering, "_font", lambda _size, **_: None)
    lettering._mask.cache_clear()
    page = Image.new("RGB", (200, 60), "white")

    lettering.write(page, (0, 0), "安全", 40, (0, 0, 0))
    lettering._mask.cache_clear()

    columns = (luminance(page) < 128).any(axis=0)
    assert columns[5:35].all()
    assert not columns[85:].any()


def test_a_photo_carries_what_the_phone_knows():
    taken = datetime(2026, 11, 18, 1, 42, 10, tzinfo=UTC)

    jpeg = scenes.jpeg(
        scenes.draw("gate", 1, SMALL),
        taken_at=taken,
        lat=29.2041,
        lon=119.9036,
        make="HUAWEI",
        model="NOP-AN00",
    )

    exif = Image.open(BytesIO(jpeg)).getexif()
    details, gps = exif.get_ifd(ExifTags.IFD.Exif), exif.get_ifd(ExifTags.IFD.GPSInfo)
    assert (exif[ExifTags.Base.Make], exif[ExifTags.Base.Model]) == ("HUAWEI", "NOP-AN00")
    assert details[ExifTags.Base.DateTimeOriginal] == "2026:11:18 09:42:10"
    assert details[ExifTags.Base.OffsetTimeOriginal] == "+08:00"
    assert degrees(gps[ExifTags.GPS.GPSLatitude]) == pytest.approx(29.2041, abs=1e-6)
    assert degrees(gps[ExifTags.GPS.GPSLongitude]) == pytest.approx(119.9036, abs=1e-6)
    assert gps[ExifTags.GPS.GPSTimeStamp] == (1, 42, 10)


def test_a_stripped_photo_carries_nothing():
    exif = Image.open(BytesIO(scenes.jpeg(scenes.draw("gate", 1, SMALL)))).getexif()

    assert len(exif) == 0


def test_a_time_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        scenes.jpeg(Image.new("RGB", (8, 8)), taken_at=datetime(2026, 11, 18))


def test_an_unreadable_photo_has_lost_its_detail():
    photo = scenes.draw("statement_paper", 1, SMALL)

    assert detail(scenes.unreadable(photo, 1)) < detail(photo) / 2


def luminance(image):
    return np.asarray(image.convert("L"), float)


def digest(image):
    return hashlib.sha256(image.tobytes()).hexdigest()


def shape(image):
    """Which cells of a coarse grid are lighter than their right neighbour."""
    small = np.asarray(image.convert("L").resize((25, 18), Image.Resampling.BOX), int)
    return small[:, 1:] > small[:, :-1]


def detail(image):
    """Contrast of neighbours after the grain is averaged away."""
    small = np.asarray(image.convert("L").reduce(2), float)
    return np.abs(np.diff(small, axis=1)).mean()


def degrees(parts):
    return float(parts[0]) + float(parts[1]) / 60 + float(parts[2]) / 3600
