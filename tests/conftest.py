"""What every test may ask for. A room's own fixtures stand in its folder's conftest.py."""

import os

from hypothesis import settings

pytest_plugins = (
    "tests.fixtures.browsers",
    "tests.fixtures.databases",
    "tests.fixtures.postgres",
    "tests.fixtures.stores",
    "tests.fixtures.webkit",
    # Last, since it imports from those above.
    "tests.fixtures.application",
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
