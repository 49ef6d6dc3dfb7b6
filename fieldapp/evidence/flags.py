"""What a machine notices about one photo. A flag is a hint with its numbers, never a conclusion: a person judges."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

from fieldapp.evidence.places import Fix, Position, Site, distance, distance_to_site

HIGH, MEDIUM, LOW = "high", "medium", "low"
NOTICES = frozenset({"site_position_unset", "position_vague"})
"""Of the site or its reception, the same on every photo of a visit: they say nothing of one. All other flags are clues."""

NEAR_M = 50  # polygons are drawn by hand
FAR_M = 500  # beyond it a wide site is no explanation
STALE_S = 60
VAGUE_M = 100
SKEW = timedelta(seconds=120)
MOST_SKEW = timedelta(days=36_500)  # a phone may claim any offset; beyond it no calendar goes on
EXIF_APART = timedelta(minutes=5)
EXIF_ANOTHER_DAY = timedelta(hours=24)
EXIF_AWAY_M = 2000  # cameras seldom say in which datum, and GCJ-02 is up to 700 m off WGS-84
DARK, BLURRED = 30, 40  # of the measures; below them a person has trouble to see anything
REPEATED, REPEATED_OVER_S = 3, 600  # a phone that lies still may well repeat itself for minutes
FASTEST_KMH, MOST_KMH, KMH = 150, 99_999, 3.6
PREVIEW_BITS = 31
SCREEN = 120  # of 50 real photos none, of as many with a drawn screen before them half
EDITORS = (
    *("photoshop", "lightroom", "snapseed", "gimp", "picsart", "meitu", "美图", "vsco", "facetune"),
    *("pixelmator", "affinity", "polarr", "醒图", "轻颜", "b612", "faceu", "paint.net", "canva"),
)
CHINA = timezone(timedelta(hours=8))


@dataclass(frozen=True)
class Claim:
    """What the phone says of the photo. clock_offset_ms: the server's clock less the phone's."""

    fix: Fix | None
    capture: str
    captured_at: datetime
    clock_offset_ms: int | None
    task_issued_at: datetime | None
    filed_at: datetime
    seal: str
    is_chained: bool = (
        True  # the seal before it on its phone is known, or it says that there is none
    )


@dataclass(frozen=True)
class Before:
    """What the same person filed before this: when and where, and how often from exactly this position.

    `repeats` counts positions equal in every digit, accuracy included, over `repeats_s` seconds.
    """

    captured_at: datetime | None = None
    fix: Fix | None = None
    repeats: int = 0
    repeats_s: int = 0


@dataclass(frozen=True)
class Bytes:
    """What the stored bytes say, where they could be read. `trailing`: (size, kind) of what lies after the picture.

    `preview_bits`: how far the phone's preview is from it, of 256. `credentials`: the state of its C2PA manifest.
    """

    exif_time: datetime | None = None  # with the offset written in it, or without any
    exif_at: Position | None = None  # in whatever datum its camera wrote
    brightness: int | None = None
    sharpness: int | None = None
    trailing: tuple[int, str] | None = None
    software: str | None = None
    pattern: int | None = None
    preview_bits: int | None = None
    credentials: str | None = None


@dataclass(frozen=True)
class Twin:
    """The same bytes under another evidence id of the same organisation."""

    same_subject: bool
    captured_at: datetime


@dataclass(frozen=True)
class LookAlike:
    """An earlier photo that this one looks like: the same picture (`pdq`, bits of 256) or a part of it (`local`)."""

    method: str
    distance: int | None
    severity: str


@dataclass(frozen=True)
class Flag:
    """`numbers`: whole numbers and texts only, so that what is stored is the same for ever."""

    code: str
    severity: str
    numbers: dict[str, int | str] = field(default_factory=dict)


def flags_of(
    claim: Claim,
    site: Site | None,
    read: Bytes,
    twins: tuple[Twin, ...] = (),
    earlier: tuple[LookAlike, ...] = (),
    before: Before = Before(),
) -> list[Flag]:
    return [
        *_of_place(claim.fix, site),
        *_of_written_place(claim.fix, site, read.exif_at),
        *_of_way(claim, before),
        *_of_time(claim, read),
        *_of_origin(claim, twins),
        *_of_looks(earlier),
        *_of_making(read),
        *_of_picture(read),
    ]


def _of_place(fix: Fix | None, site: Site | None) -> Iterator[Flag]:
    if site is None:
        yield Flag("site_position_unset", LOW)
    if fix is None:
        yield Flag("position_missing", MEDIUM)
        return
    if fix.age_s is not None and fix.age_s > STALE_S:
        yield Flag("position_stale", MEDIUM, {"age_s": round(fix.age_s)})
    accuracy = fix.accuracy_m or 0
    if accuracy > VAGUE_M:
        yield Flag("position_vague", LOW, {"accuracy_m": round(accuracy)})
    if site is not None:
        away = distance_to_site(fix.at, site)
        if away > max(accuracy, NEAR_M):
            severity = HIGH if away - accuracy > FAR_M else MEDIUM
            yield Flag(
                "far_from_site",
                severity,
                {"distance_m": round(away), "accuracy_m": round(accuracy)},
            )


def _of_written_place(
    fix: Fix | None, site: Site | None, written: Position | None
) -> Iterator[Flag]:
    """The file's own position beside the phone's; beside the site where the phone had none."""
    if written is None or (fix is None and site is None):
        return
    if fix is not None:
        away, against = distance(written, fix.at) - (fix.accuracy_m or 0), "fix"
    else:
        assert site is not None
        away, against = distance_to_site(written, site), "site"
    if away > EXIF_AWAY_M:
        yield Flag("exif_position_differs", HIGH, {"distance_m": round(away), "against": against})


def _of_way(claim: Claim, before: Before) -> Iterator[Flag]:
    """How the person would have had to come here, and whether every digit of the position was there before."""
    if before.repeats >= REPEATED and before.repeats_s >= REPEATED_OVER_S:
        yield Flag(
            "position_repeated", MEDIUM, {"times": before.repeats, "seconds": before.repeats_s}
        )
    if claim.fix is None or before.fix is None or before.captured_at is None:
        return
    seconds = abs((claim.captured_at - before.captured_at).total_seconds())
    unsure = (claim.fix.accuracy_m or 0) + (before.fix.accuracy_m or 0)
    metres = distance(claim.fix.at, before.fix.at) - unsure
    speed = metres / max(seconds, 1) * KMH
    if metres > FAR_M and speed > FASTEST_KMH:
        yield Flag(
            "speed_impossible",
            HIGH,
            {
                "distance_m": round(metres),
                "seconds": round(seconds),
                "kmh": min(round(speed), MOST_KMH),
            },
        )


def _of_time(claim: Claim, read: Bytes) -> Iterator[Flag]:
    offset = max(-MOST_SKEW, min(MOST_SKEW, timedelta(milliseconds=claim.clock_offset_ms or 0)))
    truly = claim.captured_at + offset
    if claim.task_issued_at is not None and truly < claim.task_issued_at - SKEW:
        yield Flag(
            "captured_before_task", HIGH, {"seconds": _seconds(claim.task_issued_at - truly)}
        )
    ahead = truly - claim.filed_at
    skew = offset if abs(offset) > SKEW else -ahead if ahead > SKEW else timedelta()
    if skew:
        yield Flag("clock_skew", MEDIUM, {"seconds": _seconds(skew)})
    if read.exif_time is not None:
        apart = abs(_instant(read.exif_time) - claim.captured_at)
        if apart > EXIF_APART:
            severity = HIGH if apart > EXIF_ANOTHER_DAY else MEDIUM
            written = read.exif_time.replace(tzinfo=None).isoformat(" ")
            yield Flag(
                "exif_time_differs", severity, {"seconds": _seconds(apart), "exif_time": written}
            )


def _of_origin(claim: Claim, twins: tuple[Twin, ...]) -> Iterator[Flag]:
    if claim.capture == "imported":
        yield Flag("imported", MEDIUM)
    if claim.seal == "invalid":
        yield Flag("seal_invalid", HIGH)
    if not claim.is_chained:
        yield Flag("chain_gap", MEDIUM)
    if twins:
        elsewhere = sum(not twin.same_subject for twin in twins)
        yield Flag(
            "reused_exact",
            HIGH if elsewhere else MEDIUM,
            {"times": len(twins), "elsewhere": elsewhere},
        )


def _of_looks(earlier: tuple[LookAlike, ...]) -> Iterator[Flag]:
    if not earlier:
        return
    whole = [one.distance for one in earlier if one.method == "pdq" and one.distance is not None]
    severity = next(s for s in (HIGH, MEDIUM, LOW) if s in {one.severity for one in earlier})
    if whole:
        yield Flag("reused_near", severity, {"times": len(earlier), "distance": min(whole)})
    else:
        yield Flag("reused_part", severity, {"times": len(earlier)})


def _of_making(read: Bytes) -> Iterator[Flag]:
    """What was done to the picture after, or instead of, taking it."""
    if read.software and any(name in read.software.casefold() for name in EDITORS):
        yield Flag("edited", MEDIUM, {"software": read.software})
    if read.credentials == "invalid":
        yield Flag("credentials_invalid", MEDIUM)
    if read.preview_bits is not None and read.preview_bits > PREVIEW_BITS:
        yield Flag("preview_differs", HIGH, {"distance": read.preview_bits})
    if read.pattern is not None and read.pattern >= SCREEN:
        yield Flag("screen_suspected", LOW, {"pattern": read.pattern})


def _of_picture(read: Bytes) -> Iterator[Flag]:
    if read.brightness is not None and read.brightness < DARK:
        yield Flag("dark", LOW, {"brightness": read.brightness})
    elif read.sharpness is not None and read.sharpness < BLURRED:
        yield Flag("blurred", LOW, {"sharpness": read.sharpness})
    # A second picture or a clip after the first is how phones store moving photos.
    if read.trailing is not None and read.trailing[1] not in ("jpeg", "mp4"):
        yield Flag("trailing_data", LOW, {"bytes": read.trailing[0], "kind": read.trailing[1]})


def _instant(exif_time: datetime) -> datetime:
    """Most cameras write no offset: then it is taken as the time of China."""
    return exif_time if exif_time.tzinfo else exif_time.replace(tzinfo=CHINA)


def _seconds(span: timedelta) -> int:
    return round(span.total_seconds())
