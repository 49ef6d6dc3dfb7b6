"""One video or sound recording: its container through the one demuxer of its kind, a few frames to know it by."""

from fractions import Fraction
from typing import Any, BinaryIO

import av
from PIL import Image

from fieldapp.evidence import boxes, likeness, renditions, segments
from fieldapp.evidence import exif as tags
from fieldapp.evidence.reader import Refused, Seen, Unreadable
from fieldapp.evidence.reading_photos import TRAILING, mapped
from fieldapp.evidence.sniffing import AUDIO_OF, WEBM, Kind

# VP9 in MP4 is what Chromium records where it has no H.264.
VIDEO_CODECS = {"mov": {"h264", "hevc", "av1", "vp9"}, "matroska": {"vp8", "vp9", "av1"}}
AUDIO_CODECS = {"mov": {"aac"}, "matroska": {"opus"}}
_SAME = {"libdav1d": "av1", "libvpx": "vp8", "libvpx-vp9": "vp9", "libopus": "opus"}
MOST_PIXELS_ACROSS, MOST_PIXELS_DOWN = 4096, 2304
LONGEST_MS, SHORTEST_MS = 125_000, 500  # the camera stops at 120 seconds
MOST_FRAMES_A_SECOND = 120
MOST_PACKETS = 200_000
POSTERS = (0.1, 0.5, 0.9)
"""Where in a video its posters are taken; the first one stands for it."""
QUICKTIME = "com.apple.quicktime."


def look(stream: BinaryIO, kind: Kind, seen: Seen, *, features: str) -> None:
    """Fill `seen`. Raises Refused or Unreadable."""
    said = seen.said
    cut = _outline(stream, kind, said["notes"])
    with opened(stream, kind) as container:
        video = only_video(container, kind)
        if video is None:
            said["media_type"] = AUDIO_OF[kind].media_type
            said["state"] = "not_shown"
        else:
            said["width"], said["height"] = video.codec_context.width, video.codec_context.height
        said["exif"] = _tags(container, said["notes"])
        said["duration_ms"], rate = _times(container, video or container.streams.audio[0])
        if video is None:
            return
        _check(said, rate)
        if cut:
            raise Unreadable("truncated")
        if said["state"] == "shown":
            _show(container, video, seen, features=features)


def opened(stream: BinaryIO, kind: Kind) -> Any:
    stream.seek(0)
    # Guessing the format would let a playlist or a subtitle track name other files to open; an open
    # file instead of a name leaves nothing to open others by.
    demuxer = "matroska,webm" if kind == WEBM else kind.decoder
    try:
        return av.open(stream, format=demuxer, options={"protocol_whitelist": "file"})
    except Exception as error:
        raise Refused("corrupt") from error


def _outline(stream: BinaryIO, kind: Kind, notes: list[dict[str, Any]]) -> bool:
    """Whether the file ends within a box; notes what lies after the last one."""
    with mapped(stream) as data:
        if kind == WEBM:
            return boxes.segment_is_cut(data)
        outline = boxes.outline(data)
        if not outline.cut and len(data) - outline.end > TRAILING:
            kept = data[outline.end : outline.end + segments.LOOKED_AT]
            size = len(data) - outline.end
            kind_of_rest = segments.trailer_kind(kept)
            notes.append({"code": "trailing_data", "size": size, "kind": kind_of_rest})
        return outline.cut


def only_video(container: Any, kind: Kind) -> Any:
    """The one video stream; None for a sound recording. A cover picture is no video."""
    shown = [s for s in container.streams.video if not _is_cover(s)]
    if len(shown) > 1 or not (shown or container.streams.audio):
        raise Refused("corrupt")
    stream, codecs = (shown or container.streams.audio)[0], VIDEO_CODECS if shown else AUDIO_CODECS
    if codec_of(stream) not in codecs[kind.decoder]:
        raise Refused("type")
    return stream if shown else None


def codec_of(stream: Any) -> str:
    """Empty for one that nobody here knows."""
    name: str = stream.codec_context.name if stream.codec_context else ""
    return _SAME.get(name, name)


def _is_cover(stream: Any) -> bool:
    return bool(stream.disposition & av.stream.Disposition.attached_pic)


