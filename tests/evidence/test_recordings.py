"""Videos and sound through the reader, each in its own process as intake runs it."""

import io

import pytest
from PIL import Image

from tests.evidence.photos import scene
from tests.evidence.recordings import clip, sound

FRAGMENTED = {"movflags": "frag_keyframe+empty_moov"}
QUARTER_TURN = b"".join(
    number.to_bytes(4, "big", signed=True)
    for number in (0, 1 << 16, 0, -(1 << 16), 0, 0, 240 << 16, 0, 1 << 30)
)


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (clip(), "video/mp4"),
        (clip(**FRAGMENTED), "video/mp4"),
        (clip(sound="aac"), "video/mp4"),
        (clip(codec="libx265", pixels="yuv420p10le"), "video/mp4"),
        (clip(codec="libvpx-vp9"), "video/mp4"),
        (clip("mov"), "video/quicktime"),
        (clip("webm", "libvpx"), "video/webm"),
        (clip("webm", "libvpx-vp9", live="1"), "video/webm"),
    ],
)
def test_a_video_is_shown_by_a_frame_of_it(read, data, media_type):
    result = read(data)

    assert (result.said["state"], result.said["media_type"]) == ("shown", media_type)
    assert (result.said["width"], result.said["height"]) == (320, 240)
    assert result.said["duration_ms"] == pytest.approx(1000, abs=100)
    assert [picture.longest_side for picture in result.pictures] == [1600, 320]
    assert len(result.said["likeness"]["further"]) == 2


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (clip(seconds=126, rate=1), "too_long"),
        (clip(seconds=126, rate=1, **FRAGMENTED), "too_long"),
        (clip(seconds=0.4), "corrupt"),
        (clip(streams=2), "corrupt"),
        (clip()[:-500], "corrupt"),  # its index stood at the end
        (clip(size=(4200, 2400), rate=2), "too_many_pixels"),
        (clip("mov", "mjpeg", pixels="yuvj420p"), "type"),
        (clip("matroska"), "type"),
        (clip("webm", "libvpx").replace(b"V_VP8", b"V_XP8"), "type"),  # a codec that nobody knows
        (sound("mp4", "libmp3lame"), "type"),
    ],
)
def test_a_recording_that_no_phone_of_ours_makes_is_refused(read, data, reason):
    said = read(data).said

    assert (said["intake"], said["state"], said["reason"]) == ("refused", None, reason)


def test_two_minutes_at_a_changing_rate_are_taken(read):
    said = read(clip(times=[0, 3, 5, 400, 401, 1190])).said

    assert said["state"] == "shown"
    assert said["duration_ms"] == pytest.approx(120_000, abs=1_000)


@pytest.mark.parametrize(
    ("kind", "codec", "media_type"),
    [
        ("mp4", "aac", "audio/mp4"),
        ("ipod", "aac", "audio/mp4"),
        ("webm", "libopus", "audio/webm"),
    ],
)
def test_a_statement_is_kept_and_has_nothing_to_show(read, kind, codec, media_type):
    said = read(sound(kind, codec)).said

    assert (said["intake"], said["state"]) == ("accepted", "not_shown")
    assert said["media_type"] == media_type
    assert said["duration_ms"] == pytest.approx(1000, abs=60)


@pytest.mark.parametrize(
    "data",
    [
        clip("webm", "libvpx")[:-500],
        clip(seconds=5, codec_options={"g": "10"}, **FRAGMENTED)[:-500],
    ],
)
def test_a_video_that_ends_too_early_is_kept_unread(read, data):
    said = read(data).said

    assert (said["intake"], said["state"], said["reason"]) == (
        "accepted",
        "unreadable",
        "truncated",
    )
    assert said["width"] == 320


def test_slow_motion_is_kept_and_not_shown(read):
    said = read(clip(rate=240)).said

    assert (said["intake"], said["state"]) == ("accepted", "not_shown")
    assert said["notes"] == [{"code": "too_many_frames", "per_second": 240}]


def test_a_video_held_upright_is_shown_upright(read):
    lying = clip()
    header = lying.index(b"tkhd")
    matrix = header + 4 + 40
    result = read(lying[:matrix] + QUARTER_TURN + lying[matrix + 36 :])

    assert result.said["notes"] == [{"code": "rotated", "degrees": 90}]
    picture = Image.open(io.BytesIO(result.pictures[0].data))
    assert picture.size == (240, 320)
    red, green, _ = picture.getpixel((235, 5))
    assert scene((320, 240)).getpixel((5, 5))[0] > 200
    assert red > 200
    assert green < 80


def test_a_phones_words_about_a_video_are_read(read):
    tags = {
        "com.apple.quicktime.creationdate": "2026-11-20T09:30:00+0800",
        "com.apple.quicktime.location.ISO6709": "+31.2303+121.4737+012.3/",
        "com.apple.quicktime.make": "Apple",
        "com.apple.quicktime.model": "iPhone 15",
    }
    exif = read(clip("mov", tags=tags, movflags="use_metadata_tags")).said["exif"]

    assert (exif["captured_at"], exif["offset"]) == ("2026-11-20T09:30:00", "+08:00")
    assert (exif["lon"], exif["lat"]) == ("121.4737000", "31.2303000")
    assert (exif["make"], exif["model"]) == ("Apple", "iPhone 15")


def test_a_place_that_was_taken_out_of_a_video_is_called_redacted(read):
    assert read(clip(tags={"location": "+00.0000+000.0000/"})).said["exif"]["redacted"] is True


def test_what_lies_after_a_video_is_named(read):
    said = read(clip() + b"PK\x03\x04\x14\0\0\0" + b"x" * 3000).said

    assert said["notes"] == [{"code": "trailing_data", "size": 3008, "kind": "zip"}]
