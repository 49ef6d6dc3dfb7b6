"""The photo desk: what waits for a judge, in which queue, and one visit's photos."""

from datetime import timedelta

import pytest

from fieldapp.clock import now
from fieldapp.db import db, new_id, own_id, transaction
from fieldapp.evidence.models import Evidence, Flag
from fieldapp.hazards.models import Finding
from fieldapp.visits.models import SiteSignature, Visit
from tests.evidence.photos import jpeg, scene

AWAY = {"lon": 119.95, "lat": 29.201, "datum": "WGS-84", "accuracy_m": 12, "age_s": 2}


@pytest.fixture
def desk(sign_in):
    return lambda name, queue="all": sign_in(name).get(f"/api/desk?queue={queue}").json


def find(visit_id: str) -> str:
    """A suspected major finding of the visit; its sent id."""
    with transaction():
        visit, sent_id = db.session.get_one(Visit, visit_id), new_id()
        db.session.add(
            Finding(
                id=own_id(visit.organisation_id, sent_id),
                sent_id=sent_id,
                organisation_id=visit.organisation_id,
                visit_id=visit.id,
                project_id=visit.project_id,
                question="fire.fire_lane@site",
                item_id="fire.fire_lane",
                severity="suspected_major",
                words="消防车道被占用",
                place="东大门内",
                deadline_kind="immediately",
                deadline_at=now(),
                found_at=now(),
            )
        )
        return sent_id


def test_visits_stand_in_the_queue_that_says_why(sign_in, desk, file_photo, make_visit):
    plain, flagged, major = (make_visit("zhou") for _ in range(3))
    shown = file_photo(plain, data=jpeg(scene(seed=1)))
    file_photo(flagged, data=jpeg(scene(seed=2)), fix=AWAY, captured_at=now() - timedelta(days=1))
    file_photo(major, data=jpeg(scene(seed=3)), finding_sent_id=find(major))

    seen = desk("sun")

    assert seen["counts"] == {
        "flagged": 1,
        "suspected_major": 1,
        "re_shot": 0,
        "explained": 0,
        "blind": 0,
        "plain": 1,
        "all": 3,
    }
    assert [item["visit_id"] for item in seen["items"]] == [plain, flagged, major]
    assert [item["visit_id"] for item in desk("sun", "flagged")["items"]] == [flagged]
    assert seen["items"][1]["flag_codes"] == ["far_from_site"]
    assert (seen["items"][1]["photos"], seen["items"][1]["waiting"], seen["items"][1]["flags"]) == (
        1,
        1,
        1,
    )

    sign_in("sun").post(f"/api/evidence/{shown}/verdicts", json={"outcome": "accepted"})

    after = desk("sun")
    assert (after["counts"]["all"], after["counts"]["plain"], after["judged_today"]) == (2, 0, 1)
    assert desk("liu")["counts"]["all"] == 3  # the authority's own desk


def test_the_queue_counts_as_clues_what_sends_a_photo_to_be_judged_singly(
    sign_in, desk, lay, make_visit
):
    dim, vague = make_visit("zhou"), make_visit("zhou")
    raised = {"dark": lay(dim), "position_vague": lay(vague)}
    with transaction():
        for code, photo in raised.items():
            db.session.add(
                Flag(
                    evidence_id=photo,
                    code=code,
                    severity="low",
                    numbers={"brightness": 8, "accuracy_m": 900},
                )
            )

    seen = desk("sun")

    assert (seen["counts"]["flagged"], seen["counts"]["plain"]) == (1, 1)
    assert {item["visit_id"]: item["flag_codes"] for item in seen["items"]} == {
        dim: ["dark"],
        vague: [],
    }
    for visit_id, clue in ((dim, True), (vague, False)):
        [photo] = sign_in("sun").get(f"/api/desk/visits/{visit_id}").json["photos"]
        assert [flag["clue"] for flag in photo["flags"]] == [clue]
        assert ("flagged" in photo["singly"]) is clue


def test_photos_stand_in_walking_order_with_what_they_show(sign_in, file_photo, make_visit):
    visit_id = make_visit("zhou")
    finding = find(visit_id)
    second = file_photo(visit_id, data=jpeg(scene(seed=4)), position=2)
    first = file_photo(visit_id, data=jpeg(scene(seed=5)), position=1, finding_sent_id=finding)

    seen = sign_in("sun").get(f"/api/desk/visits/{visit_id}").json

    assert seen["visit"]["id"] == visit_id
    assert [photo["id"] for photo in seen["photos"]] == [first, second]
    assert seen["photos"][0]["finding"]["words"] == "消防车道被占用"
    assert seen["photos"][0]["visit_id"] == visit_id
    assert seen["photos"][0]["item"]["id"] == "fire.fire_lane"
    assert sign_in("hu").get(f"/api/desk/visits/{visit_id}").status_code == 404


def test_people_who_judge_nothing_have_no_desk(sign_in, town):
    assert sign_in("zhou").get("/api/desk").status_code == 403
    assert sign_in("hu").get("/api/desk").json["counts"]["all"] == 0


def test_a_drawn_signature_is_no_photo_to_judge(sign_in, desk, lay, make_visit):
    signed, refused = make_visit("zhou"), make_visit("zhou")
    for visit_id, outcome in ((signed, "signed"), (refused, "refused")):
        lay(visit_id)
        taken = lay(visit_id, question=None, shot="doc")
        with transaction():
            db.session.add(
                SiteSignature(
                    visit_id=visit_id,
                    outcome=outcome,
                    evidence_sent_id=db.session.get_one(Evidence, taken).sent_id,
                    signed_at=now(),
                )
            )

    waiting = {item["visit_id"]: item["waiting"] for item in desk("sun")["items"]}

    assert waiting == {signed: 1, refused: 2}
    assert len(sign_in("sun").get(f"/api/desk/visits/{signed}").json["photos"]) == 1
