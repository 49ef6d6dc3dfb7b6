"""The year's sheet, as the insurer and its authorities see it."""

import re
from decimal import Decimal

from playwright.sync_api import Locator, expect

from tests.browser.pages.desk import Console

SCHEMES = {"施工责任险": "construction_liability", "工伤协办": "work_injury_performance"}


class Scores(Console):
    def open(self, scheme: str, insurer: str) -> None:
        self.room("评分")
        self.page.get_by_label("业务").select_option(label=scheme)
        link = self.page.get_by_role("row").filter(has_text=insurer).get_by_role("link").first
        expect(link).to_have_attribute("href", re.compile(SCHEMES[scheme]))
        link.click()
        expect(self.year).to_contain_text("合计")

    @property
    def year(self) -> Locator:
        return self.page.get_by_role("complementary", name="年度总分")

    def total(self) -> Decimal:
        """What stands at the foot of the year's table."""
        row = self.year.get_by_role("row", name="合计")
        expect(row).to_be_visible()
        return Decimal(row.get_by_role("cell").last.inner_text())

    def form(self, assessor: str) -> None:
        self.page.get_by_role("complementary", name="各表").get_by_role("button").filter(
            has_text=assessor
        ).click()

    def unfold(self, item: str) -> None:
        row = (
            self.page.get_by_role("row")
            .filter(has=self.page.get_by_role("rowheader", name=item))
            .first
        )
        row.get_by_role("button").last.click()

    @property
    def photos(self) -> Locator:
        return (
            self.page.get_by_role("main")
            .get_by_role("link")
            .filter(has=self.page.get_by_role("img"))
        )
