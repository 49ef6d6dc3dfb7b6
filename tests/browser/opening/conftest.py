"""The built front end in a real browser, served by the application over a real port."""

import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page
from werkzeug.serving import make_server

from tests.fixtures.databases import sqlite_url
from tests.fixtures.needs import needs

STATIC = Path(__file__).parents[3] / "static"
SERVICE_WORKER_RULES = "() => navigator.serviceWorker.controller !== null"


class Site:
    """The running application; `stop` is a site without signal, whatever the browser believes."""

    def __init__(self, app) -> None:
        self._server = make_server("127.0.0.1", 0, app, threaded=True)
        # A request still open must not keep the test's process alive.
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), daemon=True
        )
        self._thread.start()
        # Not the number: only on `localhost` do browsers trust plain HTTP with cameras and service workers.
        self.url = f"http://localhost:{self._server.port}"

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class Watched:
    """A page, and what went wrong on it so far."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.wrongs: list[str] = []
        page.add_init_script(
            "addEventListener('securitypolicyviolation', (e) => "
            "console.error(`content policy: ${e.violatedDirective} ${e.blockedURI} ${e.sourceFile}`))"
        )
        page.on("pageerror", lambda error: self.wrongs.append(str(error)))
        page.on("console", self._heard)

    def _heard(self, message) -> None:
        if message.text.startswith("content policy:"):
            self.wrongs.append(message.text)


@pytest.fixture
def front_end(tmp_path) -> Path:
    """A copy of the built front end, which a test may change."""
    needs("the built front end", (STATIC / "dist/field/index.html").is_file(), "it by `make setup`")
    shutil.copytree(STATIC / "dist", tmp_path / "dist")
    return tmp_path / "dist"


@pytest.fixture
def environment(tmp_path, front_end) -> dict[str, str]:
    """Everything small: a browser does not see which database or store stands behind the server."""
    return {
        "FIELDAPP_DATA_DIR": str(tmp_path / "var"),
        "FIELDAPP_DATABASE_URL": sqlite_url(tmp_path),
        "FIELDAPP_STORE_DIR": str(tmp_path / "store"),
        "FIELDAPP_STATIC_DIR": str(front_end),
    }


@pytest.fixture
def site(app) -> Iterator[Site]:
    site = Site(app)
    yield site
    if site._thread.is_alive():
        site.stop()


@pytest.fixture
def phone(browser, phone_context_args) -> Iterator[BrowserContext]:
    context = browser.new_context(**phone_context_args)
    yield context
    context.close()


@pytest.fixture
def watch(phone, context) -> Callable[[str], Watched]:
    """`watch("field")`: a page on a phone; `watch("console")`: on a desk."""
    return lambda name: Watched((phone if name == "field" else context).new_page())


@pytest.fixture
def installed(site, phone) -> Page:
    """A phone that has opened the app once and may lose its signal now."""
    page = phone.new_page()
    page.goto(f"{site.url}/field/")
    page.evaluate("navigator.serviceWorker.register('/field/sw.js', { scope: '/field/' })")
    page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    page.reload()
    page.wait_for_function(SERVICE_WORKER_RULES)
    return page
