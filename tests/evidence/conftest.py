from collections.abc import Callable

import pytest

from fieldapp.evidence import sandbox


@pytest.fixture
def read(tmp_path) -> Callable[[bytes], sandbox.Result]:
    """What intake says of these bytes."""

    def read(data: bytes) -> sandbox.Result:
        file = tmp_path / "file"
        file.write_bytes(data)
        return sandbox.read(file)

    return read


@pytest.fixture
def shown(sign_in):
    return lambda photo, name="sun": sign_in(name).get(f"/api/evidence/{photo}").json
