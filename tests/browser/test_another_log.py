"""A server that shows another ledger than before is found out by the browsers that looked before, at sign-in and on a phone."""

import re
import shutil

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.conftest import in_files
from tests.browser.serving import Product

pytestmark = pytest.mark.browser

KEPT = "() => localStorage.getItem('fieldapp-log') !== null"


def test_a_log_begun_anew_raises_the_alarm_wherever_the_one_before_was_seen(
    front_end, city_in_files, tmp_path, desk_context: BrowserContext
):
    honest, forged = tmp_path / "honest", tmp_path / "forged"  # each makes a key of its own
    for folder in (honest, forged):
        shutil.copytree(city_in_files, folder)
    product = Product(in_files(honest), tmp_path / "log")
    page = desk_context.new_page()
    try:
        page.goto(f"{product.url}/console/")
        page.wait_for_function(KEPT)
        expect(page.get_by_role("alert")).to_have_count(0)

        product.stop()
        product.serve(in_files(forged))

        for app in ("console", "field"):
            page.goto(f"{product.url}/{app}/")
            alarm = page.get_by_role("alert").filter(has_text="系统账本与本机此前所见不一致")
            expect(alarm).to_contain_text("未经交接的密钥")
            expect(alarm).to_contain_text(re.compile(r"条 · \d\d-\d\d \d\d:\d\d\s*主管部门"))
    finally:
        product.stop()
