"""Who finds which photos."""

import pytest

from tests.fixtures.town import INJURY


@pytest.fixture
def seen_by(sign_in):
    return lambda name, photo: sign_in(name).get(f"/api/evidence/{photo}").status_code == 200


@pytest.mark.parametrize(
    ("name", "sees"),
    [
        ("zhou", True),  # took it, for the agency
        ("deng", True),  # the agency's dispatcher
        ("sun", True),  # the service insurer
        ("wang", True),
        ("liu", True),  # the county's authority
        ("shi", True),  # the city's
        ("yun", False),  # another county
        ("hu", False),  # another insurer
        ("rui", False),  # a pool member that did not bring the project in
        ("she", False),  # the other scheme's agency
        ("admin", False),
    ],
)
def test_a_liability_photo(seen_by, sign_in, file_photo, name, sees):
    photo = file_photo(data=None)

    if name == "admin":
        assert sign_in(name).get(f"/api/evidence/{photo}").status_code == 403
    else:
        assert seen_by(name, photo) is sees


@pytest.mark.parametrize(
    ("name", "sees"),
    [
        ("zhou", True),  # took it
        ("deng", False),
        ("sun", True),  # the service insurer's supervisor
        ("wang", False),  # his colleague who surveys
        ("qian", False),
        ("she", True),
        ("ren", True),
        ("liu", False),
    ],
)
def test_a_personal_photo_of_an_injury(seen_by, file_photo, make_visit, name, sees):
    photo = file_photo(make_visit(task={"scheme": INJURY}), data=None, personal=True)

    assert seen_by(name, photo) is sees


def test_a_stranger_is_asked_to_sign_in(stranger, file_photo):
    assert stranger.get(f"/api/evidence/{file_photo(data=None)}").status_code == 401


@pytest.mark.parametrize("part", ["", "/renditions/320", "/original"])
def test_a_hidden_photo_answers_like_a_missing_one(sign_in, file_photo, part):
    photo, hu = file_photo(), sign_in("hu")

    hidden = hu.get(f"/api/evidence/{photo}{part}")
    missing = hu.get(f"/api/evidence/nothing{part}")

    assert hidden.status_code == missing.status_code == 404
    assert hidden.json["problem"] == missing.json["problem"]
