"""`fieldapp evidence compare A B` over pictures that people change before they file them again."""

import json

import pytest
from PIL import Image, ImageEnhance, ImageOps

from fieldapp import cli
from tests.evidence.photos import saved, scene

SIZE = (800, 600)


@pytest.fixture
def compare(tmp_path, capsys):
    def compare(a: bytes, b: bytes) -> dict:
        files = [tmp_path / "a", tmp_path / "b"]
        for file, data in zip(files, (a, b), strict=True):
            file.write_bytes(data)
        assert cli.run(["evidence", "compare", *map(str, files)]) == 0
        return json.loads(capsys.readouterr().out)

    return compare


def original() -> bytes:
    return saved(scene(SIZE), "JPEG", quality=92)


def test_the_same_bytes_are_the_same_picture(compare):
    assert compare(original(), original()) == {
        "same": "exact",
        "distance": 0,
        "method": "sha256",
        "comparable": True,
    }


@pytest.mark.parametrize(
    "change",
    [
        lambda p: p.resize((400, 300)),
        lambda p: ImageEnhance.Brightness(p).enhance(1.2),
        lambda p: p.transpose(Image.Transpose.ROTATE_90),
        ImageOps.mirror,
        lambda p: ImageOps.expand(p, 50, "white"),
    ],
)
def test_a_copy_that_shows_all_of_it_is_known_by_its_hash(compare, change):
    said = compare(saved(change(scene(SIZE)), "JPEG", quality=60), original())

    assert (said["same"], said["method"], said["comparable"]) == ("near", "pdq", True)
    assert said["distance"] <= 31


@pytest.mark.parametrize(
    "change",
    [
        lambda p: p.crop((80, 60, 720, 540)),
        lambda p: ImageOps.mirror(p).crop((60, 40, 760, 560)),
    ],
)
def test_a_part_of_it_is_known_by_its_features(compare, change):
    said = compare(saved(change(scene(SIZE)), "JPEG", quality=70), original())

    assert (said["same"], said["method"]) == ("near", "local")


def test_another_picture_is_not_the_same(compare):
    said = compare(saved(scene(SIZE, seed=2), "JPEG"), original())

    assert (said["same"], said["comparable"]) == ("no", True)
    assert said["distance"] > 60


@pytest.mark.parametrize("other", [saved(Image.new("RGB", SIZE, "grey"), "JPEG"), b"%PDF-1.7" * 9])
def test_what_shows_nothing_cannot_be_compared(compare, other):
    said = compare(other, original())

    assert (said["same"], said["comparable"]) == ("no", False)


def test_a_file_that_is_not_there_is_named(tmp_path, capsys):
    here = tmp_path / "here"
    here.write_bytes(original())

    assert cli.run(["evidence", "compare", str(here), str(tmp_path / "gone")]) == 1
    assert "gone" in capsys.readouterr().err
