"""A phone that loses nothing: a film that a crash cuts off, the digits at a cold start, an export on another phone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pytest_playwright.pytest_playwright import CreateContextCallback

from fieldapp.demo.settling import PASSWORD
from tests.browser.pages.phone import Phone
from tests.browser.serving import Product

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LIMITERS = "起重量限制器、起重力矩限制器"
PIN, PASSPHRASE = "482915", "三号塔机 2026"


@pytest.fixture
def second_phone(new_context: CreateContextCallback) -> Iterator[BrowserContext]:
    context = new_context(viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True)
    context.set_default_timeout(30_000)
    yield context
    context.close()


def test_a_phone_that_loses_nothing(
    serving: Product,
    phone_context: BrowserContext,
    second_phone: BrowserContext,
    tmp_path: Path,
) -> None:
    phone = Phone(phone_context.new_page(), serving.url)
    phone.sign_in("wang.hai", PASSWORD)
    phone.keep_for_offline()
    _guard(phone.page, serving.url)
    phone = _asks_for_the_digits(serving, phone_context)

    _film_until_it_dies(phone)
    phone = _asks_for_the_digits(serving, phone_context)
    phone.begin("继续检查")
    phone.part("1#塔机")
    expect(phone.item(LIMITERS).get_by_role("button", name="看视频")).to_be_visible()

    phone_context.set_offline(True)
    visit_id = _submit_as_it_is(phone)
    export = _export(phone.page, serving.url, tmp_path)
    _take_in(second_phone, serving.url, export)
    phone_context.set_offline(False)
    phone.open("/field/outbox")
    _give_the_digits(phone.page)
    expect(phone.page.get_by_text("已全部保存").first).to_be_visible(timeout=120_000)

    _arrived_once(second_phone, serving.url, visit_id)


def _guard(page: Page, url: str) -> None:
    page.goto(f"{url}/field/me")
    page.get_by_text("设置本机数字密码").click()
    page.get_by_label("登录密码").fill(PASSWORD)
    page.get_by_label("6 位数字密码", exact=True).fill(PIN)
    page.get_by_label("再输一遍 6 位数字").fill(PIN)
    page.get_by_role("button", name="设置", exact=True).click()
    expect(page.get_by_text("已设数字密码")).to_be_visible()


def _asks_for_the_digits(serving: Product, context: BrowserContext) -> Phone:
    """The app is opened anew: nothing is shown before the digits are given."""
    for page in context.pages:
        page.close()
    phone = Phone(context.new_page(), serving.url)
    phone.open()
    digits = phone.page.get_by_label("6 位数字密码")
    expect(digits).to_be_visible()
    expect(phone.page.get_by_role("heading", name="今日")).to_have_count(0)
    digits.fill("000000")
    phone.page.get_by_role("button", name="打开", exact=True).click()
    expect(phone.page.get_by_role("alert")).to_contain_text("密码不对")
    _give_the_digits(phone.page)
    expect(phone.page.get_by_role("heading", name="今日")).to_be_visible()
    return phone


def _give_the_digits(page: Page) -> None:
    page.get_by_label("6 位数字密码").fill(PIN)
    page.get_by_role("button", name="打开", exact=True).click()


def _film_until_it_dies(phone: Phone) -> None:
    phone.begin()
    phone.part("1#塔机")
    item = phone.item(LIMITERS)
    item.get_by_role("button", name="不合格", exact=True).click()
    item.get_by_role("button", name="拍视频").click()
    camera = phone.page.get_by_role("dialog")
    camera.get_by_role("button", name="开始录像").click()
    expect(camera.get_by_text("录像中 3/120 秒")).to_be_visible()
    phone.page.close()


def _submit_as_it_is(phone: Phone) -> str:
    visit_id = phone.page.url.split("/visits/")[1].split("/")[0].split("?")[0]
    phone.page.get_by_role("link", name="去收尾").click()
    phone.page.get_by_role("button", name="提交（还缺").click()
    phone.page.get_by_role("button", name="仍要提交").click()
    expect(phone.page.get_by_text("没有网络。内容都在本机")).to_be_visible()
    return visit_id


def _export(page: Page, url: str, folder: Path) -> Path:
    page.get_by_role("button", name="返回").or_(page.get_by_role("link", name="返回")).first.click()
    page.get_by_role("link", name="我的").click()
    page.get_by_text("备份与移交").click()
    page.get_by_label("密语", exact=True).fill(PASSPHRASE)
    page.get_by_label("再输一遍密语").fill(PASSPHRASE)
    page.get_by_role("button", name="导出没上传的 1 个检查").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="保存文件").click()
    file = folder / download.value.suggested_filename
    download.value.save_as(file)
    return file


def _take_in(context: BrowserContext, url: str, export: Path) -> None:
    phone = Phone(context.new_page(), url)
    phone.sign_in("wang.hai", PASSWORD)
    phone.open("/field/keep")
    phone.page.get_by_label("选择文件").set_input_files(export)
    phone.page.get_by_label("文件的密语").fill(PASSPHRASE)
    phone.page.get_by_role("button", name="导入", exact=True).click()
    expect(phone.page.get_by_text("已导入 1 个检查，本机已有 0 个。")).to_be_visible()
    phone.open("/field/outbox")
    expect(phone.page.get_by_text("已全部保存").first).to_be_visible(timeout=120_000)


def _arrived_once(context: BrowserContext, url: str, visit_id: str) -> None:
    visit = context.request.get(f"{url}/api/visits/{visit_id}").json()
    assert len(visit["records"]) == 1
    assert [photo["shot"] for photo in visit["evidence"]] == ["video"]
    assert visit["evidence"][0]["stored_at"]
    assert visit["evidence"][0]["seal"] == "valid"
    seals = context.request.get(f"{url}/api/visits/{visit_id}/seals").json()
    assert [notice["code"] for notice in seals["notices"]] == []
