"""What kind of file this is, by its first bytes alone. Names and declared types are never believed."""

from dataclasses import dataclass

HEAD = 64
"""How many first bytes `kind_of` wants."""

HEIF_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
MP4_BRANDS = {
    b"isom",
    b"iso2",
    b"iso4",
    b"iso5",
    b"iso6",
    b"mp41",
    b"mp42",
    b"avc1",
    b"dash",
    b"M4V ",
    b"MSNV",
}
OLD_QUICKTIME = {b"moov", b"mdat", b"wide"}


@dataclass(frozen=True)
class Kind:
    """`decoder` is the one Pillow format or FFmpeg demuxer that may open such a file."""

    media_type: str
    decoder: str

    @property
    def is_video(self) -> bool:
        return self.media_type.startswith("video/")


JPEG = Kind("image/jpeg", "JPEG")
PNG = Kind("image/png", "PNG")
WEBP = Kind("image/webp", "WEBP")
HEIC = Kind("image/heic", "HEIF")
MP4 = Kind("video/mp4", "mov")
MOV = Kind("video/quicktime", "mov")
WEBM = Kind("video/webm", "matroska")


def kind_of(head: bytes) -> Kind | None:
    """None for everything that is not taken in."""
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return WEBP
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return WEBM if b"webm" in head else None
    return _of_boxes(head)


def _of_boxes(head: bytes) -> Kind | None:
    box, brand = head[4:8], head[8:12]
    if box in OLD_QUICKTIME or (box == b"ftyp" and brand == b"qt  "):
        return MOV
    if box != b"ftyp":
        return None
    if brand in HEIF_BRANDS:
        return HEIC
    return MP4 if brand in MP4_BRANDS or brand.startswith(b"3gp") else None
