"""What every test may ask for. A room's own fixtures stand in its folder's conftest.py."""

import os

import pytest
from hypothesis import settings
from xdist.scheduler import LoadFileScheduling

pytest_plugins = (
    "tests.fixtures.browsers",
    "tests.fixtures.databases",
    "tests.fixtures.postgres",
    "tests.fixtures.stores",
    "tests.fixtures.webkit",
    # Last, since it imports from those above.
    "tests.fixtures.application",
    "tests.fixtures.authorities",
    "tests.fixtures.scored",
    "tests.fixtures.sequencers",
    "tests.fixtures.fieldwork",
    "tests.fixtures.filed",
    "tests.fixtures.phone",
    "tests.fixtures.surveys",
    "tests.fixtures.world",
)

# No deadline: no test asserts how long something takes. CI repeats itself; a laptop explores.
settings.register_profile("fieldapp", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("fieldapp")


class ByFile(LoadFileScheduling):
    """A file's tests share a process, and so do all that need the demonstration's city, which takes long to build.

    Each pair of database and store has a city and a house of its own, so what waits most may run beside its twin.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        if nodeid.startswith(CITY):
            return CITY + _pair(nodeid)
        return file + _pair(nodeid) if file == HOUSE else file


CITY = "tests/browser/test_"
HOUSE = "tests/faults/test_faults.py"


def _pair(nodeid: str) -> str:
    return "postgresql" if "postgresql" in nodeid else "sqlite"


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> ByFile | None:
    return ByFile(config, log) if config.getvalue("dist") == "loadfile" else None
