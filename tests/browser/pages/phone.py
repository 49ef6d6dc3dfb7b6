"""The surveyor's phone, by what stands on its screen."""

import re

from playwright.sync_api import Locator, Page, expect

SHUTTERS = re.compile("^(拍照|开始录像)$")
TILE = re.compile("^拍")
MONTHLY = re.compile(r"\d+ 月检查")
OF_PART = re.compile(r"\d+.\d+$")
# A busy machine may film nothing: the phone says so, and one does it again.
MOST_TRIES = 4
REST = re.compile("^本组其余 .* 项合格$")


class Phone:
    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self._url = url

    def open(self, path: str = "/field/") -> None:
        self.page.goto(self._url + path)

    def sign_in(self, name: str, password: str) -> None:
        self.open()
        self.page.get_by_label("账号").fill(name)
        self.page.get_by_label("密码").fill(password)
        self.page.get_by_role("button", name="登录", exact=True).click()
        expect(self.page.get_by_role("heading", name="今日")).to_be_visible()

    def keep_for_offline(self) -> None:
        """As after the first look at the app: its files lie on the phone."""
        self.page.wait_for_function("() => navigator.serviceWorker.controller !== null")

    def closed_and_opened_again(self, action: str = "继续检查") -> "Phone":
        """The browser is closed in the middle of the work and opened again: the visit stands there to be gone on with."""
        self.page.wait_for_timeout(1000)
        self.page.close()
        phone = Phone(self.page.context.new_page(), self._url)
        phone.open()
        phone.begin(action)
        return phone

    @property
    def main(self) -> Locator:
        return self.page.get_by_role("main")

    @property
    def pill(self) -> Locator:
        return self.page.get_by_role("link", name="打开待传清单")

    def begin(self, action: str = "开始检查") -> None:
        """The most urgent task by its own button; a monthly check may stand below what is more urgent."""
        first, below = self._tasks(action)
        expect(first.or_(below).first).to_be_visible()
        (first if first.is_visible() else below.first).click()

    def sees_task(self, action: str = "开始检查", *, within_ms: int) -> None:
        first, below = self._tasks(action)
        expect(first.or_(below).first).to_be_visible(timeout=within_ms)

    def _tasks(self, action: str) -> tuple[Locator, Locator]:
        first = self.page.get_by_role("button", name=action)
        rows = {"开始检查": MONTHLY, "去补拍": re.compile("看不清")}
        return first, self.main.get_by_role("button").filter(has_text=rows.get(action, action))

    def category(self, name: str) -> None:
        strip = self.page.get_by_role("navigation", name="类别")
        strip.get_by_role("button", name=re.compile(name)).click()

    def parts(self) -> list[str]:
        """The units of the category before us, as their chips name them."""
        chips = self.main.get_by_role("button", name=OF_PART).all_inner_texts()
        return [OF_PART.sub("", text.replace("\n", "")).strip() for text in chips]

    def part(self, name: str) -> None:
        self.main.get_by_role("button", name=re.compile("^" + name + r"\s*\d+.\d+$")).click()

    def item(self, name: str) -> Locator:
        return self.page.get_by_role("article", name=name, exact=True)

    @property
    def unanswered(self) -> Locator:
        answers = self.page.get_by_role("group", name="答案")
        given = self.page.get_by_role("button", pressed=True)
        return self.page.get_by_role("article").filter(has=answers).filter(has_not=given)

    def pass_the_part(self) -> None:
        """Every photo that is owed, then the rest of each group with one tap, and what is left one by one."""
        owing = self.unanswered.filter(has=self.page.get_by_role("button", name=TILE))
        while left := owing.count():
            self.photograph(owing.first)
            expect(owing).to_have_count(left - 1)
        rest = self.main.get_by_role("button", name=REST)
        while rest.count():
            self._answer(rest.first)
        while self.unanswered.count():
            self._answer(self.unanswered.first.get_by_role("button", name="合格", exact=True))

    def make_up_for_what_is_missing(self) -> None:
        """At 收尾: where the draw fell on a carried paper after all, each link leads to the item, whose photo is taken there."""
        missing = self.main.get_by_role("link", name=re.compile("：还缺"))
        while left := missing.count():
            missing.first.click()
            self.photograph(self.main)
            self.page.get_by_role("button", name="去收尾").click()
            expect(missing).to_have_count(left - 1)

    def photograph(self, where: Locator, shot: str | None = None) -> None:
        """Takes the first photo that is asked for there, or the one named."""
        where.get_by_role("button", name=f"拍{shot}" if shot else TILE).first.click()
        self.shoot()

    def shoot(self) -> None:
        """One picture with the camera that is open."""
        camera = self.page.get_by_role("dialog")
        finish = camera.get_by_role("button", name="完成")
        kept = camera.get_by_role("button", name="完成", disabled=False)
        empty = camera.get_by_role("alert")
        for _ in range(MOST_TRIES):
            self._release(camera)
            expect(kept.or_(empty).first).to_be_visible()
            if not empty.is_visible():
                break
        finish.click()
        expect(camera).to_have_count(0)

    def _release(self, camera: Locator) -> None:
        """Presses the shutter; a film is let run for a while."""
        shutter = camera.get_by_role("button", name=SHUTTERS)
        films = shutter.get_attribute("aria-label") == "开始录像"
        shutter.click()
        if films:
            stop = camera.get_by_role("button", name="停止录像")
            expect(stop).to_be_visible()
            self.page.wait_for_timeout(4000)
            stop.click()
            expect(stop).to_have_count(0)

    def _answer(self, button: Locator) -> None:
        before = self.unanswered.count()
        button.click()
        expect(self.unanswered).not_to_have_count(before)
        # The phone takes a second tap within a third of a second for a glove's.
        self.page.wait_for_timeout(400)

    def sign(self, name: str, role: str) -> None:
        """The site's representative writes with a finger."""
        self.page.get_by_label("姓名").fill(name)
        self.page.get_by_label("职务").fill(role)
        self.page.get_by_role("button", name="请签字").click()
        self.write()
        expect(self.page.get_by_role("img", name="签名")).to_be_visible()

    def write(self) -> None:
        """A signature on the pad that is open."""
        paper = self.page.get_by_label("在此签名").bounding_box()
        assert paper is not None
        self.page.mouse.move(paper["x"] + 60, paper["y"] + 120)
        self.page.mouse.down()
        for step in range(12):
            self.page.mouse.move(paper["x"] + 60 + 16 * step, paper["y"] + 120 + 50 * (step % 2))
        self.page.mouse.up()
        self.page.get_by_role("dialog").get_by_role("button", name="完成").click()
