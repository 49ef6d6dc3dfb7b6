"""A supervisor accepts the unremarkable photos of a visit together: by keys alone, and only what was on the screen."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.pages.desk import Desk

pytestmark = pytest.mark.browser

SUPERVISOR, PASSWORD = "sun.jing", "fieldapp-demo"


@pytest.fixture
def page(desk_context) -> Page:
    page = desk_context.new_page()
    page.set_viewport_size({"width": 1440, "height": 560})  # too low for all at once
    return page


def test_unremarkable_photos_are_accepted_together_once_each_was_seen(serving, page):
    desk = Desk(page, serving.url)
    desk.sign_in(SUPERVISOR, PASSWORD)
    desk.room("审核台")
    expect(desk.film.first).to_be_visible()
    desk.open_visit("滨江壹号", "王海")
    page.keyboard.press("g")
    sheet = page.get_by_role("region", name="合审")
    cards = sheet.get_by_role("listitem")
    expect(cards.first).to_be_visible()
    count = cards.count()
    accept = sheet.get_by_role("button", name=re.compile("^一起采信"))

    page.keyboard.press("x")
    expect(accept).to_contain_text(f"{count - 1} 张")
    look_at_all(page, accept, count)
    expect(sheet.get_by_text("都已看过")).to_be_visible()
    before = desk.film.filter(has_text="采信").count()
    page.keyboard.press("a")

    expect(desk.film.filter(has_text="采信")).to_have_count(before + count - 1)
    page.keyboard.press("z")
    expect(desk.film.filter(has_text="采信")).to_have_count(before)
    expect(sheet).to_be_visible()
    page.keyboard.press("a")
    expect(desk.film.filter(has_text="采信")).to_have_count(before + count - 1)

    address = page.url
    desk.sign_out()  # what is held is sent first
    desk.sign_in(SUPERVISOR, PASSWORD)
    page.goto(address)
    expect(desk.film.filter(has_text="采信")).to_have_count(before + count - 1)
    desk.film.filter(has_text="采信").first.click()
    expect(page.get_by_role("complementary", name="照片的事实")).to_contain_text("孙静")


def test_another_queue_does_not_leave_a_visit_open_that_stands_in_none_of_it(serving, page):
    desk = Desk(page, serving.url)
    desk.sign_in(SUPERVISOR, PASSWORD)
    desk.room("审核台")
    expect(desk.film.first).to_be_visible()

    desk.queue("补拍回来").click()

    expect(page.get_by_text("请选择一次检查")).to_be_visible()
    expect(desk.film).to_have_count(0)
    desk.queue("全部").click()
    expect(desk.film.first).to_be_visible()


def look_at_all(page: Page, accept: Locator, count: int) -> None:
    """Space goes to what nobody has looked at yet."""
    for _ in range(count):
        page.keyboard.press(" ")
        page.wait_for_timeout(1000)
        if accept.is_enabled():
            return
