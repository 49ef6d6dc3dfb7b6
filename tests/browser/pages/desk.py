"""The supervisor's desk."""

from playwright.sync_api import Locator, Page, expect


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
        self.page.get_by_role("navigation", name="各室").get_by_role("link", name=name, exact=True).click()

    @property
    def main(self) -> Locator:
        return self.page.get_by_role("main")


class Desk(Console):
    def open_visit(self, project: str, surveyor: str) -> None:
        queues = self.page.get_by_role("complementary", name="队列")
        queues.get_by_role("listitem").filter(has_text=project).filter(has_text=surveyor).get_by_role("link").last.click()
        expect(self.page.get_by_role("heading", level=1)).to_contain_text(project)

    def queue(self, name: str) -> Locator:
        return self.page.get_by_role("navigation", name="队列").get_by_role("link", name=name)

    @property
    def film(self) -> Locator:
        return self.page.get_by_role("list", name="本次检查的照片").get_by_role("button")

    @property
    def title(self) -> Locator:
        return self.page.get_by_role("heading", level=1)

    def accept(self) -> None:
        self.page.get_by_role("button", name="采信", exact=False).first.click()

    def reject(self, reason: str, follow_up: str, words: str) -> None:
        self.page.get_by_role("button", name=reason).click()
        self.page.get_by_role("button", name=follow_up).click()
        self.page.get_by_label("说明（可不填）").fill(words)
        self.page.get_by_role("button", name="不采信").click()
