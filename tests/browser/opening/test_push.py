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

    def told(said: dict) -> None:
        known.extend(each["registrationId"] for each in said["registrations"])

    browser.on("ServiceWorker.workerRegistrationUpdated", told)
    browser.send("ServiceWorker.enable")
    seen = []
    for _ in range(100):
        if (
            known
        ):  # a worker that has just taken over may miss one; the same one again replaces itself
            message = {"origin": site.url, "registrationId": known[-1], "data": sent}
            browser.send("ServiceWorker.deliverPushMessage", message)
        installed.wait_for_timeout(200)
        seen = installed.evaluate(SHOWN)
        if seen:
            break

    assert seen == [shown]
