"""Both front ends open: inside their content policy, for everybody, and the phone's without a network."""

import pytest
from playwright.sync_api import expect

from tests.browser.opening.conftest import STATIC

pytestmark = pytest.mark.browser

APPS = ["field", "console"]
# Things a person with a disability cannot work around; the lesser findings are judged by eye.
GRAVE = {"critical", "serious"}
# The version at work and the one that waits.
STATES = "await navigator.serviceWorker.ready.then((r) => `${r.active.state}, ${r.waiting?.state ?? 'none'}`)"

LET_IN = """async () => {
  const { waiting } = await navigator.serviceWorker.ready
  waiting?.postMessage('take-over')
  return waiting !== null
}"""


@pytest.mark.parametrize("name", APPS)
def test_an_app_opens_inside_its_content_policy(site, watch, name):
    watched = watch(name)

    watched.page.goto(f"{site.url}/{name}/", wait_until="networkidle")

    expect(watched.page.locator("#app > *").first).to_be_visible()
    assert watched.wrongs == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", APPS)
def test_an_app_opens_for_everybody(site, watch, name, scheme):
    page = watch(name).page
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.goto(f"{site.url}/{name}/", wait_until="networkidle")

    page.evaluate((STATIC / "node_modules/axe-core/axe.min.js").read_text())
    found = page.evaluate("axe.run()")["violations"]

    grave = [v for v in found if v["impact"] in GRAVE]
    assert [(v["id"], v["nodes"][0]["html"]) for v in grave] == []


@pytest.mark.parametrize("path", ["", "some/screen/never/opened"])
def test_the_phone_opens_with_the_server_gone(site, installed, path):
    site.stop()

    installed.goto(f"{site.url}/field/{path}")

    expect(installed.locator("#app > *").first).to_be_visible()


def test_a_new_version_waits_until_it_is_let_in(front_end, installed):
    new_version(front_end)

    installed.evaluate("navigator.serviceWorker.ready.then((r) => r.update())")

    installed.wait_for_function(f"async () => {STATES} === 'activated, installed'")
    installed.reload()
    # Each load looks for a newer version once more: what waits may be on its way in again for a moment.
    installed.wait_for_function(f"async () => {STATES} === 'activated, installed'")
    installed.wait_for_function(LET_IN)
    installed.wait_for_function(f"async () => {STATES} === 'activated, none'")


def new_version(front_end):
    for packed in front_end.glob("field/sw.js.*"):
        packed.unlink()
    worker = front_end / "field/sw.js"
    worker.write_text(worker.read_text() + "\n// a later build\n")
