"""The page of a bundle in real browsers: what is typed into it, and what their own cryptography makes of stamps."""

import base64
from pathlib import Path

import pytest

from fieldapp.archive import encrypting, verify
from tests.archive.conftest import PASSPHRASE
from tests.archive.forged import forged
from tests.archive.test_bundles import rewritten
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


def test_a_full_bundle_is_opened_proved_and_saved_by_its_passphrase_alone(
    page, visit, bundle, trust, tmp_path
):
    plain, full = bundle(f"visit:{visit}", redacted=False, purpose="court"), tmp_path / "full.zip"
    encrypting.encrypt(plain, full, encrypting.lock_of(PASSPHRASE))
    page.goto(PAGE)
    assert not page.locator("#passphrase").is_visible()
    page.locator("#file").set_input_files(full)
    page.locator("#trust").fill(trust)

    page.locator("#passphrase").fill(f"not {PASSPHRASE}")
    page.locator("#go").click()
    page.locator("#verdict", has_text="口令不对").wait_for()
    assert not page.locator("#table").is_visible()

    page.locator("#passphrase").fill(PASSPHRASE)
    page.locator("#go").click()
    page.locator("#verdict.proved").wait_for()
    assert (
        page.locator("#counts tr", has_text="手机所报记录").locator("td").nth(1).inner_text() == "1"
    )
    with page.expect_download() as saved:
        page.get_by_role("link", name="保存解密后的证据包").click()
    assert Path(saved.value.path()).read_bytes() == plain.read_bytes()


def test_what_fails_is_said_in_words_beside_what_was_not_checked(page, visit, bundle, trust):
    spoilt = rewritten(bundle(f"visit:{visit}"), lambda n, d: d[:-1] if n == "README.txt" else d)
    page.goto(PAGE)
    page.locator("#file").set_input_files(spoilt)
    page.locator("#trust").fill(trust)
    page.locator("#go").click()

    page.locator("#verdict.failed").wait_for()
    assert "包内文件 / files in the bundle: README.txt" in page.locator("#failed").inner_text()
    record = page.locator("#counts tr", has_text="手机所报记录")
    assert "脱敏版不含手机所报的原文" in record.inner_text()
    assert record.locator("td").nth(3).inner_text() == "1"


def test_chromium_says_the_same_of_stamps(page, tokens):
    page.goto(PAGE)

    each = f"(asked) => new Promise((done) => {{ (function () {{ {EACH} }})(asked, done) }})"
    assert page.evaluate(each, asked(tokens)) == alone(tokens)


def test_webkit_says_the_same_of_stamps(webkit, tokens):
    webkit.get(PAGE)

    assert webkit.execute_async_script(EACH, asked(tokens)) == alone(tokens)
