"""The engine of every iPhone's browser: the app opens without a network, keeps a photo, and sends it later."""

from pathlib import Path

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait

from tests.evidence.photos import jpeg, scene
from tests.faults.rig import SURVEYOR
from tests.fixtures.town import PASSWORD

pytestmark = [pytest.mark.faults, pytest.mark.browser]

PATIENCE_S, ARRIVAL_S = 60, 180

PRESS = """
const said = one => (one.getAttribute('aria-label') ?? one.textContent).trim()
const found = [...document.querySelectorAll('button, a')].find(one => !one.disabled && said(one).startsWith(arguments[0]))
found?.click()
return !!found
"""


class Window:
    """What stands on the screen of the one window."""

    def __init__(self, driver) -> None:
        self.driver = driver

    def labelled(self, label: str) -> WebElement:
        return self.first(
            f"//input[@id=//label[contains(., '{label}')]/@for] | //label[contains(., '{label}')]//input"
        )

    def press(self, words: str) -> None:
        """A button or a link that begins with these words; found and pressed at once, for screens are drawn anew."""
        WebDriverWait(self.driver, PATIENCE_S).until(
            lambda driver: driver.execute_script(PRESS, words), f"{words} to press"
        )

    def sees(self, words: str, patience: int = PATIENCE_S) -> None:
        self.first(f"//*[contains(text(), '{words}')]", patience)

    def first(self, path: str, patience: int = PATIENCE_S) -> WebElement:
        found = WebDriverWait(self.driver, patience).until(
            lambda d: d.find_elements(By.XPATH, path), path
        )
        return found[0]

    def until(self, script: str) -> None:
        WebDriverWait(self.driver, PATIENCE_S).until(lambda d: d.execute_script(f"return {script}"))


@pytest.mark.parametrize("rig", ["sqlite+disk"], indirect=True)
def test_a_photo_taken_without_a_network_arrives(rig, webkit, tmp_path: Path):
    rig.task()
    before = rig.truth.visits()
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(jpeg(scene((1600, 1200))))
    window, url = Window(webkit), f"http://localhost:{rig.wire.port}"
    webkit.get(f"{url}/field/")
    window.labelled("账号").send_keys(SURVEYOR)
    window.labelled("密码").send_keys(PASSWORD)
    window.press("登录")
    window.sees("今日")
    window.until("navigator.serviceWorker.controller !== null")

    rig.house.stop()
    webkit.get(f"{url}/field/")
    window.press("开始检查")
    window.press("拍")
    # This engine has no camera here: the phone offers the system's, which is a file.
    window.first("//*[@role='dialog']//input[@type='file']").send_keys(str(photo))
    window.first("//button[contains(@aria-label, '共 1 张')]")
    window.press("完成")
    window.press("去收尾")
    window.press("提交（还缺")
    window.press("仍要提交")
    window.sees("没有网络")

    rig.house.start()
    webkit.get(f"{url}/field/outbox")
    window.sees("已全部保存", ARRIVAL_S)
    rig.truth.arrived_once(before, at_least=1)
