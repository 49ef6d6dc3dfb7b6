"""The evidence of a project leaves by its page, and proves itself without the product."""

import re

import pytest
from playwright.sync_api import Page, expect

from fieldapp.archive import verify
from tests.browser.pages.desk import Desk

pytestmark = pytest.mark.browser

MADE_WITHIN = 120_000


@pytest.fixture
def page(desk_context) -> Page:
    return desk_context.new_page()


def test_the_evidence_of_a_project_is_ordered_on_its_page(serving, page, tmp_path):
    desk = Desk(page, serving.url)
    desk.sign_in("sun.jing", "fieldapp-demo")
    desk.room("项目档案")
    desk.main.get_by_role("link", name=re.compile("滨江壹号")).first.click()
    desk.main.get_by_role("button", name="订购证据包").click()
    dialog = page.get_by_role("dialog", name="订购证据包")
    dialog.get_by_role("button", name="订购", exact=True).click()
    dialog.get_by_role("link", name="看证据包").click()

    ready = desk.main.get_by_role("button", name="下载")
    expect(ready.first).to_be_visible(timeout=MADE_WITHIN)
    with page.expect_download() as download:
        ready.first.click()
    file = tmp_path / "bundle.zip"
    download.value.save_as(file)

    report = verify.check(str(file), None)
    assert (report["failed"], report["result"]) == ([], "trust_not_checked")
    assert report["proved"]["original"] > 1
