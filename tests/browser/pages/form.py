"""A form on the surveyor's phone, by what stands on its screen."""

from collections.abc import Sequence

from playwright.sync_api import Locator, expect

from tests.browser.pages.phone import Phone


class Form:
    def __init__(self, phone: Phone) -> None:
        self.phone, self.page = phone, phone.page

    def open(self, section: str) -> None:
        """A section of the overview; its row, where it has rows."""
        self.phone.main.get_by_role("link", name=section).first.click()
        expect(self.page.locator("[data-path]").first).to_be_visible()

    def add(self, group: str) -> None:
        self.phone.main.get_by_role("button", name=f"添加{group}").click()
        expect(self.page.locator("[data-path]").first).to_be_visible()

    def back(self) -> None:
        self.page.get_by_role("link", name="返回").click()

    def next(self) -> None:
        self.page.get_by_role("link", name="下一页").click()

    def field(self, name: str) -> Locator:
        """By the name that the form edition gives it."""
        return self.page.locator(f'[data-field="{name}"]')

    def type(self, name: str, words: str) -> None:
        self.field(name).get_by_role("textbox").fill(words)

    def choose(self, name: str, word: str) -> None:
        self.field(name).get_by_role("radio", name=word, exact=True).click()

    def now(self, name: str) -> None:
        self.field(name).get_by_role("button", name="现在").click()

    def photograph(self, name: str, times: int = 1) -> None:
        for _ in range(times):
            field = self.field(name)
            more = field.get_by_role("button", name="再拍一张")
            if more.count():
                self._again(more)
            else:
                self.phone.photograph(field)

    def sign(self, name: str, people: Sequence[str]) -> None:
        for person in people:
            field = self.field(name)
            field.get_by_label("签名人姓名").fill(person)
            field.get_by_role("button", name="请签字").click()
            self.phone.write()
            expect(field.locator("figcaption", has_text=person)).to_be_visible()

    def _again(self, more: Locator) -> None:
        more.click()
        self.phone.shoot()
