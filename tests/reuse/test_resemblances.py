"""A photo is filed again after a change: who is asked about it, and who never hears of it."""

from datetime import timedelta

import pytest
from PIL import Image
from sqlalchemy import select

from fieldapp import jobs
from fieldapp.accounts.models import Person
from fieldapp.blobs import keeping
from fieldapp.db import db, transaction
from fieldapp.evidence import filing
from fieldapp.evidence.models import Evidence, Verdict
from fieldapp.projects.models import Service
from fieldapp.visits.models import Visit
from tests.evidence.photos import saved, scene
from tests.fixtures.fieldwork import visit_row
from tests.fixtures.filed import claim

SIZE = (640, 480)


@pytest.fixture
def filed(town, give_task):
    """`filed("zhou", picture)`: that surveyor files it of a visit of their own to that project; the evidence's id."""

    def file(by: str, picture: Image.Image, project: str = "binjiang", *, days_ago: int = 0) -> str:
        data = saved(picture, "JPEG", quality=85)
        task = give_task(by, project)
        with transaction():
            visit = visit_row(town, task)
            claimed = claim(db.session.get_one(Visit, visit.id), data)
            claimed["captured_at"] -= timedelta(days=days_ago)
            evidence_id = filing.file(filing.Claim(**claimed)).id
        organisation_id = db.session.get_one(Person, town.person[by]).organisation_id
        keeping.put(organisation_id, data, "image/jpeg")
        jobs.run_all()
        return evidence_id

    return file


def pairs(caller, state: str = "open") -> list[dict]:
    return caller.get(f"/api/resemblances?state={state}").json["items"]


def smaller(picture: Image.Image) -> Image.Image:
    return picture.resize((400, 300))


def cut(picture: Image.Image) -> Image.Image:
    return picture.crop((60, 40, 600, 450))


@pytest.mark.parametrize(
    ("change", "method", "flag"),
    [
        (smaller, "pdq", "reused_near"),
        (lambda p: p.transpose(Image.Transpose.ROTATE_180), "pdq", "reused_near"),
        (cut, "local", "reused_part"),
        (lambda p: cut(p.transpose(Image.Transpose.FLIP_LEFT_RIGHT)), "local", "reused_part"),
    ],
)
def test_a_changed_copy_inside_one_insurer_is_shown_to_its_supervisor_side_by_side(
    filed, sign_in, change, method, flag
):
    first = filed("zhou", scene(SIZE), days_ago=30)
    second = filed("zhou", change(scene(SIZE)))
    sun = sign_in("sun")

    [pair] = pairs(sun)
    assert (pair["method"], pair["severity"], pair["across"]) == (method, "high", False)
    assert (pair["photo"]["id"], pair["earlier"]["id"]) == (second, first)
    view = sun.get(f"/api/evidence/{second}").json
    assert [twin["id"] for twin in view["twins"]] == [first]
    assert flag in {raised["code"] for raised in view["flags"]}
    assert flag not in {
        raised["code"] for raised in sun.get(f"/api/evidence/{first}").json["flags"]
    }


def test_across_insurers_the_authority_alone_is_asked(filed, sign_in):
    first = filed("zhou", scene(SIZE), days_ago=3)
    before = sign_in("hu").get(f"/api/evidence/{filed('he', scene(SIZE, seed=9), 'yunqi')}").json
    second = filed("he", smaller(scene(SIZE)), "yunqi")

    for insurer in ("sun", "hu"):
        assert pairs(sign_in(insurer), "all") == []
    seen = sign_in("hu").get(f"/api/evidence/{second}").json
    assert (seen["twins"], seen["flags"]) == ([], before["flags"])
    [pair] = pairs(sign_in("shi"))
    assert (pair["photo"]["id"], pair["earlier"]["id"], pair["across"]) == (second, first, True)
    assert sign_in("shi").get(f"/api/evidence/{second}").json["twins"][0]["id"] == first


def test_a_county_sees_its_own_side_and_whose_the_other_is(filed, sign_in):
    filed("zhou", scene(SIZE), days_ago=3)
    second = filed("he", smaller(scene(SIZE)), "yunqi")

    [pair] = pairs(sign_in("yun"))
    assert pair["photo"]["id"] == second
    assert (pair["earlier"]["id"], pair["earlier"]["project"]) == (None, None)
    assert pair["earlier"]["organisation"]["name"]


def test_the_same_bytes_across_insurers_are_found_as_well(filed, sign_in):
    filed("zhou", scene(SIZE), days_ago=3)
    filed("he", scene(SIZE), "yunqi")

    [pair] = pairs(sign_in("shi"))
    assert (pair["method"], pair["distance"]) == ("sha256", 0)


def test_an_agency_that_files_one_file_for_two_insurers_tells_neither(filed, sign_in, town):
    first = filed("zhou", scene(SIZE), days_ago=3)
    with transaction():
        served = select(Service).where(Service.project_id == town.project["yunqi"])
        db.session.scalars(served).one().agency_id = town.organisation["anxun"]
    second = filed("zhou", scene(SIZE), "yunqi")

    for who, one in (("sun", first), ("hu", second), ("deng", first)):
        seen = sign_in(who).get(f"/api/evidence/{one}").json
        assert seen["twins"] == []
        assert "reused_exact" not in {raised["code"] for raised in seen["flags"]}
    assert pairs(sign_in("sun"), "all") == pairs(sign_in("hu"), "all") == []
    [pair] = pairs(sign_in("shi"))
    assert (pair["photo"]["id"], pair["method"], pair["across"]) == (second, "sha256", True)
    assert [t["id"] for t in sign_in("shi").get(f"/api/evidence/{first}").json["twins"]] == [second]


def test_another_scene_is_no_question(filed, sign_in):
    filed("zhou", scene(SIZE), days_ago=3)
    filed("zhou", scene(SIZE, seed=2))

    assert pairs(sign_in("sun"), "all") == []


def test_a_review_closes_the_question_and_gives_no_verdict(filed, sign_in):
    filed("zhou", scene(SIZE), days_ago=30)
    second = filed("zhou", smaller(scene(SIZE)))
    sun = sign_in("sun")
    address = f"/api/resemblances/{pairs(sun)[0]['id']}/review"

    said = sun.put(address, json={"outcome": "same_picture", "words": "与上月同一张"})

    assert (said.status_code, said.json["outcome"]) == (200, "same_picture")
    assert (
        sun.put(address, json={"outcome": "same_picture", "words": "与上月同一张"}).json
        == said.json
    )
    assert sun.put(address, json={"outcome": "different"}).json["problem"] == "ReviewedAlready"
    assert pairs(sun) == []
    assert pairs(sun, "reviewed")[0]["review"]["by"]["name"]
    with transaction(write=False):
        assert db.session.get_one(Evidence, second).verdicts == []
        assert db.session.query(Verdict).count() == 0


def test_searching_twice_asks_once(filed, sign_in):
    filed("zhou", scene(SIZE), days_ago=30)
    second = filed("zhou", smaller(scene(SIZE)))
    with transaction():
        jobs.enqueue("search_reuse", second)
    jobs.run_all()

    assert len(pairs(sign_in("sun"))) == 1
