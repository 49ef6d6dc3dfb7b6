"""Whatever bytes come, what walks them without a decoder ends with an answer of its own kind."""

import io

from hypothesis import example, given
from hypothesis import strategies as st

from fieldapp.evidence import boxes, exif, likeness, reader, segments
from fieldapp.evidence.sniffing import HEAD, Kind, kind_of
from tests.evidence.photos import jpeg, png_claiming, saved, scene

STARTS = st.sampled_from(
    [
        b"",
        b"\xff\xd8\xff\xe0",
        b"\x89PNG\r\n\x1a\n",
        b"RIFF\x10\0\0\0WEBPVP8X",
        b"\0\0\0\x18ftypheic\0\0\0\0mif1heic",
        b"\0\0\0\x18ftypisom\0\0\0\0isommp41",
        b"\x1a\x45\xdf\xa3\x9f\x42\x82\x84webm",
        b"%PDF-1.7",
    ]
)
ANYTHING = st.builds(bytes.__add__, STARTS, st.binary(max_size=400))
SMALL = saved(scene((64, 48)), "JPEG")


@given(ANYTHING)
@example(b"\0\0\0\x01mdat" + b"\xff" * 8)
@example(b"\0\0\0\0mdat")
def test_boxes_end_within_the_file(data):
    outline = boxes.outline(data)

    assert 0 <= outline.end <= len(data)
    assert boxes.segment_is_cut(data) in (True, False)


@given(ANYTHING)
@example(b"\xff\xd8\xff\xff\xff\xff")
@example(b"\xff\xd8\xff\xda\0\0\xff\xd9")
def test_segments_end_within_the_file(data):
    found = segments.outline(data)

    assert found.end is None or found.end <= len(data)
    assert isinstance(segments.trailer_kind(data), str)
    segments.size_of_webp(data)


@given(ANYTHING)
def test_a_kind_is_one_of_ours_or_none(data):
    kind, said = reader.triage(data[:HEAD], len(data))

    assert kind_of(data) is None or isinstance(kind_of(data), Kind)
    assert said["intake"] in ("accepted", "refused")
    assert kind is None or said["media_type"] == kind.media_type


@given(st.text(max_size=60))
def test_words_of_a_video_become_values_or_nothing(said):
    moment, offset = exif.iso_moment(said)
    lon, lat, redacted = exif.iso6709(said)

    assert moment is None or len(moment) == len("2026-11-20T09:30:00")
    assert offset is None or moment is not None
    assert (lon is None) == (lat is None)
    assert not (redacted and lon)


@given(st.binary(max_size=200))
@example(bytes([likeness.VERSION]) + b"\xff" * 30)
def test_features_that_are_not_whole_are_none(data):
    assert likeness.unpacked(data) is None or len(data) >= likeness.length_of(data)


@given(
    at=st.integers(2, len(SMALL) - 1),
    changed=st.binary(min_size=1, max_size=6),
    cut=st.integers(0, 200),
)
def test_a_photo_with_some_bytes_changed_or_gone_ends_in_a_named_state(at, changed, cut):
    data = (SMALL[:at] + changed + SMALL[at + len(changed) :])[: len(SMALL) - cut]
    said = reader.read(io.BytesIO(data)).said

    assert (said["intake"], said["state"]) in {
        ("accepted", "shown"),
        ("accepted", "not_shown"),
        ("accepted", "unreadable"),
        ("refused", None),
    }
    assert (said["reason"] is None) == (said["state"] in ("shown", "not_shown"))


@given(st.integers(0, 2**31 - 1), st.integers(0, 2**31 - 1))
def test_any_size_that_a_header_claims_is_answered(width, height):
    said = reader.read(io.BytesIO(png_claiming(width, height))).said

    assert said["state"] in (None, "unreadable", "shown")
    assert said["reason"] in ("corrupt", "too_many_pixels", "truncated", "undecodable", None)


def test_what_is_changed_on_purpose_above_is_a_photo_before():
    assert reader.read(io.BytesIO(SMALL)).said["state"] == "shown"
    assert reader.read(io.BytesIO(jpeg())).said["state"] == "shown"
