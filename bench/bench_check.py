"""What one whole monthly check costs the hand: taps, typed fields, photos, and the seconds that the app itself takes.

A user's words: "how much longer than on paper?" 锦岚花园二期 of the demonstration, without a network, as somebody who knows the
app does it: every photo that is owed, 本组其余合格 wherever it is offered, one unsafe item by its chips, the pit declared absent,
the site's signature, handed in. Taps are counted by the page. The app's own time is from each tap until the next one is
possible, and holds the driving program's overhead too; a second a tap is added for the hand, nothing for looking and walking.

    python bench/bench_check.py [--runs 1] [--slowness 4]
"""

import argparse
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Locator, expect, sync_playwright

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from bench import handset  # noqa: E402
from fieldapp.demo.settling import PASSWORD  # noqa: E402
from tests.browser.pages.phone import REST, SHUTTERS, TILE, Phone  # noqa: E402

UNSAFE, PIT = "附着、独立高度、悬高与垂直度", "深基坑"
FILM_MS = 4000
NEXT = re.compile("^接着拍")
LEFT = re.compile(r"还有 (\d+)$")
SLOW_ANSWER = "window.answers.sort((a, b) => a - b)[Math.floor(window.answers.length * 0.98)] ?? 0"
COUNT = """() => {
  window.taps = 0
  window.answers = []
  addEventListener('pointerdown', () => { window.taps += 1 }, true)
  new PerformanceObserver(list => { for (const one of list.getEntries()) if (one.interactionId) window.answers.push(one.duration) })
    .observe({ type: 'event', durationThreshold: 16, buffered: true })
}"""


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--runs", type=int, default=1)
    options.add_argument("--slowness", type=float, default=handset.SLOWNESS)
    given = options.parse_args()
    expect.set_options(timeout=60_000)
    done = [check(given.slowness) for _ in range(given.runs)]
    for what in ("taps", "typed fields", "photos", "questions answered"):
        handset.tell(f"one monthly check: {what}", [float(hand.counts[what]) for hand in done], "")
    for what, _ in done[0].kinds.most_common():
        handset.tell(f"of these taps: {what}", [float(hand.kinds[what]) for hand in done], "")
    own = [hand.spent for hand in done]
    handset.tell("one monthly check: the app's own time", own, "s", slowness=given.slowness)
    with_hand = [hand.spent + hand.counts["taps"] for hand in done]
    handset.tell("one monthly check: with a second a tap", with_hand, "s", slowness=given.slowness)
    slowest = [hand.slow_answer for hand in done]
    handset.tell(
        "98 of 100 taps are answered on screen within", slowest, "ms", slowness=given.slowness
    )


def check(slowness: float) -> "Hand":
    with (
        tempfile.TemporaryDirectory(prefix="fieldapp-bench-") as folder,
        sync_playwright() as playwright,
        handset.served(Path(folder)) as product,
        handset.phone(playwright, Path(folder) / "profile") as context,
    ):
        phone = Phone(context.pages[0], product.url)
        phone.sign_in(handset.SURVEYOR, PASSWORD)
        phone.keep_for_offline()
        phone.page.get_by_role("button", name="开始检查").wait_for()
        context.set_offline(True)
        product.stop()
        phone.page.reload()
        phone.page.evaluate(COUNT)
        handset.slow_down(phone.page, slowness)
        hand = Hand(phone)
        hand.whole_check()
        return hand


