"""A phone to measure with: the product with one month's check to do, and Chromium as slow as a cheap phone is."""

import json
import os
import platform
import statistics
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page, Playwright

from fieldapp.app import create_app
from fieldapp.config import from_environment
from fieldapp.demo.city import city
from fieldapp.demo.commands import fill
from tests.browser.serving import Product
from tests.fixtures.browsers import CHROMIUM, chromium

PROJECT, MONTH, SURVEYOR = "jinxiu", "2026-11", "wang.hai"
"""锦岚花园二期 and who checks it, in the demonstration's city."""
SLOWNESS = 4
"""How many times slower than this machine the phone's processor is taken to be; Lighthouse takes the same."""


@contextmanager
def served(folder: Path) -> Iterator[Product]:
    """The product on SQLite and a folder, with that one check to do and no history."""
    settings = {
        "FIELDAPP_DATA_DIR": str(folder / "var"),
        "FIELDAPP_DATABASE_URL": f"sqlite:///{folder / 'fieldapp.db'}",
    }
    with redirect_stdout(sys.stderr):
        fill(
            create_app(from_environment(settings)),
            only=lambda visit: (visit.project, visit.period) == (PROJECT, MONTH),
        )
    product = Product(settings, folder / "log")
    try:
        yield product
    finally:
        product.stop()


@contextmanager
def phone(playwright: Playwright, profile: Path) -> Iterator[BrowserContext]:
    """A browser of its own process, on what an earlier one left in `profile`: cold but not empty."""
    if chromium() is None:
        sys.exit("needs Chromium: install chromium")
    site = city().project(PROJECT).site
    context = playwright.chromium.launch_persistent_context(
        profile,
        executable_path=chromium(),
        args=list(CHROMIUM),
        viewport={"width": 390, "height": 844},
        device_scale_factor=2,
        is_mobile=True,
        has_touch=True,
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        geolocation={"longitude": float(site.lon), "latitude": float(site.lat), "accuracy": 12},
        permissions=["geolocation", "camera"],
    )
    context.set_default_timeout(60_000)
    try:
        yield context
    finally:
        context.close()


def slow_down(page: Page, times: float) -> None:
    """The page's own thread; a service worker runs as fast as ever."""
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": times})


def tell(what: str, numbers: list[float], unit: str, **more: Any) -> None:
    """One line: the median, how far the repetitions lie apart, and on what it was measured."""
    line = {
        "measured": what,
        "number": round(statistics.median(numbers), 1),
        "unit": unit,
        "least": round(min(numbers), 1),
        "most": round(max(numbers), 1),
        "runs": len(numbers),
        **more,
        "cpus": os.cpu_count(),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "python": platform.python_version(),
        "load": round(os.getloadavg()[0], 1),
    }
    print(json.dumps(line, ensure_ascii=False), flush=True)
