"""From stored bytes to what people look at."""

import hashlib
import io

import pytest
from PIL import Image

from fieldapp import clock, jobs
from fieldapp.accounts.models import Device
from fieldapp.blobs import keeping
from fieldapp.blobs.models import Blob
from fieldapp.clock import now
from fieldapp.db import db, new_id, transaction
from fieldapp.evidence import filing, intake
from fieldapp.evidence.models import Evidence
from fieldapp.visits.models import Visit
from tests.evidence.photos import ORIENTATION, TAKEN, jpeg, scene
from tests.evidence.recordings import clip
from tests.fixtures.filed import claim


def asked_for(photo: str) -> int:
    return db.session.query(jobs.Job).filter_by(kind="intake", subject_id=photo).count()


def codes(view: dict) -> set[str]:
    return {flag["code"] for flag in view["flags"]}


def test_a_photo_is_shown_upright_and_without_its_metadata(sign_in, file_photo, follow):
    lying = scene((400, 300)).transpose(Image.Transpose.ROTATE_90)
    photo = file_photo(data=jpeg(lying, main={ORIENTATION: 6, 271: "Maker"}))

    data, headers = follow(sign_in("sun").get(f"/api/evidence/{photo}/renditions/320"))

    picture = Image.open(io.BytesIO(data))
    assert picture.size == (320, 240)
    assert not picture.getexif()
    assert b"Maker" not in data
    red, green, _ = picture.getpixel((5, 5))
    assert red > 200
    assert green < 60
    assert headers["Content-Type"] == "image/jpeg"


def test_a_photo_waits_until_its_bytes_come(shown, file_photo):
    view = shown(file_photo(data=None))

    assert view["bytes"]["intake"] == "waiting"
    assert view["bytes"]["stored_at"] is None


def test_the_view_says_what_the_bytes_say(shown, file_photo):
    data = jpeg(main={271: "HUAWEI", 272: "ALN-AL00"}, detail={TAKEN: "2026:11:20 09:30:00"})

    view = shown(file_photo(data=data))

    assert view["bytes"]["intake"] == "accepted"
    assert (view["bytes"]["width"], view["bytes"]["height"]) == (400, 300)
    assert view["bytes"]["exif"]["make"] == "HUAWEI"
    assert view["bytes"]["exif"]["captured_at"] == "2026-11-20T09:30:00"
    assert view["distance_m"] == 0
    assert view["item"]["zh"]
    assert view["captured_by"] == {"name": "zhou某"}
    assert view["seal"] == "missing"


def test_the_view_tells_what_was_noted_of_the_file(sign_in, file_photo):
    tail = b"PK\x03\x04" + b"x" * 5000
    photo, sun = file_photo(data=jpeg(comment=b"c2pa") + tail), sign_in("sun")

    zh = sun.get(f"/api/evidence/{photo}").json["bytes"]["notes"]
    en = sun.get(f"/api/evidence/{photo}", headers={"Accept-Language": "en"}).json["bytes"]["notes"]

    assert [note["code"] for note in zh] == ["trailing_data", "c2pa"]
    assert zh[0]["sentence"] == "末尾附有 4 KiB 其他数据（zip），未打开"
    assert en[1]["sentence"].startswith("Content credentials (C2PA): elsewhere")


@pytest.mark.parametrize(
    ("data", "intake", "reason"),
    [
        (b"MZ" + b"\0" * 100, "refused", "type"),
        (jpeg()[:3000], "unreadable", "truncated"),
    ],
)
def test_what_cannot_be_shown_is_kept_with_its_reason(
    sign_in, shown, file_photo, follow, data, intake, reason
):
    photo = file_photo(data=data)

    view = shown(photo)

    assert (view["bytes"]["intake"], view["bytes"]["reason"]) == (intake, reason)
    sun = sign_in("sun")
    assert sun.get(f"/api/evidence/{photo}/renditions/320").status_code == 404
    original, headers = follow(sun.get(f"/api/evidence/{photo}/original"))
    assert original == data
    assert headers["Content-Disposition"].startswith("attachment")


def test_the_same_file_under_two_ids_is_flagged_at_both(shown, file_photo, make_visit):
    data = jpeg(scene(seed=7))
    first = file_photo(make_visit("zhou"), data=data)
    assert "reused_exact" not in codes(shown(first))

    second = file_photo(make_visit("zhou"), data=data)

    assert "reused_exact" in codes(shown(first)) & codes(shown(second))
    assert [twin["id"] for twin in shown(second)["twins"]] == [first]


def test_a_photo_taken_elsewhere_says_how_far_in_the_readers_language(sign_in, file_photo):
    away = {"lon": 119.9252, "lat": 29.201, "datum": "WGS-84", "accuracy_m": 12, "age_s": 2}
    photo, sun = file_photo(fix=away), sign_in("sun")

    zh = sun.get(f"/api/evidence/{photo}").json["flags"][0]
    en = sun.get(f"/api/evidence/{photo}", headers={"Accept-Language": "en"}).json["flags"][0]

    assert (zh["code"], zh["severity"]) == ("far_from_site", "high")
    assert zh["sentence"] == "距工地 2.2 公里（精度 12 米）"
    assert en["sentence"] == "2.2 km from the site (accuracy 12 m)"