def _times(container: Any, stream: Any) -> tuple[int, float]:
    """Milliseconds and frames a second: the packets have the last word, for a container may state none, or too little."""
    first = last = None
    packets = 0
    try:
        for packet in container.demux(stream):
            if packet.pts is None:
                continue
            packets += 1
            first = packet.pts if first is None else min(first, packet.pts)
            last = max(last or 0, packet.pts + (packet.duration or 0))
            if packets > MOST_PACKETS:
                break
    except Exception as error:
        raise Unreadable("undecodable") from error
    counted = 0 if first is None else (last - first) * (stream.time_base or Fraction(1, 1000))
    stated = Fraction(container.duration or 0, 1_000_000)
    return round(max(stated, counted) * 1000), float(packets / counted) if counted else 0.0


def _check(said: dict[str, Any], rate: float) -> None:
    across, down = sorted((said["width"], said["height"]), reverse=True)
    if not down:
        raise Refused("corrupt")
    if across > MOST_PIXELS_ACROSS or down > MOST_PIXELS_DOWN:
        raise Refused("too_many_pixels")
    if said["duration_ms"] > LONGEST_MS:
        raise Refused("too_long")
    if said["duration_ms"] < SHORTEST_MS:
        raise Refused("corrupt")
    if rate > MOST_FRAMES_A_SECOND + 1:
        # Slow motion is real, and too much for us to play: kept as it is.
        said["notes"].append({"code": "too_many_frames", "per_second": round(rate)})
        said["state"] = "not_shown"


def _show(container: Any, stream: Any, seen: Seen, *, features: str) -> None:
    said = seen.said
    stream.codec_context.thread_count = 1
    made = None
    for place in POSTERS:
        picture = _frame(container, stream, said, place, needed=made is None)
        if picture is None:
            continue
        if made is None:
            made = renditions.make(picture, 1)
            said["likeness"] = likeness.hashes(made.grey)
            if features:
                seen.features = likeness.features(made.grey, features)
                said["likeness"]["keypoints"] = likeness.keypoints_in(seen.features)
        else:
            poster = renditions.upright(picture, 1).convert("L")
            said["likeness"].setdefault("further", []).append(likeness.hashes(poster))
    if made is None:
        raise Unreadable("undecodable")
    seen.pictures, said["renditions"], said["measures"] = made.pictures, made.entries, made.measures


def _frame(
    container: Any, stream: Any, said: dict[str, Any], place: float, *, needed: bool
) -> Image.Image | None:
    """The key frame at or before this place of the video, upright. Only the first one is needed."""
    try:
        at = int(said["duration_ms"] * place / 1000 / stream.time_base) + (stream.start_time or 0)
        container.seek(at, stream=stream, backward=True)
        frame = next(container.decode(stream))
        turned = -int(frame.rotation) % 360
        if turned and needed:
            said["notes"].append({"code": "rotated", "degrees": turned})
        picture = frame.to_image()
    except MemoryError as error:
        raise Unreadable("out_of_limits") from error
    except Exception as error:
        if needed:
            raise Unreadable("undecodable") from error
        return None
    return picture.rotate(-turned, expand=True) if turned else picture


def _tags(container: Any, notes: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The same whitelist as a photo's, from the container's words."""
    words = {key.lower(): value for key, value in container.metadata.items()}

    def said(*names: str) -> str | None:
        return next((tags.text(words[n]) for n in names if tags.text(words.get(n))), None)

    captured_at, offset = tags.iso_moment(
        said(QUICKTIME + "creationdate", "creation_time", "date") or ""
    )
    place = said(QUICKTIME + "location.iso6709", "location", "location-eng")
    lon, lat, redacted = tags.iso6709(place or "")
    if place and lon is None and not redacted:
        notes.append({"code": "exif_position_unreadable"})
    found = tags.Exif(
        captured_at=captured_at,
        offset=offset,
        lon=lon,
        lat=lat,
        redacted=redacted,
        make=said(QUICKTIME + "make", "make", "com.android.manufacturer"),
        model=said(QUICKTIME + "model", "model", "com.android.model"),
        software=said(QUICKTIME + "software", "software", "com.android.version"),
    )
    return None if found == tags.Exif() else tags.as_json(found)
