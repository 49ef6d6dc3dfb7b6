"""What administrators do at their desks: organisations, people, projects."""

import re

from playwright.sync_api import Locator, expect

from tests.browser.pages.desk import Console


class Administration(Console):
    def enter_organisation(self, name: str, short: str, kind: str) -> None:
        self.room("机构")
        self.page.get_by_role("link", name="登记机构").click()
        self.page.get_by_label("机构全称").fill(name)
        self.page.get_by_label("简称").fill(short)
        self.page.get_by_label("类别").select_option(label=kind)
        self.save()
        expect(self.page.get_by_role("heading", name=name, level=1)).to_be_visible()

    def invite_administrator(self, name: str, sign_in_name: str) -> str:
        """From the organisation's page; the one-time password."""
        self.page.get_by_role("link", name="邀请管理员").click()
        return self._invited(name, sign_in_name)

    def invite(self, name: str, sign_in_name: str, role: str, phone: str) -> str:
        self.room("人员")
        self.page.get_by_role("link", name="邀请人员").click()
        self.page.get_by_role("checkbox", name=re.compile(role)).check()
        self.page.get_by_label("手机号").fill(phone)
        return self._invited(name, sign_in_name)

    def open_person(self, name: str) -> None:
        self.room("人员")
        self.page.get_by_role("link", name=name, exact=True).click()
        expect(self.page.get_by_role("heading", level=1)).to_contain_text(name)

    def set_password(self, name: str, once: str, new: str) -> None:
        """As somebody who was told a one-time password: it leads to the page where one sets one's own."""
        self.page.goto(f"{self._url}/console/sign-in")
        self.page.get_by_label("账号").fill(name)
        self.page.get_by_label("密码").fill(once)
        self.page.get_by_role("button", name="登录", exact=True).click()
        expect(self.page.get_by_role("heading", name="设置密码")).to_be_visible()
        expect(self.page.get_by_label("账号")).to_have_value(name)
        self.page.get_by_label("现在的密码或一次性密码").fill(once)
        self.page.get_by_label("新密码").fill(new)
        self.page.get_by_label("再输入一次").fill(new)
        self.page.get_by_role("button", name="保存并登录").click()
        # Hashing is slow by design, and a busy machine makes it slower.
        done = self.page.get_by_role("heading", name="密码已设置")
        expect(done).to_be_visible(timeout=30_000)

    def enter_project(self, name: str, address: str, area: str, stage: str) -> None:
        self.room("项目档案")
        self.page.get_by_role("link", name="新建项目").click()
        self.page.get_by_label("项目名称").fill(name)
        self.page.get_by_label("地址").fill(address)
        self.page.get_by_label("行政区划代码").fill(area)
        self.page.get_by_label("施工阶段").fill(stage)
        self.save()

    def section(self, title: str) -> Locator:
        heading = self.page.get_by_role("heading", name=title, exact=True)
        return self.page.locator("section").filter(has=heading)

    def save(self) -> None:
        self.page.get_by_role("button", name="保存", exact=True).click()

    def _invited(self, name: str, sign_in_name: str) -> str:
        self.page.get_by_label("姓名").fill(name)
        self.page.get_by_label("账号").fill(sign_in_name)
        self.page.get_by_role("button", name="邀请人员").click()
        told = self.page.get_by_role("status").filter(has_text="一次性密码")
        expect(told).to_be_visible()
        found = re.search(r"[a-z0-9]{4}-[a-z0-9]{4}-[a-z0-9]{4}", told.inner_text())
        assert found, told.inner_text()
        return found[0]
