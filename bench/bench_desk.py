"""How fast a supervisor gets through photos: 100 judged by keyboard, a second of thought each, and the wait after each verdict.

A user's words: "four hundred photos a day; does the desk keep up with me?" Claimed: 100 photos in under three minutes, the
next one on the screen within 100 ms. A real `fieldapp run` on SQLite and a folder, a real Chromium of 1440 x 900 that presses
the keys; every tenth photo is rejected with a reason. Measured from the key's own time stamp to the second frame after the
next photo was decoded, so that it has been painted.

    python bench/bench_desk.py [--photos 100] [--think 1.0] [--folder PICTURES]

PICTURES (or FIELDAPP_BENCH_PHOTOS) is a folder of JPEGs; without one, drawn pictures of the same size are used.
"""

import argparse
import hashlib
import io
import json
import os
import platform
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from PIL import Image, ImageOps  # noqa: E402
from playwright.sync_api import Page, sync_playwright  # noqa: E402

from fieldapp.accounts.models import Person  # noqa: E402
from fieldapp.app import create_app  # noqa: E402
from fieldapp.blobs import keeping  # noqa: E402
from fieldapp.checklists import publishing  # noqa: E402
from fieldapp.clock import now  # noqa: E402
from fieldapp.config import from_environment  # noqa: E402
from fieldapp.db import db, transaction  # noqa: E402
from fieldapp.evidence.models import Reading, Rendition  # noqa: E402
from fieldapp.evidence.renditions import QUALITY, within  # noqa: E402
from fieldapp.migrating import bring_up  # noqa: E402
from fieldapp.projects.models import Project  # noqa: E402
from fieldapp.visits import tasking  # noqa: E402
from fieldapp.visits.models import Visit  # noqa: E402
from tests.evidence.photos import scene  # noqa: E402
from tests.faults.house import House  # noqa: E402
from tests.fixtures import town as towns  # noqa: E402
from tests.fixtures.browsers import CHROMIUM  # noqa: E402
from tests.fixtures.fieldwork import EDITION, evidence_row, visit_row  # noqa: E402

A_VISIT = 25
LARGE, SMALL = 1600, 320
EVERY = 10
REJECT = ("r", "4", "Enter")

WATCH = """() => {
  window.shownAfter = null
  const picture = () => document.querySelector('.stage .frame img')
  const arm = (event) => {
    const before = picture()?.currentSrc, pressed = event.timeStamp
    window.shownAfter = null
    const look = () => {
      const now = picture()
      if (!now || now.currentSrc === before || now.src !== now.currentSrc || !now.complete || !now.naturalWidth) return requestAnimationFrame(look)
      now.decode().then(() => requestAnimationFrame(() => requestAnimationFrame(() => { window.shownAfter = performance.now() - pressed })))
    }
    requestAnimationFrame(look)
  }
  const acts = ['a', 'Enter', 'J']
  window.addEventListener('keydown', (event) => { if (acts.includes(event.key)) arm(event) }, { capture: true })
}"""


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--photos", type=int, default=100)
    options.add_argument("--think", type=float, default=1.0)
    options.add_argument("--folder", default=os.environ.get("FIELDAPP_BENCH_PHOTOS"))
    given = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="fieldapp-bench-") as folder:
        settings = {"FIELDAPP_DATA_DIR": str(Path(folder) / "var")}
        sizes = furnish(settings, given.photos, pictures(given.folder))
        settings["FIELDAPP_STATIC_DIR"] = str(ROOT / "static" / "dist")
        house = House(settings, Path(folder))
        try:
            after, visits, whole = judged(house.url, given.photos, given.think)
        finally:
            house.stop()
    tell(f"{given.photos} photos judged by keyboard", [whole], "s", think_s=given.think)
    tell("next photo shown after a verdict", after, "ms", within_100=sum(ms <= 100 for ms in after))
    tell("first photo of the next visit shown", visits, "ms")
    tell("the copy that is shown", sizes, "kB", pictures="photographs" if given.folder else "drawn")


def tell(what: str, numbers: list[float], unit: str, **more: object) -> None:
    line = {
        "measured": what,
        "number": round(statistics.median(numbers), 1),
        "unit": unit,
        "from": round(min(numbers), 1),
        "to": round(max(numbers), 1),
        "n": len(numbers),
        **more,
        "cpus": os.cpu_count(),
        "python": platform.python_version(),
        "load": round(os.getloadavg()[0], 1),
    }
    print(json.dumps(line, ensure_ascii=False), flush=True)


