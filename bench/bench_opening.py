"""How long until the phone shows today's tasks, opened cold with no server, and how much it fetches before it can.

A user's words: "I take the phone out of my pocket in the basement: when do I see what I am to do?" Real Chromium with four
times less processor, a process of its own for every opening, the profile of a signed-in surveyor, the server stopped. Beside
it the very first visit over a slow 4G network (1.6 Mbit/s, 150 ms there and back), until one can sign in, and the packed sizes.

    python bench/bench_opening.py [--runs 5] [--slowness 4]
"""

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, Playwright, sync_playwright

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from bench import handset  # noqa: E402
from fieldapp.demo.settling import PASSWORD  # noqa: E402
from tests.browser.pages.phone import Phone  # noqa: E402

SLOW_4G = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 200_000,
    "uploadThroughput": 93_750,
}
WATCH = """word => {
  const look = () => {
    const shown = [...document.querySelectorAll('button')].some(button => button.textContent.trim() === word)
    requestAnimationFrame(shown ? () => { window.shownAt = performance.now() } : look)
  }
  look()
}"""
PAINTED = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
FETCHED = "performance.getEntriesByType('resource').reduce((sum, one) => sum + one.transferSize, 0)"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--runs", type=int, default=5)
    options.add_argument("--slowness", type=float, default=handset.SLOWNESS)
    given = options.parse_args()
    weigh()
    with (
        tempfile.TemporaryDirectory(prefix="fieldapp-bench-") as folder,
        sync_playwright() as playwright,
    ):
        measure(playwright, Path(folder), given.runs, given.slowness)


def weigh() -> None:
    """As the build itself does, and all that is kept for offline."""
    static = ROOT / "static"
    node = shutil.which("node")
    if node:
        said = subprocess.run(
            [node, "scripts/weigh.mjs"], cwd=static, check=True, capture_output=True, text=True
        ).stdout
        sizes = {name: int(size) for size, name in re.findall(r"(\d+) +(\S+)", said)}
        script = sum(size for name, size in sizes.items() if name.endswith(".js"))
        style = sum(size for name, size in sizes.items() if name.endswith(".css"))
        handset.tell("script before the first screen, packed", [script], "bytes")
        handset.tell("style before the first screen, packed", [style], "bytes")
    kept = [
        f
        for f in (static / "dist/field").rglob("*")
        if f.suffix in {".js", ".css", ".html", ".svg", ".png"}
    ]
    packed = [min(g.stat().st_size for g in f.parent.glob(f"{f.name}*")) for f in kept]
    handset.tell("the whole app, packed", [sum(packed)], "bytes", files=len(kept))


def measure(playwright: Playwright, folder: Path, runs: int, slowness: float) -> None:
    with handset.served(folder) as product:
        first = [
            visit_first(playwright, folder / f"new-{n}", product.url, slowness) for n in range(runs)
        ]
        handset.tell(
            "first visit over slow 4G until one can sign in",
            [shown for shown, _ in first],
            "ms",
            slowness=slowness,
            fetched_bytes=round(first[0][1]),
        )
        profile = folder / "signed-in"
        sign_in(playwright, profile, product.url)
        product.stop()
        opened = [open_cold(playwright, profile, product.url, slowness) for _ in range(runs)]
    handset.tell(
        "cold opening without a server until the first paint",
        [p for p, _ in opened],
        "ms",
        slowness=slowness,
    )
    handset.tell(
        "cold opening without a server until today's task",
        [s for _, s in opened],
        "ms",
        slowness=slowness,
    )


def visit_first(
    playwright: Playwright, profile: Path, url: str, slowness: float
) -> tuple[float, float]:
    with handset.phone(playwright, profile) as context:
        page = context.pages[0]
        context.new_cdp_session(page).send("Network.emulateNetworkConditions", SLOW_4G)
        handset.slow_down(page, slowness)
        shown = shown_after(page, url, "登录")
        return shown, page.evaluate(FETCHED)


def sign_in(playwright: Playwright, profile: Path, url: str) -> None:
    with handset.phone(playwright, profile) as context:
        phone = Phone(context.pages[0], url)
        phone.sign_in(handset.SURVEYOR, PASSWORD)
        phone.keep_for_offline()
        phone.page.get_by_role("button", name="开始检查").wait_for()
        phone.page.wait_for_timeout(2000)  # what is fetched behind the first screen is kept too


def open_cold(
    playwright: Playwright, profile: Path, url: str, slowness: float
) -> tuple[float, float]:
    """Milliseconds from the address to the first paint, and to the task that can be begun."""
    with handset.phone(playwright, profile) as context:
        page = context.pages[0]
        handset.slow_down(page, slowness)
        shown = shown_after(page, url, "开始检查")
        return page.evaluate(PAINTED), shown


def shown_after(page: Page, url: str, word: str) -> float:
    page.add_init_script(f"({WATCH})({word!r})")
    page.goto(f"{url}/field/", wait_until="commit")
    page.wait_for_function("() => window.shownAt !== undefined")
    return page.evaluate("window.shownAt")


if __name__ == "__main__":
    main()
