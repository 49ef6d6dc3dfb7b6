"""The page of a bundle in real browsers: what is typed into it, and what their own cryptography makes of stamps."""

import base64
from pathlib import Path

import pytest

from fieldapp.archive import verify
from tests.archive.forged import forged
from tests.fixtures.authorities import fingerprint

pytestmark = pytest.mark.browser

PAGE = (Path(verify.__file__).parent / "verify.html").as_uri()
EACH = """
const [asked, done] = arguments
const bytes = (text) => Uint8Array.from(atob(text), (one) => one.charCodeAt(0))
Promise.all(asked.map(([token, trusted]) => signatureOf(bytes(token), [trusted]))).then(done, (error) => done(String(error)))
"""


@pytest.fixture(scope="module")
def tokens() -> list[tuple[bytes, str]]:
    return [(one.token, one.trusted.fingerprint) for one in forged().values()]


def asked(tokens: list[tuple[bytes, str]]) -> list[tuple[str, str]]:
    return [(base64.b64encode(token).decode(), trusted) for token, trusted in tokens]


def alone(tokens: list[tuple[bytes, str]]) -> list[dict]:
    return [verify.signature_of(token, {trusted}) for token, trusted in tokens]


def test_what_is_typed_into_the_page_is_asked_for(page, stamped, trust, authority):
    tsa = fingerprint(authority.roots.parent, "tsa")
    page.goto(PAGE)
    page.locator("#file").set_input_files(stamped)
    page.locator("#trust").fill(trust)

    for given, said in {
        "": "未核对 / signature: not checked (no fingerprint",
        f"{'0' * 64}, {tsa}": "已证实 / signature: proved, Test stamping authority",
    }.items():
        page.locator("#tsa").fill(given)
        page.locator("#go").click()
        page.locator("#stamps", has_text=said).wait_for()
        assert page.locator("#verdict").inner_text() == "已证实 / proved"


@pytest.mark.parametrize("box", ["#trust", "#tsa"])
def test_a_mistyped_fingerprint_is_no_finding(page, stamped, trust, box):
    page.goto(PAGE)
    page.locator("#file").set_input_files(stamped)
    page.locator("#trust").fill(trust)
    page.locator("#go").click()
    page.locator("#verdict.proved").wait_for()

    page.locator(box).fill(trust[:-3])
    page.locator("#go").click()

    page.locator("#verdict", has_text="填写有误").wait_for()
    assert page.locator("#report").inner_text() == ""
    assert page.locator("#stamps li").count() == 0


def test_chromium_says_the_same_of_stamps(page, tokens):
    page.goto(PAGE)

    each = f"(asked) => new Promise((done) => {{ (function () {{ {EACH} }})(asked, done) }})"
    assert page.evaluate(each, asked(tokens)) == alone(tokens)


def test_webkit_says_the_same_of_stamps(webkit, tokens):
    webkit.get(PAGE)

    assert webkit.execute_async_script(EACH, asked(tokens)) == alone(tokens)
