"""Takes README's pictures from the running product: python docs/pictures/take.py [DATA_FOLDER]

DATA_FOLDER holds a demonstration (`fieldapp demo`); without one, one is made and thrown away.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from fieldapp.demo.city import city  # noqa: E402
from fieldapp.demo.settling import PASSWORD  # noqa: E402
from tests.browser.pages.authority import OpinionForm  # noqa: E402
from tests.browser.pages.desk import Desk  # noqa: E402
from tests.browser.pages.phone import Phone  # noqa: E402
from tests.browser.pages.score import Scores  # noqa: E402
from tests.browser.serving import Product  # noqa: E402
from tests.fixtures.browsers import CHROMIUM  # noqa: E402

HERE = Path(__file__).parent
MOST_BYTES = 300_000
INSURER = "衡川财产保险"


def main(arguments: list[str]) -> None:
    with TemporaryDirectory() as folder:
        data = Path(arguments[0]).resolve() if arguments else Path(folder) / "var"
        settings = {"FIELDAPP_DATA_DIR": str(data)}
        if not data.exists():
            command = [sys.executable, "-m", "fieldapp", "demo"]
            data.mkdir()
            subprocess.run(command, cwd=ROOT, env={**os.environ, **settings}, check=True)
        product = Product(settings, Path(folder) / "log")
        try:
            with sync_playwright() as playwright:
                found = shutil.which("chromium") or shutil.which("google-chrome")
                browser = playwright.chromium.launch(executable_path=found, args=list(CHROMIUM))
                take_phone(browser, product.url)
                take_console(browser, product.url)
                browser.close()
        finally:
            product.stop()


def take_phone(browser: Browser, url: str) -> None:
    site = city().project("jinxiu").site
    page = browser.new_context(
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        viewport={"width": 390, "height": 844},
        device_scale_factor=2,
        is_mobile=True,
        has_touch=True,
        geolocation={"longitude": float(site.lon), "latitude": float(site.lat), "accuracy": 12},
        permissions=["geolocation", "camera"],
    ).new_page()
    phone = Phone(page, url)
    phone.sign_in("wang.hai", PASSWORD)
    page.wait_for_load_state("networkidle")
    keep(page, "phone-today")
    phone.begin()
    phone.part("1#塔机")
    item = phone.item("安装验收与使用登记")
    phone.photograph(item)
    item.get_by_role("button", name="合格", exact=True).click()
    page.wait_for_timeout(500)  # a second tap at once would be taken for a glove's
    unsafe = phone.item("起重量限制器、起重力矩限制器")
    unsafe.get_by_role("button", name="不合格", exact=True).click()
    unsafe.get_by_role("group", name="重大").get_by_role("button", name="是", exact=True).click()
    unsafe.evaluate("card => card.scrollIntoView()")
    keep(page, "phone-check")
    page.context.set_offline(True)
    page.get_by_role("link", name="去收尾").click()
    page.get_by_role("button", name="提交").click()
    page.get_by_role("button", name="仍要提交").click()
    expect(page.get_by_role("heading", name="待传")).to_be_visible()
    page.wait_for_timeout(1000)
    keep(page, "phone-outbox")


def take_console(browser: Browser, url: str) -> None:
    pictures: dict[str, tuple[str, Callable[[Page], None]]] = {
        "console-desk": ("sun.jing", lambda page: Desk(page, url).room("审核台")),
        "console-sheet": ("sun.jing", lambda page: _sheet(Scores(page, url))),
        "console-form": ("lin.wei", lambda page: OpinionForm(page, url).open(INSURER)),
    }
    for name, (person, go) in pictures.items():
        page = browser.new_context(
            locale="zh-CN", timezone_id="Asia/Shanghai", viewport={"width": 1440, "height": 900}
        ).new_page()
        Desk(page, url).sign_in(person, PASSWORD)
        go(page)
        page.wait_for_load_state("networkidle")
        keep(page, name)
        page.context.close()


def _sheet(scores: Scores) -> None:
    scores.open("施工责任险", INSURER)
    scores.form("青屏县住建局")
    scores.unfold("技术服务情况")


def keep(page: Page, name: str) -> None:
    """As many colours as fit the size."""
    picture = Image.open(BytesIO(page.screenshot())).convert("RGB")
    for colours in (256, 128, 64, 32):
        kept = BytesIO()
        picture.quantize(colours).save(kept, "PNG", optimize=True)
        if kept.tell() < MOST_BYTES:
            break
    (HERE / f"{name}.png").write_bytes(kept.getvalue())


if __name__ == "__main__":
    main(sys.argv[1:])
