"""Every screen, as everyone who has it: nothing breaks the page's policy, nothing fails, nothing shuts a person out.

Neither database nor store changes what a screen looks like: people and themes are dealt out over the two pairs, so that
each walk is made once and both pairs serve every kind of page.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Response, expect

from fieldapp.demo.settling import PASSWORD
from tests.browser.pages.desk import Console
from tests.browser.pages.phone import Phone
from tests.browser.serving import ROOT, Product
from tests.fixtures.needs import needs

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PEOPLE = ("sun.jing", "lin.wei", "jiang.nan", "ma.li", "dong.ping", "he.gong", "xu.fang", "admin")
PAIRS = ("sqlite+disk", "postgresql+s3")
PHONE_SCREENS = ("/field/", "/field/visits", "/field/outbox", "/field/me")
WITHIN = (
    "/console/visits/",
    "/console/projects/",
    "/console/cases/",
    "/console/score/",
    "/console/desk/visits/",
)
"""Rooms whose first entry is opened as well."""

# Told to the page as well as to the console, so that a violation names itself.
TELL = """addEventListener('securitypolicyviolation', e =>
  console.error(`policy: ${e.violatedDirective} ${e.blockedURI}`))"""
SERIOUS = """async () => (await axe.run(document, {resultTypes: ['violations']})).violations
  .filter(({impact}) => impact === 'serious' || impact === 'critical')
  .map(({id, nodes}) => `${id}: ${nodes.map(n => n.target.join(' ')).join(', ')}`)"""


def dealt(walks: Sequence[str]) -> list[tuple[str, str]]:
    """Every other walk on each pair, which is started once."""
    return [(pair, walk) for n, pair in enumerate(PAIRS) for walk in walks[n :: len(PAIRS)]]


class Troubles:
    """What goes wrong on a page while somebody walks through it."""

    def __init__(self, page: Page, axe: Path) -> None:
        self._page = page
        self._axe = axe.read_text()
        self.found: list[str] = []
        page.add_init_script(TELL)
        page.on("console", self._said)
        page.on("pageerror", lambda error: self._add(f"page error: {error}"))
        page.on("response", self._answered)

    def look(self) -> None:
        """At the screen as it stands now."""
        self._page.wait_for_load_state("networkidle")
        expect(self._page.get_by_role("status", name="正在载入…")).to_have_count(0)
        # Through the inspector, which the page's policy does not bind.
        self._page.evaluate(self._axe)
        for violation in self._page.evaluate(SERIOUS):
            self._add(f"axe {violation}")

    def _said(self, message: ConsoleMessage) -> None:
        # A 401 before signing in is an answer, which the browser's console reports all the same.
        if message.type == "error" and "401" not in message.text:
            self._add(message.text)

    def _answered(self, response: Response) -> None:
        if response.status >= 500:
            self._add(f"{response.status} {response.url}")

    def _add(self, trouble: str) -> None:
        self.found.append(f"{self._page.url}: {trouble}")


@pytest.fixture(scope="module")
def axe() -> Path:
    file = ROOT / "static" / "node_modules" / "axe-core" / "axe.min.js"
    return needs("axe-core", file if file.is_file() else None, "it by `make setup`")


@pytest.fixture
def desk(desk_context: BrowserContext) -> Iterator[Page]:
    page = desk_context.new_page()
    yield page
    page.close()


@pytest.mark.parametrize(("serving", "name"), dealt(PEOPLE), indirect=["serving"])
def test_the_console_holds_its_policy(serving: Product, desk: Page, axe: Path, name: str) -> None:
    troubles = Troubles(desk, axe)
    console = Console(desk, serving.url)
    console.sign_in(name, PASSWORD)
    troubles.look()

    rooms = desk.get_by_role("navigation", name="各室").locator("a")
    for room in [link.get_attribute("href") for link in rooms.all()]:
        desk.goto(serving.url + room)
        troubles.look()
        first = _first_within(desk)
        if first:
            desk.goto(serving.url + first)
            troubles.look()

    assert troubles.found == []


@pytest.mark.parametrize(("serving", "scheme"), dealt(("light", "dark")), indirect=["serving"])
def test_the_phone_holds_its_policy(
    serving: Product, phone_context: BrowserContext, axe: Path, scheme: str
) -> None:
    page = phone_context.new_page()
    page.emulate_media(color_scheme=scheme)
    troubles = Troubles(page, axe)
    phone = Phone(page, serving.url)
    phone.open()
    troubles.look()
    phone.sign_in("wang.hai", PASSWORD)
    for path in PHONE_SCREENS:
        phone.open(path)
        troubles.look()
    phone.open()
    phone.begin()
    expect(page.get_by_role("navigation", name="类别")).to_be_visible()
    troubles.look()
    page.get_by_role("link", name="去收尾").click()
    expect(page.get_by_role("heading", name="收尾")).to_be_visible()
    troubles.look()

    assert troubles.found == []


def _first_within(page: Page) -> str | None:
    links = page.get_by_role("main").get_by_role("link").all()
    addresses = [link.get_attribute("href") or "" for link in links]
    return next((address for address in addresses if address.startswith(WITHIN)), None)
