"""From a planned photo to the phone's JPEG, faults included. Each photo stands alone: map over them in processes."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from PIL import Image

from fieldapp.demo import scenes
from fieldapp.demo.city import City, Project, city, shifted
from fieldapp.demo.history import PlannedPhoto

SIZE = (1280, 960)


@dataclass(frozen=True)
class Shot:
    """The bytes and where and when the phone's app says they were made (WGS-84, accuracy in metres)."""

    jpeg: bytes
    at: datetime
    lon: Decimal
    lat: Decimal
    accuracy_m: int


def shoot(photo: PlannedPhoto, size: tuple[int, int] = SIZE) -> Shot:
    """Draw, spoil if planned, encode. The same photo gives the same bytes."""
    town = city()
    project = town.project(photo.project)
    rng = Random(f"shoot/{photo.project}/{photo.at.isoformat()}/{photo.seed}")
    lon, lat = _place(project, photo, rng)
    make, model = scenes.PHONES[sum(map(ord, project.surveyor)) % len(scenes.PHONES)]
    written = photo.at - timedelta(days=34, hours=3) if photo.fault == "wrong_time" else photo.at
    keeps_position = rng.random() < 0.3  # browsers mostly strip it
    jpeg = scenes.jpeg(
        _spoilt(_picture(town, photo, size), photo, rng),
        taken_at=written,
        lat=float(lat) if keeps_position else None,
        lon=float(lon) if keeps_position else None,
        make=make,
        model=model,
    )
    return Shot(jpeg, photo.at, lon, lat, rng.randint(5, 24))


def _picture(town: City, photo: PlannedPhoto, size: tuple[int, int]) -> Image.Image:
    """What was in front of the lens: for a reused photo, the older photo's picture."""
    shown = photo.copies or photo
    if photo.fault == "wrong_object":
        shown = replace(photo, item="notice_board", shot="", unit=None, unsafe=False)
    project = town.project(shown.project)
    return scenes.draw(
        shown.item,
        shown.seed,
        size,
        shot=shown.shot or None,
        unsafe=shown.unsafe,
        portrait=_upright(shown),
        caption=_caption(town, project, shown.unit),
        site=project.look,
        light=_daylight(shown.at),
    )


def _spoilt(image: Image.Image, photo: PlannedPhoto, rng: Random) -> Image.Image:
    if photo.fault == "unclear":
        return scenes.unreadable(image, photo.seed)
    wide, high = image.size
    if photo.fault == "reused":  # cut a little and brightened, as people do
        cut = image.crop((wide // 160, high // 200, wide - wide // 200, high - high // 160))
        return cut.resize(image.size, Image.Resampling.BILINEAR).point(
            [min(255, v + 6) for v in range(256)] * 3
        )
    if photo.fault == "incomplete":  # the subject is cut off
        left = rng.choice((0, wide // 2))
        return image.crop((left, high // 3, left + wide // 2, high // 3 + high // 2)).resize(
            image.size, Image.Resampling.BICUBIC
        )
    return image


def _place(project: Project, photo: PlannedPhoto, rng: Random) -> tuple[Decimal, Decimal]:
    """Somewhere on the site; about two kilometres off when the place is the fault."""
    reach = 2300 if photo.fault == "wrong_place" else 0
    return shifted(
        float(project.site.lon),
        float(project.site.lat),
        reach + rng.uniform(-55, 55),
        reach / 5 + rng.uniform(-45, 45),
    )


def _caption(town: City, project: Project, unit: str | None) -> scenes.Caption:
    company = town.organisations[project.parties["contractor"]].name
    found = next((u for u in project.units if u.name == unit), None)
    if found is None or "plate" not in found.details:
        return scenes.Caption(project=project.name, company=company, unit=unit or "")
    d = found.details
    installed = datetime.fromisoformat(d["installed_on"])
    return scenes.Caption(
        project.name, found.name, d["plate"], d["maker"], f"{installed:%Y年%m月%d日}", company
    )


def _upright(photo: PlannedPhoto) -> bool:
    return photo.seed % 5 == 0


def _daylight(at: datetime) -> str:
    """Light that fits the hour; every third day is overcast."""
    if at.day % 3 == 0:
        return "overcast"
    early, late = 10, 15
    return "morning" if at.hour < early else "dusk" if at.hour > late else "noon"
