"""What an officer photographed at a finding: kept as all evidence is, seen with the finding, judged by a colleague."""

import hashlib
from datetime import timedelta

import pytest

from fieldapp import jobs
from fieldapp.blobs import keeping
from fieldapp.clock import iso, local_date, now
from fieldapp.db import new_id
from tests.evidence.photos import jpeg
from tests.fixtures.town import LIABILITY
from tests.oversight.test_spot_inspections import inspect, missed, question  # noqa: F401 - fixtures

DATA = jpeg()


def picture(**changes):
    taken = iso(now() - timedelta(minutes=5))
    told = {"id": new_id(), "size": len(DATA), "media_type": "image/jpeg", "captured_at": taken}
    return told | {"sha256": hashlib.sha256(DATA).hexdigest()} | changes


@pytest.fixture
def photograph(sign_in, town, missed):  # noqa: F811
    """`photograph("liu")`: the officer uploads a picture and files it with the finding; the reply."""

    def photograph(who: str = "liu", **changes):
        keeping.put(town.organisation["county1"], DATA, "image/jpeg")
        url = f"/api/authority-findings/{missed['id']}/photos"
        reply = sign_in(who).post(url, json={"photos": [picture(**changes)]})
        jobs.run_all()
        return reply

    return photograph


def seen(sign_in, who: str, missed) -> list:  # noqa: F811
    return sign_in(who).get(f"/api/authority-findings/{missed['id']}").json["photos"]


def test_an_officer_asks_where_to_send_a_picture(sign_in):
    item = {name: picture()[name] for name in ("sha256", "size", "media_type")}

    asked = sign_in("liu").post("/api/uploads", json={"items": [item | {"purpose": "original"}]})

    assert asked.status_code == 200, asked.json
    assert [one["sha256"] for one in asked.json["uploads"]] == [item["sha256"]]


def test_the_photo_is_the_authority_s_imported_and_unsealed(photograph, sign_in):
    filed = photograph()

    assert filed.status_code == 201, filed.json
    [photo] = filed.json["photos"]
    assert photo["stored_at"] is not None
    view = sign_in("chen").get(f"/api/evidence/{photo['id']}").json
    assert (view["capture"], view["seal"], view["visit_id"]) == ("imported", "missing", None)
    assert view["captured_by"]["name"] == photo["captured_by"]["name"]
    assert view["item"] is not None


def test_the_insurer_sees_it_with_the_finding_and_cannot_reject_it(photograph, sign_in, missed):  # noqa: F811
    [photo] = photograph().json["photos"]

    assert [one["id"] for one in seen(sign_in, "sun", missed)] == [photo["id"]]
    assert sign_in("sun").get(photo["thumb_url"]).status_code == 302
    rejected = {"outcome": "rejected", "reason": "unclear", "follow_up": "none"}
    verdicts = f"/api/evidence/{photo['id']}/verdicts"
    assert sign_in("sun").post(verdicts, json=rejected).status_code == 403


def test_another_county_another_insurer_and_the_agency_do_not_see_it(photograph, sign_in):
    [photo] = photograph().json["photos"]

    for outsider in ("yun", "hu", "rui", "deng", "wang"):
        assert sign_in(outsider).get(f"/api/evidence/{photo['id']}").status_code == 404, outsider


def test_a_colleague_admits_it_and_it_is_offered_as_a_ground(photograph, sign_in, town):
    [photo] = photograph().json["photos"]
    verdicts = f"/api/evidence/{photo['id']}/verdicts"

    own = sign_in("liu").post(verdicts, json={"outcome": "accepted"})
    admitted = sign_in("chen").post(verdicts, json={"outcome": "accepted"})

    assert (own.json["problem"], admitted.status_code) == ("OwnCapture", 201)
    asked = {
        "scheme": LIABILITY,
        "insurer_id": town.organisation["antai"],
        "period": f"{local_date(now()):%Y}",
    }
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    offered = sign_in("liu").get(f"/api/grounds?{query}").json["items"]
    [ground] = [one for one in offered if one.get("evidence_id") == photo["id"]]
    assert (ground["kind"], ground["visit_id"]) == ("evidence", None)
    assert "本机关照片" in ground["label"]


def test_the_same_photo_sent_again_is_one(photograph, sign_in, missed):  # noqa: F811
    once = picture()

    photograph(**once)
    photograph(**once)

    assert len(seen(sign_in, "liu", missed)) == 1


def test_no_photo_comes_after_the_insurer_answered(photograph, sign_in, missed):  # noqa: F811
    answer = {"stance": "accepted", "words": None}
    sign_in("sun").put(f"/api/authority-findings/{missed['id']}/response", json=answer)

    late = photograph()

    assert (late.status_code, late.json["problem"]) == (409, "PhotosClosed")


def test_what_has_not_come_or_was_taken_tomorrow_is_not_filed(photograph):
    nowhere = photograph(sha256="b" * 64)
    tomorrow = photograph(captured_at=iso(now() + timedelta(days=1)))

    assert (nowhere.json["problem"], tomorrow.json["problem"]) == ("BytesMissing", "TakenInFuture")


def test_only_the_authority_that_found_it_adds_photos(photograph):
    assert photograph("shi").status_code == 403
    assert photograph("yun").status_code == 404
    assert photograph("sun").status_code == 403
