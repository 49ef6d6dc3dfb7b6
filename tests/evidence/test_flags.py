"""What a machine notices about a photo, from values alone."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldapp.evidence import flag_sentences
from fieldapp.evidence.flags import Before, Bytes, Claim, LookAlike, Twin, flags_of
from fieldapp.evidence.places import Fix, Position, Site, distance, distance_to_site

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)  # noon in China
SQUARE = Site(
    Position(119.9015, 29.201),
    tuple(
        Position(lon, lat)
        for lon, lat in ((119.9, 29.2), (119.903, 29.2), (119.903, 29.202), (119.9, 29.202))
    ),
)
INSIDE = Fix(Position(119.9015, 29.201), accuracy_m=12, age_s=2)
HONEST = Claim(
    fix=INSIDE,
    capture="live",
    captured_at=NOON,
    clock_offset_ms=300,
    task_issued_at=NOON - timedelta(days=3),
    filed_at=NOON + timedelta(hours=5),
    seal="valid",
)
NOTHING_BEFORE = Before()
CLEAR = Bytes(exif_time=None, brightness=120, sharpness=400)


def raised(site=SQUARE, read=CLEAR, twins=(), earlier=(), before=NOTHING_BEFORE, **changes):
    found = flags_of(replace(HONEST, **changes), site, read, twins, earlier, before)
    return {f.code: f for f in found}


AN_HOUR_BEFORE = NOON - timedelta(hours=1)
FAR_AWAY = Fix(Position(121.47, 31.23), 10, 1)


@pytest.mark.parametrize(
    ("changes", "code", "severity", "words"),
    [
        ({"before": Before(AN_HOUR_BEFORE, FAR_AWAY)}, "speed_impossible", "high", "公里"),
        ({"before": Before(NOON, INSIDE, 3, 600)}, "position_repeated", "medium", "3 条"),
        ({"is_chained": False}, "chain_gap", "medium", "缺一环"),
        (
            {"read": Bytes(exif_at=Position(121.47, 31.23))},
            "exif_position_differs",
            "high",
            "距手机定位",
        ),
        ({"read": Bytes(software="Adobe Photoshop 25.0")}, "edited", "medium", "Photoshop"),
        ({"read": Bytes(credentials="invalid")}, "credentials_invalid", "medium", "C2PA"),
        ({"read": Bytes(preview_bits=32)}, "preview_differs", "high", "32 位"),
        ({"read": Bytes(pattern=120)}, "screen_suspected", "low", "120 倍"),
        ({"earlier": (LookAlike("pdq", 12, "high"),)}, "reused_near", "high", "12 位"),
        ({"earlier": (LookAlike("local", 99, "medium"),)}, "reused_part", "medium", "1 张"),
    ],
)
def test_what_does_not_fit_is_said_with_its_numbers(changes, code, severity, words):
    found = raised(**changes)

    assert {name: flag.severity for name, flag in found.items()} == {code: severity}
    assert words in flag_sentences.sentence(code, found[code].numbers, english=False)


@pytest.mark.parametrize(
    "changes",
    [
        {"before": Before(NOON - timedelta(hours=3), FAR_AWAY)},  # a train goes as fast
        {"before": Before(NOON, INSIDE, 9, 599)},  # a phone lying still
        {"before": Before(NOON - timedelta(days=9), INSIDE, 2, 777_600)},
        {"read": Bytes(exif_at=Position(119.9063, 29.1985))},  # as GCJ-02 has it
        {"read": Bytes(software="HarmonyOS 4.2")},
        {"read": Bytes(credentials="valid", preview_bits=31, pattern=119)},
    ],
)
def test_what_may_well_be_so_raises_nothing(changes):
    assert raised(**changes) == {}


def test_a_position_in_the_file_is_held_against_the_site_where_the_phone_had_none():
    found = raised(fix=None, read=Bytes(exif_at=Position(121.47, 31.23)))

    assert set(found) == {"position_missing", "exif_position_differs"}
    said = flag_sentences.sentence(
        "exif_position_differs", found["exif_position_differs"].numbers, english=False
    )
    assert said.startswith("照片内记录的位置距工地 27")
    assert set(raised(fix=None, site=None, read=Bytes(exif_at=Position(0, 0)))) == {
        *("position_missing", "site_position_unset")
    }


def at(lon, lat, accuracy_m=12, age_s=2):
    return Fix(Position(lon, lat), accuracy_m, age_s)


def test_an_honest_photo_raises_nothing():
    assert raised() == {}


@pytest.mark.parametrize(
    ("changes", "code", "severity"),
    [
        ({"fix": at(119.9252, 29.201)}, "far_from_site", "high"),
        ({"fix": at(119.9045, 29.201)}, "far_from_site", "medium"),
        ({"fix": None}, "position_missing", "medium"),
        ({"fix": at(119.9015, 29.201, age_s=600)}, "position_stale", "medium"),
        ({"fix": at(119.9015, 29.201, accuracy_m=900)}, "position_vague", "low"),
        ({"site": None}, "site_position_unset", "low"),
        ({"capture": "imported"}, "imported", "medium"),
        ({"seal": "invalid"}, "seal_invalid", "high"),
        ({"task_issued_at": NOON + timedelta(hours=1)}, "captured_before_task", "high"),
        ({"clock_offset_ms": -600_000}, "clock_skew", "medium"),
        ({"filed_at": NOON - timedelta(hours=1)}, "clock_skew", "medium"),
        (
            {"read": replace(CLEAR, exif_time=datetime(2026, 11, 20, 11, 50))},
            "exif_time_differs",
            "medium",
        ),
        (
            {"read": replace(CLEAR, exif_time=datetime(2025, 11, 20, 12, 0))},
            "exif_time_differs",
            "high",
        ),
        ({"read": replace(CLEAR, brightness=9)}, "dark", "low"),
        ({"read": replace(CLEAR, sharpness=12)}, "blurred", "low"),
        ({"read": replace(CLEAR, trailing=(5000, "zip"))}, "trailing_data", "low"),
        ({"twins": (Twin(same_subject=True, captured_at=NOON),)}, "reused_exact", "medium"),
        ({"twins": (Twin(same_subject=False, captured_at=NOON),)}, "reused_exact", "high"),
    ],
)
def test_one_thing_amiss_raises_one_flag(changes, code, severity):
    found = raised(**changes)

    assert {f.code: f.severity for f in found.values()} == {code: severity}


@pytest.mark.parametrize(
    "changes",
    [
        {"fix": at(119.90345, 29.201)},  # 44 m outside a hand-drawn outline
        {
            "fix": at(119.9038, 29.201, accuracy_m=90)
        },  # 78 m outside, and the phone says give or take 90
        {"site": replace(SQUARE, outline=SQUARE.outline[::-1])},
        {
            "read": replace(CLEAR, exif_time=datetime(2026, 11, 20, 12, 3))
        },  # the camera's clock, in China
        {"read": replace(CLEAR, exif_time=datetime(2026, 11, 20, 4, 0, tzinfo=UTC))},
        {"read": replace(CLEAR, trailing=(900_000, "mp4"))},  # a moving photo
        {"clock_offset_ms": None},
        {"captured_at": NOON - timedelta(days=3, minutes=1), "clock_offset_ms": 60_000},
    ],
)
def test_what_has_an_innocent_explanation_raises_nothing(changes):
    assert raised(**changes) == {}


def test_without_an_approved_position_nothing_is_far():
    assert set(raised(site=None, fix=at(0.0, 0.0))) == {"site_position_unset"}


def test_only_a_centre_still_tells_far_from_near():
    centre = Site(Position(119.9015, 29.201), ())

    assert raised(site=centre) == {}
    assert "far_from_site" in raised(site=centre, fix=at(119.93, 29.201))


@pytest.mark.parametrize(
    ("a", "b", "metres"),
    [
        (Position(121.4737, 31.2304), Position(116.4074, 39.9042), 1_067_000),
        (Position(119.9, 29.2), Position(119.9, 29.201), 111.2),
        (Position(179.9999, 0), Position(-179.9999, 0), 22.2),
    ],
)
def test_distances_are_those_of_the_map(a, b, metres):
    assert distance(a, b) == pytest.approx(metres, rel=0.003)


@pytest.mark.parametrize(
    ("numbers", "code", "zh", "en"),
    [
        (
            {"distance_m": 2310, "accuracy_m": 12},
            "far_from_site",
            "距工地 2.3 公里（精度 12 米）",
            "2.3 km from the site (accuracy 12 m)",
        ),
        (
            {"seconds": 11_100},
            "captured_before_task",
            "早于任务下达 3 小时 5 分",
            "Taken 3 h 5 min before the task was issued",
        ),
        ({"seconds": -600}, "clock_skew", "手机时钟快 10 分", "The phone's clock is 10 min fast"),
    ],
)
def test_sentences_are_built_from_numbers(numbers, code, zh, en):
    assert flag_sentences.sentence(code, numbers, english=False) == zh
    assert flag_sentences.sentence(code, numbers, english=True) == en


lons, lats = st.floats(-180, 180), st.floats(-89.9, 89.9)
positions = st.builds(Position, lons, lats)
moments = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30))
aware = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))
claims = st.builds(
    Claim,
    fix=st.none()
    | st.builds(Fix, positions, st.none() | st.floats(0, 1e7), st.none() | st.floats(0, 1e7)),
    capture=st.sampled_from(["live", "imported"]),
    captured_at=aware,
    clock_offset_ms=st.none() | st.integers(-(10**10), 10**10),
    task_issued_at=st.none() | aware,
    filed_at=aware,
    seal=st.sampled_from(["valid", "invalid", "missing"]),
)
sites = st.none() | st.builds(Site, positions, st.lists(positions, max_size=6).map(tuple))
readings = st.builds(
    Bytes,
    st.none() | moments,
    st.none() | positions,
    st.none() | st.integers(0, 255),
    st.none() | st.integers(0, 65_025),
    st.none()
    | st.tuples(
        st.integers(1025, 10**9), st.sampled_from(["zip", "zeros", "jpeg", "mp4", "unknown"])
    ),
)


@given(
    claims, sites, readings, st.lists(st.builds(Twin, st.booleans(), aware), max_size=3).map(tuple)
)
def test_any_claim_gets_flags_that_can_be_stored_and_said(claim, site, read, twins):
    found = flags_of(claim, site, read, twins)

    assert len({f.code for f in found}) == len(found)
    for flag in found:
        assert all(isinstance(number, int | str) for number in flag.numbers.values())
        for english in (True, False):
            assert "{" not in flag_sentences.sentence(flag.code, flag.numbers, english=english)


@given(st.floats(-0.002, 0.002), st.floats(-0.002, 0.002))
def test_distance_to_the_outline_is_never_more_than_to_any_corner(east, north):
    here = Position(119.9015 + east, 29.201 + north)

    away = distance_to_site(here, SQUARE)

    assert away <= min(distance(here, corner) for corner in SQUARE.outline) + 0.01
    inside = abs(east) < 0.0015 and abs(north) < 0.001
    assert (away == 0) is inside or away < 0.01


@pytest.mark.parametrize("claimed", [2**52, -(2**52)])
def test_a_clock_offset_beyond_every_calendar_is_a_flag_and_no_fault(claimed):
    assert "clock_skew" in raised(clock_offset_ms=claimed)
