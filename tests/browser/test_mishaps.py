"""A phone on which something went bad: a row of its database that cannot be read, a sensor that takes its time."""

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from fieldapp.demo.settling import PASSWORD
from tests.browser.pages.phone import Phone
from tests.browser.serving import Product

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PICTURE = re.compile("^拍(?!视频)")
SLOW_SENSOR = """
const { takePhoto } = ImageCapture.prototype
ImageCapture.prototype.takePhoto = async function (...given) {
  await new Promise(resolve => setTimeout(resolve, 3000))
  return takePhoto.apply(this, given)
}
"""
SHUT_DATABASE = """
const { open } = IDBFactory.prototype
IDBFactory.prototype.open = function (...given) {
  if (globalThis.name === 'mended') return open.apply(this, given)
  throw new DOMException('Internal error opening backing store for indexedDB.open.', 'UnknownError')
}
"""
SPOIL_DRAFTS = """async () => {
  for (const { name } of await indexedDB.databases()) {
    if (!/^fieldapp-[0-9a-f]{8}-/.test(name)) continue
    const database = await new Promise((resolve) => {
      const opening = indexedDB.open(name)
      opening.onsuccess = () => resolve(opening.result)
    })
    const transaction = database.transaction('drafts', 'readwrite')
    const rows = transaction.objectStore('drafts')
    rows.getAll().onsuccess = ({ target }) => {
      for (const row of target.result) rows.put({ ...row, sealed: new ArrayBuffer(64) })
    }
    await new Promise(done => { transaction.oncomplete = done })
    database.close()
  }
}"""


@pytest.mark.parametrize("serving", ["sqlite+disk"], indirect=True)
def test_a_phone_that_cannot_open_its_database_says_so_and_tries_again(
    serving: Product, phone_context: BrowserContext
) -> None:
    phone_context.add_init_script(SHUT_DATABASE)
    page = phone_context.new_page()
    page.goto(f"{serving.url}/field/")
    expect(page.get_by_role("heading", name="本机的记录打不开")).to_be_visible()

    page.evaluate("globalThis.name = 'mended'")
    page.get_by_role("button", name="重试").click()

    expect(page.get_by_role("button", name="登录")).to_be_visible()


@pytest.mark.parametrize("serving", ["sqlite+disk"], indirect=True)
def test_a_visit_survives_a_row_that_went_bad_and_a_slow_sensor(
    serving: Product, phone_context: BrowserContext
) -> None:
    phone_context.add_init_script(SLOW_SENSOR)
    phone = Phone(phone_context.new_page(), serving.url)
    phone.sign_in("wang.hai", PASSWORD)
    phone.begin()
    phone.photograph(phone.main)
    page = phone.page
    visit_id = page.url.split("/visits/")[1].split("/")[0].split("?")[0]
    phone.open()

    page.evaluate(SPOIL_DRAFTS)
    phone.open()
    _fill_in_anew(page)
    _press_the_shutter_and_hand_in(page)

    expect(page.get_by_text("已全部保存").first).to_be_visible(timeout=120_000)
    visit = phone_context.request.get(f"{serving.url}/api/visits/{visit_id}").json()
    assert len([photo for photo in visit["evidence"] if photo["stored_at"]]) == 2


def _fill_in_anew(page: Page) -> None:
    page.get_by_role("alert").filter(has_text="读不出").click()
    expect(page.get_by_role("heading", name="读不出的检查")).to_be_visible()
    page.get_by_role("button", name="接着照片重新填").click()
    expect(page.get_by_role("link", name="去收尾")).to_be_visible()


def _press_the_shutter_and_hand_in(page: Page) -> None:
    page.get_by_role("main").get_by_role("button", name=PICTURE).first.click()
    page.get_by_role("dialog").get_by_role("button", name="拍照").click()
    page.go_back()
    page.get_by_role("link", name="去收尾").click()
    page.get_by_role("button", name=re.compile("^提交（还缺")).click()
    page.get_by_role("button", name="仍要提交").click()
