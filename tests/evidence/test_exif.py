"""EXIF tags as typed values: what is believed, what is left out."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL.TiffImagePlugin import IFDRational

from fieldapp.evidence import exif

BLANK = (IFDRational(0, 0), IFDRational(0, 0), IFDRational(0, 0))
LAT, LON = (31.0, 13.0, 49.0), (121.0, 28.0, 25.0)


def time(said, offset=None):
    found, broken = exif.read({}, {exif.TAKEN: said, exif.OFFSET_TAKEN: offset}, {})
    return found and (found.captured_at, found.offset), broken


def place(**gps):
    tags = {getattr(exif, name.upper()): value for name, value in gps.items()}
    found, broken = exif.read({}, {}, tags)
    return found and (found.lat, found.lon, found.redacted), broken


@pytest.mark.parametrize(
    ("said", "offset", "expected"),
    [
        ("2026:11:20 09:30:00", None, ("2026-11-20T09:30:00", None)),
        ("2026:11:20 09:30:00", "+08:00", ("2026-11-20T09:30:00", "+08:00")),
        ("2026:11:20 09:30:00\0", "+08:99", ("2026-11-20T09:30:00", None)),
        (b"2026:11:20 09:30:00", "-10:30", ("2026-11-20T09:30:00", "-10:30")),
    ],
)
def test_a_time_is_read_with_its_offset(said, offset, expected):
    assert time(said, offset) == (expected, [])


@pytest.mark.parametrize(
    "said",
    ["2026:02:30 25:61:61", "0000:00:00 00:00:00", "<script>alert(1)</script>", "2026-11-20"],
)
def test_an_impossible_time_is_left_out_and_said_so(said):
    assert time(said) == (None, ["time"])


def test_an_earlier_tag_that_makes_sense_wins():
    found, broken = exif.read(
        {exif.DATE_TIME: "2026:11:21 00:00:00"}, {exif.TAKEN: "0000:00:00 00:00:00"}, {}
    )

    assert (found.captured_at, broken) == ("2026-11-21T00:00:00", [])


@pytest.mark.parametrize(
    ("refs", "expected"),
    [
        (("N", "E"), ("31.2302778", "121.4736111", False)),
        (("S", "W"), ("-31.2302778", "-121.4736111", False)),
        (("n", "E\0"), ("31.2302778", "121.4736111", False)),
    ],
)
def test_a_place_is_read_with_its_hemisphere(refs, expected):
    assert place(lat=LAT, lat_ref=refs[0], lon=LON, lon_ref=refs[1]) == (expected, [])


@pytest.mark.parametrize(
    "gps",
    [
        {"lat": LAT, "lat_ref": "Q", "lon": LON, "lon_ref": "E"},
        {"lat": LAT, "lon": LON},
        {"lat": (999.0, 0.0, 0.0), "lat_ref": "N", "lon": LON, "lon_ref": "E"},
        {"lat": LAT, "lat_ref": "N", "lon": (720.0,), "lon_ref": "E"},
        {"lat": LAT, "lat_ref": "N"},
        {"lat": BLANK, "lat_ref": "N", "lon": LON, "lon_ref": "E"},
        {"lat": (31.0, 61.0, 0.0), "lat_ref": "N", "lon": LON, "lon_ref": "E"},
        {"lat": LAT, "lat_ref": "N", "lon": (121.0, 28.0, 99.0), "lon_ref": "E"},
        {"lat": ("31", "x", None), "lat_ref": "N", "lon": LON, "lon_ref": "E"},
    ],
)
def test_a_place_that_cannot_be_is_left_out_and_said_so(gps):
    assert place(**gps) == (None, ["position"])


@pytest.mark.parametrize(
    ("written", "datum"),
    [
        ("WGS-84", "WGS-84"),
        ("WGS84\0", "WGS-84"),
        (b"wgs 84", "WGS-84"),
        ("GCJ02", "GCJ-02"),
        ("TOKYO", "TOKYO"),
        (None, None),
        ("", None),
        (7, None),
    ],
)
def test_a_place_keeps_the_datum_that_it_refers_to(written, datum):
    gps = {exif.LAT: LAT, exif.LAT_REF: "N", exif.LON: LON, exif.LON_REF: "E", exif.DATUM: written}

    assert exif.read({}, {}, gps)[0].datum == datum


def test_a_datum_without_a_place_says_nothing():
    assert exif.read({}, {}, {exif.DATUM: "WGS-84"}) == (None, [])


@pytest.mark.parametrize("zeros", [BLANK, (0.0, 0.0, 0.0), (0,)])
def test_zeros_mean_that_the_phone_took_the_place_out(zeros):
    assert place(lat=zeros, lat_ref="N", lon=zeros, lon_ref="E") == ((None, None, True), [])


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("HUAWEI\0\0junk", "HUAWEI"),
        ("a\nb\u202ec\x1b[0m", "abc[0m"),
        ("x" * 500, "x" * 64),
        (b"\xff\xfe", "��"),
        ("   ", None),
        (7, None),
    ],
)
def test_text_is_one_short_line_without_control_characters(value, text):
    assert exif.text(value) == text


anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.binary()
    | st.builds(IFDRational, st.integers(-10, 10**9), st.integers(0, 10**9)),
    lambda inner: st.tuples(inner, inner, inner) | st.lists(inner, max_size=4),
    max_leaves=6,
)
tags = st.dictionaries(
    st.sampled_from([1, 2, 3, 4, 18, 271, 272, 305, 306, 36867, 36868, 36880, 36881, 36882]),
    anything,
)


@given(tags, tags, tags)
def test_any_tags_give_values_that_travel_as_json(main, detail, gps):
    found, broken = exif.read(main, detail, gps)

    assert set(broken) <= {"time", "position"}
    if found is None:
        return
    json.dumps(exif.as_json(found), allow_nan=False).encode()
    assert (found.lat is None) is (found.lon is None)
    if found.lat is not None:
        assert abs(float(found.lat)) <= 90
        assert abs(float(found.lon)) <= 180


@given(st.floats(-90, 90), st.floats(-180, 180))
def test_a_written_place_is_read_back(lat, lon):
    near_zero = abs(lat) < 1e-6 and abs(lon) < 1e-6
    found, _ = place(
        lat=(abs(lat), 0.0, 0.0),
        lat_ref="N" if lat >= 0 else "S",
        lon=(abs(lon),),
        lon_ref="E" if lon >= 0 else "W",
    )

    if not near_zero:
        assert (float(found[0]), float(found[1])) == pytest.approx((lat, lon), abs=1e-6)