class Hand:
    """One hand that knows its way; counts what it does."""

    def __init__(self, phone: Phone) -> None:
        self._phone, self._page = phone, phone.page
        self.kinds: Counter[str] = Counter()
        self.counts: Counter[str] = Counter()
        self.spent = 0.0
        self.slow_answer = 0.0
        self._reported = False

    def whole_check(self) -> None:
        begin = self._page.get_by_role("button", name="开始检查")
        self._tap("going on", begin, lambda: expect(self._go).to_be_visible())
        self.counts["questions answered"] = int(LEFT.search(self._go.inner_text())[1])
        while True:
            self._part()
            said = self._go.inner_text()
            if not LEFT.search(said):
                break
            self._tap("going on", self._go, self._next_is_shown)
        self._declare_no_pit()
        signing = self._page.get_by_role("button", name="请签字")
        self._tap("going on", self._go, lambda: expect(signing).to_be_visible())
        self._sign(signing)
        self.counts["taps"] = self._page.evaluate("window.taps")
        self.slow_answer = self._page.evaluate(SLOW_ANSWER)

    @property
    def _go(self) -> Locator:
        return self._page.locator("footer .button.primary")

    def _next_is_shown(self) -> None:
        expect(self._phone.unanswered.first).to_be_visible()

    def _part(self) -> None:
        """What is on the screen: the photos that are owed, the rest with one tap, the others one by one."""
        unsafe = self._phone.item(UNSAFE)
        if not self._reported and unsafe.count():
            self._report(unsafe)
        unanswered = self._phone.unanswered
        owing = unanswered.filter(has=self._page.get_by_role("button", name=TILE))
        while left := owing.count():
            self._photograph(owing.first)
            expect(owing).not_to_have_count(left)
        rest = self._phone.main.get_by_role("button", name=REST)
        while rest.count():
            self._answer("the rest of a group", rest.first)
        while unanswered.count():
            self._answer(
                "one answer", unanswered.first.get_by_role("button", name="合格", exact=True)
            )

    def _report(self, item: Locator) -> None:
        """An unsafe item by its chips; only the place is typed."""
        self._reported = True
        words = item.get_by_label("情况")
        no = item.get_by_role("button", name="不合格", exact=True)
        self._tap("an unsafe item", no, lambda: expect(words).to_be_visible())
        while item.get_by_text("还要").count():
            self._photograph(item)
        part = item.locator("section").filter(has=self._page.get_by_label("情况"))
        chips = part.get_by_role("button")
        self._tap("an unsafe item", chips.first, lambda: expect(words).not_to_have_value(""))
        major = item.get_by_role("group", name="重大").get_by_role("button", name="否", exact=True)
        if major.count():
            self._tap(
                "an unsafe item",
                major,
                lambda: expect(major).to_have_attribute("aria-pressed", "true"),
            )
        self._type(item.get_by_label("部位"), "塔身第二道附着")
        day = item.get_by_role("button", name="当日", exact=True)
        self._tap(
            "an unsafe item", day, lambda: expect(day).to_have_attribute("aria-pressed", "true")
        )

    def _declare_no_pit(self) -> None:
        none = self._page.get_by_role("button", name="本工程不涉及")
        strip = self._page.get_by_role("navigation", name="类别").get_by_role("button", name=PIT)
        self._tap("an absent category", strip, lambda: expect(none).to_be_visible())
        tile = self._phone.main.get_by_role("button", name=TILE)
        self._tap("an absent category", none, lambda: expect(tile).to_be_visible())
        self._photograph(self._phone.main)

    def _sign(self, signing: Locator) -> None:
        self._type(self._page.get_by_label("姓名"), "周建国")
        self._type(self._page.get_by_label("职务"), "项目安全员")
        pad = self._page.get_by_label("在此签名")
        self._tap("signature and handing in", signing, lambda: expect(pad).to_be_visible())
        self.kinds["signature and handing in"] += 2  # the stroke, and that it is done
        start = time.perf_counter()
        self._phone.write()
        expect(self._page.get_by_role("img", name="签名")).to_be_visible()
        self.spent += time.perf_counter() - start
        submit = self._page.get_by_role("button", name="提交", exact=True)
        said = self._page.get_by_text("没有网络。内容都在本机，有信号时自动上传。")
        self._tap("signature and handing in", submit, lambda: expect(said).to_be_visible())

    def _photograph(self, where: Locator) -> None:
        """What is owed there, and all that the camera offers to go on to."""
        camera = self._page.get_by_role("dialog")
        shutter = camera.get_by_role("button", name=SHUTTERS)
        done = camera.get_by_role("button", name="完成")
        further = camera.get_by_role("button", name=NEXT)
        tile = where.get_by_role("button", name=TILE).first
        self._tap("opening the camera", tile, lambda: expect(shutter).to_be_enabled())
        self._shoot(camera, shutter)
        while further.count():
            self._tap("on to the next photo", further, lambda: expect(done).to_have_count(0))
            self._shoot(camera, shutter)
        self._tap("leaving the camera", done, lambda: expect(camera).to_have_count(0))

    def _shoot(self, camera: Locator, shutter: Locator) -> None:
        done = camera.get_by_role("button", name="完成")
        kept = camera.get_by_role("button", name=f"看刚拍的，共 {self._taken(camera) + 1} 张")
        if shutter.get_attribute("aria-label") == "开始录像":
            stop = camera.get_by_role("button", name="停止录像")
            self._tap("the shutter", shutter, lambda: expect(stop).to_be_visible())
            self._page.wait_for_timeout(FILM_MS)
            shutter = stop
        self._tap("the shutter", shutter, lambda: expect(kept).to_be_visible())
        expect(done).to_be_enabled()
        self.counts["photos"] += 1

    def _taken(self, camera: Locator) -> int:
        said = camera.get_by_role("button", name="看刚拍的").get_attribute("aria-label") or ""
        return int("".join(filter(str.isdigit, said)))

    def _answer(self, kind: str, button: Locator) -> None:
        before = self._phone.unanswered.count()
        self._tap(kind, button, lambda: expect(self._phone.unanswered).not_to_have_count(before))
        self._page.wait_for_timeout(
            400
        )  # a second tap within a third of a second is taken for a glove's

    def _type(self, field: Locator, words: str) -> None:
        self.counts["typed fields"] += 1
        self._tap("into a field", field, lambda: field.fill(words))

    def _tap(self, kind: str, what: Locator, ready: Callable[[], None]) -> None:
        self.kinds[kind] += 1
        start = time.perf_counter()
        what.click()
        ready()
        self.spent += time.perf_counter() - start


if __name__ == "__main__":
    main()
