"""One photo: caps before decoding, one decoder, its whitelist of tags, renditions, measures. Runs in the child alone."""

import mmap
import warnings
from typing import Any, BinaryIO, Self

from PIL import Image

from fieldapp.evidence import boxes, likeness, renditions, segments
from fieldapp.evidence import exif as tags
from fieldapp.evidence.reader import Refused, Seen, Unreadable
from fieldapp.evidence.sniffing import HEAD, HEIC, JPEG, PNG, WEBP, Kind

MILLION = 1_000_000
DECODED_PIXELS = {JPEG: 60 * MILLION, HEIC: 50 * MILLION, PNG: 20 * MILLION, WEBP: 20 * MILLION}
KEPT_PIXELS = 250 * MILLION
"""A real photo may be too large for us to decode: it is kept and the phone's preview stands in (JPEG, HEIC)."""
LONGEST_SIDE = 16_384
MOST_SCANS = 64  # a progressive photo has about ten; each costs a whole pass
TRAILING = 1024
METADATA = 256 << 10  # how far into a file its XMP packet is looked for

SIZE_OF = {PNG: segments.size_of_png, WEBP: segments.size_of_webp}

EXIF_IFD, GPS_IFD = 0x8769, 0x8825


def look(stream: BinaryIO, kind: Kind, seen: Seen, *, features: str) -> None:
    """Fill `seen`. Raises Refused or Unreadable."""
    Image.MAX_IMAGE_PIXELS = KEPT_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    if kind == HEIC:
        import pillow_heif

        pillow_heif.register_heif_opener(thumbnails=False)
    said = seen.said
    is_cut = _outline(stream, kind, said)
    with _opened(stream, kind, said, is_cut=is_cut) as image:
        said["width"], said["height"] = image.size
        fits = _fits(kind, *image.size)
        if kind == PNG:  # its tags may stand after its pixels
            _decode(image, is_cut=is_cut)
        orientation = _read_tags(image, said)
        if not fits:
            said["state"] = "not_shown"
            return
        _decode(image, is_cut=is_cut)
        made = _made(image, orientation)
    seen.pictures, said["renditions"], said["measures"] = made.pictures, made.entries, made.measures
    said["likeness"] = likeness.hashes(made.grey)
    said["measures"]["pattern"] = likeness.pattern(made.grey)
    if features:
        seen.features = likeness.features(made.grey, features)
        said["likeness"]["keypoints"] = likeness.keypoints_in(seen.features)


def _opened(stream: BinaryIO, kind: Kind, said: dict[str, Any], *, is_cut: bool) -> Image.Image:
    stream.seek(0)
    try:
        return Image.open(stream, formats=[kind.decoder])
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Refused("too_many_pixels") from error
    except Exception as error:  # a decoder may raise anything at a hostile header
        if kind in SIZE_OF and is_cut:
            stream.seek(0)
            size = SIZE_OF[kind](stream.read(HEAD))
            if size is not None:  # its decoder wants more of it before it says even this
                said["width"], said["height"] = size
                _fits(kind, *size)
                raise Unreadable("truncated") from error
        raise Refused("corrupt") from error


def _fits(kind: Kind, width: int, height: int) -> bool:
    """Whether it may be decoded. Raises Refused for what no camera makes."""
    if max(width, height) > LONGEST_SIDE:
        raise Refused("too_many_pixels")
    if width * height <= DECODED_PIXELS[kind]:
        return True
    if kind in (PNG, WEBP):
        raise Refused("too_many_pixels")
    return False


def _outline(stream: BinaryIO, kind: Kind, said: dict[str, Any]) -> bool:
    """Whether the file ends before the picture does; notes what comes with the picture and after it."""
    with mapped(stream) as data:
        end, has_clip = _end(data, kind, said["notes"])
        rest = 0 if end is None else len(data) - end
        if end is not None and rest > TRAILING:
            trailing = segments.trailer_kind(data[end : end + segments.LOOKED_AT])
            said["notes"].append({"code": "trailing_data", "size": rest, "kind": trailing})
            named = kind == JPEG and segments.is_motion_photo(data[:METADATA])
            has_clip = has_clip or named or trailing == "mp4"
        if has_clip:
            said["notes"].append({"code": "motion_photo"})
        return end is None


def mapped(stream: BinaryIO) -> Any:
    """The whole file as bytes, without a copy where it is a real one."""
    try:
        return mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
    except OSError:
        stream.seek(0)
        return _Held(stream.read())


class _Held(bytes):
    """Bytes that can be left like a mapped file."""

    __slots__ = ()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None: ...


def _end(data: Any, kind: Kind, notes: list[dict[str, Any]]) -> tuple[int | None, bool]:
    """Where the picture ends, None where it does not; and whether the container names a clip beside it."""
    if kind == HEIC:
        outline = boxes.outline(data)
        return None if outline.cut else outline.end, b"mpvd" in outline.names
    if kind == PNG:
        return segments.end_of_png(data), False
    if kind == WEBP:
        return segments.end_of_webp(data), False
    found = segments.outline(data)
    if found.scans > MOST_SCANS:
        notes.append({"code": "too_many_scans", "count": found.scans})
        raise Refused("corrupt")
    if found.several:
        notes.append({"code": "several_pictures"})
    return found.end, False


def _read_tags(image: Image.Image, said: dict[str, Any]) -> int:
    """Fill said["exif"]; the orientation, 1 (upright) where it says nothing."""
    try:
        main = image.getexif()
        orientation = main.get(0x0112)
        read, broken = tags.read(main, main.get_ifd(EXIF_IFD), main.get_ifd(GPS_IFD))
        block = image.info.get("exif")
        if block and not tags.is_readable(block):
            said["notes"].append({"code": "exif_unreadable"})
    except Exception:  # noqa: BLE001 - broken tags, in whatever way, spoil no photo
        said["notes"].append({"code": "exif_unreadable"})
        return 1
    said["exif"] = tags.as_json(read) if read else None
    if read and read.datum not in (None, tags.WGS_84):
        said["notes"].append({"code": "position_datum", "datum": read.datum})
    said["notes"] += [{"code": f"exif_{name}_unreadable"} for name in broken]
    return orientation if isinstance(orientation, int) else 1


def _decode(image: Image.Image, *, is_cut: bool) -> None:
    image.draft(None, renditions.draft_size(image.size))
    try:
        image.load()
    except MemoryError as error:
        raise Unreadable("out_of_limits") from error
    except Exception as error:
        said = str(error)
        if "too large" in said and image.format == "PNG":  # a text chunk that unpacks without end
            raise Refused("corrupt") from error
        is_short = "truncated" in said or (is_cut and image.format != "JPEG")
        raise Unreadable("truncated" if is_short else "undecodable") from error
    if is_cut and image.format == "PNG":  # its decoder forgives what the others do not
        raise Unreadable("truncated")


def _made(image: Image.Image, orientation: int) -> renditions.Made:
    try:
        return renditions.make(image, orientation)
    except MemoryError as error:
        raise Unreadable("out_of_limits") from error
    except Exception as error:  # a picture of one pixel, or of a mode nobody draws
        raise Unreadable("undecodable") from error
