from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults import phones
from tests.faults.rig import Rig
from tests.fixtures.databases import sqlite_url
from tests.fixtures.stores import s3_settings


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
