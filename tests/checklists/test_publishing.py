"""An edition is downloaded once and never changes under a phone that is away."""

from dataclasses import replace

import pytest

from fieldapp.checklists import publishing
from fieldapp.db import transaction
from tests.fixtures.fieldwork import EDITION

URL = "/api/checklists/monthly_check/2026-1"


def test_a_phone_downloads_the_edition_once_and_keeps_it(sign_in, edition):
    wang = sign_in("wang")

    first = wang.get(URL)
    again = wang.get(URL, headers={"If-None-Match": first.headers["ETag"]})

    assert first.json["edition"]["categories"][0]["id"] == "crane"
    assert first.headers["ETag"] == f'"{first.json["digest"]}"'
    assert "immutable" in first.headers["Cache-Control"]
    assert (again.status_code, again.data) == (304, b"")


def test_publishing_the_same_edition_again_changes_nothing(app, edition):
    with transaction():
        assert publishing.publish(EDITION).published_at == edition.published_at


def test_a_published_edition_refuses_other_content(app, edition):
    with pytest.raises(publishing.EditionDiffers), transaction():
        publishing.publish(replace(EDITION, zh="改过的标题"))


def test_all_editions_that_ship_can_be_published(app):
    with transaction():
        assert "2026-1" in {row.edition for row in publishing.publish_shipped()}


def test_an_unknown_edition_is_not_found(sign_in, edition):
    reply = sign_in("wang").get("/api/checklists/monthly_check/1999-1")

    assert (reply.status_code, reply.json["problem"]) == (404, "NotFound")


def test_editions_are_for_people_who_signed_in(stranger, edition):
    assert stranger.get(URL).status_code == 401
