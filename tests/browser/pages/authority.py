"""What authorities do at their desks: spot inspections, the opinion form, injury cases."""

import re

from playwright.sync_api import Locator, expect

from tests.browser.pages.desk import Console


class Inspections(Console):
    """飞行检查, for the officer who finds and for the insurer who answers."""

    def find(
        self, project: str, unit: str, item: str, answer: str, words: str, place: str
    ) -> Locator:
        """Writes down what was seen at an item beside the insurer's answer; returns the item's row."""
        self.room("飞行检查")
        self.page.get_by_role("link", name="记录飞行检查").click()
        self.page.get_by_label("项目").select_option(label=project)
        self.page.get_by_label("机构的结论").select_option(label=answer)
        row = self.page.get_by_role("row").filter(has_text=unit).filter(has_text=item).first
        row.get_by_role("button", name="记下所见").click()
        self.page.get_by_label("所见情况").fill(words)
        self.page.get_by_label("部位", exact=True).fill(place)
        self.page.get_by_role("button", name="记下并对照").click()
        expect(row).to_contain_text(words)
        return row

    def open(self, item: str, project: str) -> None:
        self.room("飞行检查")
        self.page.get_by_role("button", expanded=False).filter(has_text=item).filter(
            has_text=project
        ).click()

    def accept_finding(self) -> None:
        self.page.get_by_role("button", name="无异议").click()
        expect(self.page.get_by_role("button", name="无异议")).to_have_count(0)

    def record_fact(self, words: str) -> None:
        self.page.get_by_label("说明").fill(words)
        self.page.get_by_role("button", name="记为事实").click()
        expect(self.page.get_by_role("button", name="记为事实")).to_have_count(0)


class OpinionForm(Console):
    def open(self, insurer: str) -> None:
        self.room("评分")
        self.page.get_by_role("row").filter(has_text=insurer).get_by_role(
            "button", name="打开意见表"
        ).click()

    def item(self, name: str) -> Locator:
        return (
            self.page.get_by_role("row")
            .filter(has=self.page.get_by_role("rowheader", name=name))
            .first
        )

    def grade(self, item: str, grade: str, words: str, ground: str) -> None:
        self.item(item).get_by_role("button").last.click()
        self.page.get_by_role("radio", name=re.compile(grade)).check()
        self.page.get_by_label("理由").fill(words)
        self.page.get_by_role("checkbox", name=re.compile(ground)).check()
        self.page.get_by_role("button", name="保存这一项").click()
        expect(self.page.get_by_role("button", name="保存这一项")).to_have_count(0)

    def submit(self) -> None:
        self.page.get_by_role("button", name="提交意见表").click()
        expect(self.page.get_by_text("已于")).to_be_visible()


class Case(Console):
    def open(self, number: str) -> None:
        self.room("工伤案件")
        self.page.get_by_role("link", name=number).click()
        expect(self.page.get_by_role("heading", name="移交资料")).to_be_visible()

    @property
    def media(self) -> Locator:
        return self.main.get_by_role("button").filter(has=self.page.get_by_role("img"))

    def judge(self, place: int, reason: str | None, words: str = "") -> None:
        """采信, or 不采信 with its reason."""
        self.media.nth(place).click()
        if reason:
            self.page.get_by_label("理由").select_option(label=reason)
            self.page.get_by_label("说明").fill(words)
        waiting = self.main.get_by_text("未判定")
        left = waiting.count()
        self.page.get_by_role("button", name="不采信" if reason else "采信", exact=True).click()
        expect(waiting).to_have_count(left - 1)
        self.media.nth(place).click()

    def propose(self, words: str, ground: str) -> None:
        self.page.get_by_role("button", name="提出认定").click()
        clause = self.page.get_by_role("radio", name=re.compile("影像、文档等记录不规范"))
        expect(clause).to_be_checked()
        self.page.get_by_label("查实的情况").fill(words)
        boxes = self.page.get_by_role("checkbox", name=re.compile(ground))
        expect(boxes.first).to_be_visible()
        for box in boxes.all():
            box.check()
        self.page.get_by_role("button", name="提出，送另一人核实").click()
        expect(self.page.get_by_role("button", name="提出，送另一人核实")).to_have_count(0)

    def verify(self, words: str) -> None:
        self.page.get_by_label("意见").fill(words)
        self.page.get_by_role("button", name="核实属实").click()
        expect(self.page.get_by_role("button", name="核实属实")).to_have_count(0)
