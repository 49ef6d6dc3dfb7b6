"""A city with a few visits, served by the real product on either pair of database and store."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext
from pytest_playwright.pytest_playwright import CreateContextCallback

from fieldapp.app import create_app
from fieldapp.config import from_environment
from fieldapp.demo.city import city
from fieldapp.demo.commands import fill
from fieldapp.demo.history import PlannedVisit
from tests.browser.serving import ROOT, Product
from tests.fixtures.databases import sqlite_url
from tests.fixtures.needs import needs
from tests.fixtures.stores import s3_settings

SEEN = {
    ("binjiang", "2026-10"),
    ("binjiang", "2026-11"),
    ("jinxiu", "2026-10"),
    ("yunxi", "2026-10"),
}
"""The checks that are history; 锦岚花园's of November is the task on 王海's phone, 云溪中学 what 赵强 goes back to."""
DUE = ("jinxiu", "2026-11")


@pytest.fixture(scope="session")
def front_end() -> Path:
    built = ROOT / "static" / "dist"
    pages = [built / app / "index.html" for app in ("field", "console")]
    return needs(
        "the built front end",
        built if all(p.is_file() for p in pages) else None,
        "it by `make setup`",
    )


@pytest.fixture(scope="module", params=["sqlite+disk", "postgresql+s3"])
def serving(request, front_end, tmp_path_factory) -> Iterator[Product]:
    """The product with the demonstration's city and four of its visits. The module runs once on each pair."""
    folder = tmp_path_factory.mktemp("served")
    if request.param == "sqlite+disk":
        shutil.copytree(request.getfixturevalue("city_in_files"), folder, dirs_exist_ok=True)
        settings = in_files(folder)
    else:
        var, settings = request.getfixturevalue("city_in_servers")
        shutil.copytree(var, folder / "var")
        postgres = request.getfixturevalue("postgres")
        template = settings["FIELDAPP_DATABASE_URL"].rpartition("/")[2]
        settings = settings | {
            "FIELDAPP_DATA_DIR": str(folder / "var"),
            "FIELDAPP_DATABASE_URL": postgres.create(template),
        }
    product = Product(settings, folder / "log")
    yield product
    product.stop()


@pytest.fixture(scope="session")
def city_in_files(tmp_path_factory) -> Path:
    """A folder with database, store and keys, to be copied: drawing and filing the photos takes its time."""
    folder = tmp_path_factory.mktemp("city")
    sqlite_url(folder)
    fill(create_app(from_environment(in_files(folder))), only=_is_told)
    return folder


@pytest.fixture(scope="session")
def city_in_servers(postgres, swift, tmp_path_factory) -> tuple[Path, dict[str, str]]:
    """The folder of keys and the settings, whose database is to be cloned. Whoever clones it shares its bucket:
    an object's name is its digest, so nobody can be in another's way."""
    var = tmp_path_factory.mktemp("city") / "var"
    settings = COMMON | s3_settings(swift) | {"FIELDAPP_DATABASE_URL": postgres.create()}
    fill(create_app(from_environment(settings | {"FIELDAPP_DATA_DIR": str(var)})), only=_is_told)
    return var, settings


def in_files(folder: Path) -> dict[str, str]:
    return COMMON | {
        "FIELDAPP_DATA_DIR": str(folder / "var"),
        "FIELDAPP_DATABASE_URL": f"sqlite:///{folder / 'fieldapp.db'}",
    }


# No blind draw: by chance it would hide from an officer the very verdict that a chain rests on.
COMMON = {"FIELDAPP_BLIND_PERCENT": "0"}


def _is_told(visit: PlannedVisit) -> bool:
    return (visit.project, visit.period) in {*SEEN, DUE}


@pytest.fixture
def phone_context(new_context: CreateContextCallback) -> BrowserContext:
    """A phone in a hand on the site of 锦岚花园."""
    site = city().project("jinxiu").site
    context = new_context(
        viewport={"width": 390, "height": 844},
        device_scale_factor=2,
        is_mobile=True,
        has_touch=True,
        geolocation={"longitude": float(site.lon), "latitude": float(site.lat), "accuracy": 12},
        permissions=["geolocation", "camera"],
    )
    context.set_default_timeout(30_000)
    return context


@pytest.fixture
def desk_context(new_context: CreateContextCallback) -> BrowserContext:
    context = new_context(viewport={"width": 1440, "height": 900})
    context.set_default_timeout(30_000)
    return context