def test_a_file_that_says_it_was_taken_in_another_town_is_flagged(shown, file_photo):
    shanghai = {1: "N", 2: (31.0, 13.0, 49.0), 3: "E", 4: (121.0, 28.0, 25.0), 18: "WGS-84"}

    view = shown(file_photo(data=jpeg(gps=shanghai)))

    [flag] = [one for one in view["flags"] if one["code"] == "exif_position_differs"]
    assert flag["severity"] == "high"
    assert flag["sentence"].startswith("照片内记录的位置距手机定位 27")
    assert view["bytes"]["exif"]["datum"] == "WGS-84"


def test_a_photo_can_be_read_again(sign_in, shown, file_photo):
    photo = file_photo()
    before = shown(photo)["custody"]

    assert sign_in("hu").post(f"/api/evidence/{photo}/readings").status_code == 404
    assert sign_in("sun").post(f"/api/evidence/{photo}/readings").status_code == 202
    jobs.run_all()

    after = shown(photo)
    assert after["bytes"]["intake"] == "accepted"
    assert [e["act"] for e in after["custody"][len(before) :]] == ["update"]


def test_the_original_leaves_a_trace_and_the_authoritys_look_is_its_own(sign_in, shown, file_photo):
    photo = file_photo()

    sign_in("sun").get(f"/api/evidence/{photo}/original")
    sign_in("liu").get(f"/api/evidence/{photo}/original")

    reads = {
        name: [e["actor"]["name"] for e in shown(photo, name)["custody"] if e["act"] == "read"]
        for name in ("sun", "liu")
    }
    assert reads == {"sun": ["sun某"], "liu": ["sun某", "liu某"]}


def test_the_ledger_of_a_row_is_for_who_may_see_the_row(sign_in, file_photo):
    photo = file_photo()

    entries = sign_in("sun").get(f"/api/ledger/evidence/{photo}").json["items"]

    assert [(e["act"], e["table"], e["row_id"]) for e in entries] == [("insert", "evidence", photo)]
    assert sign_in("hu").get(f"/api/ledger/evidence/{photo}").status_code == 404
    assert sign_in("sun").get(f"/api/ledger/person/{photo}").status_code == 404
    assert sign_in("zhou").get(f"/api/ledger/evidence/{photo}").status_code == 403


def test_filing_again_is_the_same_filing_and_other_bytes_are_refused(app, make_visit):
    visit_id = make_visit()
    with transaction():
        said = claim(db.session.get_one(Visit, visit_id), b"one")
        first = filing.file(filing.Claim(**said)).id

    with transaction():
        assert filing.file(filing.Claim(**said)).id == first
    with pytest.raises(filing.EvidenceDiffers), transaction():
        filing.file(filing.Claim(**said | {"sha256": "0" * 64}))


def test_a_photo_filed_while_its_bytes_were_being_stored_is_read_by_the_next_sweep(
    shown, file_photo
):
    """Each transaction saw the other's row missing, so neither asked for the reading."""
    data = jpeg()
    photo = file_photo(data=None)
    with transaction(write=False):
        row = db.session.get_one(Evidence, photo)
    digest = keeping.put_bytes(row.organisation_id, data)
    with transaction():
        filed = db.session.get_one(Evidence, photo)
        filed.sha256 = digest
        db.session.add(
            Blob(
                organisation_id=row.organisation_id,
                sha256=digest,
                size=len(data),
                media_type="image/jpeg",
            )
        )
    intake.sweep()
    assert jobs.run_all() == 0, "what was stored a moment ago may still be asked for"

    with clock.at(now() + intake.SETTLED_AFTER * 2):
        for _ in range(2):
            intake.sweep()
        assert asked_for(photo) == 1, "a sweep asks again for what another has asked for"
        jobs.run_all()

    assert shown(photo)["bytes"]["intake"] == "accepted"


def test_a_preview_that_shows_something_else_is_flagged(shown, file_photo, make_visit, town):
    honest, lying = jpeg(scene((320, 240))), jpeg(scene((320, 240), seed=7))
    for data, expected in ((honest, False), (lying, True)):
        keeping.put(town.organisation["anxun"], data, "image/jpeg")
        preview = hashlib.sha256(data).hexdigest()
        photo = file_photo(data=jpeg(scene((640, 480)), quality=90), preview_sha256=preview)

        found = codes(shown(photo))
        assert ("preview_differs" in found) is expected


def test_a_films_preview_is_another_moment_of_it_and_accuses_nobody(shown, file_photo, town):
    data = jpeg(scene((320, 240), seed=7))
    keeping.put(town.organisation["anxun"], data, "image/jpeg")
    preview = hashlib.sha256(data).hexdigest()

    film = file_photo(data=clip(), preview_sha256=preview)

    view = shown(film)
    assert view["bytes"]["media_type"] == "video/mp4"
    assert "preview_differs" not in codes(view)


def test_a_missing_link_of_a_phones_chain_is_flagged_until_it_comes(shown, file_photo, town):
    with transaction():
        device = Device(
            sent_id=new_id(), person_id=town.person["zhou"], name="phone", public_key="not used"
        )
        db.session.add(device)
    first = '{"evidence_id":"a","previous":null}'
    link = hashlib.sha256(first.encode()).hexdigest()
    second = file_photo(
        data=jpeg(scene(seed=3)), device=device, seal=f'{{"previous":"{link}"}}', seal_signature="x"
    )
    assert "chain_gap" in codes(shown(second))

    file_photo(data=jpeg(scene(seed=4)), device=device, seal=first, seal_signature="x")

    assert "chain_gap" not in codes(shown(second))
