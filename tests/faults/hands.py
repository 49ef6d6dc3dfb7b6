"""A real Chromium with its profile on disk, worked by a hand on its screen; a kill is a kill."""

import os
import re
import shutil
import signal
import subprocess
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Page, Playwright, expect
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from tests.browser.pages.phone import Phone as Screen
from tests.fixtures.browsers import CHROMIUM, chromium
from tests.fixtures.needs import needs
from tests.fixtures.town import PASSWORD

START_SECONDS = 60
CONNECTIONS = 6
CONNECTION_MS = 10_000
PATIENCE_MS = 60_000
ARRIVAL_MS = 180_000
ALL_SAVED = re.compile(r"已保存，可交还手机|提交的都已保存")

FILMED = "起重量限制器、起重力矩限制器"
FORGOTTEN_MS = 31_000
"""For half a minute Chromium believes what it last knew of the room that is left."""


class BrowserDied(Exception):
    pass


class Browser:
    """What it keeps lies in `folder` and outlives a kill. `url`: of the server, as a phone sees it; without a `camera`, photos are picked."""

    def __init__(
        self, playwright: Playwright, folder: Path, url: str, *, camera: bool = True
    ) -> None:
        self._playwright, self._folder, self._camera = playwright, folder, camera
        # Browsers trust plain HTTP with cameras and service workers on this name alone.
        self.url = f"http://localhost:{urlsplit(url).port}"
        self.context: BrowserContext
        self._process: subprocess.Popen[bytes]
        self._killed = False
        self.start()

    def start(self) -> None:
        told = self._folder / "DevToolsActivePort"
        told.unlink(missing_ok=True)
        program = needs("Chromium", chromium(), "chromium")
        self._process = subprocess.Popen(
            [
                *(program, "--headless", *self._flags, "--remote-debugging-port=0"),
                *(f"--user-data-dir={self._folder}", "--window-size=390,844", "--lang=zh-CN"),
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        until = time.monotonic() + START_SECONDS
        while not (told.exists() and told.read_text().count("\n")):
            assert time.monotonic() < until, "the browser did not start"
            time.sleep(0.1)
        port = told.read_text().split("\n")[0]
        self.context = self._connect(f"http://127.0.0.1:{port}")
        self.context.set_default_timeout(PATIENCE_MS)
        self.context.grant_permissions(["geolocation", "camera"], origin=self.url)

    @property
    def group(self) -> int:
        """Of all of its processes."""
        return self._process.pid

    @property
    def _flags(self) -> list[str]:
        return [flag for flag in CHROMIUM if self._camera or "fake-device" not in flag]

    def _connect(self, url: str) -> BrowserContext:
        """The default one. A connection made while the first tab is being opened may never be answered: another is."""
        for _ in range(CONNECTIONS - 1):
            with suppress(PlaywrightTimeout):
                return self._over_cdp(url)
        return self._over_cdp(url)

    def _over_cdp(self, url: str) -> BrowserContext:
        chromium = self._playwright.chromium
        return chromium.connect_over_cdp(url, timeout=CONNECTION_MS).contexts[0]

    def page(self) -> Page:
        return self.context.new_page()

    def kill(self) -> None:
        self._killed = True
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def comes_back(self) -> None:
        self._process.wait()
        with suppress(PlaywrightError):
            self.context.browser.close()
        self._killed = False
        self.start()

    def end(self) -> None:
        self.kill()
        self._process.wait()
        with suppress(PlaywrightError):
            self.context.browser.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    @contextmanager
    def until_death(self):
        """Raises BrowserDied for whatever goes wrong once it was killed: playwright has many words for that."""
        try:
            yield
        except (PlaywrightError, AssertionError) as error:
            if self._killed:
                raise BrowserDied from error
            raise

    @contextmanager
    def room(self, page: Page, more_bytes: int):
        """The origin may keep so much more than it has now."""
        session = self.context.new_cdp_session(page)
        used = page.evaluate("navigator.storage.estimate().then(({ usage }) => usage)")
        limit = {"origin": self.url, "quotaSize": used + more_bytes}
        session.send("Storage.overrideQuotaForOrigin", limit)
        page.wait_for_timeout(FORGOTTEN_MS)
        yield
        session.send("Storage.overrideQuotaForOrigin", {"origin": self.url})


class Hand:
    """What a surveyor does on the screen. `kept`: how many photos the screen said are kept."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.kept = 0
        self.visit = ""
        self._take_up()

    def begin(self, name: str) -> None:
        """Signed in, a check begun."""
        self.sign_in(name)
        self.screen.begin()
        self._enter()

    def sign_in(self, name: str) -> None:
        """And everything that works without a network lies on the phone."""
        self.screen.sign_in(name, PASSWORD)
        self.screen.keep_for_offline()

    def takes_tasks_along(self) -> None:
        """Today's list and the forms that its tasks name are on the phone."""
        self.screen.sees_task(within_ms=PATIENCE_MS)
        self.page.wait_for_load_state("networkidle")

    def begin_next(self) -> None:
        """The next check of today's list, back from the outbox where the one before was handed in."""
        if "/outbox" in self.page.url:
            self.page.get_by_role("link", name="返回").click()
        self.screen.begin()
        self._enter()

    def _enter(self) -> None:
        self.page.wait_for_url("**/visits/**")
        self.visit = self.page.url.split("/visits/")[1].split("/")[0].split("?")[0]

    def shoot(self, times: int) -> None:
        """Photos of the first thing that asks for one. Raises BrowserDied."""
        with self.browser.until_death():
            self.page.get_by_role("button", name=re.compile("^拍(?!视频)")).first.click()
            camera = self.page.get_by_role("dialog")
            for number in range(times):
                camera.get_by_role("button", name="拍照").click()
                taken = camera.get_by_role("button", name=f"共 {number + 1} 张")
                expect(taken.or_(camera.get_by_role("alert"))).to_be_visible(timeout=PATIENCE_MS)
                if not taken.is_visible():
                    break
                self.kept += 1
            camera.get_by_role("button", name="完成").or_(
                camera.get_by_role("button", name="关闭")
            ).first.click()
            expect(camera).to_have_count(0)

    @contextmanager
    def choosing(self, *, film: bool = False):
        """Files that are picked instead of taken, where the phone has no camera for pages: each said to be kept before the next."""
        if film:
            item = self.screen.item(FILMED)
            item.get_by_role("button", name="不合格", exact=True).click()
            item.get_by_role("button", name="拍视频").click()
        else:
            self.page.get_by_role("button", name=re.compile("^拍(?!视频)")).first.click()
        camera, number = self.page.get_by_role("dialog"), 0

        def choose(made):
            nonlocal number
            number += 1
            self._pick(made.path)
            kept = camera.get_by_role("button", name=f"共 {number} 张")
            expect(kept.or_(camera.get_by_role("alert"))).to_be_visible(timeout=PATIENCE_MS)
            assert kept.is_visible(), camera.get_by_role("alert").inner_text()
            self.kept += 1
            return made

        yield choose
        camera.get_by_role("button", name="完成").click()
        expect(camera).to_have_count(0)

    def _pick(self, file: Path) -> None:
        """As the system's chooser does: by its path. Playwright would carry the bytes through the page, and into its memory."""
        session = self.browser.context.new_cdp_session(self.page)
        inputs = "[...document.querySelectorAll('[role=dialog] input[type=file]')].at(-1)"
        found = session.send("Runtime.evaluate", {"expression": inputs})["result"]["objectId"]
        session.send("DOM.setFileInputFiles", {"files": [str(file)], "objectId": found})
        session.detach()

    def submit(self) -> None:
        """As it is, whatever it lacks. Raises BrowserDied."""
        with self.browser.until_death():
            self.page.get_by_role("link", name="去收尾").click()
            self.page.get_by_role("button", name="提交（还缺").click()
            self.page.get_by_role("button", name="仍要提交").click()
            self.page.wait_for_url("**/outbox**")

    def until_saved(self, within_ms: int = ARRIVAL_MS) -> None:
        """Everything has its receipt: the sum above, not the line of the first visit. Raises BrowserDied."""
        with self.browser.until_death():
            self.opens_outbox()
            saved = self.page.get_by_text(ALL_SAVED)
            expect(saved).to_be_visible(timeout=within_ms)

    def opens_outbox(self) -> None:
        self.page.goto(f"{self.browser.url}/field/outbox")

    def opens_again(self) -> None:
        """After a kill, where it was."""
        self._take_up()
        self.page.goto(f"{self.browser.url}/field/visits/{self.visit}")

    def goes_on(self) -> None:
        """After a kill: what was not handed in is, and everything arrives."""
        self.opens_again()
        finish = self.page.get_by_role("link", name="去收尾")
        handed_in = self.page.get_by_text("已提交").first
        expect(finish.or_(handed_in).first).to_be_visible(timeout=PATIENCE_MS)
        if finish.is_visible():
            self.submit()
        self.until_saved()

    def second_tab(self) -> "Hand":
        other = Hand(self.browser)
        other.visit = self.visit
        return other

    def _take_up(self) -> None:
        self.page = self.browser.page()
        self.screen = Screen(self.page, self.browser.url)
