"""A new installation, from the first administrator at the machine to a surveyor who is in: nothing but the screens."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from fieldapp.cli import run
from tests.browser.pages.administration import Administration
from tests.browser.pages.phone import Phone
from tests.browser.serving import Product
from tests.fixtures.databases import sqlite_url

pytestmark = pytest.mark.browser

OPERATOR, FIRST = "root.op", "twelve green apples"
INSURER, SHORT = "安顺财产保险股份有限公司", "安顺财险"
OWN = "seven grey herons"


@pytest.fixture
def installation(front_end, tmp_path, monkeypatch) -> Iterator[Product]:
    """The product as `fieldapp administrator` leaves it: one person, no project."""
    settings = {
        "FIELDAPP_DATA_DIR": str(tmp_path / "var"),
        "FIELDAPP_DATABASE_URL": sqlite_url(tmp_path),
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("FIELDAPP_ADMINISTRATOR_PASSWORD", FIRST)
    assert run(["administrator", OPERATOR, "--organisation", "某市平台运营中心"]) == 0
    product = Product(settings, tmp_path / "log")
    yield product
    product.stop()


@pytest.fixture
def page(desk_context: BrowserContext) -> Page:
    return desk_context.new_page()


def test_from_the_first_administrator_to_a_surveyor_who_is_in(installation, page):
    desk = Administration(page, installation.url)
    desk.sign_in(OPERATOR, FIRST)
    expect(page.get_by_text("从这里开始")).to_be_visible()

    desk.enter_organisation(INSURER, SHORT, "承保机构")
    once = desk.invite_administrator("顾安", "gu.an")
    _enter_a_project(desk)
    desk.sign_out()

    desk.set_password("gu.an", once, OWN)
    page.get_by_role("button", name="进入管理台").click()
    surveyor_once = desk.invite("陆平", "lu.ping", "现场勘查员", "13857904321")
    _keep_people(desk)
    desk.sign_out()

    desk.set_password("lu.ping", surveyor_once, OWN)
    Phone(page, installation.url).sign_in("lu.ping", OWN)


def _enter_a_project(desk: Administration) -> None:
    page = desk.page
    desk.enter_project("东岭安置房", "东岭路8号", "3399", "主体结构")
    expect(page.get_by_role("alert").filter(has_text="须为 6 位行政区划代码。")).to_be_visible()
    page.get_by_label("行政区划代码").fill("339901")
    desk.save()
    expect(page.get_by_role("heading", name="东岭安置房", level=1)).to_be_visible()

    register = desk.section("设备与危大工程登记")
    register.get_by_role("button", name="登记设备或部位").click()
    page.get_by_label("名称或部位").fill("1#塔机")
    page.get_by_label("型号").fill("QTZ80")
    desk.save()
    expect(register.get_by_text("QTZ80")).to_be_visible()

    services = desk.section("服务关系")
    services.get_by_role("button", name="登记服务关系").click()
    for label in ("引流机构", "服务机构"):
        page.get_by_label(label).fill(INSURER)
    page.get_by_label(re.compile("^起")).fill("2026-01-01")
    desk.save()
    expect(services.get_by_text("2026-01-01 – 至今")).to_be_visible()

    site = desk.section("工地位置")
    site.get_by_role("button", name="核准位置").click()
    page.get_by_label("经度").fill("29.2")
    page.get_by_label("纬度").fill("29.2")
    page.get_by_role("button", name="核准这个位置").click()
    expect(page.get_by_role("alert").filter(has_text="是否与纬度填反")).to_be_visible()
    page.get_by_label("经度").fill("119.9")
    page.get_by_role("button", name="核准这个位置").click()
    expect(site.get_by_text("119.900000, 29.200000")).to_be_visible()

    # The same site again is found, not made.
    desk.enter_project("东岭 安置房", "东岭路8号", "339901", "基础")
    expect(page.get_by_role("link", name="东岭安置房", exact=True)).to_be_visible()


def _keep_people(desk: Administration) -> None:
    page = desk.page
    desk.open_person("陆平")
    expect(page.get_by_text("138****4321")).to_be_visible()
    roles = desk.section("岗位")
    row = roles.get_by_role("listitem").filter(has_text="审核员")
    row.get_by_role("button", name="给予").click()
    expect(row.get_by_role("button", name="收回")).to_be_visible()
    row.get_by_role("button", name="收回").click()
    row.get_by_role("button", name=re.compile("确认收回")).click()
    expect(row.get_by_role("button", name="给予")).to_be_visible()

    desk.open_person("顾安")
    page.get_by_role("button", name="终止访问").click()
    page.get_by_label("原因").fill("离任")
    page.get_by_role("button", name="确认终止 顾安 的访问").click()
    expect(page.get_by_role("alert").filter(has_text="最后一名管理员")).to_be_visible()
