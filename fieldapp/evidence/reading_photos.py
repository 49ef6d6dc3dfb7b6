"""One photo: caps before decoding, one decoder, its whitelist of tags, renditions, measures. Runs in the child alone."""

import mmap
import struct
import warnings
from pathlib import Path
from typing import Any

from PIL import Image, UnidentifiedImageError

from fieldapp.evidence import exif as tags
from fieldapp.evidence import renditions, segments
from fieldapp.evidence.reader import Refused, Unreadable
from fieldapp.evidence.sniffing import HEIC, JPEG, PNG, WEBP, Kind

MILLION = 1_000_000
DECODED_PIXELS = {JPEG: 60 * MILLION, HEIC: 50 * MILLION, PNG: 20 * MILLION, WEBP: 20 * MILLION}
KEPT_PIXELS = 250 * MILLION
"""A real photo may be too large for us to decode: it is kept and the phone's preview stands in (JPEG, HEIC)."""
LONGEST_SIDE = 16_384
MOST_SCANS = 64  # a progressive photo has about ten; each costs a whole pass
TRAILING = 1024

EXIF_IFD, GPS_IFD = 0x8769, 0x8825


def look(file: Path, kind: Kind, folder: Path, found: dict[str, Any]) -> None:
    """Fill `found`, write the renditions. Raises Refused or Unreadable."""
    Image.MAX_IMAGE_PIXELS = KEPT_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    if kind == HEIC:
        import pillow_heif

        pillow_heif.register_heif_opener(thumbnails=False)
    with _opened(file, kind) as image:
        found["width"], found["height"] = image.size
        _outline(file, kind, found)
        fits = _fits(kind, *image.size)
        orientation = _read_tags(image, found)
        if not fits:
            found["state"] = "not_shown"
            return
        _decode(image)
        found["renditions"], found["measures"] = renditions.make(image, orientation, folder)


def _opened(file: Path, kind: Kind) -> Image.Image:
    try:
        return Image.open(file, formats=[kind.decoder])
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Refused("too_many_pixels") from error
    except UnidentifiedImageError as error:
        raise Refused("corrupt") from error
    except Exception as error:  # a decoder may raise anything at a hostile header
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


def _outline(file: Path, kind: Kind, found: dict[str, Any]) -> None:
    with file.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
        end = None
        if kind == JPEG:
            outline = segments.outline(data)
            end = outline.end
            if outline.scans > MOST_SCANS:
                found["notes"].append({"code": "too_many_scans", "count": outline.scans})
                raise Refused("corrupt")
        elif kind == PNG:
            end = _end_of_png(data)
        elif kind == WEBP:
            end = 8 + int(struct.unpack_from("<I", data, 4)[0])
        if end is not None and len(data) - end > TRAILING:
            trailing = segments.trailer_kind(data[end : end + 64])
            found["notes"].append(
                {"code": "trailing_data", "size": len(data) - end, "kind": trailing}
            )


def _end_of_png(data: mmap.mmap) -> int | None:
    at = 8
    while at + 12 <= len(data):
        length, name = struct.unpack_from(">I4s", data, at)
        at += 12 + length
        if name == b"IEND":
            return at
    return None


def _read_tags(image: Image.Image, found: dict[str, Any]) -> int:
    """Fill found["exif"]; the orientation, 1 (upright) where it says nothing."""
    try:
        main = image.getexif()
        orientation = main.get(0x0112)
        read, broken = tags.read(main, main.get_ifd(EXIF_IFD), main.get_ifd(GPS_IFD))
    except Exception:  # noqa: BLE001 - broken tags, in whatever way, spoil no photo
        found["notes"].append({"code": "exif_unreadable"})
        return 1
    found["exif"] = tags.as_json(read) if read else None
    found["notes"] += [{"code": f"exif_{name}_unreadable"} for name in broken]
    return orientation if isinstance(orientation, int) else 1


def _decode(image: Image.Image) -> None:
    image.draft(None, renditions.draft_size(image.size))
    try:
        image.load()
    except MemoryError as error:
        raise Unreadable("out_of_limits") from error
    except Exception as error:
        said = str(error)
        if "too large" in said and image.format == "PNG":  # a text chunk that unpacks without end
            raise Refused("corrupt") from error
        raise Unreadable("truncated" if "truncated" in said else "undecodable") from error
