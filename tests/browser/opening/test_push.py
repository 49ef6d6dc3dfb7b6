"""A push message becomes a notification that names nobody; a tap on it opens 今日."""

import json

import pytest

pytestmark = pytest.mark.browser

SHOWN = """async () => {
  const registration = await navigator.serviceWorker.ready
  return (await registration.getNotifications()).map(({ body, tag }) => [body, tag])
}"""


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        (json.dumps({"id": "d1", "text": "有任务", "urgent": True}), ["有任务", "d1"]),
        ("not JSON", ["您的任务有新消息，请打开查看。", "news"]),
    ],
)
def test_a_push_message_is_shown(installed, phone, site, sent, shown):
    phone.grant_permissions(["notifications"], origin=site.url)
    browser = phone.new_cdp_session(installed)
    known = []
    browser.on("ServiceWorker.workerRegistrationUpdated", lambda said: known.append(said))
    browser.send("ServiceWorker.enable")
    installed.wait_for_timeout(500)
    registration = known[-1]["registrations"][-1]["registrationId"]

    message = {"origin": site.url, "registrationId": registration, "data": sent}
    browser.send("ServiceWorker.deliverPushMessage", message)

    installed.wait_for_function(f"async () => (await ({SHOWN})()).length > 0")
    assert installed.evaluate(SHOWN) == [shown]
