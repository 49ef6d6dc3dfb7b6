"""A hazard's second half, as people walk it: sent back, seen again without a network, closed, opened again."""

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from fieldapp.demo.settling import PASSWORD
from tests.browser.pages.desk import Desk
from tests.browser.pages.phone import Phone
from tests.browser.serving import Product

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PROJECT = "云溪中学迁建工程"


def test_a_hazard_is_gone_back_to_closed_and_opened_again_when_its_photo_falls(
    serving: Product, phone_context: BrowserContext, desk_context: BrowserContext
) -> None:
    expect.set_options(timeout=60_000)
    phone = _sent_back(serving, phone_context)
    words = _see_again_without_a_network(serving, phone_context, phone)

    desk = desk_context.new_page()
    _is_closed(serving, desk, words)
    _reject_the_photo(serving, desk)
    _is_open_again(desk, words)


def _sent_back(serving: Product, context: BrowserContext) -> Phone:
    """The program sent the surveyor: the deadline of what was found in October is over."""
    phone = Phone(context.new_page(), serving.url)
    phone.sign_in("zhao.qiang", PASSWORD)
    again = phone.main.get_by_role("button", name="去复查")
    for _ in range(30):
        if again.is_visible():
            break
        phone.page.wait_for_timeout(1000)
        phone.main.get_by_role("button", name="刷新").click()
    expect(again).to_be_visible()
    phone.keep_for_offline()
    phone.page.wait_for_timeout(2000)
    return phone


def _see_again_without_a_network(serving: Product, context: BrowserContext, phone: Phone) -> str:
    context.set_offline(True)
    phone.begin("去复查")
    expect(phone.page.get_by_role("button", name="请先选复查结果")).to_be_disabled()
    words = phone.main.get_by_role("heading", level=2).first.inner_text().split("\n")[0].strip()
    expect(phone.main.get_by_role("img", name="发现时")).to_be_visible()

    phone.main.get_by_role("button", name="已整改", exact=True).click()
    phone.page.get_by_role("button", name="拍整改后").last.click()
    camera = phone.page.get_by_role("dialog")
    expect(phone.page.get_by_role("figure").filter(has_text="发现时").last).to_be_visible()
    camera.get_by_role("button", name="拍照").click()
    expect(camera.get_by_role("button", name="看刚拍的，共 1 张")).to_be_visible()
    camera.get_by_role("button", name="完成").click()
    expect(phone.main.get_by_role("img", name="现在")).to_be_visible()
    phone.page.get_by_role("button", name="提交", exact=True).click()
    expect(phone.page.get_by_text("没有网络。内容都在本机，有信号时自动上传。")).to_be_visible()

    context.set_offline(False)
    expect(phone.page.get_by_text("已保存，可交还手机")).to_be_visible(timeout=180_000)
    return re.sub(r"(一般|疑似重大|重大)$", "", words).strip()


def _is_closed(serving: Product, page: Page, words: str) -> None:
    desk = Desk(page, serving.url)
    desk.sign_in("sun.jing", PASSWORD)
    desk.room("隐患")
    page.get_by_role("navigation", name="状态").get_by_role("link", name="已闭环").click()
    # The latest deadline stands last; what the demonstration closed earlier may read the same.
    row = page.get_by_role("row").filter(has_text=PROJECT).filter(has_text="已复查 2 次")
    row.get_by_role("link", name=words).click()
    expect(page.get_by_text("复查：已整改")).to_be_visible()
    expect(page.get_by_role("figure").filter(has_text="发现时")).to_be_visible()
    expect(page.get_by_role("figure").filter(has_text="整改后")).to_be_visible()


def _reject_the_photo(serving: Product, page: Page) -> None:
    desk = Desk(page, serving.url)
    hazard = page.url
    page.get_by_role("listitem").filter(has_text="复查：已整改").get_by_role(
        "link", name="检查记录"
    ).click()
    page.get_by_role("link", name="到审核台看照片").click()
    desk.reject("对象不符", "不可补", "不是同一处")
    expect(desk.film.first).to_contain_text("不采信")
    page.wait_for_timeout(12_000)  # ten seconds in which it can be taken back
    page.goto(hazard)


def _is_open_again(page: Page, words: str) -> None:
    expect(page.get_by_role("heading", name=words)).to_be_visible()
    reopened = page.get_by_role("listitem").filter(has_text="重新打开")
    expect(reopened).to_contain_text("不是同一处")
    expect(page.get_by_text("已闭环", exact=True)).to_have_count(0)
