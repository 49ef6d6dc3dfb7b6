"""JPEG bytes with what a phone would write into them."""

from datetime import UTC, datetime, timedelta, timezone
from io import BytesIO

from PIL import ExifTags, Image, TiffImagePlugin

QUALITY = 82
_CHINA = timezone(timedelta(hours=8))
_Base, _Gps = ExifTags.Base, ExifTags.GPS


def jpeg(image: Image.Image, *, taken_at: datetime | None = None, lat: float | None = None, lon: float | None = None,
         make: str | None = None, model: str | None = None) -> bytes:  # fmt: skip
    """Encode `image`. `taken_at` must know its zone; `lat` and `lon` are WGS-84 degrees and go together.

    What is None is left out, as browsers of phones leave it out.
    """
    exif = Image.Exif()
    if make:
        exif[_Base.Make] = make
    if model:
        exif[_Base.Model] = model
    if taken_at:
        _write_time(exif, taken_at)
    if lat is not None and lon is not None:
        _write_position(exif, lat, lon, taken_at)
    out = BytesIO()
    image.save(out, "JPEG", quality=QUALITY, exif=exif if len(exif) else b"")
    return out.getvalue()


def _write_time(exif: Image.Exif, taken_at: datetime) -> None:
    """EXIF times are local; the offset stands beside them. A naive time is refused by astimezone's caller."""
    if taken_at.tzinfo is None:
        raise ValueError("taken_at needs a time zone.")
    local = taken_at.astimezone(_CHINA)
    written = local.strftime("%Y:%m:%d %H:%M:%S")
    exif[_Base.DateTime] = written
    details = exif.get_ifd(ExifTags.IFD.Exif)
    details[_Base.DateTimeOriginal] = written
    details[_Base.DateTimeDigitized] = written
    details[_Base.OffsetTimeOriginal] = "+08:00"
    details[_Base.SubsecTimeOriginal] = f"{local.microsecond // 1000:03d}"


def _write_position(exif: Image.Exif, lat: float, lon: float, taken_at: datetime | None) -> None:
    gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    gps[_Gps.GPSVersionID] = b"\x02\x03\x00\x00"
    gps[_Gps.GPSLatitudeRef] = "N" if lat >= 0 else "S"
    gps[_Gps.GPSLatitude] = _degrees(abs(lat))
    gps[_Gps.GPSLongitudeRef] = "E" if lon >= 0 else "W"
    gps[_Gps.GPSLongitude] = _degrees(abs(lon))
    gps[_Gps.GPSMapDatum] = "WGS-84"
    if taken_at:
        utc = taken_at.astimezone(UTC)
        gps[_Gps.GPSDateStamp] = utc.strftime("%Y:%m:%d")
        gps[_Gps.GPSTimeStamp] = tuple(
            TiffImagePlugin.IFDRational(v) for v in (utc.hour, utc.minute, utc.second)
        )


def _degrees(value: float) -> tuple[TiffImagePlugin.IFDRational, ...]:
    """Degrees, minutes and seconds to 1/10000 second, as phones write them."""
    total = round(value * 3600 * 10000)
    seconds, rest = total % 600000, total // 600000
    return (
        TiffImagePlugin.IFDRational(rest // 60),
        TiffImagePlugin.IFDRational(rest % 60),
        TiffImagePlugin.IFDRational(seconds, 10000),
    )