def pictures(folder: str | None) -> Iterator[Image.Image]:
    """Without end; the photographs of the folder over and over, each time cut a little differently."""
    files = sorted(Path(folder).glob("*.jp*g")) if folder else []
    number = 0
    while True:
        number += 1
        if not files:
            yield scene((LARGE, LARGE * 3 // 4), seed=number)
            continue
        try:
            with Image.open(files[number % len(files)]) as file:
                picture = ImageOps.exif_transpose(file).convert("RGB")
        except (OSError, SyntaxError):  # the corpus has broken files as well
            continue
        if max(picture.size) < LARGE:
            continue
        cut = 4 * (number // len(files))
        yield picture.crop((cut, cut, *picture.size))


def furnish(settings: dict[str, str], photos: int, found: Iterator[Image.Image]) -> list[float]:
    """A supervisor, a project, and re-inspections whose photos all want a verdict of their own; the copies' sizes in kB."""
    app = create_app(from_environment(settings))
    bring_up(app)
    sizes = []
    with app.app_context():
        with transaction():
            town = towns.build()
            edition = publishing.publish(EDITION)
        for start in range(0, photos, A_VISIT):
            with transaction():
                task = tasking.issue_monthly_check(
                    db.session.get_one(Project, town.project["binjiang"]),
                    db.session.get_one(Person, town.person["zhou"]),
                    edition,
                    scheme=towns.LIABILITY,
                )
                arrived = now() - timedelta(hours=9) + timedelta(seconds=start)
                visit = visit_row(town, task.id, kind="re_inspection", received_at=arrived).id
            for position in range(start, min(start + A_VISIT, photos)):
                data = encoded(next(found), LARGE)
                sizes.append(len(data) / 1000)
                lay(visit, town.organisation["anxun"], data, position)
    return sizes


def lay(visit_id: str, of: str, data: bytes, position: int) -> None:
    original, small = data + b"original", encoded(Image.open(io.BytesIO(data)), SMALL)
    for stored in (original, data, small):
        keeping.put(of, stored, "image/jpeg")
    sha256 = hashlib.sha256(original).hexdigest()
    with transaction():
        visit = db.session.get_one(Visit, visit_id)
        served_by = {"service_insurer_id": visit.service_insurer_id}
        evidence_row(visit, **served_by, position=position, sha256=sha256)
        read = {"state": "accepted", "media_type": "image/jpeg", "width": 4000, "height": 3000}
        db.session.add(Reading(organisation_id=of, sha256=sha256, **read))
        db.session.flush()
        for side, copy in ((LARGE, data), (SMALL, small)):
            width, height = Image.open(io.BytesIO(copy)).size
            made = {"sha256": hashlib.sha256(copy).hexdigest(), "width": width, "height": height}
            of_photo = {"organisation_id": of, "original_sha256": sha256}
            db.session.add(Rendition(**of_photo, longest_side=side, **made))


def encoded(picture: Image.Image, side: int) -> bytes:
    out = io.BytesIO()
    picture.resize(within(picture.size, side), Image.Resampling.BOX).save(
        out, "JPEG", quality=QUALITY
    )
    return out.getvalue()


def judged(url: str, photos: int, think: float) -> tuple[list[float], list[float], float]:
    """Milliseconds after each verdict, after each change of visit, and the seconds of it all."""
    with sync_playwright() as playwright:
        program = shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=program, args=list(CHROMIUM))
        page = browser.new_page(viewport={"width": 1440, "height": 900}, locale="zh-CN")
        sign_in(page, url)
        after, visits = [], []
        begun = time.monotonic()
        for place in range(photos):
            page.wait_for_timeout(think * 1000)
            for key in REJECT if place % EVERY == EVERY - 1 else ("a",):
                page.keyboard.press(key)
            if (place + 1) % A_VISIT:
                after.append(shown(page))
            elif place + 1 < photos:
                page.keyboard.press("Shift+J")
                visits.append(shown(page))
        whole = time.monotonic() - begun
        page.get_by_text("本次检查已判完").wait_for()
        browser.close()
    return after, visits, whole


def sign_in(page: Page, url: str) -> None:
    page.goto(f"{url}/console/sign-in")
    page.get_by_label("账号").fill("sun")
    page.get_by_label("密码").fill(towns.PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    page.get_by_role("heading", name="您好").wait_for()
    page.goto(f"{url}/console/desk")
    page.locator(".stage .frame img").wait_for()
    page.evaluate(WATCH)
    page.wait_for_timeout(2000)


def shown(page: Page) -> float:
    return page.wait_for_function("() => window.shownAfter", timeout=20_000).json_value()


if __name__ == "__main__":
    main()
