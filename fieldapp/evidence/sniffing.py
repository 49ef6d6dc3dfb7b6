"""What kind of file this is, by its first bytes alone. Names and declared types are never believed."""

from dataclasses import dataclass

HEAD = 4096
"""How many first bytes `kind_of` wants: an iPhone's list of brands is long, and so may be a recorder's first element."""

HEIF_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"}
"""`mif1` alone says no codec: one of these must stand beside it, else it is AVIF or another that is not taken."""
AUDIO_BRANDS = {b"M4A ", b"M4B ", b"M4P "}
MP4_BRANDS = {
    *(b"isom", b"iso2", b"iso3", b"iso4", b"iso5", b"iso6", b"iso7", b"iso8", b"iso9"),
    *(b"mp41", b"mp42", b"avc1", b"hvc1", b"av01", b"dash", b"cmfc", b"msdh"),
    *(b"M4V ", b"M4VH", b"M4VP", b"MSNV", b"XAVC", b"mmp4"),
}
OLD_QUICKTIME = {b"moov", b"mdat", b"wide", b"pnot"}
FOREIGN_BRANDS = {b"avif", b"avis", b"crx ", b"jp2 ", b"jpx ", b"jxl "}


@dataclass(frozen=True)
class Kind:
    """`decoder` is the one Pillow format or FFmpeg demuxer that may open such a file; empty: nothing opens it."""

    media_type: str
    decoder: str

    @property
    def is_recording(self) -> bool:
        return self.media_type.startswith(("video/", "audio/"))


JPEG = Kind("image/jpeg", "JPEG")
PNG = Kind("image/png", "PNG")
WEBP = Kind("image/webp", "WEBP")
HEIC = Kind("image/heic", "HEIF")
MP4 = Kind("video/mp4", "mov")
MOV = Kind("video/quicktime", "mov")
WEBM = Kind("video/webm", "matroska")
M4A = Kind("audio/mp4", "mov")
WEBA = Kind("audio/webm", "matroska")
PDF = Kind("application/pdf", "")

AUDIO_OF = {MP4: M4A, MOV: M4A, M4A: M4A, WEBM: WEBA}
"""What a container is when only sound is in it: that stands further inside than the first bytes."""


def kind_of(head: bytes) -> Kind | None:
    """None for everything that is not taken in."""
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return WEBP
    if head.startswith(b"%PDF-"):
        return PDF
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return WEBM if b"\x42\x82\x84webm" in head[:128] else None
    return _of_boxes(head)


def _of_boxes(head: bytes) -> Kind | None:
    box = head[4:8]
    if box in OLD_QUICKTIME:
        return MOV
    brands = _brands(head) if box == b"ftyp" else []
    if not brands or brands[0] in FOREIGN_BRANDS:
        return None
    return _of_brand(brands[0]) or next(filter(None, map(_of_brand, brands[1:])), None)


def _of_brand(brand: bytes) -> Kind | None:
    if brand == b"qt  ":
        return MOV
    if brand in AUDIO_BRANDS:
        return M4A
    if brand in HEIF_BRANDS:
        return HEIC
    return MP4 if brand in MP4_BRANDS or brand.startswith(b"3g") else None


def _brands(head: bytes) -> list[bytes]:
    """The major one first; the four bytes after it are a version."""
    end = min(int.from_bytes(head[:4], "big"), len(head))
    found = [head[at : at + 4] for at in (8, *range(16, end - 3, 4))]
    return [brand for brand in found if len(brand) == 4]  # noqa: PLR2004 - a brand has four letters
