"""The whole chain as people walk it: photo, verdict, finding, what was missed, deduction, score."""

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from fieldapp.demo.city import city
from fieldapp.demo.settling import PASSWORD
from tests.browser.pages.phone import Phone
from tests.browser.serving import Product

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PROJECT = "锦岚花园二期"
LIMITERS, REGISTRATION, ARRESTER = "起重量限制器、起重力矩限制器", "安装验收与使用登记", "防坠安全器"


@pytest.fixture
def phone_context(browser: Browser, browser_context_args) -> BrowserContext:
    site = city().project("jinxiu").site
    context = browser.new_context(
        **browser_context_args,
        viewport={"width": 390, "height": 844},
        device_scale_factor=2,
        is_mobile=True,
        has_touch=True,
        geolocation={"longitude": float(site.lon), "latitude": float(site.lat), "accuracy": 12},
        permissions=["geolocation", "camera"],
    )
    context.set_default_timeout(30_000)
    yield context
    context.close()


@pytest.fixture
def desk_context(browser: Browser, browser_context_args) -> BrowserContext:
    context = browser.new_context(**browser_context_args, viewport={"width": 1440, "height": 900})
    context.set_default_timeout(30_000)
    yield context
    context.close()


def test_from_the_photo_to_the_score(
    serving: Product, phone_context: BrowserContext, desk_context: BrowserContext
) -> None:
    expect.set_options(timeout=60_000)

    phone = _check_without_a_network(serving, phone_context)
    _hand_back(serving, phone)


def _check_without_a_network(serving: Product, context: BrowserContext) -> Phone:
    phone = Phone(context.new_page(), serving.url)
    phone.sign_in("wang.hai", PASSWORD)
    expect(phone.main.get_by_role("heading", name=PROJECT)).to_be_visible()
    phone.keep_for_offline()
    phone.begin()
    expect(phone.page.get_by_role("navigation", name="类别")).to_be_visible()

    context.set_offline(True)
    serving.stop()
    phone.part("1#塔机")
    _report_the_limiter(phone)
    phone = _closed_and_opened_again(serving, context, phone)
    for category in ("起重机械", "高大支模", "脚手架", "消防"):
        phone.category(category)
        for part in phone.parts():
            phone.part(part)
            phone.pass_the_part()
    _declare_no_pit(phone)
    _sign_and_submit(phone)
    return phone


def _report_the_limiter(phone: Phone) -> None:
    """An unsafe item: two photos, the question about 重大, words, place, deadline."""
    item = phone.item(LIMITERS)
    item.get_by_role("button", name="不合格", exact=True).click()
    while item.get_by_text("还要").count():
        phone.photograph(item)
    item.get_by_role("group", name="重大").get_by_role("button", name="是", exact=True).click()
    item.get_by_label("情况").fill("力矩限制器触点被导线短接，超载时不能切断上升电源")
    item.get_by_label("部位").fill("塔身第三标准节")
    expect(item.get_by_role("button", name="立即")).to_have_attribute("aria-pressed", "true")


def _closed_and_opened_again(serving: Product, context: BrowserContext, phone: Phone) -> Phone:
    """The browser is closed in the middle of it, with no network; nothing is lost."""
    phone.page.wait_for_timeout(1000)
    phone.page.close()
    phone = Phone(context.new_page(), serving.url)
    phone.open()
    phone.begin("继续检查")
    expect(phone.page.get_by_role("button", name=f"修改：{LIMITERS}")).to_be_visible()
    phone.page.reload()
    again = phone.page.get_by_role("button", name=f"修改：{LIMITERS}")
    expect(again).to_contain_text("疑似重大")
    return phone


def _declare_no_pit(phone: Phone) -> None:
    phone.category("深基坑")
    phone.page.get_by_role("button", name="本工程不涉及").click()
    phone.photograph(phone.main)


def _sign_and_submit(phone: Phone) -> None:
    phone.page.get_by_role("button", name="去收尾").click()
    expect(phone.page.get_by_text("该查的都查了，该拍的都拍了。")).to_be_visible()
    expect(phone.main.get_by_text("塔身第三标准节")).to_be_visible()
    phone.sign("周建国", "项目安全员")
    phone.page.get_by_role("button", name="提交", exact=True).click()
    expect(phone.page.get_by_text("没有网络。内容都在本机，有信号时自动上传。")).to_be_visible()


def _hand_back(serving: Product, phone: Phone) -> None:
    serving.start()
    phone.page.context.set_offline(False)
    expect(phone.page.get_by_text("已保存，可交还手机")).to_be_visible(timeout=180_000)
