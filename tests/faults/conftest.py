from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults import browser_trials, phones, soaking
from tests.faults.rig import Rig
from tests.fixtures.databases import sqlite_url
from tests.fixtures.stores import s3_settings


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A browser that dies or is full never sees which stores the server has: a soak tries it on both pairs, a test run on one."""
    if soaking.state() is None:
        items[:] = [item for item in items if not _is_twice(item)]


def _is_twice(item: pytest.Item) -> bool:
    asked = (
        item.callspec.params
        if isinstance(item, pytest.Function) and hasattr(item, "callspec")
        else {}
    )
    kind = asked.get("kind")
    by_browser = kind is not None and kind.trial.__module__ == browser_trials.__name__
    return by_browser and asked.get("rig") != "sqlite+disk"


@pytest.fixture(scope="session")
def phone_program(tmp_path_factory) -> Path:
    return phones.built(tmp_path_factory.mktemp("phone"))


@pytest.fixture(scope="module", params=["sqlite+disk", "postgresql+s3"])
def rig(request, phone_program, tmp_path_factory) -> Iterator[Rig]:
    """Everything small, then everything large."""
    folder = tmp_path_factory.mktemp("house")
    settings = {"FIELDAPP_DATA_DIR": str(folder / "var")}
    postgres = None
    if request.param == "sqlite+disk":
        settings |= {
            "FIELDAPP_DATABASE_URL": sqlite_url(folder),
            "FIELDAPP_STORE_DIR": str(folder / "store"),
        }
    else:
        postgres = request.getfixturevalue("postgres")
        settings |= {"FIELDAPP_DATABASE_URL": postgres.create()}
        settings |= s3_settings(request.getfixturevalue("swift"))
    rig = Rig(settings, folder, phone_program, postgres)
    yield rig
    rig.close()
