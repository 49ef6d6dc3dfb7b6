"""The supervisor's desk."""

import re
from contextlib import suppress

from playwright.sync_api import Locator, Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

# The buttons end with their keys while single keys are switched on.
ACCEPT, REJECT = re.compile("^采信"), re.compile("^不采信 ?↵?$")


class Console:
    """What every desk has: signing in and out, the rooms."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self._url = url

    def sign_in(self, name: str, password: str) -> None:
        self.page.goto(f"{self._url}/console/sign-in")
        self.page.get_by_label("账号").fill(name)
        self.page.get_by_label("密码").fill(password)
        self.page.get_by_role("button", name="登录", exact=True).click()
        expect(self.page.get_by_role("heading", name="您好")).to_be_visible()

    def sign_out(self) -> None:
        self.page.get_by_role("button", name="退出登录").click()
        expect(self.page.get_by_role("heading", name="登录管理台")).to_be_visible()

    def room(self, name: str) -> None:
        self.page.get_by_role("navigation", name="各室").get_by_role(
            "link", name=name, exact=True
        ).click()

    @property
    def main(self) -> Locator:
        return self.page.get_by_role("main")


class Desk(Console):
    def open_visit(self, project: str, surveyor: str) -> None:
        queues = self.page.get_by_role("complementary", name="队列")
        queues.get_by_role("listitem").filter(has_text=project).filter(
            has_text=surveyor
        ).get_by_role("link").last.click()
        expect(self.page.get_by_role("heading", level=1)).to_contain_text(project)

    def queue(self, name: str) -> Locator:
        return self.page.get_by_role("navigation", name="队列").get_by_role("link", name=name)

    @property
    def film(self) -> Locator:
        return self.page.get_by_role("list", name="本次检查的照片").get_by_role("button")

    @property
    def title(self) -> Locator:
        return self.page.get_by_role("heading", level=1)

    def judge_all(self, rejected: str, reason: str, follow_up: str, words: str) -> None:
        """Accepts every photo of the visit but the one that shows `rejected`."""
        for place in range(self.film.count()):
            self.film.nth(place).click()
            expect(self.page.get_by_text(f"第 {place + 1} 张")).to_be_visible()
            self._wait_for_the_copy()
            if rejected in self.title.inner_text():
                self.reject(reason, follow_up, words)
            else:
                self.page.get_by_role("button", name=ACCEPT).click()
            expect(self.film.nth(place)).to_contain_text("采信")

    def reject(self, reason: str, follow_up: str, words: str) -> None:
        self.page.get_by_role("button", name=re.compile(reason)).click()
        self.page.get_by_role("group", name="之后").get_by_role(
            "button", name=re.compile(follow_up)
        ).click()
        self.page.get_by_label("备注（可不填）").fill(words)
        self.page.get_by_role("button", name=REJECT).click()

    def _wait_for_the_copy(self) -> None:
        """A photo can be judged once the worker has made what a person can look at."""
        again = self.page.get_by_role("button", name="再看一次")
        for _ in range(400):
            if not again.is_visible():
                return
            with suppress(
                PlaywrightTimeout
            ):  # the page looks by itself, and the button may go while it is pressed
                again.click(timeout=1000)
            self.page.wait_for_timeout(300)
