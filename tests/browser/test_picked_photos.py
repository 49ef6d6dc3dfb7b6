"""Photos that are picked from the album, by a hand that is quicker than the camera and from a phone that was held upright."""

import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, Locator, expect

from fieldapp.demo.settling import PASSWORD
from tests.browser.pages.phone import Phone
from tests.browser.serving import Product

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PICTURE = re.compile("^拍(?!视频)")
ASKED_ABOUT_CAMERA = """
navigator.mediaDevices.getUserMedia = () => new Promise((_, reject) => {
  globalThis.refuse = () => reject(new DOMException('refused', 'NotAllowedError'))
})
"""
LARGE = (3000, 2000)
TURNED_RIGHT = 6
ORIENTATION = 0x0112
RED, BLUE = (200, 0, 0), (0, 0, 200)
SHOWN = """(image) => {
  const canvas = Object.assign(document.createElement('canvas'), { width: 1, height: 9 })
  const brush = canvas.getContext('2d')
  brush.drawImage(image, 0, 0, 1, 9)
  const [top, below] = [0, 8].map(row => [...brush.getImageData(0, row, 1, 1).data.slice(0, 3)])
  return { width: image.naturalWidth, height: image.naturalHeight, top, below }
}"""


@pytest.mark.parametrize("serving", ["sqlite+disk"], indirect=True)
def test_a_picked_photo_is_kept_upright_though_the_camera_was_refused_meanwhile(
    serving: Product, phone_context: BrowserContext, tmp_path: Path
) -> None:
    phone_context.add_init_script(ASKED_ABOUT_CAMERA)
    phone = Phone(phone_context.new_page(), serving.url)
    phone.sign_in("wang.hai", PASSWORD)
    phone.begin()
    phone.main.get_by_role("button", name=PICTURE).first.click()
    camera = phone.page.get_by_role("dialog")

    with phone.page.expect_file_chooser() as chooser:
        camera.get_by_role("button", name="从相册导入").click()
    phone.page.evaluate("refuse()")
    expect(camera.get_by_role("button", name="用系统相机拍")).to_be_visible()
    chooser.value.set_files(_red_above_blue(tmp_path))

    kept = camera.get_by_role("button", name="共 1 张")
    expect(kept).to_be_visible()
    _is_red_above_blue(kept.locator("img"), (213, 320))
    kept.click()
    _is_red_above_blue(phone.page.get_by_role("img", name="近景"), (1067, 1600))


def _red_above_blue(folder: Path) -> Path:
    """As a phone held upright stores it: lying on its side, with a word about that."""
    picture = Image.new("RGB", LARGE, RED)
    picture.paste(BLUE, (LARGE[0] // 2, 0, *LARGE))
    tags = Image.Exif()
    tags[ORIENTATION] = TURNED_RIGHT
    picture.save(folder / "upright.jpg", exif=tags)
    return folder / "upright.jpg"


def _is_red_above_blue(image: Locator, size: tuple[int, int]) -> None:
    expect(image).to_be_visible()
    shown = image.evaluate(SHOWN)
    assert (shown["width"], shown["height"]) == size
    assert shown["top"] == pytest.approx(RED, abs=8)
    assert shown["below"] == pytest.approx(BLUE, abs=8)
